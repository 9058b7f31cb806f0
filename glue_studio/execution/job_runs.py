"""Runs of jobs, one after another in a worker process, and the account that is kept of them in the lake."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from awsglue_local.runner.run_account import (
    RUN,
    Failure,
    JobResult,
    read_account,
    run_account,
    write_account,
    write_failure,
)
from awsglue_local.storage.whole_file import write_file
from glue_studio.execution.messages import Message
from glue_studio.execution.worker import Worker, WorkFailed

FOLDER = "_studio"
MOST_PRINTED = 64 * 1024
"""Letters of what a job prints that are kept: the last ones."""
LAST_SECONDS = 5.0
KEPT = 50
"""Runs whose accounts are kept."""
QUIET_SECONDS = 10.0
"""After so long without news a watcher hears that the run goes on, so that a broken connection is noticed."""
State = Literal["waiting", "running", "succeeded", "failed", "stopped"]


@dataclass(frozen=True)
class JobToRun:
    """A job's name, script and arguments."""

    name: str
    script: str
    arguments: list[str]


class Told(BaseModel):
    """What the page is told: every member is there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class NodeState(Told):
    """What a node has done: seconds that its statements ran, rows that it read or wrote by table, rows that left it."""

    name: str
    seconds: float
    rows: dict[str, int]
    out: int | None = None


class JobState(Told):
    """What a job has done; `holds` are the rows of the tables that it wrote."""

    name: str
    state: State = "waiting"
    seconds: float = 0.0
    reads: dict[str, int] = {}
    writes: dict[str, int] = {}
    holds: dict[str, int] = {}
    nodes: list[NodeState] = []
    notes: list[str] = []
    printed: str = ""
    error: str = ""
    failed_node: str = ""


class Run(Told):
    """A run; `started` is a time in ISO 8601.

    `report` says whether the page about the last run is about this one, `said` what its maker says of the tables, and
    `doing` what goes on after the jobs have ended.
    """

    id: str
    which: str
    started: str
    engine: str
    state: State = "running"
    seconds: float = 0.0
    jobs: list[JobState]
    report: bool = False
    said: str = ""
    doing: str = ""
    error: str = ""


class Runs:
    """The runs of one lake.

    Parameters
    ----------
    make_report
        Writes a page about the last run of all jobs; returns what it has to say of the tables.
    """

    def __init__(self, lake: Path, engine: str, make_report: Callable[[], str] | None = None) -> None:
        self._lake, self._folder, self._engine = lake, lake / FOLDER, engine
        self._worker = Worker(lake, engine)
        self._make_report = make_report
        self._changed = threading.Condition()
        self._runs: dict[str, Run] = {run.id: run for run in self._kept()}
        self._going: str | None = None
        self._thread: threading.Thread | None = None

    def start(self, which: str, jobs: list[JobToRun]) -> Run:
        """Begin a run of jobs in their order and return it.

        Raises
        ------
        WorkFailed
            Another run is going on.
        """
        with self._changed:
            if self._going:
                raise WorkFailed("another run is going on; wait until it ends, or stop it")
            now = datetime.now(UTC)
            run = Run(
                id=now.strftime("%Y%m%dT%H%M%S%f"),
                which=which,
                started=now.isoformat(timespec="seconds"),
                engine=self._engine,
                jobs=[JobState(name=job.name) for job in jobs],
            )
            self._runs[run.id] = run
            self._going = run.id
            self._keep(run)
        self._thread = threading.Thread(target=self._do, args=(run, jobs), daemon=True)
        self._thread.start()
        return run

    def is_going(self) -> bool:
        """Return whether a run is going on."""
        return self._going is not None

    def listed(self) -> list[Run]:
        """Return the runs, the newest first."""
        with self._changed:
            return sorted(self._runs.values(), key=lambda run: run.id, reverse=True)

    def found(self, run_id: str) -> Run | None:
        """Return a run."""
        return self._runs.get(run_id)

    def last_states(self) -> dict[str, JobState]:
        """Return what each job did when it last ran, here or in a run of all jobs that was started elsewhere."""
        runs = sorted([*self.listed(), *_run_elsewhere(self._lake)], key=lambda one: one.started)
        return {state.name: state for run in runs for state in run.jobs if state.state != "waiting"}

    def stop(self, run_id: str) -> None:
        """Stop a run: the job that runs leaves its tables as they were, and the next ones do not begin."""
        if self._going == run_id:
            self._runs[run_id].state = "stopped"
            self._worker.stop()

    def watch(self, run_id: str) -> Iterator[Run | None]:
        """Yield a run whenever it has changed, until it has ended; None after a while without news."""
        seen = ""
        while True:
            with self._changed:
                run = self._runs[run_id]
                now = run.model_dump_json()
                if now == seen:
                    if self._going != run_id:
                        return
                    self._changed.wait(QUIET_SECONDS)
                    run = self._runs[run_id]
                    now = run.model_dump_json()
            yield run if now != seen else None
            seen = now

    def close(self) -> None:
        """Stop what is going on."""
        if self._going:
            self.stop(self._going)
        self._worker.stop()
        if self._thread:
            self._thread.join(LAST_SECONDS)

    def _do(self, run: Run, jobs: list[JobToRun]) -> None:
        start = time.perf_counter()
        results: list[JobResult] = []
        try:
            for job, state in zip(jobs, run.jobs, strict=True):
                if run.state == "running":
                    results += self._do_job(run, job, state)
            run.seconds = time.perf_counter() - start
            if run.which == "all":
                self._write_account(run, results)
            if run.state == "running":
                if self._make_report and run.which == "all":
                    self._say_doing(run, "writing the page about the run, asking the checks")
                    run.said = self._make_report()
                    self._set_report(run)
                run.doing, run.state = "", "succeeded"
        except Exception as error:
            run.doing, run.state, run.error = "", "failed", f"the account of the run was not written: {error}"
        finally:
            with self._changed:
                self._going = None
                self._keep(run)
                self._changed.notify_all()

    def _write_account(self, run: Run, results: list[JobResult]) -> None:
        """Leave in the lake what a run of all jobs leaves there, however it was started."""
        started = datetime.fromisoformat(run.started)
        failed = next((job for job in run.jobs if job.state == "failed"), None)
        if failed:
            write_failure(self._lake, Failure(started, run.engine, failed.name, failed.error))
        elif run.state == "running":
            write_account(self._lake, run_account(started, run.engine, run.seconds, results))

    def _do_job(self, run: Run, job: JobToRun, state: JobState) -> list[JobResult]:
        start = time.perf_counter()
        self._tell(state, "running")
        request = {"do": "run", "job": job.name, "script": job.script, "arguments": job.arguments}
        try:
            wanted: Callable[[], bool] = lambda: run.state == "running"  # noqa: E731
            answer = self._worker.ask(request, lambda message: self._hear(state, message), wanted)
        except WorkFailed as error:
            stopped = error.stopped or run.state == "stopped"
            run.state = "stopped" if stopped else "failed"
            state.error, state.failed_node = ("" if stopped else str(error)), error.node
            state.seconds = time.perf_counter() - start
            self._tell(state, run.state)
            return []
        result = JobResult(**answer["result"])
        state.nodes = [_node_state(node) for node in answer["nodes"]]
        state.reads, state.writes, state.holds = result.account["reads"], result.account["writes"], result.holds
        state.notes, state.seconds = answer["notes"], answer["seconds"]
        self._tell(state, "succeeded")
        self._keep(run)
        return [result]

    def _hear(self, state: JobState, message: Message) -> None:
        with self._changed:
            if node := message.get("node"):
                state.nodes = [*state.nodes, _node_state(node)]
            state.printed = (state.printed + message.get("printed", ""))[-MOST_PRINTED:]
            self._changed.notify_all()

    def _say_doing(self, run: Run, words: str) -> None:
        with self._changed:
            run.doing = words
            self._changed.notify_all()

    def _set_report(self, run: Run) -> None:
        """Note that the page is about this run and about no other one any more."""
        for other in self.listed():
            if other.report:
                other.report = False
                self._keep(other)
        run.report = True

    def _tell(self, state: JobState, now: State) -> None:
        with self._changed:
            state.state = now
            self._changed.notify_all()

    def _keep(self, run: Run) -> None:
        write_file(self._folder / f"{run.id}.json", run.model_dump_json(indent=2))
        for old in sorted(self._folder.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
            self._runs.pop(old.stem, None)

    def _kept(self) -> list[Run]:
        found = []
        for file in sorted(self._folder.glob("*.json")):
            try:
                run = Run.model_validate_json(file.read_text(encoding="utf-8"))
            except (ValidationError, OSError, UnicodeDecodeError):  # of another version, or damaged: not worth a stop
                continue
            if run.state == "running":  # the Studio ended before it did
                run.state = "stopped"
                for job in run.jobs:
                    job.state = "stopped" if job.state == "running" else job.state
            found.append(run)
        return found


def _node_state(node: dict[str, Any]) -> NodeState:
    return NodeState(**{key: node[key] for key in NodeState.model_fields})


def _run_elsewhere(lake: Path) -> list[Run]:
    """Return the run of all jobs that the lake has an account of, as `make run` leaves it."""
    try:
        account = read_account(lake / RUN)
        return [_run_of(account)] if account else []
    except (ValueError, KeyError, TypeError, AttributeError, OSError):  # damaged, or of another version
        return []


def _run_of(account: dict[str, Any]) -> Run:
    jobs = [
        JobState(name=job["name"], state="succeeded", seconds=job["seconds"], reads=job["reads"], writes=job["writes"])
        for job in account["jobs"]
    ]
    return Run(id="", which="all", started=account["started"], engine=account["engine"], state="succeeded", jobs=jobs)
