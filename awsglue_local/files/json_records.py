"""JSON lines read record by record, as Python's own parser has them.

Slow, and so only for lines that nothing faster reads surely; tests compare what the fast ways give with what this does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from awsglue_local.errors import SourceError
from awsglue_local.files.choice_types import choice_field, is_choice, kind_of, kind_of_type
from awsglue_local.files.json_chunk import BadRecord, JsonChunk, Misfit
from awsglue_local.storage.column_types import hive_type

Line = tuple[int, bytes]
"""A line's number, counted from 1, and its text."""
Place = Callable[[int], tuple[str, int]]
"""Where the value with an index stands: file and line."""

MISFITS = {"boolean": pa.bool_(), "long": pa.int64(), "double": pa.float64(), "string": pa.string()}
"""Types of values that are not of their column's type."""


def read_records(lines: list[Line], file: str, schema: pa.Schema | None, source: str) -> JsonChunk:
    """Read lines, none of them blank.

    Parameters
    ----------
    file
        How messages call the file.
    schema
        The catalog's columns; None to take keys and types from the records.
    source
        How messages call the source.

    Raises
    ------
    SourceError
        A key has values of types that no choice type tells apart.
    """
    records: list[dict[str, Any]] = []
    places: list[int] = []
    bad: list[BadRecord] = []
    for number, line in lines:
        record = parse(line)
        if isinstance(record, str):
            bad.append(BadRecord(file, number, record))
        else:
            records.append({key.lower(): value for key, value in record.items()} if schema is not None else record)
            places.append(number)
    misfits: list[Misfit] = []
    columns = [
        column_of(column, [record.get(column.name) for record in records], lambda index: (file, places[index]), misfits)
        for column in (schema if schema is not None else _infer(records, file, source))
    ]
    # a table without columns would not know how many records there are
    places_column = pa.field("", pa.int64()), pa.array(places, pa.int64())
    fields, arrays = zip(*columns, places_column, strict=True)
    table = pa.table(list(arrays), pa.schema(fields)).select(range(len(columns)))
    nulls = {
        name: pa.array(explicit)
        for name in table.column_names
        if any(explicit := [name in record and record[name] is None for record in records])
    }
    return JsonChunk(table, bad, nulls, np.array(places, np.int64), misfits)


def parse(line: bytes) -> dict[str, Any] | str:
    """Return the record of a line, or why it is none."""
    try:
        text = line.decode("utf-8")
        record = json.loads(text.removeprefix("\ufeff"))
        if b"\\u" in line:
            # a lone surrogate is valid in JSON's escapes, but is no text
            json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        return "not UTF-8 text"
    except RecursionError:
        return "nested too deeply"
    except ValueError as error:
        return f"not JSON: {error}"
    return record if isinstance(record, dict) else "not a JSON object"


def _infer(records: list[dict[str, Any]], file: str, source: str) -> pa.Schema:
    fields = []
    for key in dict.fromkeys(key for record in records for key in record):
        values = [record[key] for record in records if record.get(key) is not None]
        kinds = {kind_of(value) for value in values}
        try:
            if len(kinds) > 1 and kinds != {"long", "double"}:
                fields.append(_choice(key, values))
            else:
                fields.append(pa.field(key, pa.infer_type(values) if values else pa.null()))
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise SourceError(f"{source}: {file}: key {key!r} changes its type: {error}") from error
    return pa.schema(fields)


def _choice(key: str, values: list[Any]) -> pa.Field:
    """Return the field of a key whose values are of several types."""
    found: dict[str, list[Any]] = {}
    for value in values:
        found.setdefault(kind_of(value), []).append(value)
    if "long" in found and "double" in found:
        found["double"] += found.pop("long")
    return choice_field(key, {kind: pa.infer_type(some) for kind, some in found.items()})


