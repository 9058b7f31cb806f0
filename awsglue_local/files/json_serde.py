"""JSON lines as OpenX's JSON SerDe has them for Athena: other names of keys, and lines that are none.

"OpenX JSON SerDe" (Amazon Athena User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from awsglue_local.errors import SourceError
from awsglue_local.files.json_chunk import BadRecord
from awsglue_local.storage.table import Table

MAPPING = "mapping."
"""What the SerDe's parameters that map a column to a key begin with."""


def serde_options(table: Table) -> dict[str, Any]:
    """Return what a table's SerDe says of keys: `keys` (key to column), `dots`, `exactCase`; empty where nothing."""
    given = table.serde_parameters
    options: dict[str, Any] = {}
    if keys := {key: name.removeprefix(MAPPING) for name, key in given.items() if name.startswith(MAPPING)}:
        options["keys"] = keys
    if _is(given.get("dots.in.keys"), "true"):
        options["dots"] = True
    if _is(given.get("case.insensitive"), "false"):
        options["exactCase"] = True
    return options


def _is(given: str | None, wanted: str) -> bool:
    return str(given).lower() == wanted


def renamed(text: bytes, options: Mapping[str, Any]) -> bytes:
    """Return lines with the keys as their columns are called; what is no object stays, for the reader to count."""
    return b"\n".join(_renamed_line(line, options) for line in text.split(b"\n"))


def _renamed_line(line: bytes, options: Mapping[str, Any]) -> bytes:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line
    return orjson.dumps(_renamed_value(record, options)) if isinstance(record, dict) else line


def _renamed_value(value: Any, options: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_renamed_value(one, options) for one in value]
    if not isinstance(value, dict):
        return value
    members = {_column(key, options): _renamed_value(one, options) for key, one in value.items()}
    members.pop("", None)
    return members


def _column(key: str, options: Mapping[str, Any]) -> str:
    """Return the column that a key stands for; empty where the key is in another case than any column."""
    keys: Mapping[str, str] = options.get("keys", {})
    if key in keys:
        return keys[key]
    if not options.get("exactCase"):
        lowered = {one.lower(): column for one, column in keys.items()}
        if key.lower() in lowered:
            return lowered[key.lower()]
    elif key != key.lower():
        return ""
    return key.replace(".", "_") if options.get("dots") else key


def refuse_malformed(table: Table, bad: list[BadRecord]) -> None:
    """Refuse lines that are no JSON objects, unless the table's SerDe is told to ignore them, as Athena does.

    Raises
    ------
    SourceError
        There is one.
    """
    if bad and not _is(table.serde_parameters.get("ignore.malformed.json"), "true"):
        raise SourceError(
            f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object: {bad[0].file}, line {bad[0].line}: {bad[0].reason}; "
            f"fix the file, or give the table {table.name} the SERDEPROPERTIES 'ignore.malformed.json' = 'true'"
        )
