/** A run: its jobs, and of each the nodes with seconds and rows, live. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { api, tell, type JobState, type Run } from "../api/client";
import { jobAddress } from "../shared/route";

const TYPES: Record<string, StatusIndicatorProps.Type> = {
  waiting: "pending",
  running: "in-progress",
  succeeded: "success",
  failed: "error",
  stopped: "stopped",
};
const number = new Intl.NumberFormat("en");

export const State = ({ state }: { state: string }) => (
  <StatusIndicator type={TYPES[state] ?? "info"}>{state || "not run here yet"}</StatusIndicator>
);

const rowsOf = (rows: Record<string, number>) =>
  Object.entries(rows)
    .map(([table, count]) => `${table} ${number.format(count)}`)
    .join(", ");

export function RunView({ run }: { run: Run }) {
  const stop = () => tell(api.POST("/api/runs/{run_id}/stop", { params: { path: { run_id: run.id } } }));
  return (
    <SpaceBetween size="s">
      <SpaceBetween size="s" direction="horizontal" alignItems="center">
        <State state={run.state} />
        <span>
          {new Date(run.started).toLocaleString("en")} on {run.engine}
          {run.state !== "running" && `, ${run.seconds.toFixed(1)} s`}
          {run.doing && `: ${run.doing}`}
        </span>
        {run.state === "running" && <Button onClick={stop}>Stop</Button>}
        {run.report && (
          <Link href="/report" external>
            Page about this run
          </Link>
        )}
      </SpaceBetween>
      {run.said && <Alert type={run.said.includes("do not") ? "warning" : "success"}>{run.said}</Alert>}
      {run.error && <Alert type="error">{run.error}</Alert>}
      {run.jobs.map((job) => (
        <JobRun key={job.name} job={job} open={run.jobs.length === 1 || job.state === "running" || job.state === "failed"} />
      ))}
    </SpaceBetween>
  );
}

function JobRun({ job, open }: { job: JobState; open: boolean }) {
  return (
    <ExpandableSection
      variant="container"
      key={String(open)}
      defaultExpanded={open}
      headerText={job.name}
      headerInfo={<State state={job.state} />}
      headerDescription={
        job.state === "succeeded"
          ? `Read ${rowsOf(job.reads) || "nothing"}; wrote ${rowsOf(job.writes) || "nothing"}; ${job.seconds.toFixed(2)} s`
          : undefined
      }
    >
      <SpaceBetween size="xs">
        {job.error && (
          <Alert type="error" header={job.failed_node ? `${job.failed_node} failed` : "The job failed"}>
            <span style={{ whiteSpace: "pre-wrap" }}>{job.error}</span> The tables are as they were.
          </Alert>
        )}
        {job.notes.map((note) => (
          <Alert key={note} type="warning">
            {note}
          </Alert>
        ))}
        <Table
          variant="embedded"
          contentDensity="compact"
          items={job.nodes.filter((node) => node.name)}
          ariaLabels={{ tableLabel: `Nodes of ${job.name}` }}
          empty={<Box color="text-body-secondary">No node has run yet.</Box>}
          columnDefinitions={[
            { id: "node", header: "Node", cell: (node) => node.name, isRowHeader: true },
            { id: "seconds", header: "Seconds", cell: (node) => node.seconds.toFixed(2) },
            { id: "rows", header: "Read or written", cell: (node) => rowsOf(node.rows) },
            { id: "out", header: "Rows that leave", cell: (node) => (node.out == null ? "" : number.format(node.out)) },
          ]}
        />
        {job.printed && (
          <Box variant="code">
            <pre>{job.printed}</pre>
          </Box>
        )}
        <Link href={jobAddress(job.name)}>Open the canvas</Link>
      </SpaceBetween>
    </ExpandableSection>
  );
}
