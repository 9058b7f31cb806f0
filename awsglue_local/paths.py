"""Column paths as Glue scripts write them: `name`, `outer.inner`, and backticks around a name with dots."""

from __future__ import annotations

import re

SEGMENT = re.compile(r"`((?:[^`]|``)*)`|([^.`]+)")


def segments(path: str) -> list[str]:
    """Split a path at its dots; what stands in backticks is one segment.

    Raises
    ------
    ValueError
        The path is empty, or its backticks do not pair.
    """
    names, position = [], 0
    while True:
        match = SEGMENT.match(path, position)
        if match is None:
            raise ValueError(f"{path!r} is no column path")
        names.append(match[1].replace("``", "`") if match[1] is not None else match[2])
        position = match.end()
        if position == len(path):
            return names
        if path[position] != ".":
            raise ValueError(f"{path!r} is no column path")
        position += 1
