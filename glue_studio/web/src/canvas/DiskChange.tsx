/** A file that changed on disk while it was edited here: reload it, compare, or keep what is here. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { answer, api, type Comparison, wordsOf } from "../api/client";

interface Props {
  job: string;
  text: string;
  edited: boolean;
  gone: boolean;
  onReload: () => void;
  onKeep: () => void;
}

export function DiskChange({ job, text, edited, gone, onReload, onKeep }: Props) {
  const [comparison, setComparison] = useState<Comparison>();
  const [error, setError] = useState("");
  const compare = async () => {
    try {
      setComparison(await answer(api.POST("/api/jobs/{job}/compare", { params: { path: { job } }, body: { text } })));
    } catch (problem) {
      setError(wordsOf(problem));
    }
  };
  const buttons = (
    <SpaceBetween size="xs" direction="horizontal">
      {!gone && <Button onClick={onReload}>{edited ? "Take the file, drop my changes" : "Reload"}</Button>}
      {!gone && <Button onClick={() => void compare()}>Compare</Button>}
      {(edited || gone) && <Button onClick={onKeep}>Save mine over it</Button>}
    </SpaceBetween>
  );
  return (
    <>
      <Alert type="warning" action={buttons} header={gone ? "The canvas file is gone" : "The canvas file has changed on disk"}>
        {edited ? "Nothing is written until you choose." : "A pull, git or an editor has written it."} {error}
      </Alert>
      {comparison && (
        <Modal visible size="max" header="From the file on disk to what is here" onDismiss={() => setComparison(undefined)} closeAriaLabel="Close" footer={buttons}>
          <Changes comparison={comparison} />
        </Modal>
      )}
    </>
  );
}

export function Changes({ comparison }: { comparison: Comparison }) {
  return (
    <SpaceBetween size="m">
      <div className="picture">
        <img src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(comparison.picture)}`} alt="Both canvases, with what differs marked" />
      </div>
      <ul aria-label="Differences">
        {comparison.changes.map((one) => (
          <li key={one.change + one.node}>
            <Box variant="strong">{one.node || "The job"}</Box> {one.change}
            {one.words.map((line) => (
              <div key={line}>
                <code>{line}</code>
              </div>
            ))}
          </li>
        ))}
      </ul>
    </SpaceBetween>
  );
}
