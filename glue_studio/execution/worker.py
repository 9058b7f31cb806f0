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
        self._lake, self._engine = lake, engine
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()
        self._numbers = threading.Lock()
        self._stopped = False
        self._newest = 0
        self._replaceable: float | None = None

    def warm_up(self) -> None:
        """Start the process, so that the first answer need not wait for it."""
        with self._turn:
            self._running()

    def ask(self, request: Message, told: Callable[[Message], None] = lambda _: None) -> Any:
        """Return the answer to a request; other messages on the way are told.

        Raises
        ------
        WorkFailed
            The script failed, ended the process, or was stopped.
        """
        with self._turn:
            return self._answered(request, told)

    def _answered(self, request: Message, told: Callable[[Message], None]) -> Any:
        self._stopped = False
        try:
            process = self._running()
            with contextlib.suppress(OSError):  # a process that has gone says so below
                send(_stdin(process), request)
            while (message := receive(_stdout(process))) is not None:
                if "answer" in message:
                    return message["answer"]
                if "failed" in message:
                    raise WorkFailed(message["failed"], message["node"])
                told(message)
        finally:
            self._replaceable = None
        code = self._end()
        if self._stopped:
            raise WorkFailed("stopped", stopped=True)
        raise WorkFailed(f"the script ended the process that ran it, with code {code}")

    def ask_newest(self, request: Message) -> Any:
        """Return the answer to a request that takes the place of those that were asked so before.

        Those that wait are dropped; one that runs goes on for at most `PATIENCE_SECONDS`.

        Raises
        ------
        WorkFailed
            As for `ask`, or a newer request has taken the place of this one.
        """
        with self._numbers:
            self._newest += 1
            mine = self._newest
        timer = threading.Timer(self._patience(), self._end_replaced, [mine])
        timer.start()
        try:
            with self._turn:
                if mine != self._newest:
                    raise WorkFailed("a newer preview has taken the place of this one", stopped=True)
                timer.cancel()
                self._replaceable = time.monotonic()
                return self._answered(request, lambda _: None)
        finally:
            timer.cancel()

    def _patience(self) -> float:
        began = self._replaceable
        return max(0.0, PATIENCE_SECONDS - (time.monotonic() - began)) if began else PATIENCE_SECONDS

    def _end_replaced(self, newest: int) -> None:
        if self._replaceable is not None and newest == self._newest:
            self.stop()

    def stop(self) -> None:
        """End the process with what it is doing; the lake stays as it was before the script began."""
        process = self._process
        if process is not None and process.poll() is None:
            self._stopped = True
            _kill(process)

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
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _stdin(process: subprocess.Popen[str]) -> Any:
    return process.stdin


def _stdout(process: subprocess.Popen[str]) -> Any:
    return process.stdout
