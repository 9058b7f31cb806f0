"""Job runs: each a process of its own, with the states, logs and limits that AWS Glue gives it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.glue.exceptions import (
    ConcurrentRunsExceededException,
    InvalidInputException,
    JobRunNotFoundException,
)
from moto.iam.models import iam_backends

from glue_emulator.glue.run_process import ACCOUNT, PLAN
from glue_emulator.logs import LogWriter
from glue_emulator.surroundings import running

ACTIVE = ("WAITING", "STARTING", "RUNNING", "STOPPING")
BUSY = ("STARTING", "RUNNING", "STOPPING")
LOG_GROUP = "/aws-glue/jobs"
DEFAULT_TIMEOUT = 480
POLL_SECONDS = 0.05
LOG_SECONDS = 0.5
S3_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)
# Glue keeps these to itself; a script sees all other arguments
OF_GLUE = {"--extra-py-files", "--additional-python-modules", "--python-modules-installer-option", "--conf"}


@dataclass
class JobRun:
    """A run of a job, as GetJobRun tells of it.

    Attributes
    ----------
    definition
        The job as it was when the run started.
    asked
        The request's members that go before the job's own, such as Timeout.
    minutes
        The timeout.
    trigger, workflow_run
        What started the run, if it was no person.
    account
        Rows read and written by table, once it has ended well.
    """

    id: str
    job: str
    definition: dict[str, Any]
    asked: dict[str, Any]
    arguments: dict[str, str]
    attempt: int = 0
    previous: str | None = None
    trigger: str | None = None
    workflow_run: str | None = None
    state: str = "STARTING"
    error: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    seconds: float = 0.0
    account: dict[str, Any] = field(default_factory=dict)
    will_retry: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.state in ACTIVE

    @property
    def minutes(self) -> int:
        """The timeout in minutes."""
        return int(self.asked.get("Timeout") or self.definition.get("Timeout") or DEFAULT_TIMEOUT)

    def go(self, state: str, error: str = "") -> None:
        """Change the state."""
        self.state, self.error, self.modified = state, error, datetime.now(UTC)
        if state not in ACTIVE:
            self.completed = self.modified

    def as_dict(self) -> dict[str, Any]:
        """Return the run as the API's JobRun."""
        inherited = ("WorkerType", "NumberOfWorkers", "MaxCapacity", "SecurityConfiguration", "NotificationProperty")
        both = {name: self.asked.get(name) or self.definition.get(name) for name in inherited}
        return {name: value for name, value in both.items() if value is not None} | {
            "Id": self.id,
            "Attempt": self.attempt,
            "PreviousRunId": self.previous,
            "TriggerName": self.trigger,
            "JobName": self.job,
            "JobMode": self.definition.get("JobMode"),
            "StartedOn": self.started,
            "LastModifiedOn": self.modified,
            "CompletedOn": self.completed,
            "JobRunState": self.state,
            "Arguments": self.arguments,
            "ErrorMessage": self.error or None,
            "PredecessorRuns": [],
            "ExecutionTime": round(self.seconds),
            "Timeout": self.minutes,
            "LogGroupName": LOG_GROUP,
            "GlueVersion": self.definition.get("GlueVersion"),
            "ExecutionClass": self.definition.get("ExecutionClass"),
        }


