/** What the compiler makes of the canvas, with what has changed since it was saved. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import type { Inspection } from "../api/client";
import { CodeEditor } from "../shared/CodeEditor";
import { counted } from "../shared/counted";
import { changedLines } from "./changedLines";

export function ScriptPanel({ inspection, savedScript, dark }: { inspection: Inspection; savedScript: string; dark: boolean }) {
  const script = inspection.script ?? savedScript;
  const changed = useMemo(() => changedLines(savedScript, script), [savedScript, script]);
  return (
    <SpaceBetween size="xs">
      {inspection.script_error && <Alert type="error" header="The canvas does not compile yet">{inspection.script_error}</Alert>}
      <Box color="text-body-secondary">
        {changed.length ? `${counted(changed.length, "line")} changed since the script was saved.` : "The script is as it was saved."}
      </Box>
      <CodeEditor value={script} language="python" label="Script" dark={dark} readOnly changed={changed} />
    </SpaceBetween>
  );
}
