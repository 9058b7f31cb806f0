/** The first page: jobs and tables as a picture and as a list. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { answer, api, type Flow, wordsOf } from "../api/client";
import { State } from "../runs/RunView";
import { useLoaded } from "../shared/load";
import { jobAddress } from "../shared/route";
import { FlowView } from "./FlowView";
import { DeleteDialog, NameDialog, NewJobDialog, PullDialog } from "./JobDialogs";

interface Asked {
  what: "pull" | "new" | "copy" | "rename" | "delete";
  job: string;
}

export function FlowPage({ dark, hasAws }: { dark: boolean; hasAws: boolean }) {
  const flow = useLoaded("flow", () => answer(api.GET("/api/flow")));
  const tables = useLoaded("tables", () => answer(api.GET("/api/tables")));
  const [asked, setAsked] = useState<Asked>();
  const [error, setError] = useState("");
  const runAll = async () => {
    try {
      const run = await answer(api.POST("/api/runs", { body: { which: "all" } }));
      location.hash = `#/runs/${run.id}`;
    } catch (problem) {
      setError(wordsOf(problem));
    }
  };
  const ended = (job?: string) => {
    setAsked(undefined);
    flow.reload();
    tables.reload();
    if (job) location.hash = jobAddress(job);
  };
  const close = () => setAsked(undefined);
  return (
    <div className="padded">
      <SpaceBetween size="m">
        <Header
          variant="h1"
          actions={
            <SpaceBetween size="xs" direction="horizontal">
              {hasAws && <Button onClick={() => setAsked({ what: "pull", job: "" })}>Pull from AWS</Button>}
              <Button onClick={() => setAsked({ what: "new", job: "" })}>New job</Button>
              <Button variant="primary" onClick={() => void runAll()} disabled={!flow.value?.jobs.length}>
                Run all jobs
              </Button>
            </SpaceBetween>
          }
        >
          Jobs
        </Header>
        {[error, flow.error, flow.value?.problem].filter(Boolean).map((words) => (
          <Alert key={words} type="error">
            {words}
          </Alert>
        ))}
        {!!flow.value?.jobs.length && <FlowView flow={flow.value} dark={dark} />}
        <Jobs flow={flow.value} onAsk={setAsked} />
      </SpaceBetween>
      {asked?.what === "new" && <NewJobDialog tables={tables.value ?? []} onDone={ended} onClose={close} />}
      {asked?.what === "pull" && <PullDialog onDone={ended} onClose={close} />}
      {asked?.what === "copy" && <NameDialog job={asked.job} renames={false} onDone={ended} onClose={close} />}
      {asked?.what === "rename" && <NameDialog job={asked.job} renames onDone={() => ended()} onClose={close} />}
      {asked?.what === "delete" && <DeleteDialog job={asked.job} onDone={() => ended()} onClose={close} />}
    </div>
  );
}

function Jobs({ flow, onAsk }: { flow: Flow | undefined; onAsk: (asked: Asked) => void }) {
  return (
    <Table
      items={flow?.jobs ?? []}
      loading={!flow}
      loadingText="Reading the jobs"
      variant="container"
      wrapLines
      ariaLabels={{ tableLabel: "Jobs" }}
      empty={<Box>There is no job yet: make one.</Box>}
      columnDefinitions={[
        {
          id: "job",
          header: "Job",
          isRowHeader: true,
          cell: (job) => (
            <>
              <Link href={jobAddress(job.name)}>{job.name}</Link>
              <Box color="text-body-secondary">{job.broken || job.description}</Box>
            </>
          ),
        },
        { id: "reads", header: "Reads", cell: (job) => job.reads.join(", ") },
        { id: "writes", header: "Writes", cell: (job) => job.writes.join(", ") },
        {
          id: "check",
          header: "Canvas check",
          minWidth: 130,
          cell: (job) =>
            job.errors || job.warnings ? (
              <StatusIndicator type={job.errors ? "error" : "warning"}>
                {[job.errors && `${job.errors} errors`, job.warnings && `${job.warnings} warnings`].filter(Boolean).join(", ")}
              </StatusIndicator>
            ) : (
              <StatusIndicator type="success">passes</StatusIndicator>
            ),
        },
        { id: "run", header: "Last run", minWidth: 150, cell: (job) => <State state={job.state} /> },
        {
          id: "more",
          header: "More",
          width: 80,
          cell: (job) => (
            <ButtonDropdown
              variant="inline-icon"
              ariaLabel={`Copy, rename or delete ${job.name}`}
              items={[
                { id: "copy", text: "Copy" },
                { id: "rename", text: "Rename" },
                { id: "delete", text: "Delete" },
              ]}
              onItemClick={({ detail }) => onAsk({ what: detail.id as Asked["what"], job: job.name })}
            />
          ),
        },
      ]}
    />
  );
}
