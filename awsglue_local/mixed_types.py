"""Columns that are of one type in one part of a source and of another elsewhere: choice types, over all parts."""

from __future__ import annotations

import pyarrow as pa

from awsglue_local.json_lines import choice_field, is_choice


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
        types = {one.name: one.type for one in field.type} if is_choice(field) else {_kind(field.type): field.type}
        found |= {kind: type_ for kind, type_ in types.items() if kind}
    if "long" in found and "double" in found:
        del found["long"]
    return found


def _kind(arrow: pa.DataType) -> str:
    """Return what Glue calls a type; empty for one without values."""
    tests = {
        "boolean": pa.types.is_boolean,
        "long": pa.types.is_integer,
        "double": pa.types.is_floating,
        "string": pa.types.is_string,
        "array": pa.types.is_list,
        "struct": pa.types.is_struct,
    }
    return next((name for name, test in tests.items() if test(arrow)), "")


def _converted(table: pa.Table, mixed: dict[str, dict[str, pa.DataType]]) -> pa.Table:
    for number, field in enumerate(table.schema):
        if field.name in mixed:
            wanted = choice_field(field.name, mixed[field.name])
            table = table.set_column(number, wanted, _as_choice(table.column(number), field, wanted))
    return table


def _as_choice(column: pa.ChunkedArray, field: pa.Field, wanted: pa.Field) -> pa.Array:
    whole = column.combine_chunks()
    there = {one.name: whole.field(one.name) for one in field.type} if is_choice(field) else {_kind(field.type): whole}
    kinds = {one.name for one in wanted.type}
    if "long" in there and "long" not in kinds and "double" in kinds:
        there["double"] = there.pop("long").cast(pa.float64())
    members = [
        there[one.name].cast(one.type) if one.name in there else pa.nulls(len(whole), one.type) for one in wanted.type
    ]
    return pa.StructArray.from_arrays(members, fields=list(wanted.type), mask=whole.is_null())
