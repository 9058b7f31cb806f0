"""What a process takes from its start to its exit."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

from scripts import stedi

LIMIT_SECONDS = 600


@dataclass(frozen=True)
class Spent:
    """What one run of a program took: seconds from start to exit, and the most memory of one of its processes."""

    seconds: float
    peak_bytes: int


def spend(name: str, command: list[str]) -> Spent:
    """Run a program and wait for its end.

    Raises
    ------
    RuntimeError
        It failed, or took too long; the message ends with what it printed.
    """
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=stedi.ROOT, stdout=printed, stderr=subprocess.STDOUT)  # noqa: S603
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        # the usage of one process and those it waited for: not of the programs before it
        _, status, usage = os.wait4(process.pid, 0)
        limit.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            printed.seek(0)
            raise RuntimeError(f"{name} failed:\n{printed.read().decode(errors='replace')}")
    return Spent(seconds, usage.ru_maxrss * 1024)
