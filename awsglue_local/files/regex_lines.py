"""Lines of a table of Hive's RegexSerDe: a column is a group of a pattern; a line that does not fit is all null."""

from __future__ import annotations

import re

import orjson

from awsglue_local.errors import SourceError

PATTERN, INSENSITIVE = "input.regex", "input.regex.case.insensitive"
WHOLE = ("tinyint", "smallint", "int", "bigint")


def json_of_lines(data: bytes, options: dict[str, str], columns: list[tuple[str, str]], name: str) -> bytes:
    """Return lines as JSON, an object a line.

    Parameters
    ----------
    columns
        `(name, Hive type)`, one for each group.

    Raises
    ------
    SourceError
        The table has no pattern, or Python does not read it, or it has another number of groups.
    """
    try:
        flags = re.IGNORECASE if options.get(INSENSITIVE, "").lower() == "true" else 0
        pattern = re.compile(options[PATTERN], flags)
    except KeyError as error:
        raise SourceError(f"{name}: the table has no {PATTERN}") from error
    except re.error as error:
        raise SourceError(f"{name}: {PATTERN} cannot be read: {error}") from error
    if pattern.groups != len(columns):
        raise SourceError(f"{name}: {PATTERN} has {pattern.groups} groups, the table {len(columns)} columns")
    lines = data.decode("utf-8", "replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return b"".join(orjson.dumps(_record(pattern, line.rstrip("\r"), columns)) + b"\n" for line in lines)


def _record(pattern: re.Pattern[str], line: str, columns: list[tuple[str, str]]) -> dict[str, object]:
    found = pattern.fullmatch(line)
    if found is None:
        return {}
    return {name: _value(text, kind) for (name, kind), text in zip(columns, found.groups(), strict=True)}


def _value(text: str | None, kind: str) -> object:
    """Return a group as a value of its column's type; None where it is none."""
    if text is None or kind in ("string", "date", "timestamp") or kind.startswith(("varchar", "char")):
        return text
    try:
        if kind in WHOLE:
            return int(text)
        if kind == "boolean":
            return {"true": True, "false": False}.get(text.lower())
        return float(text)
    except ValueError:
        return None
