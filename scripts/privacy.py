"""Which columns name a person, and where every column of the lakehouse comes from.

A table of `ddl/` declares its personal columns in the property `personal.columns`. Nobody else lists them: lineage,
checks, the report and the access policy ask here, or read the manifest, which is made from here.
"""

from __future__ import annotations

from collections.abc import Iterable

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.table import Table
from glue_canvas import Canvas
from glue_canvas.flow.lineage import Lineage, Spot, column_lineage
from scripts.stedi import Lakehouse

PROPERTY = "personal.columns"
"""The table property that names columns which name a person, separated by commas."""


def lineage(canvases: Iterable[Canvas], definitions: Iterable[Table]) -> Lineage:
    """Return where every column of every table comes from."""
    schemas = {(table.database, table.name): dict(table.columns + table.partition_keys) for table in definitions}
    return column_lineage(canvases, schemas)


def declared(table: Table) -> list[str]:
    """Return the columns that a table's definition declares as personal.

    Raises
    ------
    GlueLocalError
        It declares one that the table does not have.
    """
    names = [name.strip().lower() for name in table.parameters.get(PROPERTY, "").split(",") if name.strip()]
    there = dict(table.columns + table.partition_keys)
    for name in names:
        if name not in there:
            raise GlueLocalError(
                f"table {table.name}: {PROPERTY} names {name!r}, which is not one of its columns, {', '.join(there)}"
            )
    return names


def personal_columns(definitions: Iterable[Table]) -> list[Spot]:
    """Return the columns that name a person, as declared: those of landing tables."""
    return [Spot(f"{table.database}.{table.name}", column) for table in definitions for column in declared(table)]


def personal_by_table(lakehouse: Lakehouse) -> dict[str, list[str]]:
    """Return for each table its columns that name a person: declared, or made of one that is."""
    found = lineage(lakehouse.canvases.values(), lakehouse.tables)
    personal = personal_columns(lakehouse.tables)
    reached = {(one.place, one.column) for spot in personal for one in [spot, *found.reached(spot)] if not one.job}
    return {
        table.name: [name for name, _ in table.columns if (f"{table.database}.{table.name}", name) in reached]
        for table in lakehouse.tables
    }


def personal_values(definitions: Iterable[Table]) -> str:
    """Return a query of all values that name a person, for checks."""
    columns = [(column, table.name) for table in definitions for column in declared(table)]
    return "\n  union\n  ".join(f'select "{column}" as personal from {table}' for column, table in columns)  # noqa: S608
