/** A job: its canvas, the selected node's properties, and below them data, columns, script, problems, details, runs. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Tabs from "@cloudscape-design/components/tabs";
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";
import { answer, api, type Change, wordsOf } from "../api/client";
import { PreviewPanel } from "../panels/PreviewPanel";
import { ProblemsPanel } from "../panels/ProblemsPanel";
import { SchemaPanel } from "../panels/SchemaPanel";
import { ScriptPanel } from "../panels/ScriptPanel";
import { SettingsPanel } from "../panels/SettingsPanel";
import { NodeProperties } from "../properties/NodeProperties";
import { tellTyped, useUntold } from "../properties/useTyped";
import { RunView } from "../runs/RunView";
import { LOST, useRun } from "../runs/useRun";
import { useLoaded } from "../shared/load";
import { AwsDialog } from "./AwsDialog";
import { CanvasView } from "./CanvasView";
import { copiedNodes, copyNodes } from "./Clipboard";
import { DiskChange } from "./DiskChange";
import { Palette } from "./Palette";
import { useCanvas } from "./useCanvas";

/** Keys work wherever the focus is, on nothing too. */
function Keys({ onPressed }: { onPressed: (event: KeyboardEvent) => void }) {
  const latest = useRef(onPressed);
  useEffect(() => {
    latest.current = onPressed;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => latest.current(event);
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return null;
}

type Which = "job" | "upstream" | "downstream" | "all";

const NO_COUNTS = new Map<string, number>();

export default function JobPage({ job, dark }: { job: string; dark: boolean }) {
  const [state, actions] = useCanvas(job);
  const forms = useLoaded("forms", () => answer(api.GET("/api/forms")));
  const studio = useLoaded("studio", () => answer(api.GET("/api/studio")));
  const tables = useLoaded("tables", () => answer(api.GET("/api/tables")));
  const [tab, setTab] = useState("data");
  const [tall, setTall] = useState(false);
  const [adding, setAdding] = useState(false);
  const [atAws, setAtAws] = useState(false);
  const [counts, setCounts] = useState<{ text: string; rows: Map<string, number> }>();
  const [failedName, setFailedName] = useState("");
  const [started, setStarted] = useState("");
  const runs = useLoaded("runs", () => answer(api.GET("/api/runs")));
  const runId = started || (runs.value?.find((one) => one.jobs.some((state) => state.name === job))?.id ?? "");
  const [words, setWords] = useState("");
  const [arrow, setArrow] = useState<[string, string]>();
  const { run, lost } = useRun(runId);
  const untold = useUntold();
  const noteFailed = useCallback((name: string) => setFailedName(name), []);

  const { history, saved } = state;
  if (!history)
    return (
      <div className="padded">{state.error ? <Alert type="error">{state.error}</Alert> : <Spinner size="large" />}</div>
    );
  const { text, inspection, selected } = history.now;
  const kinds = forms.value?.kinds ?? [];
  const node = selected.length === 1 ? inspection.nodes.find((one) => one.id === selected[0]) : undefined;
  const edited = text !== saved.text || untold;

  const edit = async (change: Change) => (await actions.edit(change)) !== undefined;
  const add = async (kind: string) => {
    setAdding(false);
    const isSource = kinds.find((one) => one.kind === kind)?.most_inputs === 0;
    const isTarget = kinds.find((one) => one.kind === kind)?.role === "Data target";
    const place = isSource || !node || node.role === "Data target" ? {} : isTarget ? { inputs: [node.id] } : { after: node.id };
    const made = await actions.edit({ do: "add", kind, ...place });
    if (made?.length) actions.select(made);
  };
  const remove = () => {
    if (arrow) void edit({ do: "disconnect", source: arrow[0], target: arrow[1] });
    else if (selected.length) void edit({ do: "remove", nodes: selected });
    setArrow(undefined);
  };
  const copy = () => copyNodes(inspection.nodes.filter((one) => selected.includes(one.id)));
  const paste = async () => {
    const nodes = copiedNodes();
    if (!nodes.length) return;
    const made = await actions.edit({ do: "paste", nodes });
    if (made?.length) actions.select(made);
  };
  const save = async (overwrite = false) => {
    if (await actions.save(overwrite)) tables.reload();
  };
  const define = async () => {
    const settled = await actions.settle();
    try {
      const body = { text: settled.text };
      await answer(api.POST("/api/jobs/{job}/statements", { params: { path: { job } }, body }));
      tables.reload();
      actions.inspectAgain();
    } catch (problem) {
      setWords(wordsOf(problem));
    }
  };
  const count = async () => {
    try {
      const found = await answer(api.POST("/api/jobs/{job}/counts", { params: { path: { job } }, body: { text } }));
      setCounts({ text, rows: new Map(found.map((one) => [one.node, one.rows])) });
      setWords("");
    } catch (problem) {
      setWords(wordsOf(problem));
    }
  };
  const start = async (which: Which) => {
    setWords("");
    if ((await actions.settle()).edited && !(await actions.save())) return;
    try {
      const begun = await answer(api.POST("/api/runs", { body: { job, which } }));
      setStarted(begun.id);
      setTab("run");
    } catch (problem) {
      setWords(wordsOf(problem));
    }
  };
  const pressed = (event: KeyboardEvent) => {
    const place = event.target as HTMLElement;
    if (place.closest("[role=dialog]")) return;
    const typing = place.closest("input:not([type=checkbox], [type=radio]), textarea, .cm-editor, [role=listbox]");
    const onCanvas = place === document.body || !!place.closest(".job-canvas");
    const mod = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const act = (does: () => unknown) => {
      event.preventDefault();
      does();
    };
    if (mod && key === "s") return act(() => save());
    if (typing) return;
    if (mod && key === "z") return act(event.shiftKey ? actions.redo : actions.undo);
    if (mod && key === "y") return act(actions.redo);
    if (mod && key === "c" && !getSelection()?.toString()) return act(copy);
    if (mod && key === "v") return act(paste);
    if (!onCanvas || mod) return;
    if (key === "delete" || key === "backspace") return act(remove);
    if (key === "a") return act(() => setAdding(true));
  };

  return (
    <div className={tall ? "job-page job-page-tall" : "job-page"} onBlur={() => void tellTyped()}>
      <Keys onPressed={pressed} />
      <header className="job-bar">
        <h1>{job}</h1>
        <span role="status">
          <StatusIndicator type={state.silence ? "warning" : state.busy ? "loading" : edited ? "pending" : "success"}>
            {state.silence ? "Waiting for the server" : state.busy ? "Working" : edited ? "Not saved" : "Saved"}
          </StatusIndicator>
        </span>
        <span className="spread" />
        <Button iconName="add-plus" onClick={() => setAdding(true)}>Add node</Button>
        <Button iconName="undo" variant="icon" ariaLabel="Undo" disabled={!history.past.length} onClick={actions.undo} />
        <Button iconName="redo" variant="icon" ariaLabel="Redo" disabled={!history.future.length} onClick={actions.redo} />
        <ButtonDropdown
          items={[
            { id: "copy", text: "Copy", disabled: !selected.length },
            { id: "paste", text: "Paste" },
            { id: "delete", text: "Delete", disabled: !selected.length && !arrow },
            { id: "count", text: "Count rows on the arrows" },
          ]}
          onItemClick={({ detail }) => {
            if (detail.id === "copy") copy();
            if (detail.id === "paste") void paste();
            if (detail.id === "delete") remove();
            if (detail.id === "count") void count();
          }}
        >
          Nodes
        </ButtonDropdown>
        {studio.value?.has_aws && <Button onClick={() => setAtAws(true)}>AWS</Button>}
        <Button variant="primary" onClick={() => void save()} disabled={!edited}>Save</Button>
        <ButtonDropdown
          items={[
            { id: "job", text: "This job" },
            { id: "upstream", text: "This job and what feeds it" },
            { id: "downstream", text: "This job and what it feeds" },
            { id: "all", text: "All jobs" },
          ]}
          onItemClick={({ detail }) => void start(detail.id as Which)}
        >
          {edited ? "Save and run" : "Run"}
        </ButtonDropdown>
        <div className="job-notes">
          {state.diskVersion && (
            <DiskChange
              job={job}
              text={text}
              edited={edited}
              gone={state.diskVersion === "gone"}
              onReload={() => void actions.reload()}
              onKeep={() => void save(true)}
            />
          )}
          {state.restored && edited && !state.diskVersion && (
            <Alert type="info" action={<Button onClick={() => void actions.reload()}>Drop it</Button>}>
              Work that was not saved has been brought back.
            </Alert>
          )}
          {state.silence && <Alert type="warning" header={state.silence}>What you do meanwhile is kept and done when it answers.</Alert>}
          {state.error && (
            <Alert type="error" dismissible onDismiss={actions.forgetError} dismissAriaLabel="Close">
              {state.error}
            </Alert>
          )}
          {[forms.error, tables.error].filter(Boolean).map((problem) => (
            <Alert key={problem} type="error">{problem}</Alert>
          ))}
          {words && (
            <Alert type="error" dismissible onDismiss={() => setWords("")} dismissAriaLabel="Close">
              {words}
            </Alert>
          )}
        </div>
      </header>
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
            onConnect={(source, target) => edit({ do: "connect", source, target })}
            onInsert={(inserted, between) => edit({ do: "insert", node: inserted, between })}
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
          <Box color="text-body-secondary">
            {selected.length > 1
              ? `${selected.length} nodes are selected.`
              : "Select a node to see its properties. A adds a node, Delete removes one, Ctrl+Z undoes, Ctrl+S saves."}
          </Box>
        )}
      </aside>
      <section className="job-bottom" aria-label="Data, script and problems">
        <Tabs
          activeTabId={tab}
          actions={
            <Button
              variant="icon"
              iconName={tall ? "shrink" : "expand"}
              ariaLabel={tall ? "Make this part smaller" : "Make this part larger"}
              onClick={() => setTall(!tall)}
            />
          }
          onChange={({ detail }) => setTab(detail.activeTabId)}
          tabs={[
            {
              id: "data",
              label: "Data preview",
              content: tab === "data" && <PreviewPanel job={job} text={text} node={node} runs={run?.state === "running"} onFailed={noteFailed} />,
            },
            { id: "schema", label: "Output schema", content: tab === "schema" && <SchemaPanel node={node} /> },
            {
              id: "script",
              label: "Script",
              content: tab === "script" && (
                <ScriptPanel inspection={inspection} savedScript={inspection.script_saved ?? ""} dark={dark} />
              ),
            },
            {
              id: "problems",
              label: `Problems (${inspection.problems.length})`,
              content: <ProblemsPanel inspection={inspection} onGo={(id) => actions.select([id])} />,
            },
            {
              id: "details",
              label: "Job details",
              content: tab === "details" && (
                <SettingsPanel inspection={inspection} forms={forms.value?.settings ?? []} onChange={edit} />
              ),
            },
            {
              id: "run",
              label: "Run",
              content: lost ? <Alert type="error">{LOST}</Alert> : run ? <RunView run={run} /> : <Box padding="s">Run the job to watch it here, node by node.</Box>,
            },
          ]}
        />
      </section>
      {atAws && (
        <AwsDialog job={job} text={text} onPulled={(pulled) => void actions.replace(pulled)} onClose={() => setAtAws(false)} />
      )}
      {adding && (
        <Palette kinds={kinds} after={node?.name ?? ""} onPick={(kind) => void add(kind)} onClose={() => setAdding(false)} />
      )}
    </div>
  );
}
