"""A program: run the jobs, and be killed before the n-th step that changes the lake.

It reads lines of `n LANDING LAKE` and prints for each, as JSON, how the run ended and the steps that it made. Each run
is a fork of this process, which has imported everything and started no engine.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from awsglue_local.storage import lake
from tests.conftest import run_all


class Killer:
    """Counts the steps, and kills this process before the n-th."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at = kill_at
        self.steps = 0

    def watch(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **named: Any) -> Any:
            self.steps += 1
            if self.steps == self.kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*given, **named)

        return watched


def run(kill_at: int, landing: Path, lake_folder: Path) -> tuple[int, int]:
    """Run in a fork; return its exit code, negative for a signal, and the steps that it made, 0 if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        killer = Killer(kill_at)
        for owner, name in ((os, "rename"), (os, "link"), (os, "replace"), (lake, "exchange")):
            setattr(owner, name, killer.watch(getattr(owner, name)))
        run_all(landing, lake_folder, "sail")
        os.write(writer, str(killer.steps).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as printed:
        steps = int(printed.read() or 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), steps


def main() -> None:
    for line in sys.stdin:
        kill_at, landing, lake_folder = line.split()
        print(json.dumps(run(int(kill_at), Path(landing), Path(lake_folder))), flush=True)


if __name__ == "__main__":
    main()
