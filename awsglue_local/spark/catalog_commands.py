"""SQL statements about catalog tables that are no queries: `use`, `show`, `insert`, `create table ... as`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.spark.catalog_tables import NAME, TABLE, CatalogTables

Query = Callable[[str], Any]
"""Runs a query and returns its DataFrame."""


def answer(statement: str, tables: CatalogTables, query: Query) -> Any:
    """Return the DataFrame of a statement about catalog tables; None where it is another one."""
    text = _without_comments(statement).strip().rstrip(";").strip()
    for pattern, do in COMMANDS:
        if match := re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL):
            return do(match, tables, query)
    return None


def _without_comments(statement: str) -> str:
    """Return a statement without the comments before it."""
    return re.sub(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", "", statement, flags=re.DOTALL)


def _frame(tables: CatalogTables, rows: list[tuple[Any, ...]], schema: str) -> Any:
    return tables.runtime.session.createDataFrame(rows, schema)


def _done(tables: CatalogTables) -> Any:
    return _frame(tables, [], "result string")


def _use(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    tables.runtime.database = tables.require_database(match["name"])
    return _done(tables)


def _show_tables(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    database = (match["name"] or tables.runtime.database).strip("`").lower()
    like = re.compile((match["like"] or "*").replace("*", ".*"), re.IGNORECASE)
    rows = [(database, name, False) for name in tables.names(database) if like.fullmatch(name)]
    return _frame(tables, rows, "namespace string, tableName string, isTemporary boolean")


def _show_databases(_: re.Match[str], tables: CatalogTables, __: Query) -> Any:
    return _frame(tables, [(name,) for name in tables.databases()], "namespace string")


def _columns(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    name = match["name"] if not match["database"] else f"{match['database']}.{match['name']}"
    table = None if tables.is_view(name) else tables.find(name)
    if table is None:
        return None
    return _frame(tables, [(column,) for column, _ in [*table.columns, *table.partition_keys]], "col_name string")


def _describe(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    table = None if tables.is_view(match["name"].strip("`")) else tables.find(match["name"])
    if table is None:
        return None
    rows: list[tuple[Any, ...]] = [(name, kind, None) for name, kind in [*table.columns, *table.partition_keys]]
    if table.partition_keys:
        rows += [("# Partition Information", "", None), ("# col_name", "data_type", "comment")]
        rows += [(name, kind, None) for name, kind in table.partition_keys]
    if match["more"]:
        rows += [("", "", None), ("Location", table.location, None), ("Provider", table.format, None)]
    return _frame(tables, rows, "col_name string, data_type string, comment string")


def _insert(match: re.Match[str], tables: CatalogTables, query: Query) -> Any:
    table = tables.find(match["name"])
    if table is None:
        return None
    if match["partition"]:
        raise Unsupported("INSERT with PARTITION", "let the query give the partition's columns last")
    columns = re.findall(NAME, match["columns"] or "")
    overwrite = match["how"].lower() == "overwrite"
    tables.insert(query(match["query"]), table, overwrite, [one.strip("`").lower() for one in columns])
    return _done(tables)


def _create_as(match: re.Match[str], tables: CatalogTables, query: Query) -> Any:
    database, _ = tables.address(match["name"])
    if database not in tables.databases():
        return None
    keys = [one.strip("`") for one in re.findall(NAME, match["keys"] or "")]
    options = {"path": match["location"]} if match["location"] else {}
    mode = "ignore" if match["unless"] else "error"
    form = (match["form"] or match["stored"] or "").lower()
    tables.save(query(match["query"]), match["name"], mode, form, keys, options)
    return _done(tables)


def _truncate(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    table = tables.find(match["name"])
    if table is None:
        return None
    tables.runtime.transaction.purge(tables.runtime.lake.path(table.location))
    return _done(tables)


def _nothing(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    """Do nothing where a table is there: files and their folders are looked at each time."""
    return None if tables.find(match["name"]) is None else _done(tables)


def _refuse(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    if tables.find(match["name"]) is None:
        return None
    what = " ".join(match["what"].upper().split())
    raise Unsupported(f"{what} of the catalog table {match['name']}", WAYS_OUT.get(what, "write the table anew"))


def _repair(match: re.Match[str], tables: CatalogTables, _: Query) -> Any:
    table = tables.find(match["name"])
    if table is not None and tables.runtime.catalog.partitions(table) is not None:
        raise GlueLocalError(f"MSCK REPAIR TABLE is not to be had here; crawl {table.name}, or use Athena")
    return _nothing(match, tables, _)


WAYS_OUT = {
    "DROP TABLE": "delete it in the catalog: its files would stay anyway",
    "ALTER TABLE": "change the DDL",
    "DELETE FROM": "only Iceberg, Hudi and Delta tables know it; write the rows that stay with INSERT OVERWRITE",
    "UPDATE": "only Iceberg, Hudi and Delta tables know it; write the table anew with INSERT OVERWRITE",
    "MERGE INTO": "only Iceberg, Hudi and Delta tables know it; write the table anew with INSERT OVERWRITE",
}
_T = rf"(?P<name>{TABLE})"
COMMANDS: tuple[tuple[str, Callable[[re.Match[str], CatalogTables, Query], Any]], ...] = (
    (rf"use\s+(?:(?:database|schema|namespace)\s+)?(?P<name>{NAME})", _use),
    (rf"show\s+tables(?:\s+(?:in|from)\s+(?P<name>{NAME}))?(?:\s+(?:like\s+)?'(?P<like>[^']*)')?", _show_tables),
    (r"show\s+(?:databases|schemas|namespaces)", _show_databases),
    (rf"show\s+columns\s+(?:in|from)\s+{_T}(?:\s+(?:in|from)\s+(?P<database>{NAME}))?", _columns),
    (rf"desc(?:ribe)?\s+(?:table\s+)?(?P<more>(?:extended|formatted)\s+)?{_T}", _describe),
    (
        rf"insert\s+(?P<how>into|overwrite)\s+(?:table\s+)?{_T}(?P<partition>\s+partition\s*\(.*?\))?"
        rf"(?P<columns>\s*\(\s*{NAME}(?:\s*,\s*{NAME})*\s*\))?\s*(?P<query>(?:select|with|values|table|from|\().*)",
        _insert,
    ),
    (
        rf"create\s+table\s+(?P<unless>if\s+not\s+exists\s+)?{_T}(?:\s+using\s+(?P<form>\w+))?"
        rf"(?:\s+partitioned\s+by\s*\((?P<keys>[^)]*)\))?(?:\s+stored\s+as\s+(?P<stored>\w+))?"
        rf"(?:\s+location\s+'(?P<location>[^']*)')?\s+as\s+(?P<query>(?:select|with|\().*)",
        _create_as,
    ),
    (rf"truncate\s+table\s+{_T}", _truncate),
    (rf"refresh\s+(?:table\s+)?{_T}", _nothing),
    (rf"msck\s+repair\s+table\s+{_T}", _repair),
    (rf"(?P<what>drop\s+table)\s+(?:if\s+exists\s+)?{_T}(?:\s+purge)?", _refuse),
    (rf"(?P<what>alter\s+table|delete\s+from|update|merge\s+into)\s+{_T}\s.*", _refuse),
    (rf"(?P<what>delete\s+from)\s+{_T}", _refuse),
)
