"""SHOW and DESCRIBE of tables and views."""

from __future__ import annotations

from typing import Any

from awsglue_local.athena import catalog_tables
from awsglue_local.athena.trino.types import VARCHAR
from awsglue_local.storage.table import Table
from glue_emulator.athena.statements import iceberg
from glue_emulator.athena.statements.databases import fits
from glue_emulator.athena.statements.statement import (
    Name,
    Place,
    StatementError,
    StatementResult,
    lines,
    table_named,
)


def show_tables(place: Place, database: str | None, pattern: str | None) -> StatementResult:
    names = place.catalog.table_names(database or place.database)
    return lines("tab_name", [name for name in names if fits(name, pattern)])


def show_views(place: Place, database: str | None, pattern: str | None) -> StatementResult:
    names = place.catalog.table_names(database or place.database)
    tables = [table_named(place, Name(database or "", name)) for name in names if fits(name, pattern)]
    return lines("views", [one.name for one in tables if catalog_tables.is_view(one)])


def describe(place: Place, name: Name, column: str | None = None) -> StatementResult:
    """DESCRIBE: a row of three columns, which Athena fills up with blanks, for each column."""
    table = table_named(place, name)
    described = table.described
    keys = {key for key, _ in table.partition_keys}
    if column is not None:
        described = [one for one in described if one["Name"].lower() == column]
        if not described:
            raise StatementError(f"FAILED: SemanticException [Error 10002]: Invalid column reference {column}")
    rows = [_row(one["Name"].lower(), one.get("Type", "string").lower(), one.get("Comment", "")) for one in described]
    if keys and column is None:
        rows += ["", "# Partition Information", _row("# col_name", "data_type", "comment"), ""]
        rows += [_row(key, kind, "") for key, kind in table.partition_keys]
    columns = [("col_name", VARCHAR), ("data_type", VARCHAR), ("comment", VARCHAR)]
    return StatementResult(columns, [[row] for row in rows])


def _row(*cells: str) -> str:
    return "\t".join(f"{cell:<20}" for cell in cells)


def show_columns(place: Place, name: Name, database: str | None) -> StatementResult:
    table = table_named(place, Name(database, name.name) if database else name)
    return lines("field", [f"{column:<20}" for column, _ in table.columns + table.partition_keys])


def show_create_table(place: Place, name: Name) -> StatementResult:
    table = table_named(place, name)
    if catalog_tables.is_view(table):
        return show_create_view(place, name)
    columns = ",\n".join(_written(one) for one in table.described[: len(table.columns)])
    keys = ",\n".join(_written(one) for one in table.described[len(table.columns) :])
    if iceberg.is_iceberg(table):
        return lines("createtab_stmt", _iceberg_text(place, table, columns).split("\n"))
    storage = table.definition["StorageDescriptor"]
    serde = table.serde_parameters
    written = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`(", f"{columns})"]
    comment = table.definition.get("Description")
    written += [f"COMMENT {_quoted(comment)}"] if comment else []
    written += ["PARTITIONED BY (", f"{keys})"] if keys else []
    written += ["ROW FORMAT SERDE", f"  '{storage.get('SerdeInfo', {}).get('SerializationLibrary', '')}'"]
    written += ["WITH SERDEPROPERTIES (", f"{_pairs(serde)})"] if serde else []
    written += ["STORED AS INPUTFORMAT", f"  '{storage.get('InputFormat', '')}'"]
    written += ["OUTPUTFORMAT", f"  '{storage.get('OutputFormat', '')}'", "LOCATION", f"  '{table.location}'"]
    written += ["TBLPROPERTIES (", f"{_pairs(table.parameters)})"]
    return lines("createtab_stmt", "\n".join(written).split("\n"))


def _written(column: dict[str, Any]) -> str:
    comment = f" COMMENT {_quoted(column['Comment'])}" if column.get("Comment") else ""
    return f"  `{column['Name'].lower()}` {column.get('Type', 'string').lower()}{comment}"


def _pairs(parameters: dict[str, str]) -> str:
    return ",\n".join(f"  {_quoted(key)}={_quoted(value)}" for key, value in sorted(parameters.items()))


def _quoted(text: str) -> str:
    """Return a text as Hive's statements have it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _iceberg_text(place: Place, table: Table, columns: str) -> str:
    """Return CREATE TABLE of an Iceberg table, without what the catalog keeps of its state."""
    fields = place.iceberg.partitioning(table)
    kept = {key: value for key, value in table.parameters.items() if not key.endswith("metadata_location")}
    partitioned = f"\nPARTITIONED BY ({', '.join(fields)})" if fields else ""
    return (
        f"CREATE TABLE {table.database}.{table.name} (\n{columns}){partitioned}\n"
        f"LOCATION {_quoted(table.location)}\nTBLPROPERTIES (\n{_pairs(kept)})"
    )


def show_create_view(place: Place, name: Name) -> StatementResult:
    table = table_named(place, name)
    if not catalog_tables.is_view(table):
        raise StatementError(f"FAILED: SemanticException {name} is not a view")
    text = f"CREATE VIEW {table.database}.{table.name} AS\n{catalog_tables.view_query(table)}"
    return lines("Create View", text.split("\n"))


def show_properties(place: Place, name: Name, wanted: str | None) -> StatementResult:
    parameters = table_named(place, name).parameters
    if wanted is not None:
        return lines("prpt_name", [parameters.get(wanted, f"Table {name} does not have property: {wanted}")])
    return lines("prpt_name", [f"{key}\t{value}" for key, value in sorted(parameters.items())])
