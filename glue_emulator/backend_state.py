"""What the emulator keeps beside one of moto's backends; it goes when moto forgets the backend."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from moto.core.base_backend import BaseBackend

KEY = "emulation"
BackendT = TypeVar("BackendT", bound=BaseBackend)
KeptT = TypeVar("KeptT")
_making = threading.Lock()


def kept_for(backend: BackendT, make: Callable[[BackendT], KeptT]) -> KeptT:
    """Return what is kept beside a backend, made at the first call."""
    with _making:
        kept = vars(backend)
        if KEY not in kept:
            kept[KEY] = make(backend)
        found: KeptT = kept[KEY]
    return found


def workgroup_of_execution(backend: BaseBackend, query_id: str) -> str | None:
    """Return the workgroup of a query execution that is kept beside a backend of Athena; None where there is none."""
    found = vars(backend).get(KEY)
    return next((one.workgroup for one in found.of_workgroup(None) if one.id == query_id), None) if found else None
