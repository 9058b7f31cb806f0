"""CREATE EXTERNAL TABLE, DROP TABLE, ALTER TABLE."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from awsglue_local.athena import catalog_tables
from awsglue_local.athena.ddl import columns_of_text, table_of
from awsglue_local.athena.sql_text import plain
from awsglue_local.storage.endpoint import code_of
from awsglue_local.storage.table import Table
from glue_emulator.athena.statements import iceberg
from glue_emulator.athena.statements.statement import (
    Name,
    Place,
    StatementError,
    StatementResult,
    exists,
    table_named,
    table_or_none,
)

IS_ICEBERG = re.compile(r"'table_type'\s*=\s*'iceberg'", re.IGNORECASE)
PARTITIONED = re.compile(r"partitioned\s+by\s*\(((?:[^()]|\([^()]*\))*)\)", re.IGNORECASE)


def create_table(text: str, place: Place) -> StatementResult:
    """CREATE EXTERNAL TABLE: a definition in the catalog."""
    partitioning: list[str] = []
    if IS_ICEBERG.search(text):
        found = PARTITIONED.search(text)
        partitioning = re.findall(r"[^,()]+(?:\([^()]*\))?", found[1]) if found else []
        text = PARTITIONED.sub("", text)
    try:
        statement = parse_one(text, dialect="athena")
    except SqlglotError as error:
        raise StatementError(f"FAILED: ParseException {plain(error)}") from error
    if not isinstance(statement, exp.Create):
        raise StatementError("FAILED: ParseException line 1:1 mismatched input")
    table = table_of(statement, "the statement", place.database)
    if not exists(place, Name(table.database, table.name)):
        if IS_ICEBERG.search(text):
            given = {key: value for key, value in table.parameters.items() if key not in ("EXTERNAL", "table_type")}
            return iceberg.created(place, table, partitioning, given)
        place.glue.create_table(DatabaseName=table.database, TableInput=table.definition)
    elif not statement.args.get("exists"):
        words = f"AlreadyExistsException(message:Table {table.name} already exists.)"
        raise StatementError(
            f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. {words}"
        )
    return StatementResult()


def drop_table(place: Place, if_exists: bool | None, name: Name) -> StatementResult:
    """DROP TABLE: files of an Iceberg table go, those of others stay."""
    table = table_or_none(place, name)
    try:
        place.glue.delete_table(DatabaseName=name.database or place.database, Name=name.name)
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
        if not if_exists:
            raise StatementError(f"FAILED: SemanticException [Error 10001]: Table not found {name}") from error
    if table is not None and iceberg.is_iceberg(table):
        for folder in ("data", "metadata"):
            place.lake.publish(place.lake.path(f"{table.location.rstrip('/')}/{folder}/"), [], purged=True)
    return StatementResult()


def update(place: Place, table: Table, **changes: Any) -> StatementResult:
    """Change members of a table's definition."""
    place.glue.update_table(DatabaseName=table.database, TableInput={**table.definition, **changes})
    return StatementResult()


def set_properties(place: Place, name: Name, properties: dict[str, str]) -> StatementResult:
    table = table_named(place, name)
    return update(place, table, Parameters={**table.parameters, **properties})


def add_columns(place: Place, name: Name, text: str) -> StatementResult:
    table = table_named(place, name)
    new = columns_of_text(_inside(text))
    if iceberg.is_iceberg(table):
        return iceberg.add_columns(place, table, new)
    there = {column for column, _ in table.columns + table.partition_keys}
    for one in new:
        if one["Name"] in there:
            raise StatementError(f"FAILED: Execution Error: Duplicate column name: {one['Name']}")
    storage = table.definition["StorageDescriptor"]
    return update(place, table, StorageDescriptor={**storage, "Columns": [*storage["Columns"], *new]})


def replace_columns(place: Place, name: Name, text: str) -> StatementResult:
    table = table_named(place, name)
    iceberg.refuse_iceberg(table, "REPLACE COLUMNS")
    storage = table.definition["StorageDescriptor"]
    return update(place, table, StorageDescriptor={**storage, "Columns": columns_of_text(_inside(text))})


def _inside(text: str) -> str:
    """Return the columns that stand before the last closing parenthesis."""
    inside, closed, rest = text.rstrip().removesuffix(";").rpartition(")")
    if not closed or rest.strip().lower() not in ("", "cascade", "restrict"):
        raise StatementError(f"FAILED: ParseException mismatched input '{rest.strip() or text}'")
    return inside


def drop_view(place: Place, if_exists: bool | None, name: Name) -> StatementResult:
    table = table_or_none(place, name)
    if table is not None and not catalog_tables.is_view(table):
        raise StatementError(f"FAILED: SemanticException [Error 10059]: {name} is a table, not a view")
    return drop_table(place, if_exists, name)
