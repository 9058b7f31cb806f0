/** Below the canvas: data, columns, script, problems, details, the last run. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Tabs from "@cloudscape-design/components/tabs";
import type { Change, FieldForm, Inspection, NodeView, Run } from "../api/client";
import { PreviewPanel } from "../panels/PreviewPanel";
import { ProblemsPanel } from "../panels/ProblemsPanel";
import { SchemaPanel } from "../panels/SchemaPanel";
import { ScriptPanel } from "../panels/ScriptPanel";
import { SettingsPanel } from "../panels/SettingsPanel";
import { RunView } from "../runs/RunView";
import { LOST } from "../runs/useRun";

interface Props {
  job: string;
  text: string;
  inspection: Inspection;
  node: NodeView | undefined;
  settings: FieldForm[];
  run: Run | undefined;
  lost: boolean;
  dark: boolean;
  tab: string;
  tall: boolean;
  onTab: (tab: string) => void;
  onTall: (tall: boolean) => void;
  onSelect: (nodes: string[]) => void;
  onFailed: (nodeName: string) => void;
  onChange: (change: Change) => Promise<boolean>;
}

export function JobTabs(props: Props) {
  const { job, text, inspection, node, run, dark, tab, tall } = props;
  const shown: Record<string, () => React.ReactNode> = {
    data: () => <PreviewPanel job={job} text={text} node={node} runs={run?.state === "running"} onFailed={props.onFailed} />,
    schema: () => <SchemaPanel node={node} />,
    script: () => <ScriptPanel inspection={inspection} savedScript={inspection.script_saved ?? ""} dark={dark} />,
    problems: () => <ProblemsPanel inspection={inspection} onGo={(id) => props.onSelect([id])} />,
    details: () => <SettingsPanel inspection={inspection} forms={props.settings} onChange={props.onChange} />,
    run: () => <LastRun run={run} lost={props.lost} />,
  };
  const labels: [string, string][] = [
    ["data", "Data preview"],
    ["schema", "Output schema"],
    ["script", "Script"],
    ["problems", `Problems (${inspection.problems.length})`],
    ["details", "Job details"],
    ["run", "Run"],
  ];
  const larger = (
    <Button
      variant="icon"
      iconName={tall ? "shrink" : "expand"}
      ariaLabel={tall ? "Make this part smaller" : "Make this part larger"}
      onClick={() => props.onTall(!tall)}
    />
  );
  return (
    <section className="job-bottom" aria-label="Data, script and problems">
      <Tabs
        activeTabId={tab}
        actions={larger}
        onChange={({ detail }) => props.onTab(detail.activeTabId)}
        tabs={labels.map(([id, label]) => ({ id, label, content: tab === id && shown[id]?.() }))}
      />
    </section>
  );
}

function LastRun({ run, lost }: { run: Run | undefined; lost: boolean }) {
  if (lost) return <Alert type="error">{LOST}</Alert>;
  return run ? <RunView run={run} /> : <Box padding="s">Run the job to watch it here, node by node.</Box>;
}
