"""What a command takes from its start to its exit, with all the processes that it starts."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

import psutil

from scripts import stedi

LIMIT_SECONDS = 600
SAMPLE_SECONDS = 0.05
UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where a machine has it set, each command compiles all that it imports; people's have not."""


@dataclass(frozen=True)
class Spent:
    """What one run took: seconds from start to exit, and the most bytes of memory of all its processes together."""

    seconds: float
    peak_bytes: int


def spend(name: str, command: list[str]) -> Spent:
    """Run a command and wait for its end.

    Raises
    ------
    RuntimeError
        It failed, or took too long; the message ends with what it printed.
    """
    environment = {name: value for name, value in os.environ.items() if name != UNCOMPILED}
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 (commands of this repository)
            command, cwd=stedi.ROOT, env=environment, stdout=printed, stderr=subprocess.STDOUT
        )
        watch = _Watch(process.pid)
        try:
            process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        seconds = time.perf_counter() - start
        peak = watch.stop()
        if process.returncode:
            printed.seek(0)
            raise RuntimeError(f"{name} failed:\n{printed.read().decode(errors='replace')}")
    return Spent(seconds, peak)


class _Watch(threading.Thread):
    """Looks at the memory of a process and its children, again and again."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._most = 0
        self.start()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self._most = max(self._most, self._now())

    def _now(self) -> int:
        total = 0
        try:
            for process in [self._root, *self._root.children(recursive=True)]:
                total += process.memory_info().rss
        except psutil.Error:  # one has ended meanwhile
            pass
        return total

    def stop(self) -> int:
        self._ended.set()
        self.join()
        return self._most
