"""The process of a job run: what it is given, how it is watched, what becomes of what it prints."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from awsglue_local.storage.lake import S3_ADDRESS
from glue_emulator.glue.job_run import DRIVER, LOG_GROUP, LOG_PREFIX, JobRun
from glue_emulator.glue.run_process import ACCOUNT, PLAN
from glue_emulator.iam.principals import role_keys
from glue_emulator.logs import LogWriter
from glue_emulator.running_emulator import Keys, running

POLL_SECONDS = 0.05
LOG_SECONDS = 0.5
SESSION = "GlueJobRunnerSession"
"""The name of the sessions in which Glue runs jobs, as CloudTrail shows it."""
# Glue keeps these to itself; a script sees all other arguments
OF_GLUE = {
    "--extra-py-files",
    "--additional-python-modules",
    "--python-modules-installer-option",
    "--conf",
    LOG_PREFIX,
}


class Launcher:
    """Runs the processes of one account's and region's job runs.

    Parameters
    ----------
    changed
        Tells of changed states, and guards them.
    """

    def __init__(self, account: str, region: str, changed: threading.Condition) -> None:
        self._account, self._region, self.changed = account, region, changed
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def execute(self, run: JobRun, folder: Path, bookmark: Path) -> tuple[str, str]:
        """Run a job's script to its end; return the run's state and error.

        Parameters
        ----------
        folder
            A folder of its own, not there yet.
        bookmark
            The file of the job's bookmark.
        """
        folder.mkdir(parents=True)
        keys = role_keys(str(run.definition.get("Role") or ""), SESSION, self._account, self._region)
        log = LogWriter(self._log_group(run), f"{run.id}{DRIVER}", self._region, keys)
        refused = self._refused(run) or self._fetch(run, folder, bookmark, keys)
        if refused:
            log.put("error", refused)
            return "FAILED", refused
        if "--additional-python-modules" in run.arguments:
            log.put(
                "output", "The emulator does not install --additional-python-modules; install them in its environment"
            )
        streams = {"output": folder / "output.log", "error": folder / "error.log"}
        with streams["output"].open("wb") as output, streams["error"].open("wb") as error:
            process = subprocess.Popen(  # noqa: S603 - our own module, in a clean environment
                [sys.executable, "-m", "glue_emulator.glue.run_process", str(folder)],
                cwd=folder,
                env=running().environment(self._region, folder, keys),
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
            self.processes[run.id] = process
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
                self.processes.pop(run.id, None)
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

    def _fetch(self, run: JobRun, folder: Path, bookmark: Path, keys: Keys) -> str:
        """Bring script and modules into the run's folder; return what went wrong."""
        location = str((run.definition.get("Command") or {}).get("ScriptLocation") or "")
        modules = [one for one in run.arguments.get("--extra-py-files", "").split(",") if one]
        s3 = running().client("s3", self._region, keys)
        places = {location: folder / "script" / _file_name(location)}
        places |= {one: folder / "modules" / str(number) / _file_name(one) for number, one in enumerate(modules)}
        for uri, place in places.items():
            match = S3_ADDRESS.fullmatch(uri)
            try:
                if match is None or not match[2]:
                    return f"LAUNCH ERROR | {uri!r} is not the s3://bucket/key address of a file"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(s3.get_object(Bucket=match[1], Key=match[2])["Body"].read())
            except ClientError as error:
                return (
                    f"LAUNCH ERROR | Error downloading from S3 for bucket: {match[1] if match else ''}, "
                    f"key: {match[2] if match else ''}: {error.response['Error']['Message']}"
                )
        extra = [str(place) for one in modules for place in (places[one].parent, places[one])]
        self._plan(run, folder, places[location], extra, bookmark)
        return ""

    def _plan(self, run: JobRun, folder: Path, script: Path, modules: list[str], bookmark: Path) -> None:
        arguments = {"--JOB_NAME": run.job, "--JOB_RUN_ID": run.id, **run.arguments}
        words = [word for name, value in arguments.items() if name not in OF_GLUE for word in _words(name, value)]
        emulator = running()
        plan = {
            "script": str(script.relative_to(folder)),
            "arguments": words,
            "engine": emulator.engine,
            "endpoint": emulator.address,
            "write_at_once": emulator.writes_at_once,
            "bookmark": str(bookmark),
            "databases": str(emulator.folder / "databases"),
            "modules": modules,
        }
        (folder / PLAN).write_text(json.dumps(plan), encoding="utf-8")

    def _log_group(self, run: JobRun) -> str:
        if prefix := run.arguments.get(LOG_PREFIX):
            return prefix
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