class JobRuns:
    """The runs of one account and region.

    Parameters
    ----------
    job
        Returns a job's definition by name.
    ended
        Told of each run that has ended and is not tried again.
    tried_again
        Told of each further attempt.
    """

    def __init__(
        self,
        account: str,
        region: str,
        job: Callable[[str], dict[str, Any]],
        ended: Callable[[JobRun], None],
        tried_again: Callable[[JobRun], None],
    ) -> None:
        self._account, self._region = account, region
        self._job, self._ended, self._tried_again = job, ended, tried_again
        self._runs: dict[str, list[JobRun]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.changed = threading.Condition()

    def start(
        self, name: str, asked: dict[str, Any], trigger: str | None = None, workflow: tuple[str, str] | None = None
    ) -> JobRun:
        """Start a run and return it; the run goes on by itself.

        Parameters
        ----------
        asked
            Members of StartJobRun, such as Arguments and Timeout.
        workflow
            Name and run id of the workflow that it belongs to.

        Raises
        ------
        JobNotFoundException, InvalidInputException, ConcurrentRunsExceededException
            As AWS Glue refuses a run.
        """
        definition = dict(self._job(name))
        if asked.get("Timeout") is not None and int(asked["Timeout"]) < 1:
            raise InvalidInputException("StartJobRun", "Timeout should be at least 1 minute")
        given = dict(asked.get("Arguments") or {})
        fixed = dict(definition.get("NonOverridableArguments") or {})
        arguments = {**(definition.get("DefaultArguments") or {}), **given, **fixed}
        if workflow:
            arguments |= {"--WORKFLOW_NAME": workflow[0], "--WORKFLOW_RUN_ID": workflow[1]}
        run = JobRun(f"jr_{secrets.token_hex(32)}", name, definition, asked, arguments)
        run.trigger, run.workflow_run = trigger, workflow[1] if workflow else None
        previous = asked.get("JobRunId")
        if previous:
            run.previous = self.get(name, previous).id
        with self.changed:
            if self._is_full(name, definition):
                if not definition.get("JobRunQueuingEnabled"):
                    raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {name}")
                run.state = "WAITING"
            self._runs.setdefault(name, []).append(run)
        threading.Thread(target=self._live, args=(run,), name=run.id, daemon=True).start()
        return run

    def get(self, name: str, run_id: str) -> JobRun:
        """Return a run; JobNotFoundException, JobRunNotFoundException."""
        found = [run for run in self.of_job(name) if run.id == run_id]
        if not found:
            raise JobRunNotFoundException(run_id)
        return found[0]

    def of_job(self, name: str) -> list[JobRun]:
        """Return a job's runs, the latest first."""
        self._job(name)
        return list(reversed(self._runs.get(name, [])))

    def forget(self, name: str) -> None:
        """Stop and forget the runs of a job that is deleted."""
        for run in self._runs.get(name, []):
            self.stop(run)
        self._runs.pop(name, None)
        self.bookmark(name).unlink(missing_ok=True)

    def stop(self, run: JobRun) -> bool:
        """Stop a run that is active; return whether it was."""
        with self.changed:
            if run.state not in ("WAITING", "STARTING", "RUNNING"):
                return False
            run.go("STOPPING")
            self.changed.notify_all()
        return True

    def stop_all(self) -> None:
        """Stop every run, and wait until their processes are gone."""
        for runs in self._runs.values():
            for run in runs:
                self.stop(run)
        with self.changed:
            self.changed.wait_for(lambda: not self._processes, timeout=10)

    def bookmark(self, name: str) -> Path:
        """Return the file of a job's bookmark. Its name says nothing of the job's, which may be any text."""
        digest = hashlib.sha256(f"{self._account} {self._region} {name}".encode()).hexdigest()
        return running().folder / "bookmarks" / f"{digest}.json"

    def _is_full(self, name: str, definition: dict[str, Any]) -> bool:
        most = int((definition.get("ExecutionProperty") or {}).get("MaxConcurrentRuns") or 1)
        return sum(run.state in BUSY for run in self._runs.get(name, [])) >= most

    def _live(self, run: JobRun) -> None:
        if not self._wait_for_turn(run):
            self._close(run, "STOPPED")
            return
        start = time.monotonic()
        folder = running().folder / "runs" / run.id
        try:
            state, error = self._execute(run, folder)
        except Exception as problem:  # a fault of the emulator ends the run, not the emulator
            state, error = "FAILED", f"Internal error of the emulator: {type(problem).__name__}: {problem}"
        run.seconds = time.monotonic() - start
        shutil.rmtree(folder, ignore_errors=True)
        self._close(run, state, error)

    def _wait_for_turn(self, run: JobRun) -> bool:
        with self.changed:
            if run.state == "WAITING":
                self.changed.wait_for(lambda: run.state != "WAITING" or not self._is_full(run.job, run.definition))
            if run.state == "STOPPING":
                return False
            run.go("STARTING")
        return True

    def _close(self, run: JobRun, state: str, error: str = "") -> None:
        retries = int(run.definition.get("MaxRetries") or 0)
        with self.changed:
            run.will_retry = state in ("FAILED", "TIMEOUT") and run.attempt < retries
            run.go(state, error)
            self.changed.notify_all()
        if run.will_retry:
            self._retry(run)
        else:
            self._ended(run)

    def _retry(self, run: JobRun) -> None:
        first = run.id.split("_attempt_")[0]
        again = JobRun(
            f"{first}_attempt_{run.attempt + 1}", run.job, run.definition, run.asked, run.arguments, run.attempt + 1
        )
        again.previous, again.trigger, again.workflow_run = run.id, run.trigger, run.workflow_run
        with self.changed:
            self._runs[run.job].append(again)
        self._tried_again(again)
        threading.Thread(target=self._live, args=(again,), name=again.id, daemon=True).start()

    def _execute(self, run: JobRun, folder: Path) -> tuple[str, str]:
        folder.mkdir(parents=True)
        log = LogWriter(self._log_group(run), run.id, self._region)
        refused = self._refused(run) or self._fetch(run, folder)
        if refused:
            log.put("error", refused)
            return "FAILED", refused
        if "--additional-python-modules" in run.arguments:
            log.put("output", "The emulator installs no --additional-python-modules; they must be in its environment")
        streams = {"output": folder / "output.log", "error": folder / "error.log"}
        with streams["output"].open("wb") as output, streams["error"].open("wb") as error:
            process = subprocess.Popen(  # noqa: S603 - our own module, in a clean environment
                [sys.executable, "-m", "glue_emulator.glue.run_process", str(folder)],
                cwd=folder,
                env=running().environment(self._region, folder),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=error,
                start_new_session=True,
            )
            self._note(run, process)
            ended = self._watch(run, process, log, streams)
        log.follow(streams, to_the_end=True)
        account = _account(folder)
        if ended:
            return ended
        run.account = account
        if process.returncode == 0 and "error" not in account:
            return "SUCCEEDED", ""
        return "FAILED", account.get("error") or f"The job's process ended with exit code {process.returncode}"

    def _note(self, run: JobRun, process: subprocess.Popen[bytes]) -> None:
        with self.changed:
            self._processes[run.id] = process
            if run.state == "STARTING":
                run.go("RUNNING")

    def _watch(
        self, run: JobRun, process: subprocess.Popen[bytes], log: LogWriter, streams: dict[str, Path]
    ) -> tuple[str, str] | None:
        """Wait for a process; return state and error where it had to be ended."""
        deadline = time.monotonic() + run.minutes * running().minute
        next_log = time.monotonic() + LOG_SECONDS
        ended: tuple[str, str] | None = None
        try:
            while process.poll() is None and ended is None:
                with self.changed:
                    self.changed.wait_for(lambda: run.state == "STOPPING", timeout=POLL_SECONDS)
                if run.state == "STOPPING":
                    ended = "STOPPED", ""
                elif time.monotonic() > deadline:
                    ended = "TIMEOUT", f"Job run exceeded its timeout of {run.minutes} minutes"
                elif time.monotonic() > next_log:
                    log.follow(streams)
                    next_log = time.monotonic() + LOG_SECONDS
        finally:
            end(process)
            with self.changed:
                self._processes.pop(run.id, None)
                self.changed.notify_all()
        return ended

    def _refused(self, run: JobRun) -> str:
        """Return why Glue could not take on the job's role; empty where it can."""
        role = str(run.definition.get("Role") or "")
        name = role.rsplit("/", 1)[-1]
        roles = {one.name: one for one in iam_backends[self._account]["aws"].roles.values()}
        there = roles.get(name)
        if there is None or role not in (name, there.arn):
            return f"Role {role} should be given assume role permissions for Glue Service. (There is no such role.)"
        trusts = "glue.amazonaws.com" in str(there.assume_role_policy_document)
        return "" if trusts else f"Role {role} should be given assume role permissions for Glue Service."

    def _fetch(self, run: JobRun, folder: Path) -> str:
        """Bring script and modules into the run's folder; return what went wrong."""
        location = str((run.definition.get("Command") or {}).get("ScriptLocation") or "")
        modules = [one for one in run.arguments.get("--extra-py-files", "").split(",") if one]
        s3 = running().client("s3", self._region)
        places = {location: folder / "script" / _file_name(location)}
        places |= {one: folder / "modules" / str(number) / _file_name(one) for number, one in enumerate(modules)}
        for uri, place in places.items():
            match = S3_URI.fullmatch(uri)
            try:
                if match is None:
                    return f"LAUNCH ERROR | {uri!r} is no s3://bucket/key address of a file"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(s3.get_object(Bucket=match[1], Key=match[2])["Body"].read())
            except ClientError as error:
                return (
                    f"LAUNCH ERROR | Error downloading from S3 for bucket: {match[1] if match else ''}, "
                    f"key: {match[2] if match else ''}: {error.response['Error']['Message']}"
                )
        extra = [str(place) for one in modules for place in (places[one].parent, places[one])]
        self._plan(run, folder, places[location], extra)
        return ""

    def _plan(self, run: JobRun, folder: Path, script: Path, modules: list[str]) -> None:
        arguments = {"--JOB_NAME": run.job, "--JOB_RUN_ID": run.id, **run.arguments}
        words = [word for name, value in arguments.items() if name not in OF_GLUE for word in _words(name, value)]
        surroundings = running()
        plan = {
            "script": str(script.relative_to(folder)),
            "arguments": words,
            "engine": surroundings.engine,
            "endpoint": surroundings.address,
            "bookmark": str(self.bookmark(run.job)),
            "modules": modules,
        }
        (folder / PLAN).write_text(json.dumps(plan), encoding="utf-8")

    def _log_group(self, run: JobRun) -> str:
        configuration = run.asked.get("SecurityConfiguration") or run.definition.get("SecurityConfiguration")
        if not configuration:
            return LOG_GROUP
        role = str(run.definition.get("Role") or "").rsplit("/", 1)[-1]
        return f"{LOG_GROUP}/{configuration}-role/{role}"


def _words(name: str, value: str) -> list[str]:
    """Return an argument as words; a value that looks like a name stands in one word with it."""
    return [f"{name}={value}"] if str(value).startswith("-") else [name, str(value)]


def _file_name(uri: str) -> str:
    """Return a safe file name for what an address names."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", uri.rsplit("/", 1)[-1]).lstrip(".") or "script.py"


def _account(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / ACCOUNT).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started; does nothing where it has ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
