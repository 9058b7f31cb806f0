"""Whole numbers of text without a schema: `int` where all of them fit, as AWS Glue has them, else `long`."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from awsglue_local.files.choice_types import choice_field, is_choice

SMALLEST, LARGEST = -(2**31), 2**31 - 1


def narrowed(tables: Sequence[pa.Table]) -> list[pa.Table]:
    """Return tables in which whole numbers of 64 bits have 32, in each place where all of all tables fit."""
    kinds: dict[tuple[str, pa.DataType], list[pa.Array]] = {}
    for table in tables:
        for field, column in zip(table.schema, table.columns, strict=True):
            kinds.setdefault((field.name, field.type), []).extend(column.chunks)
    # a column that is a double, or long, elsewhere keeps the type that holds all of its values
    narrow = {place: _narrow(place[1], arrays) for place, arrays in kinds.items()}
    return [_cast(table, narrow) for table in tables]


def _narrow(kind: pa.DataType, arrays: list[pa.Array]) -> pa.DataType:
    """Return the type that some arrays of one type have room in."""
    if pa.types.is_int64(kind):
        return pa.int32() if all(map(_fits, arrays)) else kind
    if pa.types.is_struct(kind):
        members = [
            field.with_type(_narrow(field.type, [array.field(number) for array in arrays]))
            for number, field in enumerate(kind)
        ]
        return pa.struct(members)
    if pa.types.is_list(kind):
        return pa.list_(_narrow(kind.value_type, [array.flatten() for array in arrays]))
    return kind


def _fits(array: pa.Array) -> bool:
    bounds = pc.min_max(array)
    least, most = bounds["min"].as_py(), bounds["max"].as_py()
    return least is None or (least >= SMALLEST and most <= LARGEST)


def _cast(table: pa.Table, narrow: dict[tuple[str, pa.DataType], pa.DataType]) -> pa.Table:
    for number, field in enumerate(table.schema):
        kind = narrow[(field.name, field.type)]
        if kind == field.type:
            continue
        column = table.column(number).cast(kind)
        made = field.with_type(kind)
        if is_choice(field):
            names = ["int" if one.name == "long" and pa.types.is_int32(one.type) else one.name for one in kind]
            made, column = _choice(field.name, names, column)
        table = table.set_column(number, made, column)
    return table


def _choice(name: str, names: list[str], column: pa.ChunkedArray) -> tuple[pa.Field, pa.Array]:
    """Return a column of a choice type whose members have other names."""
    whole = column.combine_chunks()
    members = {new: whole.field(number) for number, new in enumerate(names)}
    made = choice_field(name, {new: array.type for new, array in members.items()})
    arrays = [members[member.name] for member in made.type]
    return made, pa.StructArray.from_arrays(arrays, fields=list(made.type), mask=whole.is_null())
