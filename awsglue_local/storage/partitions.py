"""Partition keys: columns whose values stand in the folders' names, `key=value`, or in the catalog."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote

import pyarrow as pa

from awsglue_local.errors import Unsupported
from awsglue_local.storage.catalog import Catalog
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.lake import WORK_FOLDER, Lake, data_files, link_all
from awsglue_local.storage.partition_folders import HIVE_NULL, as_spark_spells
from awsglue_local.storage.partition_projection import is_projected, projected_partitions
from awsglue_local.storage.table import Partition, Table


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
    values = partition_values(file, folder, [name for name, _ in keys])
    for (key, kind), text in zip(keys, values, strict=True):
        value = pa.scalar(text, pa.string()).cast(arrow_type(kind))
        table = table.append_column(key, pa.repeat(value, table.num_rows))
    return table


def partition_values(file: Path, folder: Path, keys: list[str]) -> tuple[str | None, ...]:
    """Return the values that the folders `key=value` between a table's folder and a file name, as text."""
    parts = [part.partition("=") for part in file.relative_to(folder).parts[:-1] if "=" in part]
    values = {name.lower(): unquote(value) for name, _, value in parts}
    found = [values.get(key, HIVE_NULL) for key in keys]
    return tuple(None if value == HIVE_NULL else value for value in found)


def table_files(lake: Lake, catalog: Catalog, table: Table) -> tuple[Path, list[Path]]:
    """Return a table's folder and its data files, in folders `key=value` where it has partitions.

    Where the catalog keeps partitions, a folder that it does not know is not read, as in Glue and Athena.
    """
    if is_projected(table):
        place = lake.path(table.location)
        lake.fetch(place)
        partitions: list[Partition] | None = projected_partitions(table, place, lake.files(place))
    else:
        partitions = catalog.partitions(table) if table.partition_keys else None
    if partitions is None:
        folder = lake.path(table.location)
        lake.fetch(folder)
        return folder, lake.files(folder)
    if lake.is_remote:
        return _remote_files(lake, table, partitions)
    folder = lake.root / WORK_FOLDER / "partitions" / quote(f"{table.database}.{table.name}", safe="")
    shutil.rmtree(folder, ignore_errors=True)
    for partition in partitions:
        place = lake.path(partition.location)
        lake.fetch(place)
        link_all(place, data_files(place), folder / partition_folder(table, partition))
    return folder, data_files(folder)


def _remote_files(lake: Lake, table: Table, partitions: list[Partition]) -> tuple[Path, list[Path]]:
    """Return the files of the partitions that a catalog knows, which have to lie where their names say."""
    folder, keys = lake.path(table.location), [name for name, _ in table.partition_keys]
    wanted = set()
    for partition in partitions:
        place = lake.path(partition.location)
        values = tuple(None if value == HIVE_NULL else value for value in partition.values)
        if not place.is_relative_to(folder) or partition_values(place / "file", folder, keys) != values:
            usual = partition_folder(table, partition)
            raise Unsupported(
                f"the partition {usual} of {table.database}.{table.name} at {partition.location} on a cluster",
                f"let it lie in {table.location.rstrip('/')}/{usual}/",
            )
        wanted.add(place)
    return folder, [file for file in lake.files(folder) if any(one in wanted for one in file.parents)]


def partition_folder(table: Table, partition: Partition) -> Path:
    """Return the folder `key=value/...` of a partition, below its table's."""
    pairs = zip(table.partition_keys, partition.values, strict=True)
    return Path(*(f"{key}={quote(value, safe=' :')}" for (key, _), value in pairs))


def partitions_in(files: Iterable[Path], folder: Path, table: Table) -> list[Partition]:
    """Return the partitions that the folders `key=value` of files below a folder stand for, at the table's location."""
    places = sorted({as_spark_spells(file.parent.relative_to(folder)) for file in files})
    return [
        Partition(
            tuple(unquote(part.partition("=")[2]) for part in place.parts),
            f"{table.location.rstrip('/')}/{place.as_posix()}/",
        )
        for place in places
        if len(place.parts) == len(table.partition_keys)
    ]
