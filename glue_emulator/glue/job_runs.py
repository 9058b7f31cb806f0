"""Job runs: each a process of its own, with the states and limits that AWS Glue gives it."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.glue.exceptions import ConcurrentRunsExceededException, InvalidInputException, JobRunNotFoundException

from glue_emulator.glue.job_run import BUSY, JobRun
from glue_emulator.glue.launch import Launcher
from glue_emulator.running_emulator import running


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
        self.changed = threading.Condition()
        self._launcher = Launcher(account, region, self.changed)

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
            self.changed.wait_for(lambda: not self._launcher.processes, timeout=10)

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
            state, error = self._launcher.execute(run, folder, self.bookmark(run.job))
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
