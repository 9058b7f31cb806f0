"""A file of what everybody has asked for: what a policy has to allow that allows no more than is needed."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from glue_emulator.iam.policies import Asked


class CallLog:
    """Notes each kind of request once, in a line of JSON: `who` (an ARN), `action`, `resource`, `context`, `allowed`.

    Parameters
    ----------
    file
        Is made anew.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._lock = file, threading.Lock()
        self._noted: set[str] = set()
        file.write_text("", encoding="utf-8")

    def note(self, who: str, asked: Asked, allowed: bool) -> None:
        """Note a request that was judged; `asked` has the context that is of this request, not of every one."""
        kind = {"who": who, "action": asked.action, "resource": asked.resource, "context": dict(asked.context)}
        line = json.dumps({**kind, "allowed": allowed})
        with self._lock:
            if line not in self._noted:
                self._noted.add(line)
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(f"{line}\n")
