"""A worker process as the server sees it: asked, answered, stopped, started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from glue_studio.execution.messages import Message, receive, send

LAST_SECONDS = 2.0
PATIENCE_SECONDS = 2.0
"""How long a request may have run that a newer one replaces, before it is ended."""
WAIT_SECONDS = 0.1
REPLACED = "a newer preview has taken the place of this one"


class WorkFailed(Exception):
    """A script that failed, or was stopped.

    Attributes
    ----------
    node
        The name of the node that failed; empty where it is not known.
    stopped
        Whether somebody stopped it.
    """

    def __init__(self, message: str, node: str = "", stopped: bool = False) -> None:
        super().__init__(message)
        self.node = node
        self.stopped = stopped


class Worker:
    """A process that runs scripts, one at a time; it is started when it is first asked.

    Parameters
    ----------
    lake
        The lake folder.
    engine
        What `start_engine` takes.
    """

    def __init__(self, lake: Path, engine: str) -> None:
        self._lake, self._engine = lake.resolve(), engine
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()
        self._numbers = threading.Lock()
        self._stopped = False
        self._newest: dict[str, int] = {}
        self._replaceable: tuple[str, float] | None = None

    def ask(
        self,
        request: Message,
        told: Callable[[Message], None] = lambda _: None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Any:
        """Return the answer to a request; other messages on the way are told.

        Parameters
        ----------
        wanted
            Asked before the request is sent: whether it still is.

        Raises
        ------
        WorkFailed
            The script failed, ended the process, or was stopped.
        """
        with self._turn:
            return self._answered(request, told, wanted)

    def _answered(
        self, request: Message, told: Callable[[Message], None], wanted: Callable[[], bool] = lambda: True
    ) -> Any:
        self._stopped = False
        process = self._running()
        if not wanted():
            raise WorkFailed("stopped", stopped=True)
        with contextlib.suppress(OSError):  # a process that has gone says so below
            send(_stdin(process), request)
        while (message := receive(_stdout(process))) is not None:
            if "answer" in message:
                return message["answer"]
            if "failed" in message:
                raise WorkFailed(message["failed"], message["node"])
            told(message)
        code = self._end()
        if self._stopped:
            raise WorkFailed("stopped", stopped=True)
        raise WorkFailed(f"the script ended the process that ran it, with code {code}")

    def ask_newest(self, request: Message, of: str) -> Any:
        """Return the answer to a request that takes the place of those that were asked so before.

        Those that wait are dropped; one that runs goes on for at most `PATIENCE_SECONDS`.

        Parameters
        ----------
        of
            Whose requests these are; they do not replace those of others.

        Raises
        ------
        WorkFailed
            As for `ask`, or a newer request has taken the place of this one.
        """
        with self._numbers:
            mine = self._newest[of] = self._newest.get(of, 0) + 1
        replaced: Callable[[], bool] = lambda: mine != self._newest[of]  # noqa: E731
        timer = threading.Timer(self._patience(), self._end_replaced, [of])
        timer.start()
        try:
            while not self._turn.acquire(timeout=WAIT_SECONDS):
                if replaced():
                    raise WorkFailed(REPLACED, stopped=True)
        finally:
            timer.cancel()
        try:
            if replaced():
                raise WorkFailed(REPLACED, stopped=True)
            self._replaceable = of, time.monotonic()
            return self._answered(request, lambda _: None)
        finally:
            self._replaceable = None
            self._turn.release()

    def _patience(self) -> float:
        running = self._replaceable
        return max(0.0, PATIENCE_SECONDS - (time.monotonic() - running[1])) if running else PATIENCE_SECONDS

    def _end_replaced(self, of: str) -> None:
        running = self._replaceable
        if running and running[0] == of:
            self.stop()

    def stop(self) -> None:
        """End the process with what it is doing; the lake stays as it was before the script began."""
        process = self._process
        if process is not None:
            self._stopped = True
            _kill(process)  # its children too, which may outlive it

    def stop_if_busy(self) -> None:
        """End what is being done, if anything is; an idle process stays warm."""
        if self._turn.locked():
            self.stop()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        command = [sys.executable, "-m", "glue_studio.execution.worker_process", str(self._lake), self._engine]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
        )
        if receive(_stdout(self._process)) is None:
            code = self._end()
            raise WorkFailed(
                "stopped" if self._stopped else f"the engine {self._engine} did not start (code {code})",
                stopped=self._stopped,
            )
        return self._process

    def _end(self) -> int:
        process = self._process
        assert process is not None  # noqa: S101 - it was asked
        with contextlib.suppress(subprocess.TimeoutExpired):  # one that goes on its own has a code to tell
            process.wait(LAST_SECONDS)
        _kill(process)
        self._process = None
        return process.wait()


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _stdin(process: subprocess.Popen[str]) -> Any:
    return process.stdin


def _stdout(process: subprocess.Popen[str]) -> Any:
    return process.stdout
