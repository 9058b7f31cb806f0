"""Processes that end with the one that started them, however that ends."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

GUARD = "cat > /dev/null; kill -9 0"
"""Waits until nobody can write to its input any more, and ends its group."""


class ProcessGroup:
    """A group of processes. Use it in a `with` statement.

    A guard among them waits for the end of a pipe that this process alone holds, so they end also when it is killed.

    Parameters
    ----------
    log
        The file that they write to.
    """

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> ProcessGroup:
        self._guard = subprocess.Popen(["sh", "-c", GUARD], stdin=subprocess.PIPE, process_group=0)  # noqa: S603, S607
        return self

    def __exit__(self, *_: object) -> None:
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait()

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], talk: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start a process in the group.

        Parameters
        ----------
        talk
            `subprocess.PIPE` for one that is asked by its input, and answers by its output.
        """
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 (commands of this package)
                command,
                env=dict(environment),
                stdin=talk,
                stdout=talk if talk == subprocess.PIPE else log,
                stderr=log,
                process_group=self._guard.pid,
            )
