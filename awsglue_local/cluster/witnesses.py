"""Small tables that stand for large ones where it is decided what types the columns of many have together."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

ROWS = 2


def witness(table: pa.Table) -> pa.Table:
    """Return two rows of a table's schema in which each whole number is the least or the greatest of its place."""
    columns = [_extremes(table.column(number).combine_chunks()) for number in range(table.num_columns)]
    return pa.table(columns, schema=table.schema)


def together(tables: list[pa.Table]) -> list[pa.Table]:
    """Return one witness for each schema that tables have, in the order in which they come."""
    found: list[pa.Table] = []
    for table in tables:
        same = next((n for n, one in enumerate(found) if one.schema.equals(table.schema, check_metadata=True)), None)
        if same is None:
            found.append(table)
        else:
            found[same] = witness(pa.concat_tables([found[same], table])) if table.num_rows else table
    return found


def _extremes(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    kind = array.type
    if pa.types.is_int64(kind):
        bounds = pc.min_max(array)
        return pa.array([bounds["min"].as_py(), bounds["max"].as_py()], kind)
    if pa.types.is_struct(kind) and kind.num_fields:
        members = [_extremes(array.field(number)) for number in range(kind.num_fields)]
        return pa.StructArray.from_arrays(members, fields=list(kind))
    if pa.types.is_list(kind):
        return pa.ListArray.from_arrays(pa.array([0, ROWS, ROWS], pa.int32()), _extremes(array.flatten()), kind)
    return pa.nulls(ROWS, kind)
