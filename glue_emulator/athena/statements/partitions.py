"""Partitions: ALTER TABLE ADD, DROP and RENAME PARTITION, SET LOCATION, MSCK REPAIR TABLE, SHOW PARTITIONS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from awsglue_local.storage.endpoint import code_of
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.partitions import partition_folder, partitions_in
from awsglue_local.storage.table import Partition, Table
from glue_emulator.athena.statements.iceberg import refuse_iceberg
from glue_emulator.athena.statements.statement import Name, Place, StatementError, StatementResult, lines, table_named
from glue_emulator.athena.statements.tables import update

Values = list[tuple[str, str, str]]
"""Of each key in PARTITION (...): its name, the comparison, the value."""


def in_order(table: Table, values: Values) -> list[str]:
    """Return the values of a partition in the order of the table's keys."""
    given = {name: value for name, _, value in values}
    keys = [name for name, _ in table.partition_keys]
    if sorted(given) != sorted(keys) or any(sign != "=" for _, sign, _ in values):
        wanted = ", ".join(keys) or "none"
        raise StatementError(f"FAILED: SemanticException [Error 10006]: Partition spec needs the keys {wanted} with =")
    return [given[name] for name in keys]


def add_partitions(place: Place, name: Name, if_not_exists: bool | None, *parts: Any) -> StatementResult:
    table = table_named(place, name)
    for values, location in _pairs(parts):
        ordered = in_order(table, values)
        where = location or _default_location(table, ordered)
        storage = {**table.definition["StorageDescriptor"], "Location": where}
        given = {"Values": ordered, "StorageDescriptor": storage}
        try:
            place.glue.create_partition(DatabaseName=table.database, TableName=table.name, PartitionInput=given)
        except ClientError as error:
            if code_of(error) != "AlreadyExistsException":
                raise
            if not if_not_exists:
                raise StatementError(f"FAILED: SemanticException partition {ordered} already exists") from error
    return StatementResult()


def _pairs(parts: tuple[Any, ...]) -> Iterator[tuple[Values, str | None]]:
    """Yield the values and the location of each PARTITION (...) LOCATION '...'."""
    for number, one in enumerate(parts):
        if isinstance(one, list):
            after = parts[number + 1] if number + 1 < len(parts) else None
            yield one, after if isinstance(after, str) else None


def _default_location(table: Table, values: list[str]) -> str:
    folder = partition_folder(table, Partition(tuple(values), ""))
    return f"{table.location.rstrip('/')}/{folder.as_posix()}/"


COMPARE = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def drop_partitions(place: Place, name: Name, if_exists: bool | None, *specs: Values) -> StatementResult:
    """DROP PARTITION: those that fit the comparisons of one of the specifications."""
    table = table_named(place, name)
    for values in specs:
        found = [one for one in place.catalog.partitions(table) or [] if _fits(table, one, values)]
        if not found and not if_exists:
            raise StatementError(f"FAILED: SemanticException [Error 10006]: Partition not found {values}")
        for one in found:
            place.glue.delete_partition(
                DatabaseName=table.database, TableName=table.name, PartitionValues=list(one.values)
            )
    return StatementResult()


def _fits(table: Table, partition: Partition, values: Values) -> bool:
    given = dict(zip((name for name, _ in table.partition_keys), partition.values, strict=True))
    kinds = dict(table.partition_keys)
    for name, sign, value in values:
        if name not in given:
            raise StatementError(f"FAILED: SemanticException [Error 10098]: {name} is no partition key")
        is_number = kinds[name] in ("int", "bigint", "smallint", "tinyint")
        one, other = (float(given[name]), float(value)) if is_number else (given[name], value)
        if not COMPARE[sign](one, other):
            return False
    return True


def rename_partition(place: Place, name: Name, old: Values, new: Values) -> StatementResult:
    table = table_named(place, name)
    before, after = in_order(table, old), in_order(table, new)
    where = {"DatabaseName": table.database, "TableName": table.name}
    try:
        found = place.glue.get_partition(**where, PartitionValues=before)["Partition"]
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
        raise StatementError(f"FAILED: SemanticException [Error 10006]: Partition not found {before}") from error
    # glue cannot change a partition's values
    place.glue.create_partition(
        **where, PartitionInput={"Values": after, "StorageDescriptor": found["StorageDescriptor"]}
    )
    place.glue.delete_partition(**where, PartitionValues=before)
    return StatementResult()


def set_location(place: Place, name: Name, values: Values | None, location: str) -> StatementResult:
    table = table_named(place, name)
    refuse_iceberg(table, "SET LOCATION")
    if values is None:
        storage = {**table.definition["StorageDescriptor"], "Location": location}
        return update(place, table, StorageDescriptor=storage)
    ordered = in_order(table, values)
    storage = {**table.definition["StorageDescriptor"], "Location": location}
    place.glue.update_partition(
        DatabaseName=table.database,
        TableName=table.name,
        PartitionValueList=ordered,
        PartitionInput={"Values": ordered, "StorageDescriptor": storage},
    )
    return StatementResult()


def repair(place: Place, name: Name) -> StatementResult:
    """MSCK REPAIR TABLE: add the partitions whose folders `key=value` are there; others are passed over."""
    table = table_named(place, name)
    if not table.partition_keys:
        raise StatementError(f"FAILED: SemanticException table {name} is not partitioned")
    folder = place.lake.path(table.location)
    place.lake.fetch(folder)
    keys = [key for key, _ in table.partition_keys]
    there = [one for one in partitions_in(data_files(folder), folder, table) if _has_names(one, table, keys)]
    known = {one.values for one in place.catalog.partitions(table) or []}
    new = [one for one in there if one.values not in known]
    place.catalog.add_partitions(table, new)
    folders = [partition_folder(table, one).as_posix() for one in new]
    missing = [f"Partitions not in metastore:\t{chr(9).join(f'{table.name}:{one}' for one in folders)}"] if new else []
    added = [f"Repair: Added partition to metastore {table.name}:{one}" for one in folders]
    return lines("result", [*missing, *added])


def _has_names(partition: Partition, table: Table, keys: list[str]) -> bool:
    """Say whether the folders of a partition are named as Hive names them, the keys in lower case."""
    parts = partition.location.removeprefix(table.location.rstrip("/")).strip("/").split("/")
    return [part.partition("=")[0] for part in parts] == keys


def show_partitions(place: Place, name: Name) -> StatementResult:
    table = table_named(place, name)
    if not table.partition_keys:
        raise StatementError(f"FAILED: SemanticException [Error 10111]: Table {name} is not a partitioned table")
    keys = [key for key, _ in table.partition_keys]
    values = sorted(one.values for one in place.catalog.partitions(table) or [])
    return lines(
        "partition", ["/".join(f"{key}={value}" for key, value in zip(keys, one, strict=True)) for one in values]
    )
