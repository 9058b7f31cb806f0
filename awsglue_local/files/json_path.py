"""The objects that a JSON path names, as Glue's `jsonPath` and JSON classifiers know paths.

"Writing JSON custom classifiers" (AWS Glue Developer Guide): `$`, `.name`, `['name']`, `[0]`, and `*` for a name or an
index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from awsglue_local.errors import GlueLocalError, SourceError

STEP = re.compile(r"\.(\*|[^.\[\]'\"*]+)|\[(\*|\d+|'[^']*'|\"[^\"]*\")\]")


def steps_of(path: str) -> list[str | int]:
    """Return a path's steps: names, indices and `*`.

    Raises
    ------
    GlueLocalError
        It is no such path.
    """
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        match = STEP.match(path, position)
        if match is None:
            break
        text = match[1] or match[2]
        steps.append(int(text) if match[2] and text.isdigit() else text.strip("'\""))
        position = match.end()
    if not path.startswith("$") or position != len(path):
        raise GlueLocalError(f"the jsonPath {path!r} is not read here; use $, .name, ['name'], [0] and *")
    return steps


def selected(texts: bytes, path: str, name: str) -> bytes:
    """Return the objects that a path names in a file's JSON texts, a line each; of an array its objects.

    Raises
    ------
    SourceError
        The path names a value that is neither an object nor an array of objects, or a text is not JSON.
    """
    steps = steps_of(path)
    found: list[bytes] = []
    for document in _documents(texts, name):
        for value in _at(document, steps):
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, dict):
                    raise SourceError(f"{name}: {path} names {orjson.dumps(one).decode()[:80]}, which is no object")
                found.append(orjson.dumps(one))
    return b"\n".join(found)


def _documents(texts: bytes, name: str) -> Iterable[Any]:
    """Return the JSON texts of a file: one over many lines, or one a line."""
    try:
        return [orjson.loads(texts)]
    except orjson.JSONDecodeError:
        pass
    try:
        return [orjson.loads(line) for line in texts.split(b"\n") if line.strip()]
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{name}: neither the file nor each of its lines is JSON: {error}") from error


def _at(value: Any, steps: list[str | int]) -> Iterable[Any]:
    """Yield what the steps lead to; nothing where one leads nowhere."""
    if not steps:
        yield value
        return
    for below in _below(value, steps[0]):
        yield from _at(below, steps[1:])


def _below(value: Any, step: str | int) -> Iterable[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
