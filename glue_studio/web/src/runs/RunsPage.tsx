/** The runs of before, and one of them as it goes on. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { answer, api } from "../api/client";
import { useLoaded } from "../shared/load";
import { RunView, State } from "./RunView";
import { LOST, useRun } from "./useRun";

const WHICH: Record<string, string> = { job: "one job", upstream: "a job and what feeds it", downstream: "a job and what it feeds", all: "all jobs" };

export default function RunsPage({ runId }: { runId: string }) {
  const { run: live, lost } = useRun(runId);
  const runs = useLoaded(`runs ${runId} ${live?.state}`, () => answer(api.GET("/api/runs")));
  return (
    <div className="padded">
      <SpaceBetween size="l">
        {live && <RunView run={live} />}
        {lost && <Alert type="error">{LOST}</Alert>}
        {runs.error && <Alert type="error">{runs.error}</Alert>}
        <Table
          header={<Header variant="h1" description="Kept in the lake: the last fifty.">Runs</Header>}
          items={runs.value ?? []}
          loading={!runs.value && !runs.error}
          loadingText="Asking for the runs"
          empty={<Box>Nothing has been run here yet.</Box>}
          ariaLabels={{ tableLabel: "Runs" }}
          columnDefinitions={[
            {
              id: "started",
              header: "Started",
              cell: (run) => <Link href={`#/runs/${run.id}`}>{new Date(run.started).toLocaleString("en")}</Link>,
              isRowHeader: true,
            },
            { id: "what", header: "What", cell: (run) => (run.jobs.length === 1 ? run.jobs[0]?.name : WHICH[run.which]) },
            { id: "state", header: "State", cell: (run) => <State state={run.state} /> },
            { id: "seconds", header: "Seconds", cell: (run) => run.seconds.toFixed(1) },
          ]}
        />
      </SpaceBetween>
    </div>
  );
}
