/** The data that leaves the selected node: first rows, how many there are, seconds; nothing of it stays. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Tabs from "@cloudscape-design/components/tabs";
import { useEffect, useState } from "react";
import { answer, api, ApiError, type Column, tell, type NodeView, type Preview, wordsOf } from "../api/client";
import { counted } from "../shared/counted";
import { Rows } from "../shared/Rows";

interface Props {
  job: string;
  text: string;
  node: NodeView | undefined;
  /** Whether a run is going on, which previews wait for. */
  runs: boolean;
  onFailed: (nodeName: string) => void;
}

interface State {
  key: string;
  id: string;
  preview?: Preview;
  error?: string;
  failedNode?: string;
}

const PAUSE_MILLISECONDS = 250;
const ROWS = 200;
/** Tells this page from others, which have previews of their own. */
const PAGE = crypto.randomUUID();

export function PreviewPanel({ job, text, node, runs, onFailed }: Props) {
  const [state, setState] = useState<State>({ key: "", id: "" });
  const [times, setTimes] = useState(0);
  const id = node?.id ?? "";
  const key = `${times} ${runs} ${id} ${text}`;
  const waits = !!id && state.key !== key;

  useEffect(() => {
    if (!id) return;
    let current = true;
    const request = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const wanted = { params: { path: { job } }, body: { text, node: id, rows: ROWS, page: PAGE }, signal: request.signal };
        const preview = await answer(api.POST("/api/jobs/{job}/preview", wanted));
        if (current) {
          setState({ key, id, preview });
          onFailed("");
        }
      } catch (error) {
        if (!current) return;
        const failedNode = error instanceof ApiError ? error.node : "";
        setState({ key, id, error: wordsOf(error), failedNode });
        onFailed(failedNode);
      }
    }, PAUSE_MILLISECONDS);
    return () => {
      current = false;
      request.abort();
      clearTimeout(timer);
    };
  }, [job, text, id, key, onFailed]);

  if (!node) return <Box color="text-body-secondary" padding="s">Select a node to see its data.</Box>;
  const stop = () => tell(api.POST("/api/jobs/{job}/preview/stop", { params: { path: { job } } }));
  const { preview, error, failedNode } = state;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween size="s" direction="horizontal" alignItems="center">
        {waits ? (
          <>
            <StatusIndicator type="loading">Running the canvas up to {node.name}</StatusIndicator>{" "}
            <Button onClick={stop} variant="inline-link">Stop</Button>
          </>
        ) : (
          <Button onClick={() => setTimes(times + 1)} iconName="refresh" variant="inline-link">Run again</Button>
        )}
        {!waits && preview && (
          <span data-testid="preview-total">
            {preview.frames.map((frame) => `${frame.name ? `${frame.name}: ` : ""}${counted(frame.total, "row")}`).join(", ")} in{" "}
            {preview.seconds.toFixed(2)} s
          </span>
        )}
      </SpaceBetween>
      {!waits && error && (
        <Alert type="error" header={failedNode ? `${failedNode} failed` : "The preview failed"}>
          <span style={{ whiteSpace: "pre-wrap" }}>{error}</span>
        </Alert>
      )}
      {!waits && !!preview?.notes.length && <Notes notes={preview.notes} />}
      {preview && !error && state.id === id && (
        <div style={waits ? { opacity: 0.5 } : undefined} aria-busy={waits}>
          <Frames preview={preview} name={node.name} />
        </div>
      )}
    </SpaceBetween>
  );
}

function Notes({ notes }: { notes: string[] }) {
  return (
    <ExpandableSection variant="footer" headerText={counted(notes.length, "warning")}>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </ExpandableSection>
  );
}

const keyOf = (columns: Column[]) => columns.map((one) => one.name).join();

function Frames({ preview, name }: { preview: Preview; name: string }) {
  const [first, ...others] = preview.frames;
  if (!first) return <Box>No frame leaves this node.</Box>;
  if (!others.length) return <Rows key={keyOf(first.columns)} columns={first.columns} rows={first.rows} label={`Data of ${name}`} />;
  return (
    <Tabs
      tabs={preview.frames.map((frame) => ({
        id: frame.name,
        label: frame.name,
        content: <Rows columns={frame.columns} rows={frame.rows} label={`Data of ${name}, ${frame.name}`} />,
      }))}
    />
  );
}
