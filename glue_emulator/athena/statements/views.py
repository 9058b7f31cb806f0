"""CREATE VIEW: the query is kept in the catalog, as Athena keeps it."""

from __future__ import annotations

from sqlglot import exp

from awsglue_local.athena import catalog_tables
from awsglue_local.athena.sql_text import parse
from glue_emulator.athena.statements.queries import refuse_nameless
from glue_emulator.athena.statements.statement import (
    Name,
    Place,
    StatementError,
    StatementResult,
    answering,
    table_or_none,
)
from glue_emulator.athena.statements.written_types import catalog_type


def create_view(place: Place, or_replace: bool | None, name: Name, text: str) -> StatementResult:
    text = text.strip().removesuffix(";").strip()
    query = parse(text)
    refuse_nameless(query)
    own = (name.database or place.database, name.name)
    ctes = {one.alias.lower() for one in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if ((table.db or place.database).lower(), table.name.lower()) == own and table.name.lower() not in ctes:
            raise StatementError("VIEW_IS_RECURSIVE: line 1:1: Statement would create a recursive view")
    with answering(query, place) as found:
        columns = found.columns
    there = table_or_none(place, name)
    if there is not None and not catalog_tables.is_view(there):
        raise StatementError(f"TABLE_ALREADY_EXISTS: Table '{name}' already exists")
    if there is not None and not or_replace:
        raise StatementError(f"VIEW_ALREADY_EXISTS: View already exists: '{name}'")
    storage = {"Columns": [{"Name": one.lower(), "Type": catalog_type(kind, one)} for one, kind in columns]}
    definition = {
        "Name": name.name,
        "TableType": catalog_tables.VIEW,
        "StorageDescriptor": {**storage, "Location": "", "SerdeInfo": {}},
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "ViewOriginalText": catalog_tables.view_text(text, place.database, columns),
        "ViewExpandedText": "/* Presto View */",
    }
    change = place.glue.update_table if there is not None else place.glue.create_table
    change(DatabaseName=name.database or place.database, TableInput=definition)
    return StatementResult()