def column_of(column: pa.Field, values: list[Any], place: Place, misfits: list[Misfit]) -> tuple[pa.Field, pa.Array]:
    """Return a column, of a choice type where a value is not of the column's, and add to the misfits."""
    if is_choice(column):
        return column, _choice_array(column, [_kind_and_value(value, column) for value in values])
    usual = _as_they_are(values, column.type)
    if usual is not None:
        return column, usual
    other: dict[int, tuple[str, Any]] = {}
    for index, value in enumerate(values):
        if value is None:
            continue
        try:
            values[index] = _fit(value, column.type)
        except (ValueError, TypeError, ArithmeticError, pa.ArrowException):
            other[index] = _misfit(value, kind_of_type(column.type))
            shown = json.dumps(value, ensure_ascii=False)[:80]
            misfits.append(Misfit(*place(index), column.name, hive_type(column.type), shown))
    if not other:
        return column, pa.array(values, column.type)
    own = kind_of_type(column.type)
    members = {own: column.type, **{kind: MISFITS[kind] for kind, _ in other.values()}}
    whole = [other.get(index, (own, value)) for index, value in enumerate(values)]
    made = choice_field(column.name, members)
    return made, _choice_array(made, [None if value is None else (kind, value) for kind, value in whole])


def _as_they_are(values: list[Any], kind: pa.DataType) -> pa.Array | None:
    """Return values that are all of the type that is usual for a column; None where one is not."""
    usual = next((one for one, test in USUAL if test(kind)), None)
    if usual is None or not {type(value) for value in values} <= {usual, type(None)}:
        return None
    try:
        return pa.array(values, kind)
    except (pa.ArrowInvalid, OverflowError):
        return None


USUAL: tuple[tuple[type, Callable[[pa.DataType], bool]], ...] = (
    (str, pa.types.is_string),
    (bool, pa.types.is_boolean),
    (int, pa.types.is_integer),
    (float, pa.types.is_float64),
)


def _misfit(value: Any, own: str) -> tuple[str, Any]:
    """Return the kind of a value, and the value; what has no simple type, or is of the column's kind, is text."""
    kind = kind_of(value)
    huge = kind == "long" and not -(2**63) <= value < 2**63
    if kind == own or kind not in MISFITS or huge:
        return "string", json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return kind, value


def _choice_array(column: pa.Field, values: list[tuple[str, Any] | None]) -> pa.Array:
    return pa.array([None if one is None else dict([one]) for one in values], column.type)


def _kind_and_value(value: Any, column: pa.Field) -> tuple[str, Any] | None:
    if value is None:
        return None
    kind = kind_of(value)
    whole_is_double = kind == "long" and all(member.name != kind for member in column.type)
    return ("double", float(value)) if whole_is_double else (kind, value)


def _fit(value: Any, kind: pa.DataType) -> Any:
    """Return a JSON value as a value of an Arrow type; raise where it is not one without loss."""
    if pa.types.is_string(kind):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if pa.types.is_struct(kind):
        return _fit_struct(value, kind)
    if pa.types.is_list(kind):
        return _fit_list(value, kind)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _fit_number(value, kind)
    wanted = bool if pa.types.is_boolean(kind) else str if pa.types.is_temporal(kind) else object
    if not isinstance(value, wanted):
        raise TypeError
    return pa.scalar(value).cast(kind).as_py() if isinstance(value, str) else pa.scalar(value, kind).as_py()


def _fit_number(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_decimal(kind) and isinstance(value, str):
        return pa.scalar(value).cast(kind).as_py()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if pa.types.is_integer(kind):
        return _whole_number(value, kind)
    return float(value) if pa.types.is_floating(kind) else pa.scalar(Decimal(repr(value))).cast(kind).as_py()


def _fit_struct(value: Any, kind: pa.DataType) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    lowered = {name.lower(): one for name, one in value.items()}
    members = {member.name: lowered.get(member.name.lower()) for member in kind}
    return {one.name: None if members[one.name] is None else _fit(members[one.name], one.type) for one in kind}


def _fit_list(value: Any, kind: pa.DataType) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return [None if one is None else _fit(one, kind.value_type) for one in value]


def _whole_number(value: float, kind: pa.DataType) -> int:
    if int(value) != value:
        raise TypeError
    return int(pa.scalar(int(value), kind).as_py())
