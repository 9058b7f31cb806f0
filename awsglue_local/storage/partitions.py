"""Partition keys: columns whose values stand in the folders' names, `key=value`, or in the catalog."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote, unquote

import pyarrow as pa

from awsglue_local.storage.catalog import Catalog
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.lake import WORK_FOLDER, Lake, data_files, link_all
from awsglue_local.storage.partition_projection import is_projected, projected_partitions
from awsglue_local.storage.table import Partition, Table

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


def table_files(lake: Lake, catalog: Catalog, table: Table) -> tuple[Path, list[Path]]:
    """Return a table's folder and its data files, in folders `key=value` where it has partitions.

    Where the catalog keeps partitions, a folder that it does not know is not read, as in Glue and Athena.
    """
    if is_projected(table):
        place = lake.path(table.location)
        lake.fetch(place)
        partitions: list[Partition] | None = projected_partitions(table, place, data_files(place))
    else:
        partitions = catalog.partitions(table) if table.partition_keys else None
    if partitions is None:
        folder = lake.path(table.location)
        lake.fetch(folder)
        return folder, data_files(folder)
    folder = lake.root / WORK_FOLDER / "partitions" / quote(f"{table.database}.{table.name}", safe="")
    shutil.rmtree(folder, ignore_errors=True)
    for partition in partitions:
        place = lake.path(partition.location)
        lake.fetch(place)
        link_all(place, data_files(place), folder / partition_folder(table, partition))
    return folder, data_files(folder)


def partition_folder(table: Table, partition: Partition) -> Path:
    """Return the folder `key=value/...` of a partition, below its table's."""
    pairs = zip(table.partition_keys, partition.values, strict=True)
    return Path(*(f"{key}={quote(value, safe=' :')}" for (key, _), value in pairs))


def partitions_in(folder: Path, table: Table) -> list[Partition]:
    """Return the partitions that folders `key=value` below a folder stand for, at the table's location."""
    places = sorted({file.parent.relative_to(folder) for file in data_files(folder)})
    return [
        Partition(
            tuple(unquote(part.partition("=")[2]) for part in place.parts),
            f"{table.location.rstrip('/')}/{place.as_posix()}/",
        )
        for place in places
        if len(place.parts) == len(table.partition_keys)
    ]
