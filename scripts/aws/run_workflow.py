"""Run the deployed workflow and watch it: `make run-workflow`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from awsglue_local.errors import EndpointError
from awsglue_local.terminal import fitted_table, plain_console
from scripts import stedi
from scripts.aws.athena import Athena
from scripts.deployment.outputs import FAILURES, Deployment, deployment, words_of

POLL_SECONDS = {True: 0.3, False: 5.0}
"""By whether the endpoint is on this machine."""
COLOURS = {"SUCCEEDED": "green", "FAILED": "red", "TIMEOUT": "red", "STOPPED": "yellow", "RUNNING": "cyan"}
NOT_STARTED = "waits"
TAIL = 20


@dataclass
class JobState:
    """A job of a run.

    Attributes
    ----------
    after
        The jobs that it waits for.
    rows
        Rows by table that it wrote, once it has succeeded.
    """

    name: str
    after: list[str]
    state: str = NOT_STARTED
    seconds: float = 0.0
    error: str = ""
    run: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass
class RunState:
    """A run of the workflow."""

    run_id: str
    status: str
    jobs: list[JobState]

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it runs any more."""
        return self.status in ("COMPLETED", "STOPPED", "ERROR")

    @property
    def failed(self) -> list[JobState]:
        """The jobs that ended otherwise than well."""
        return [job for job in self.jobs if job.state in ("FAILED", "TIMEOUT", "STOPPED", "ERROR")]

    @property
    def succeeded(self) -> bool:
        """Whether every job has succeeded."""
        return self.has_ended and all(job.state == "SUCCEEDED" for job in self.jobs)

    @property
    def verdict(self) -> str:
        """SUCCEEDED, FAILED or STOPPED; AWS Glue itself calls a run with failed jobs COMPLETED."""
        if self.succeeded:
            return "SUCCEEDED"
        return "STOPPED" if self.status == "STOPPED" else "FAILED"


class Workflow:
    """The deployed workflow."""

    def __init__(self, there: Deployment) -> None:
        self.there = there
        self.glue = there.client("glue")

    def start(self) -> str:
        """Start a run and return its id."""
        return str(self.glue.start_workflow_run(Name=self.there.workflow)["RunId"])

    def resume(self) -> str:
        """Start again what failed in the last run, and what follows it; return the new run's id.

        Raises
        ------
        EndpointError
            There is no run, or nothing in it failed.
        """
        runs = self.glue.get_workflow_runs(Name=self.there.workflow, MaxResults=1)["Runs"]
        if not runs:
            raise EndpointError(f"the workflow {self.there.workflow} has not run yet")
        run = self._read(runs[0]["WorkflowRunId"])
        failed = {job.name for job in state_of(run).failed}
        nodes = [node["UniqueId"] for node in run["Graph"]["Nodes"] if node["Type"] == "JOB" and node["Name"] in failed]
        if not nodes:
            raise EndpointError(
                f"nothing failed in the last run of {self.there.workflow}, so there is nothing to resume"
            )
        resumed = self.glue.resume_workflow_run(Name=self.there.workflow, RunId=runs[0]["WorkflowRunId"], NodeIds=nodes)
        return str(resumed["RunId"])

    def state(self, run_id: str) -> RunState:
        """Return the state of a run; EndpointError where there is none of that id."""
        return state_of(self._read(run_id))

    def _read(self, run_id: str) -> dict[str, Any]:
        asked = {"Name": self.there.workflow, "RunId": run_id, "IncludeGraph": True}
        try:
            return dict(self.glue.get_workflow_run(**asked)["Run"])
        except self.glue.exceptions.EntityNotFoundException as error:
            # AWS says "Entity not found" and not which
            raise EndpointError(f"the workflow {self.there.workflow} has no run {run_id}") from error

    def log_tail(self, job: JobState) -> list[str]:
        """Return the last lines of a job run's log."""
        logs = self.there.client("logs")
        definition = self.glue.get_job(JobName=job.name)["Job"]
        lines: list[str] = []
        for kind in ("output", "error"):
            group = f"{log_group(job.run, definition)}/{kind}"
            try:
                # the driver has a stream, and each executor
                streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=job.run["Id"])["logStreams"]
            except logs.exceptions.ResourceNotFoundException:
                continue
            for stream in streams:
                asked = {"logGroupName": group, "logStreamName": stream["logStreamName"]}
                events = logs.get_log_events(**asked, limit=TAIL, startFromHead=False)["events"]
                lines += [event["message"].rstrip() for event in events]
        return lines[-TAIL:]


