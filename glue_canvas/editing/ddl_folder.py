"""The folder of CREATE EXTERNAL TABLE statements: which tables it defines, and a statement for what a job writes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from awsglue_local.athena.ddl import read_ddl
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.table import Table as CatalogTable
from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.flow.job_order import Table, job_tables, node_tables, table_name
from glue_canvas.flow.lineage import column_lineage, table_spot
from glue_canvas.kinds.column_flow import Columns

FOLDER = "ddl"
BUCKET = "${bucket}"
"""Stands for the bucket."""


class _AnyValue(dict[str, str]):
    """A value for every placeholder of a statement: where a table's files are does not matter here."""

    def __missing__(self, name: str) -> str:
        return name


def tables_for(job_folders: Sequence[Path], ddl: Path | None) -> dict[Table, Columns]:
    """Return the columns of the tables that jobs are compared with; none where no folder is named and none is there.

    Raises
    ------
    CanvasError
        The named folder is not there, or a statement cannot be read.
    """
    if ddl is not None and not ddl.is_dir():
        raise CanvasError(f"{ddl}: there is no such folder of statements")
    beside = (folder.resolve().parent.parent / FOLDER for folder in job_folders)
    folder = ddl or next((one for one in beside if one.is_dir()), None)
    found = defined_tables(folder) if folder else []
    return {(one.database, one.name): dict([*one.columns, *one.partition_keys]) for one in found}


def defined_tables(folder: Path, values: Mapping[str, str] | None = None) -> list[CatalogTable]:
    """Return the tables that the statements of a folder define.

    Parameters
    ----------
    values
        What stands for `${name}` in the statements; a name that is not there stands for itself.

    Raises
    ------
    CanvasError
        A statement cannot be read.
    """
    try:
        return [read_ddl(file, _AnyValue(values or {})) for file in sorted(folder.glob("*.sql"))]
    except GlueLocalError as error:
        raise CanvasError(str(error)) from error


def written_tables(canvas: Canvas) -> list[Table]:
    """Return the tables of the Data Catalog that a job's targets write."""
    return [table for table in job_tables(canvas).writes if table[0]]


def written_statement(canvas: Canvas, folder: Path, table: Table, tables: Mapping[Table, Columns]) -> str:
    """Return the statement of a table that a job writes, with the columns that reach its target.

    Raises
    ------
    CanvasError
        The columns are not known.
    """
    target = next(node for node in canvas.nodes.values() if node.kind.endswith("Target") and table in node_tables(node))
    columns = canvas_columns(canvas, tables).leaving[target.id]
    if columns is None:
        raise canvas.error(
            target, "its columns are not known, because a node before it can make any; write the DDL by hand"
        )
    made_of = _made_of(canvas, table, columns, tables)
    return statement_of(table, columns, made_of, folder, canvas.definition.get("description") or "")


def _made_of(
    canvas: Canvas, table: Table, columns: Columns, tables: Mapping[Table, Columns]
) -> dict[str, tuple[Table, str]]:
    """Return for each column that is made of one column of a table which one that is."""
    found = column_lineage([canvas], tables)
    origins = {name: found.origins(table_spot(table, name)) for name in columns}
    single = {name: next(iter(spots)) for name, spots in origins.items() if len(spots) == 1}
    places = {table_name(one): one for one in tables}
    return {name: (places[spot.place], spot.column) for name, spot in single.items() if spot.place in places}


def statement_of(
    table: Table, columns: Columns, made_of: Mapping[str, tuple[Table, str]], folder: Path, description: str
) -> str:
    """Return the CREATE EXTERNAL TABLE statement of a table of Parquet files.

    Parameters
    ----------
    columns
        Its columns; one whose type is not known is text.
    made_of
        Column to the one table and column that its values come from, whose comment it gets.
    folder
        The statements that are there; the table's own, if there is one, gives its place and comments.
    description
        What is said of the table, if nothing is said of it there.

    Raises
    ------
    CanvasError
        There are no columns.
    """
    if not columns:
        raise CanvasError(f"no column reaches the target of {table[0]}.{table[1]}, so there is no statement to write")
    read = defined_tables(folder, {"bucket": BUCKET})
    there = {(one.database, one.name): one for one in read}
    old = there.get(table)
    comments = {
        (place, member["Name"]): member["Comment"]
        for place, one in there.items()
        for member in one.definition["StorageDescriptor"]["Columns"]
        if member.get("Comment")
    }
    said = {name: comments.get((table, name)) or comments.get(made_of.get(name, (table, name)), "") for name in columns}
    names = max(len(_quoted(name)) for name in columns)
    lines = []
    for name, kind in columns.items():
        words = f" COMMENT {_text(said[name])}" if said[name] else ""
        lines.append(f"  {_quoted(name.lower()):{names}} {kind or 'string'}{words}")
    comment = (old and old.definition.get("Description")) or description
    location = old.location if old else f"s3://{BUCKET}/{table[1]}/"
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {table[0]}.{table[1]} (\n"
        + ",\n".join(lines)
        + "\n)\n"
        + (f"COMMENT {_text(comment.rstrip('.'))}\n" if comment else "")
        + f"STORED AS PARQUET\nLOCATION '{location}'\n"
        + "TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'SNAPPY');\n"
    )


def _quoted(name: str) -> str:
    """Return a column's name, in backticks where it is no plain word."""
    return name if re.fullmatch(r"[a-z_]\w*", name, re.ASCII) else f"`{name}`"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
