/** A job: its canvas, the selected node's properties, and below them data, columns, script, problems, details, runs. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useState } from "react";
import { answer, api, type Change, type Inspection, wordsOf } from "../api/client";
import { NodeProperties } from "../properties/NodeProperties";
import { tellTyped, useUntold } from "../properties/useTyped";
import { useRun } from "../runs/useRun";
import { useLoaded } from "../shared/load";
import { AwsDialog } from "./AwsDialog";
import { CanvasView } from "./CanvasView";
import { copiedNodes, copyNodes } from "./Clipboard";
import { JobBar, type Which } from "./JobBar";
import { JobNotes } from "./JobNotes";
import { JobTabs } from "./JobTabs";
import { Palette } from "./Palette";
import { type CanvasActions, type CanvasState, type Step, useCanvas } from "./useCanvas";
import type { History } from "./history";
import { useKeys } from "./useKeys";

const NO_COUNTS = new Map<string, number>();

export default function JobPage({ job, dark, hasAws }: Pick<OpenProps, "job" | "dark" | "hasAws">) {
  const [state, actions] = useCanvas(job);
  if (!state.history)
    return (
      <div className="padded">{state.error ? <Alert type="error">{state.error}</Alert> : <Spinner size="large" />}</div>
    );
  return <OpenJob job={job} dark={dark} hasAws={hasAws} state={state} history={state.history} actions={actions} />;
}

interface OpenProps {
  job: string;
  dark: boolean;
  /** Whether AWS can be asked. */
  hasAws: boolean;
  state: CanvasState;
  history: History<Step>;
  actions: CanvasActions;
}