def log_group(run: dict[str, Any], job: dict[str, Any]) -> str:
    """Return the beginning of the names of a run's log groups.

    An argument of the job names it; else a security configuration gives its jobs groups of their own. See "Logging for
    AWS Glue jobs" in the AWS Glue Developer Guide.
    """
    arguments = {**(job.get("DefaultArguments") or {}), **(run.get("Arguments") or {})}
    if prefix := arguments.get("--custom-logGroup-prefix"):
        return str(prefix)
    group = str(run.get("LogGroupName") or "/aws-glue/jobs")
    configuration, role = run.get("SecurityConfiguration"), str(job.get("Role")).rsplit("/", 1)[-1]
    return f"{group}/{configuration}-role/{role}" if configuration else group


def state_of(run: dict[str, Any]) -> RunState:
    """Return the state that the API's WorkflowRun with its Graph tells of, jobs in the order of the triggers."""
    nodes = {node["UniqueId"]: node for node in run["Graph"]["Nodes"]}
    before: dict[str, set[str]] = {}
    for edge in run["Graph"]["Edges"]:
        before.setdefault(edge["DestinationId"], set()).add(edge["SourceId"])
    waits = {
        node["Name"]: sorted(
            nodes[job]["Name"]
            for trigger in before.get(unique, set())
            for job in before.get(trigger, set())
            if nodes[job]["Type"] == "JOB"
        )
        for unique, node in nodes.items()
        if node["Type"] == "JOB"
    }
    details = {node["Name"]: node.get("JobDetails", {}) for node in nodes.values() if node["Type"] == "JOB"}
    jobs = [_job_state(name, waits[name], details[name].get("JobRuns", [])) for name in in_order(waits)]
    return RunState(run["WorkflowRunId"], run["Status"], jobs)


def in_order(waits: dict[str, list[str]]) -> list[str]:
    """Return names so that each comes after those it waits for."""
    ordered: list[str] = []
    while len(ordered) < len(waits):
        ready = sorted(name for name in waits if name not in ordered and set(waits[name]) <= set(ordered))
        if not ready:
            return ordered + sorted(set(waits) - set(ordered))
        ordered += ready
    return ordered


def _job_state(name: str, after: list[str], runs: list[dict[str, Any]]) -> JobState:
    if not runs:
        return JobState(name, after)
    run = max(runs, key=lambda one: (one["StartedOn"], one.get("Attempt", 0)))
    ended = run.get("CompletedOn") or datetime.now(UTC)
    seconds = (ended - run["StartedOn"]).total_seconds()
    return JobState(name, after, run["JobRunState"], seconds, run.get("ErrorMessage", ""), run)


def watch(workflow: Workflow, run_id: str, counts: Callable[[str], dict[str, int]], console: Console) -> RunState:
    """Show a run until it has ended.

    Parameters
    ----------
    counts
        Returns rows by table that a job wrote.
    """
    seconds = POLL_SECONDS[workflow.there.endpoint.is_local]
    rows: dict[str, dict[str, int]] = {}
    uncounted: dict[str, str] = {}
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while True:
            state = workflow.state(run_id)
            for job in state.jobs:
                if job.state == "SUCCEEDED" and job.name not in rows:
                    rows[job.name], uncounted[job.name] = _counted(job.name, counts)
                job.rows = rows.get(job.name, {})
            if state.has_ended:
                break
            live.update(table_of(state, workflow.there, console.width), refresh=console.is_terminal)
            time.sleep(seconds)
        live.update("")
    console.print(table_of(state, workflow.there, console.width))
    for name, reason in uncounted.items():
        if reason:
            words = f"The rows that {name} wrote were not counted: {reason}"
            console.print(words, style="yellow", markup=False, highlight=False, soft_wrap=True)
    return state


def _counted(job: str, counts: Callable[[str], dict[str, int]]) -> tuple[dict[str, int], str]:
    """Return the rows that a job wrote, or why nobody knows; a run is watched to its end either way."""
    try:
        return counts(job), ""
    except FAILURES as error:
        return {}, words_of(error)


