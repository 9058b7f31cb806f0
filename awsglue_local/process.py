"""The process of a command: what makes its start and its end short."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from queue import SimpleQueue
from typing import NoReturn

OBJECTS = 200_000
"""So many new objects before the garbage collector looks at them; modules make more while they are imported."""


def end_signals(*numbers: int) -> SimpleQueue[int]:
    """Return a queue that gets the number of each of these signals; to wait for the end, take from it.

    Its `put` may be interrupted by another signal. `Event.set` may not: the second would wait for the first for ever.
    """
    ended: SimpleQueue[int] = SimpleQueue()
    for number in numbers:
        signal.signal(number, lambda received, _: ended.put(received))
    return ended


def run_process(main: Callable[[], int]) -> NoReturn:
    """Run a command and end the process with its exit code, with what threads a script may have left behind.

    Nothing is taken apart at the end, which takes a quarter of a second and which the system does anyway.
    """
    gc.set_threshold(OBJECTS, 20, 20)
    try:
        code = main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
