/** Above the canvas: the job's name, whether it is saved, and what can be done. */
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import type { KeyActions } from "./useKeys";

/** What to run: this job, with what feeds it, with what it feeds, or all. */
export type Which = "job" | "upstream" | "downstream" | "all";

interface Props {
  job: string;
  edited: boolean;
  busy: boolean;
  /** Whether something that was typed is not part of the canvas yet. */
  untold: boolean;
  waits: boolean;
  canUndo: boolean;
  canRedo: boolean;
  hasSelection: boolean;
  hasArrow: boolean;
  keys: KeyActions;
  onCount: () => void;
  onAws: (() => void) | undefined;
  onRun: (which: Which) => void;
  children: ReactNode;
}

export function JobBar(props: Props) {
  const { job, edited, keys } = props;
  return (
    <header className="job-bar">
      <h1>{job}</h1>
      <Saved {...props} />
      <span className="spread" />
      <Button iconName="add-plus" onClick={keys.add}>Add node</Button>
      <Button iconName="undo" variant="icon" ariaLabel="Undo" disabled={!props.canUndo} onClick={keys.undo} />
      <Button iconName="redo" variant="icon" ariaLabel="Redo" disabled={!props.canRedo} onClick={keys.redo} />
      <Nodes {...props} />
      {props.onAws && <Button onClick={props.onAws}>AWS</Button>}
      <Button variant="primary" onClick={keys.save} disabled={!edited}>Save</Button>
      <ButtonDropdown
        items={[
          { id: "job", text: "This job" },
          { id: "upstream", text: "This job and what feeds it" },
          { id: "downstream", text: "This job and what it feeds" },
          { id: "all", text: "All jobs" },
        ]}
        onItemClick={({ detail }) => props.onRun(detail.id as Which)}
      >
        {edited ? "Save and run" : "Run"}
      </ButtonDropdown>
      <div className="job-notes">{props.children}</div>
    </header>
  );
}

function Saved({ edited, busy, untold, waits }: Props) {
  return (
    <span role="status" aria-busy={busy || untold}>
      <StatusIndicator type={waits ? "warning" : busy ? "loading" : edited ? "pending" : "success"}>
        {waits ? "Waiting for the server" : busy ? "Working" : edited ? "Not saved" : "Saved"}
      </StatusIndicator>
    </span>
  );
}

function Nodes({ keys, hasSelection, hasArrow, onCount }: Props) {
  const does: Record<string, () => void> = { copy: keys.copy, paste: keys.paste, delete: keys.remove, count: onCount };
  return (
    <ButtonDropdown
      items={[
        { id: "count", text: "Count rows on the arrows" },
        { id: "copy", text: "Copy", disabled: !hasSelection },
        { id: "paste", text: "Paste" },
        { id: "delete", text: "Delete", disabled: !hasSelection && !hasArrow },
      ]}
      onItemClick={({ detail }) => does[detail.id]?.()}
    >
      Nodes
    </ButtonDropdown>
  );
}
