"""CSV: how a file is written, and its records as Arrow has them: text, or values of the catalog's types."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from awsglue_local.errors import SourceError
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.table import Table

SKIPPED_LINES = "skip.header.line.count"
"""The table parameter that says how many lines of a file are no records."""


@dataclass(frozen=True)
class CsvDialect:
    """How CSV files are written.

    Attributes
    ----------
    quote
        What stands around text; empty for nothing.
    has_names
        Whether the first line names the columns.
    skipped_lines
        Lines before the first record, the one with the names included.
    """

    separator: str = ","
    quote: str = '"'
    has_names: bool = False
    skipped_lines: int = 0

    @classmethod
    def of_options(cls, options: dict[str, Any]) -> CsvDialect:
        """Return the dialect that Glue's format options describe: `separator`, `quoteChar`, `withHeader`, `skipFirst`.

        `skipLines` is no option of Glue's: it stands for a table's parameter.
        """
        names, skips = (_is_true(options.get(name)) for name in ("withHeader", "skipFirst"))
        quote = options.get("quoteChar", '"')
        return cls(
            str(options.get("separator", ",")),
            "" if quote in (-1, "") else str(quote),
            names,
            int(options.get("skipLines", names or skips)),
        )

    @classmethod
    def of_sink_options(cls, options: dict[str, Any]) -> CsvDialect:
        """Return the dialect of files that a sink writes: a header, unless `writeHeader` says otherwise."""
        header = _is_true(options.get("writeHeader", True))
        return cls.of_options({**options, "withHeader": header, "skipLines": int(header)})

    def spark_options(self) -> dict[str, str]:
        """Return the options of Spark's CSV writer."""
        return {"header": str(self.has_names).lower(), "sep": self.separator, "quote": self.quote, "escape": '"'}

    def serde_parameters(self) -> dict[str, str]:
        """Return the SerDe's parameters of a table with such files."""
        return {"separatorChar": self.separator, "quoteChar": self.quote}

    def table_parameters(self) -> dict[str, str]:
        """Return the parameters of a table with such files."""
        return {SKIPPED_LINES: str(self.skipped_lines)} if self.skipped_lines else {}


def _is_true(option: Any) -> bool:
    return str(option).lower() == "true"


def csv_options(table: Table) -> dict[str, Any]:
    """Return the format options that a CSV table's definition implies."""
    parameters = table.serde_parameters
    return {
        "separator": parameters.get("field.delim", parameters.get("separatorChar", ",")),
        "quoteChar": parameters.get("quoteChar", '"'),
        "skipLines": int(table.parameters.get(SKIPPED_LINES, "0")),
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
        Glue's format options, see `CsvDialect.of_options`.
    columns
        `(name, Hive type)` of a catalog table, or None for text columns named by the header (else col0, col1, ...).

    Raises
    ------
    SourceError
        The content is no such CSV, or a value is not of its column's type.
    """
    dialect = CsvDialect.of_options(options)
    first = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    fields = next(csv.reader(io.StringIO(first), delimiter=dialect.separator), [])
    inferred = fields if dialect.has_names else [f"col{number}" for number in range(len(fields))]
    names = [column for column, _ in columns] if columns is not None else inferred
    if not content.strip():
        return pa.table({column: pa.array([], arrow_type(kind)) for column, kind in columns or []})
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(content),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=dialect.skipped_lines),
            parse_options=pa_csv.ParseOptions(
                delimiter=dialect.separator, quote_char=dialect.quote or False, newlines_in_values=True
            ),
            convert_options=pa_csv.ConvertOptions(column_types={column: pa.string() for column in names}),
        )
        return _typed(table, columns) if columns is not None else table
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError) as error:
        raise SourceError(f"{source}: {name} cannot be read as CSV: {error}") from error


def _typed(table: pa.Table, columns: list[tuple[str, str]]) -> pa.Table:
    for index, (name, kind) in enumerate(columns):
        if kind != "string":
            text = table.column(name)
            typed = pc.if_else(pc.equal(text, ""), None, text).cast(arrow_type(kind))
            table = table.set_column(index, name, typed)
    return table
