"""Partition keys: columns whose values stand in the folders' names, `key=value`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa

from awsglue_local.column_types import arrow_type

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


def add_partition_columns(table: pa.Table, file: Path, folder: Path, keys: list[tuple[str, str]]) -> pa.Table:
    """Return the rows of a file with its partition keys as further columns.

    Parameters
    ----------
    folder
        The table's folder, above the partitions' folders.
    keys
        `(name, Hive type)`.
    """
    if not keys:
        return table
    parts = [part.partition("=") for part in file.relative_to(folder).parts[:-1] if "=" in part]
    values = {name.lower(): value for name, _, value in parts}
    for key, kind in keys:
        text = unquote(values.get(key, HIVE_NULL))
        value = pa.scalar(None if text == HIVE_NULL else text, pa.string()).cast(arrow_type(kind))
        table = table.append_column(key, pa.repeat(value, table.num_rows))
    return table
