/** What the check finds; a click goes to the node. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Inspection } from "../api/client";

export function ProblemsPanel({ inspection, onGo }: { inspection: Inspection; onGo: (node: string) => void }) {
  if (!inspection.problems.length)
    return (
      <Box padding="s">
        <StatusIndicator type="success">The check finds nothing.</StatusIndicator>
      </Box>
    );
  const nameOf = (id: string) => inspection.nodes.find((node) => node.id === id)?.name;
  return (
    <ul className="problems" aria-label="Problems">
      <SpaceBetween size="xs">
        {inspection.problems.map((one) => (
          <li key={one.node + one.message}>
            <StatusIndicator type={one.level === "error" ? "error" : "warning"}>
              {one.node ? (
                <Button variant="inline-link" onClick={() => onGo(one.node)}>
                  {nameOf(one.node)}
                </Button>
              ) : (
                <strong>The job</strong>
              )}
              : {one.message}
            </StatusIndicator>
          </li>
        ))}
      </SpaceBetween>
    </ul>
  );
}
