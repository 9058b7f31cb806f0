"""CSV to Arrow, as Glue reads it: every value is text, or of its catalog column's type."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from awsglue_local.catalog import Table
from awsglue_local.column_types import arrow_type
from awsglue_local.errors import SourceError


def csv_options(table: Table) -> dict[str, Any]:
    """Return the format options that a CSV table's definition implies."""
    parameters = table.serde_parameters
    return {
        "separator": parameters.get("field.delim", parameters.get("separatorChar", ",")),
        "quoteChar": parameters.get("quoteChar", '"'),
        "skipLines": int(table.parameters.get("skip.header.line.count", "0")),
    }


def read_csv(
    content: bytes, name: str, options: dict[str, Any], columns: list[tuple[str, str]] | None, source: str
) -> pa.Table:
    """Read the content of one file.

    Parameters
    ----------
    name
        How messages call the file.
    options
        Glue's format options: `withHeader`, `separator`, `quoteChar`, `skipFirst`; `skipLines` for a table.
    columns
        `(name, Hive type)` of a catalog table, or None for text columns named by the header (else col0, col1, ...).

    Raises
    ------
    SourceError
        The content is no such CSV, or a value is not of its column's type.
    """
    header = str(options.get("withHeader", False)).lower() == "true"
    separator, quote = options.get("separator", ","), options.get("quoteChar", '"')
    first = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    fields = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    inferred = fields if header else [f"col{number}" for number in range(len(fields))]
    names = [column for column, _ in columns] if columns is not None else inferred
    if not content.strip():
        return pa.table({column: pa.array([], arrow_type(kind)) for column, kind in columns or []})
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(content),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=_lines_to_skip(options, header)),
            parse_options=pa_csv.ParseOptions(
                delimiter=separator, quote_char=False if quote in (-1, "") else quote, newlines_in_values=True
            ),
            convert_options=pa_csv.ConvertOptions(column_types={column: pa.string() for column in names}),
        )
        return _typed(table, columns) if columns is not None else table
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError) as error:
        raise SourceError(f"{source}: {name} cannot be read as CSV: {error}") from error


def _lines_to_skip(options: dict[str, Any], header: bool) -> int:
    skip_first = str(options.get("skipFirst", False)).lower() == "true"
    return int(options.get("skipLines", header or skip_first))


def _typed(table: pa.Table, columns: list[tuple[str, str]]) -> pa.Table:
    for index, (name, kind) in enumerate(columns):
        if kind != "string":
            text = table.column(name)
            typed = pc.if_else(pc.equal(text, ""), None, text).cast(arrow_type(kind))
            table = table.set_column(index, name, typed)
    return table
