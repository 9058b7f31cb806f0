"""Which columns name a person, and where every column of the lakehouse comes from."""

from __future__ import annotations

from collections.abc import Iterable

from awsglue_local.catalog import Table
from glue_canvas import Canvas
from glue_canvas.lineage import Lineage, Spot, column_lineage
from scripts import stedi

PERSONAL = {
    "customer_landing": ("customername", "email", "phone", "birthday"),
    "accelerometer_landing": ("user",),
}
"""Landing table to its columns that name a person: none of them may be part of the training table."""


def lineage(canvases: Iterable[Canvas], definitions: list[Table]) -> Lineage:
    """Return where every column of every table comes from."""
    schemas = {(table.database, table.name): dict(table.columns + table.partition_keys) for table in definitions}
    return column_lineage(canvases, schemas)


def personal_columns() -> list[Spot]:
    """Return the landing columns that name a person."""
    return [Spot(f"{stedi.DATABASE}.{table}", column) for table, columns in PERSONAL.items() for column in columns]
