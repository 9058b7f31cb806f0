/** What a person should know of the job under edit: another version on disk, work brought back, what went wrong. */
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { DiskChange } from "./DiskChange";
import type { CanvasActions, CanvasState } from "./useCanvas";
import { GONE } from "./useDiskVersion";

interface Props {
  job: string;
  text: string;
  edited: boolean;
  state: CanvasState;
  actions: CanvasActions;
  /** What went wrong beside the canvas itself. */
  problems: string[];
  words: string;
  onForget: () => void;
  onKeep: () => void;
}

export function JobNotes({ job, text, edited, state, actions, problems, words, onForget, onKeep }: Props) {
  const reload = () => void actions.reload();
  return (
    <>
      {state.diskVersion && (
        <DiskChange job={job} text={text} edited={edited} gone={state.diskVersion === GONE} onReload={reload} onKeep={onKeep} />
      )}
      {state.restored && edited && !state.diskVersion && (
        <Alert type="info" action={<Button onClick={reload}>Drop it</Button>}>
          Work that was not saved has been brought back.
        </Alert>
      )}
      {state.silence && (
        <Alert type="warning" header={state.silence}>
          What you do meanwhile is kept and done when it answers.
        </Alert>
      )}
      <Wrong words={state.error} onForget={actions.forgetError} />
      {problems.filter(Boolean).map((problem) => (
        <Alert key={problem} type="error">
          {problem}
        </Alert>
      ))}
      <Wrong words={words} onForget={onForget} />
    </>
  );
}

function Wrong({ words, onForget }: { words: string; onForget: () => void }) {
  if (!words) return null;
  return (
    <Alert type="error" dismissible onDismiss={onForget} dismissAriaLabel="Close">
      {words}
    </Alert>
  );
}
