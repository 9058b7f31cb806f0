"""What server and worker process say to each other: a line of JSON each."""

from __future__ import annotations

import json
from typing import IO, Any

Message = dict[str, Any]


def send(stream: IO[str], message: Message) -> None:
    """Write a message."""
    stream.write(json.dumps(message, ensure_ascii=False) + "\n")
    stream.flush()


def receive(stream: IO[str]) -> Message | None:
    """Read a message; None at the end of the stream."""
    line = stream.readline()
    return dict(json.loads(line)) if line.endswith("\n") else None
