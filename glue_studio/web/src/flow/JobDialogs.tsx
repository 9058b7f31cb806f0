/** New job, copy, rename, delete: what is asked before it is done. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { answer, api, type TableView, wordsOf } from "../api/client";
import { dropDraftsOf, hasDraft } from "../canvas/drafts";
import { useFirstFocus } from "../shared/useFirstFocus";

interface Props {
  header: string;
  action: string;
  can: boolean;
  onDo: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}

function Dialog({ header, action, can, onDo, onClose, children }: Props) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      await onDo();
    } catch (problem) {
      setError(wordsOf(problem));
    }
    setBusy(false);
  };
  return (
    <Modal
      visible
      header={header}
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button onClick={onClose} variant="link">Cancel</Button>
            <Button variant="primary" onClick={() => void act()} disabled={!can} loading={busy}>{action}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {children}
        {error && <Alert type="error">{error}</Alert>}
      </SpaceBetween>
    </Modal>
  );
}

export function NewJobDialog({ tables, onDone, onClose }: { tables: TableView[]; onDone: (job: string) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const [reads, setReads] = useState<string[]>([]);
  const [writes, setWrites] = useState("");
  const field = useFirstFocus<InputProps.Ref>();
  const split = (text: string) => {
    const [database = "", table = ""] = text.split(".");
    return { database, table };
  };
  const make = async () => {
    const target = writes.includes(".") ? writes : `${reads[0]?.split(".")[0]}.${writes}`;
    await answer(api.POST("/api/jobs", { body: { name, reads: reads.map(split), writes: writes ? split(target) : null } }));
    dropDraftsOf(name);
    onDone(name);
  };
  const option = (one: string) => ({ value: one, label: one });
  return (
    <Dialog header="New job" action="Make the job" can={!!name && !!reads.length} onDo={make} onClose={onClose}>
      <FormField label="Name" description="Letters, digits, _ . -">
        <Input value={name} ariaLabel="Name" ref={field} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label="Tables that it reads">
        <Multiselect
          selectedOptions={reads.map(option)}
          options={tables.map((one) => option(`${one.database}.${one.name}`))}
          placeholder="Choose tables"
          empty="No table is defined yet: put a CREATE EXTERNAL TABLE statement into the folder ddl."
          filteringType="auto"
          ariaLabel="Tables that it reads"
          onChange={({ detail }) => setReads(detail.selectedOptions.map((one) => one.value ?? ""))}
        />
      </FormField>
      <FormField
        label={<>Table that it writes <i>- optional</i></>}
        description="A new table gets a CREATE EXTERNAL TABLE statement with the columns of what is read."
      >
        <Input value={writes} ariaLabel="Table that it writes" placeholder="database.table" onChange={({ detail }) => setWrites(detail.value)} />
      </FormField>
    </Dialog>
  );
}

export function NameDialog(props: { job: string; renames: boolean; onDone: (job: string) => void; onClose: () => void }) {
  const { job, renames } = props;
  const [name, setName] = useState(renames ? job : `${job}_copy`);
  const field = useFirstFocus<InputProps.Ref>();
  const unsaved = hasDraft(job);
  const make = async () => {
    const request = { params: { path: { job } }, body: { name } };
    await answer(renames ? api.POST("/api/jobs/{job}/rename", request) : api.POST("/api/jobs/{job}/copy", request));
    dropDraftsOf(name);
    props.onDone(name);
  };
  return (
    <Dialog header={renames ? `Rename ${job}` : `Copy ${job}`} action={renames ? "Rename" : "Copy"} can={!!name && name !== job && !(renames && unsaved)} onDo={make} onClose={props.onClose}>
      <FormField label="Name">
        <Input value={name} ariaLabel="Name" ref={field} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      {unsaved && (
        <Alert type="warning">
          {job} has work that is not saved. {renames ? "Open it, and save or drop that first." : "The copy is made of its file."}
        </Alert>
      )}
      {!renames && <Box>The copy writes the same table: let it write another one before both run.</Box>}
    </Dialog>
  );
}

export function PullDialog({ onDone, onClose }: { onDone: (job: string) => void; onClose: () => void }) {
  const [name, setName] = useState("");
  const field = useFirstFocus<InputProps.Ref>();
  const pull = async () => {
    await answer(api.POST("/api/aws/jobs", { body: { name } }));
    dropDraftsOf(name);
    onDone(name);
  };
  return (
    <Dialog header="Pull a job from AWS" action="Pull" can={!!name} onDo={pull} onClose={onClose}>
      <FormField label="Name of the job in AWS" description="Its canvas, script and drawing are written here; nothing changes in AWS.">
        <Input ref={field} value={name} ariaLabel="Name of the job in AWS" onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}

export function DeleteDialog({ job, onDone, onClose }: { job: string; onDone: () => void; onClose: () => void }) {
  const remove = async () => {
    await answer(api.DELETE("/api/jobs/{job}", { params: { path: { job } } }));
    dropDraftsOf(job);
    onDone();
  };
  return (
    <Dialog header={`Delete ${job}`} action="Delete" can onDo={remove} onClose={onClose}>
      <Box>Its folder goes with canvas, script and drawing. The statements and files of its tables stay.</Box>
    </Dialog>
  );
}