def table_of(state: RunState, there: Deployment, width: int) -> Table:
    """Return the jobs of a run as a table of a width."""
    title = f"{there.workflow}: {state.verdict if state.has_ended else state.status}"
    lines = []
    for job in state.jobs:
        rows = "\n".join(f"{count:,}" for count in job.rows.values())
        mark = Text(job.state, style=COLOURS.get(job.state, ""))
        seconds = f"{job.seconds:.1f}" if job.run else ""
        lines.append((job.name, "\n".join(job.after), mark, "\n".join(job.rows), rows, seconds))
    columns, drop = ("Job", "After", "State", "Wrote", "Rows", "Seconds"), ("After", "Seconds", "Wrote")
    return fitted_table(columns, lines, width, drop=drop, right=("Rows", "Seconds"), title=title)


def row_counts(there: Deployment) -> Callable[[str], dict[str, int]]:
    """Return a function that counts, with Athena, the rows of the tables that a job writes."""
    graph = stedi.lakehouse().graph
    folder_of = {name: folder for folder, name in there.jobs.items()}
    athena = Athena(there)

    def counts(job: str) -> dict[str, int]:
        written = graph.tables[folder_of[job]].writes if job in folder_of else set()
        names = sorted(name for _, name in written)
        return {name: int(str(athena.query(f'select count(*) from "{name}"').rows[0][0])) for name in names}  # noqa: S608

    return counts


def explain(workflow: Workflow, state: RunState, console: Console) -> None:
    """Print why a run failed: each failed job's error and the end of its log."""
    for job in state.failed:
        console.print(Text(f"{job.name} {job.state}: {job.error}", style="red"), soft_wrap=True)
        for line in workflow.log_tail(job):
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        link = workflow.there.console(
            f"gluestudio/home?region={workflow.there.region}#/job/{job.name}/run/{job.run['Id']}"
        )
        if link:
            console.print(link, markup=False, highlight=False, soft_wrap=True)
    if state.failed:
        console.print("Run `make run-workflow RESUME=1` to continue where it failed", highlight=False)


def account_of(state: RunState) -> dict[str, Any]:
    """Return a run for a machine."""
    return {
        "run": state.run_id,
        "state": state.verdict if state.has_ended else state.status,
        "jobs": [
            {
                "name": job.name,
                "state": job.state,
                "seconds": round(job.seconds, 3),
                "writes": job.rows,
                "error": job.error,
            }
            for job in state.jobs
        ],
    }


def main() -> int:
    """Run the command and return its exit code: 0 when every job succeeded."""
    parser = argparse.ArgumentParser(prog="run_workflow", description=__doc__)
    parser.add_argument("--wait", action=argparse.BooleanOptionalAction, default=True, help="watch the run (default)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--run", metavar="ID", default="", help="watch this run instead of starting one")
    which.add_argument("--resume", action="store_true", help="run again what failed in the last run")
    parser.add_argument("--json", action="store_true", help="print the run as JSON when it ends")
    options = parser.parse_args()
    console = plain_console(stderr=options.json)
    run_id = ""
    try:
        workflow = Workflow(deployment())
        run_id = options.run or (workflow.resume() if options.resume else workflow.start())
        console.print(f"run {run_id} of the workflow {workflow.there.workflow}", highlight=False, soft_wrap=True)
        _link(workflow.there, console)
        if not options.wait:
            print(json.dumps({"run": run_id})) if options.json else None
            return 0
        state = watch(workflow, run_id, row_counts(workflow.there), console)
        explain(workflow, state, console)
    except FAILURES as error:
        print(f"run-workflow: {words_of(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"run-workflow: stopped watching; {_goes_on(run_id)}", file=sys.stderr)
        return 130
    if options.json:
        print(json.dumps(account_of(state), indent=2))
    return 0 if state.succeeded else 1


def _goes_on(run_id: str) -> str:
    return (
        f"the run continues, and `make run-workflow RUN={run_id}` watches it again" if run_id else "nothing was started"
    )


def _link(there: Deployment, console: Console) -> None:
    link = there.console(f"glue/home?region={there.region}#/v2/etl-configuration/workflows/view/{there.workflow}")
    if link:
        console.print(link, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
