"""What a catalog says of itself: `information_schema`, the partitions of a table (`"t$partitions"`), and views."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from awsglue_local.athena.trino.translation import Rows, quoted
from awsglue_local.athena.trino.type_names import hive_type
from awsglue_local.athena.trino.types import BIGINT, VARCHAR, Type, duckdb_type
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.catalog import Catalog
from awsglue_local.storage.partition_folders import HIVE_NULL
from awsglue_local.storage.table import Table

ColumnsOf = Callable[[Table], list[tuple[str, Type]]]
INFORMATION_SCHEMA = "information_schema"
CATALOG = "awsdatacatalog"
VIEW = "VIRTUAL_VIEW"
VIEW_MARK = "/* Presto View: "
COLUMNS = {
    "schemata": ["catalog_name", "schema_name"],
    "tables": ["table_catalog", "table_schema", "table_name", "table_type"],
    "views": ["table_catalog", "table_schema", "table_name", "view_definition"],
    "columns": [
        "table_catalog",
        "table_schema",
        "table_name",
        "column_name",
        "ordinal_position",
        "column_default",
        "is_nullable",
        "data_type",
        "comment",
        "extra_info",
    ],
}


def information(catalog: Catalog, name: str, columns_of: ColumnsOf) -> Rows | None:
    """Return a table of `information_schema`; None where there is none of that name.

    Parameters
    ----------
    columns_of
        Returns the names and types of a table's columns.
    """
    if name not in COLUMNS:
        return None
    kinds = [(column, BIGINT if column == "ordinal_position" else VARCHAR) for column in COLUMNS[name]]
    records = _column_records(catalog, columns_of) if name == "columns" else RECORDS[name](catalog)
    return rows_of(kinds, records)


def of_catalog(table: Table) -> list[tuple[str, Type]]:
    """Return the columns that the catalog has of a table, those of its partitions last."""
    return [(name, hive_type(kind)) for name, kind in table.columns + table.partition_keys]


def rows_of(columns: list[tuple[str, Type]], records: Iterable[list[Any]]) -> Rows:
    """Return records as a table of DuckDB."""
    names = [f"c{number}" for number in range(len(columns))]
    texts = [f"({', '.join(_literal(one) for one in record)})" for record in records]
    nothing = f"({', '.join(_null(kind) for _, kind in columns)})"
    text = f"SELECT * FROM (VALUES {', '.join([nothing, *texts])}) AS v({', '.join(names)}) OFFSET 1"
    return Rows(text, [(column, inner, kind) for (column, kind), inner in zip(columns, names, strict=True)])


def _null(kind: Type) -> str:
    return f"CAST(NULL AS {'BIGINT' if kind == BIGINT else 'VARCHAR'})"


def _literal(value: Any) -> str:
    return "NULL" if value is None else quoted(value) if isinstance(value, str) else str(value)


def _tables(catalog: Catalog) -> Iterator[Table]:
    """Yield all tables; one whose definition cannot be read is passed over."""
    for database in catalog.databases():
        for name in catalog.table_names(database):
            try:
                yield catalog.table(database, name)
            except GlueLocalError:
                continue


def _schemata(catalog: Catalog) -> Iterator[list[Any]]:
    for name in [*catalog.databases(), INFORMATION_SCHEMA]:
        yield [CATALOG, name]


def _table_records(catalog: Catalog) -> Iterator[list[Any]]:
    for table in _tables(catalog):
        yield [CATALOG, table.database, table.name, "VIEW" if is_view(table) else "BASE TABLE"]


def _view_records(catalog: Catalog) -> Iterator[list[Any]]:
    for table in _tables(catalog):
        if is_view(table):
            yield [CATALOG, table.database, table.name, view_query(table)]


def _column_records(catalog: Catalog, columns_of: ColumnsOf) -> Iterator[list[Any]]:
    for table in _tables(catalog):
        keys = {name for name, _ in table.partition_keys}
        comments = {one["Name"].lower(): one.get("Comment") for one in table.described}
        for number, (name, kind) in enumerate(columns_of(table), 1):
            extra = "partition key" if name in keys else None
            where = [CATALOG, table.database, table.name, name, number, None, "YES"]
            yield [*where, str(kind), comments.get(name), extra]


RECORDS = {"schemata": _schemata, "tables": _table_records, "views": _view_records}


def partitions_of(catalog: Catalog, table: Table) -> Rows:
    """Return the partitions of a table, a row each."""
    keys = [(name, hive_type(kind)) for name, kind in table.partition_keys]
    found = catalog.partitions(table) or []
    values = [[None if one == HIVE_NULL else one for one in partition.values] for partition in found]
    rows = rows_of([(name, VARCHAR) for name, _ in keys], values)
    columns = [(name, inner, kind) for (name, kind), (_, inner, _) in zip(keys, rows.columns, strict=True)]
    typed = [f"CAST({inner} AS {duckdb_type(kind)}) AS {inner}" for _, inner, kind in columns]
    return Rows(f"SELECT {', '.join(typed)} FROM ({rows.sql})", columns)


# views


def is_view(table: Table) -> bool:
    """Say whether a table of the catalog is a view."""
    return bool(table.definition.get("TableType") == VIEW)


def view_query(table: Table) -> str:
    """Return the query of a view.

    Raises
    ------
    GlueLocalError
        It is not a view that Athena made.
    """
    return str(_view(table)["originalSql"])


def view_database(table: Table) -> str:
    """Return the database of the tables that a view names without one."""
    return str(_view(table).get("schema") or table.database)


def _view(table: Table) -> dict[str, Any]:
    text = str(table.definition.get("ViewOriginalText") or "").strip()
    if not text.startswith(VIEW_MARK):
        raise GlueLocalError(f"the view {table.database}.{table.name} was not made by Athena")
    try:
        found = json.loads(base64.b64decode(text.removeprefix(VIEW_MARK).removesuffix("*/").strip()))
    except (binascii.Error, ValueError) as error:
        raise GlueLocalError(f"the view {table.database}.{table.name} cannot be read: {error}") from error
    return dict(found)


def view_text(query: str, database: str, columns: list[tuple[str, Type]]) -> str:
    """Return what a view's definition keeps of its query, as Athena writes it."""
    view = {
        "originalSql": query,
        "catalog": CATALOG,
        "schema": database,
        "columns": [{"name": name, "type": str(kind)} for name, kind in columns],
    }
    return f"{VIEW_MARK}{base64.b64encode(json.dumps(view).encode()).decode()} */"
