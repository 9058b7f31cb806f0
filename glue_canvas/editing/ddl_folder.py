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
RESERVED_WORDS = """\
ALL ALTER AND ANY ARRAY AS AUTHORIZATION BETWEEN BIGINT BINARY BOOLEAN BOTH BY CASE CASHE CAST CHAR COLUMN
COMMIT CONF CONSTRAINT CREATE CROSS CUBE CURRENT CURRENT_DATE CURRENT_TIMESTAMP CURSOR DATABASE DATE DAYOFWEEK
DECIMAL DELETE DESCRIBE DISTINCT DIV DOUBLE DROP ELSE END ESCAPED EXCEPT EXCHANGE EXISTS EXTENDED EXTERNAL
EXTRACT FALSE FETCH FIRST FLOAT FLOOR FOLLOWING FOR FOREIGN FROM FULL FUNCTION GRANT GROUP GROUPING HAVING IF
IMPORT IN INNER INSERT INT INTEGER INTERSECT INTERVAL INTO IS JOIN LAST LATERAL LEFT LESS LIKE LOCAL MACRO MAP
MORE NONE NOT NULL NULLS NUMERIC OF ON ONLY OR ORDER OUT OUTER OVER PARTIALSCAN PARTITION PERCENT PRECEDING
PRECISION PRESERVE PRIMARY PROCEDURE RANGE READS REDUCE REFERENCES REGEXP REVOKE RIGHT RLIKE ROLLBACK ROLLUP ROW
ROWS SELECT SET SKIP SMALLINT START TABLE TABLESAMPLE THEN TIME TIMESTAMP TO TRANSFORM TRIGGER TRUE TRUNCATE
UNBOUNDED UNION UNIQUEJOIN UPDATE USER USING UTC_TIMESTAMP VALUES VARCHAR VIEWS WHEN WHERE WINDOW WITH"""
"""Words that Athena reserves in DDL and in SELECT (its page "Escape reserved keywords in queries")."""
BUCKET = "${bucket}"
"""Stands for the bucket."""


class AnyValue(dict[str, str]):
    """A value for every placeholder of a statement, its own name, for where a table's files are does not matter."""

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
    return [defined_table(file, AnyValue(values or {})) for file in sorted(folder.glob("*.sql"))]


def defined_table(file: Path, values: dict[str, str]) -> CatalogTable:
    """Return the table that a file's statement defines.

    Parameters
    ----------
    values
        What stands for `${name}`.

    Raises
    ------
    CanvasError
        The statement cannot be read, or a name has no value.
    """
    try:
        return read_ddl(
            file, dict(values) if values is not None and not isinstance(values, AnyValue) else values or AnyValue()
        )
    except (GlueLocalError, OSError, UnicodeDecodeError) as error:
        words = str(error)
        raise CanvasError(words if str(file) in words else f"{file}: {words}") from error


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
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {_quoted(table[0])}.{_quoted(table[1])} (\n"
        + ",\n".join(lines)
        + "\n)\n"
        + (f"COMMENT {_text(comment.rstrip('.'))}\n" if comment else "")
        + f"STORED AS PARQUET\nLOCATION '{location}'\n"
        + "TBLPROPERTIES ('classification' = 'parquet', 'parquet.compression' = 'SNAPPY');\n"
    )


def _quoted(name: str) -> str:
    """Return a column's name, in backticks where it is no plain word or one that Athena reserves.

    Raises
    ------
    CanvasError
        Athena has no way to write it.
    """
    if "`" in name:
        raise CanvasError(f"a statement cannot name the column {name!r}; rename it before the target")
    return (
        name
        if re.fullmatch(r"[a-z_]\w*", name, re.ASCII) and name.upper() not in RESERVED_WORDS.split()
        else f"`{name}`"
    )


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