function OpenJob({ job, dark, hasAws, state, history, actions }: OpenProps) {
  const { text, inspection, selected } = history.now;
  const path = { path: { job } };
  const forms = useLoaded("forms", () => answer(api.GET("/api/forms")));
  const tables = useLoaded("tables", () => answer(api.GET("/api/tables")));
  const runs = useLoaded("runs", () => answer(api.GET("/api/runs")));
  const [started, setStarted] = useState("");
  const { run, lost } = useRun(started || lastRunOf(job, runs.value ?? []));
  const [tab, setTab] = useState("data");
  const [tall, setTall] = useState(false);
  const [dialog, setDialog] = useState<"" | "add" | "aws">("");
  const [counts, setCounts] = useState<{ text: string; rows: Map<string, number> }>();
  const [failedName, setFailedName] = useState("");
  const [words, setWords] = useState("");
  const [arrow, setArrow] = useState<[string, string]>();
  const noteFailed = useCallback((name: string) => setFailedName(name), []);
  const untold = useUntold();
  const edited = untold || text !== state.saved.text;
  const kinds = forms.value?.kinds ?? [];
  const node = selected.length === 1 ? inspection.nodes.find((one) => one.id === selected[0]) : undefined;

  const edit = async (change: Change) => (await actions.edit(change)) !== undefined;
  const editAndSelect = async (change: Change) => {
    const made = await actions.edit(change);
    if (made?.length) actions.select(made);
  };
  /** Do what may be refused, and say why. */
  const attempt = async (does: () => Promise<void>) => {
    setWords("");
    try {
      await does();
    } catch (problem) {
      setWords(wordsOf(problem));
    }
  };
  const add = (kind: string) => {
    setDialog("");
    const form = kinds.find((one) => one.kind === kind);
    const alone = form?.most_inputs === 0 || !node || node.role === "Data target";
    const place = alone ? {} : form?.role === "Data target" ? { inputs: [node.id] } : { after: node.id };
    void editAndSelect({ do: "add", kind, ...place });
  };
  const remove = () => {
    if (arrow) void edit({ do: "disconnect", source: arrow[0], target: arrow[1] });
    else if (selected.length) void edit({ do: "remove", nodes: selected });
    setArrow(undefined);
  };
  const paste = () => {
    const nodes = copiedNodes();
    if (nodes.length) void editAndSelect({ do: "paste", nodes });
  };
  const save = async (overwrite = false) => {
    if (await actions.save(overwrite)) tables.reload();
  };
  const define = () =>
    attempt(async () => {
      const body = { text: (await actions.settle()).text };
      await answer(api.POST("/api/jobs/{job}/statements", { params: path, body }));
      tables.reload();
      actions.inspectAgain();
    });
  const count = () =>
    attempt(async () => {
      const found = await answer(api.POST("/api/jobs/{job}/counts", { params: path, body: { text } }));
      setCounts({ text, rows: new Map(found.map((one) => [one.node, one.rows])) });
    });
  const start = (which: Which) =>
    attempt(async () => {
      if ((await actions.settle()).edited && !(await actions.save())) return;
      const begun = await answer(api.POST("/api/runs", { body: { job, which } }));
      setStarted(begun.id);
      setTab("run");
    });
  const keys = {
    save: () => void save(),
    undo: actions.undo,
    redo: actions.redo,
    copy: () => copyNodes(inspection.nodes.filter((one) => selected.includes(one.id))),
    paste,
    remove,
    add: () => setDialog("add"),
  };
  useKeys(keys);

  return (
    <div className={tall ? "job-page job-page-tall" : "job-page"} onBlur={() => void tellTyped()}>
      <JobBar
        job={job}
        edited={edited}
        busy={state.busy}
        untold={untold}
        waits={!!state.silence}
        canUndo={history.past.length > 0}
        canRedo={history.future.length > 0}
        hasSelection={selected.length > 0}
        hasArrow={!!arrow}
        keys={keys}
        onCount={() => void count()}
        onAws={hasAws ? () => setDialog("aws") : undefined}
        onRun={(which) => void start(which)}
      >
        <JobNotes
          job={job}
          text={text}
          edited={edited}
          state={state}
          actions={actions}
          problems={[forms.error, tables.error]}
          words={words}
          onForget={() => setWords("")}
          onKeep={() => void save(true)}
        />
      </JobBar>
      <section className="job-canvas" aria-label="Canvas of the job">
        <ReactFlowProvider>
          <CanvasView
            inspection={inspection}
            kinds={kinds}
            selected={selected}
            counts={counts?.text === text ? counts.rows : NO_COUNTS}
            failed={inspection.nodes.find((one) => one.name === failedName)?.id ?? ""}
            dark={dark}
            arrow={arrow}
            onSelect={(nodes) => {
              setArrow(undefined);
              actions.select(nodes);
            }}
            onSelectArrow={(one) => {
              actions.select([]);
              setArrow(one);
            }}
            onConnect={(source, target) => void edit({ do: "connect", source, target })}
            onInsert={(inserted, between) => void edit({ do: "insert", node: inserted, between })}
          />
        </ReactFlowProvider>
      </section>
      <aside className="job-side" aria-label="Properties">
        {node ? (
          <NodeProperties
            key={node.id}
            node={node}
            form={kinds.find((one) => one.kind === node.kind)}
            inspection={inspection}
            tables={tables.value ?? []}
            dark={dark}
            onChange={edit}
            onDefine={() => void define()}
          />
        ) : (
          <Box color="text-body-secondary">{hint(selected, inspection)}</Box>
        )}
      </aside>
      <JobTabs
        job={job}
        text={text}
        inspection={inspection}
        node={node}
        settings={forms.value?.settings ?? []}
        run={run}
        lost={lost}
        dark={dark}
        tab={tab}
        tall={tall}
        onTab={setTab}
        onTall={setTall}
        onSelect={actions.select}
        onFailed={noteFailed}
        onChange={edit}
      />
      {dialog === "aws" && (
        <AwsDialog job={job} text={text} onPulled={(pulled) => void actions.replace(pulled)} onClose={() => setDialog("")} />
      )}
      {dialog === "add" && <Palette kinds={kinds} after={node?.name ?? ""} onPick={add} onClose={() => setDialog("")} />}
    </div>
  );
}

function lastRunOf(job: string, runs: { id: string; jobs: { name: string }[] }[]): string {
  return runs.find((run) => run.jobs.some((one) => one.name === job))?.id ?? "";
}

function hint(selected: string[], inspection: Inspection): string {
  if (selected.length > 1) return `${selected.length} nodes are selected.`;
  if (!inspection.nodes.length) return "Press A to add a node.";
  return "Select a node to see its properties. A adds a node, Delete removes one, Ctrl+Z undoes, Ctrl+S saves.";
}
