"""A gate that requests pass, and that a reset closes while moto forgets its state: nobody sees half of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 10.0
"""Seconds that a reset waits for requests that were let in; one that hangs holds it up no longer."""


class RequestGate:
    """Lets many requests in at once, or one reset alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._is_closed = False

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Wait until the gate is open, and be inside."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closed, PATIENCE)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Let nobody in, and wait until those inside have left."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: self._inside == 0, PATIENCE)
        try:
            yield
        finally:
            with self._changed:
                self._is_closed = False
                self._changed.notify_all()
