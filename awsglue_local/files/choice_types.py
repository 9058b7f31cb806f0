"""Columns that are of one type in one record and of another elsewhere: choice types.

Such a column is a struct with a member for each type, named as Glue names types.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

CHOICE = {b"choice": b"true"}
"""What marks a field of a choice type."""

KINDS = {bool: "boolean", int: "long", float: "double", str: "string", list: "array", dict: "struct"}
ARROW_KINDS = {
    "boolean": pa.types.is_boolean,
    "byte": pa.types.is_int8,
    "short": pa.types.is_int16,
    "int": pa.types.is_int32,
    "long": pa.types.is_int64,
    "float": pa.types.is_float32,
    "double": pa.types.is_float64,
    "decimal": pa.types.is_decimal,
    "date": pa.types.is_date,
    "timestamp": pa.types.is_timestamp,
    "binary": pa.types.is_binary,
    "string": pa.types.is_string,
    "array": pa.types.is_list,
    "struct": pa.types.is_struct,
}


def kind_of(value: Any) -> str:
    """Return what Glue calls the type of a JSON value."""
    return KINDS[type(value)]


def kind_of_type(arrow: pa.DataType) -> str:
    """Return what Glue calls a type; empty for one without values."""
    return next((name for name, test in ARROW_KINDS.items() if test(arrow)), "")


def choice_field(name: str, members: dict[str, pa.DataType]) -> pa.Field:
    """Return the field of a column whose values are of several types."""
    return pa.field(name, pa.struct([(member, members[member]) for member in sorted(members)]), metadata=CHOICE)


def is_choice(field: pa.Field) -> bool:
    """Say whether a field is of a choice type."""
    return dict(field.metadata or {}) == CHOICE


def concatenated(tables: list[pa.Table]) -> pa.Table:
    """Return the rows of tables that have a column of a choice type where one of them has."""
    return pa.concat_tables(with_choices(tables))


def with_choices(tables: list[pa.Table]) -> list[pa.Table]:
    """Return tables in which a column whose types no common type holds is of a choice type everywhere."""
    kinds: dict[str, list[pa.Field]] = {}
    for table in tables:
        for field in table.schema:
            kinds.setdefault(field.name, []).append(field)
    mixed = {name: _members(fields) for name, fields in kinds.items() if _is_mixed(fields)}
    return [_converted(table, mixed) for table in tables] if mixed else tables


def _is_mixed(fields: list[pa.Field]) -> bool:
    if any(map(is_choice, fields)):
        return True
    try:
        pa.unify_schemas([pa.schema([field]) for field in fields], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return True
    return False


def _members(fields: list[pa.Field]) -> dict[str, pa.DataType]:
    found: dict[str, pa.DataType] = {}
    for field in fields:
        found |= _types_in(field)
    if "long" in found and "double" in found and not any({"long", "double"} <= set(_types_in(one)) for one in fields):
        del found["long"]
    return found


def _types_in(field: pa.Field) -> dict[str, pa.DataType]:
    if is_choice(field):
        return {one.name: one.type for one in field.type}
    kind = kind_of_type(field.type)
    return {kind: field.type} if kind else {}


def _converted(table: pa.Table, mixed: dict[str, dict[str, pa.DataType]]) -> pa.Table:
    for number, field in enumerate(table.schema):
        if field.name in mixed:
            wanted = choice_field(field.name, mixed[field.name])
            table = table.set_column(number, wanted, _as_choice(table.column(number), field, wanted))
    return table


def _as_choice(column: pa.ChunkedArray, field: pa.Field, wanted: pa.Field) -> pa.Array:
    whole = column.combine_chunks()
    names = list(_types_in(field))
    there = {name: whole.field(name) for name in names} if is_choice(field) else dict.fromkeys(names, whole)
    kinds = {one.name for one in wanted.type}
    if "long" in there and "long" not in kinds and "double" in kinds:
        there["double"] = there.pop("long").cast(pa.float64(), safe=False)
    members = [
        there[one.name].cast(one.type) if one.name in there else pa.nulls(len(whole), one.type) for one in wanted.type
    ]
    return pa.StructArray.from_arrays(members, fields=list(wanted.type), mask=whole.is_null())
