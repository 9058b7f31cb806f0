/** AWS: what a push would change there; pull into the page, or push. Nothing is changed before it is shown. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { answer, api, type Schemas, wordsOf } from "../api/client";
import { useFirstFocus } from "../shared/useFirstFocus";
import { Changes } from "./DiskChange";

interface Props {
  job: string;
  text: string;
  onPulled: (text: string) => void;
  onClose: () => void;
}

export function AwsDialog({ job, text, onPulled, onClose }: Props) {
  const [name, setName] = useState(job);
  const [plan, setPlan] = useState<Schemas["PushPlan"]>();
  const [adopt, setAdopt] = useState(false);
  const [done, setDone] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState("");
  const field = useFirstFocus<InputProps.Ref>();
  const path = { path: { job } };
  const act = async (what: string, does: () => Promise<void>) => {
    setBusy(what);
    setError("");
    setDone("");
    try {
      await does();
    } catch (problem) {
      setError(wordsOf(problem));
    }
    setBusy("");
  };
  const look = () =>
    act("look", async () => setPlan(await answer(api.POST("/api/jobs/{job}/aws/plan", { params: path, body: { text, name } }))));
  const pull = () =>
    act("pull", async () => {
      const pulled = await answer(api.POST("/api/jobs/{job}/aws/pull", { params: path, body: { text, name } }));
      onPulled(pulled.text);
      onClose();
    });
  const push = () =>
    act("push", async () => {
      const body = { text, name, adopt, seen: plan?.seen ?? "" };
      const pushed = await answer(api.POST("/api/jobs/{job}/aws/push", { params: path, body }));
      const own = pushed.by_aws.length ? ` AWS itself set ${pushed.by_aws.join(", ")}.` : "";
      setPlan(undefined);
      setDone(`Pushed, read back and compared.${own}`);
    });
  const setsMode = !!plan?.words.some((line) => line.startsWith("JobMode"));
  return (
    <Modal
      visible
      size={plan?.comparison ? "max" : "medium"}
      header={`${job} and its job in AWS Glue`}
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <SpaceBetween size="xs" direction="horizontal">
          <Button onClick={onClose} variant="link">Close</Button>
          <Button onClick={() => void pull()} loading={busy === "pull"}>Pull into the page</Button>
          <Button
            variant="primary"
            onClick={() => void push()}
            loading={busy === "push"}
            disabled={!plan?.is_needed || (setsMode && !adopt)}
          >
            Push to AWS
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        <FormField label="Name of the job in AWS">
          <SpaceBetween size="xs" direction="horizontal">
            <Input ref={field} value={name} ariaLabel="Name of the job in AWS" onChange={({ detail }) => (setName(detail.value), setPlan(undefined))} />
            <Button onClick={() => void look()} loading={busy === "look"}>Compare</Button>
          </SpaceBetween>
        </FormField>
        <Box color="text-body-secondary">A pull is a step on this page, which can be undone and is not saved. A push changes the job and its script in AWS.</Box>
        {error && <Alert type="error">{error}</Alert>}
        {done && <StatusIndicator type="success">{done}</StatusIndicator>}
        {plan?.refused && <Alert type="warning">{plan.refused}</Alert>}
        {plan && !plan.refused && (
          <>
            <Box variant="h3">{plan.is_needed ? `A push changes ${plan.place}` : `${plan.place} is as it is here`}</Box>
            <ul aria-label="What a push changes">
              {plan.words.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            {setsMode && (
              <Checkbox checked={adopt} onChange={({ detail }) => setAdopt(detail.checked)}>
                Switch the job to VISUAL, and replace its script
              </Checkbox>
            )}
            {plan.is_needed && plan.comparison && <Changes comparison={plan.comparison} />}
          </>
        )}
      </SpaceBetween>
    </Modal>
  );
}
