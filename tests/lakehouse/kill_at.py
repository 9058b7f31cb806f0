"""A program: run the jobs, and be killed at the n-th step that changes the lake. Prints the steps when it ends well."""

from __future__ import annotations

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


def main() -> None:
    killer = Killer(int(sys.argv[1]))
    for owner, name in ((os, "rename"), (os, "link"), (os, "replace"), (lake, "exchange")):
        setattr(owner, name, killer.watch(getattr(owner, name)))
    run_all(Path(sys.argv[2]), Path(sys.argv[3]), "sail")
    print(killer.steps)


if __name__ == "__main__":
    main()
