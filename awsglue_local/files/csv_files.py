"""CSV: how a file is written, and its records as Arrow has them: text, or values of the catalog's types.

Three readers differ: Glue's own, for what scripts read, and the two SerDes of Hive, for what Athena reads.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from awsglue_local.errors import SourceError
from awsglue_local.files.csv_records import Record, records
from awsglue_local.files.csv_values import glue_values, lazy_values, open_csv_values
from awsglue_local.files.json_chunk import Misfit
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.table import Table

BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")
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
    escape
        What takes the meaning from the letter that follows; empty for nothing.
    multi_line
        Whether a quoted text may go over several lines.
    reader
        `glue`, `lazysimple` (LazySimpleSerDe) or `opencsv` (OpenCSVSerde).
    null
        The text that LazySimpleSerDe takes for null.
    null_for_invalid
        Whether OpenCSVSerDe takes null for what is no value of a column's type.
    """

    separator: str = ","
    quote: str = '"'
    has_names: bool = False
    skipped_lines: int = 0
    escape: str = ""
    multi_line: bool = True
    reader: str = "glue"
    null: str = "\\N"
    null_for_invalid: bool = False

    @classmethod
    def of_options(cls, options: dict[str, Any]) -> CsvDialect:
        """Return the dialect that Glue's format options describe: `separator`, `quoteChar`, `withHeader`, `skipFirst`.

        `skipLines` is no option of Glue's: it stands for a table's parameter.
        """
        names, skips = (_is_true(options.get(name)) for name in ("withHeader", "skipFirst"))
        return cls(
            str(options.get("separator", ",")),
            _letter(options.get("quoteChar", '"')),
            names,
            int(options.get("skipLines", names or skips)),
            _letter(options.get("escaper")),
            _is_true(options.get("multiLine", options.get("multiline", False))),
            str(options.get("reader", "glue")),
            str(options.get("null", "\\N")),
            _is_true(options.get("nullForInvalid")),
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


def _letter(option: Any) -> str:
    """Return a letter; -1 stands for none."""
    return "" if option in (None, -1, "-1", "") else str(option)


def _is_true(option: Any) -> bool:
    return str(option).lower() == "true"


def csv_options(table: Table, of_serde: bool = False) -> dict[str, Any]:
    """Return the format options that a CSV table's definition implies.

    Parameters
    ----------
    of_serde
        Whether the table's SerDe reads it, as in Athena, and not Glue's own reader, as in a script.
    """
    given, own = table.serde_parameters, table.parameters
    options = {
        "separator": given.get("field.delim", given.get("separatorChar", ",")),
        "quoteChar": given.get("quoteChar", '"'),
        "skipLines": int(own.get(SKIPPED_LINES, "0")),
    }
    lazy = "lazysimple" in table.serde.lower()
    if of_serde and lazy:
        null = given.get("serialization.null.format", "\\N")
        escape = given.get("escape.delim", "")
        # as Hive has it where a table says nothing
        separator = given.get("field.delim") or given.get("serialization.format", "\x01")
        separator = "\x01" if separator == "1" else separator
        return {
            **options,
            "separator": separator,
            "reader": "lazysimple",
            "quoteChar": "",
            "escaper": escape,
            "null": null,
        }
    if of_serde:
        nulls = own.get("use.null.for.invalid.data", given.get("use.null.for.invalid.data", ""))
        return {**options, "reader": "opencsv", "escaper": given.get("escapeChar", "\\"), "nullForInvalid": nulls}
    escape = given.get("escape.delim", "") if lazy else given.get("escapeChar", "")
    # Glue takes doubled quotes for one, as a backslash before one, which OpenCSVSerDe assumes where nothing is said
    return {**options, "escaper": escape} if escape else options


@dataclass(frozen=True)
class CsvRecords:
    """What one file gave: its records, and the values that are not of their catalog column's type."""

    table: pa.Table
    misfits: list[Misfit]


def read_csv(
    content: bytes, name: str, options: dict[str, Any], columns: list[tuple[str, str]] | None, source: str
) -> CsvRecords:
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
        The content is no such CSV, or, in Athena, a value is not of its column's type.
    """
    dialect = CsvDialect.of_options(options)
    if dialect.reader == "glue":
        content = content.lstrip(b"\r\n")
    if not content.strip():
        kinds = [pa.field(column, arrow_type(kind)) for column, kind in columns or []]
        return CsvRecords(pa.schema(kinds).empty_table(), [])
    try:
        texts, lines = _texts(content, dialect, [column for column, _ in columns] if columns is not None else None)
        return _typed(texts, lines, columns, dialect, name) if columns is not None else CsvRecords(texts, [])
    except (csv.Error, ValueError, pa.ArrowException) as error:
        raise SourceError(f"{source}: {name} cannot be read as CSV: {error}") from error
    except SourceError as error:
        raise SourceError(f"{source}: {name}: {error}") from error


def _texts(content: bytes, dialect: CsvDialect, names: list[str] | None) -> tuple[pa.Table, list[int] | None]:
    """Return the records as columns of text, and the lines they end on; None where each is one line."""
    if _is_plain(content, dialect):
        try:
            table = _quickly(content, dialect, names or _names(content, dialect))
            if dialect.multi_line or not _has_quotes(content, dialect) or not _has_line_breaks(table):
                return table, None
        except pa.ArrowInvalid:
            pass  # short or long rows: the slow way knows what to do
    return _slowly(content, dialect, names)


def _is_plain(content: bytes, dialect: CsvDialect) -> bool:
    """Say whether Arrow splits a text surely as the dialect's reader does, unless a value goes over several lines."""
    if dialect.escape and dialect.escape.encode() in content:
        return False
    if dialect.reader != "glue" and BLANK_LINE.search(content):
        return False  # a record of a SerDe's, whose columns after the first are null
    may_stand_inside = dialect.reader != "glue" and _has_quotes(content, dialect)
    return not may_stand_inside or not _has_inner_quotes(content, dialect)


def _has_quotes(content: bytes, dialect: CsvDialect) -> bool:
    return bool(dialect.quote) and dialect.quote.encode() in content


def _has_inner_quotes(content: bytes, dialect: CsvDialect) -> bool:
    """Say whether a quote stands elsewhere than around a field, or doubled inside of a quoted one."""
    quote, separator = (re.escape(one.encode()) for one in (dialect.quote, dialect.separator))
    quoted = b"%b[^\r\n%b]*+(?:%b%b[^\r\n%b]*+)*+%b" % (quote, quote, quote, quote, quote, quote)
    unquoted = b"[^\r\n%b%b]*+" % (separator, quote)
    fields = b"(?:(?:%b|%b)(?:%b|[\r\n]|\\Z))*+" % (quoted, unquoted, separator)
    return re.fullmatch(fields, content) is None


def _has_line_breaks(table: pa.Table) -> bool:
    """Say whether a text goes over several lines."""
    return any(pc.any(pc.match_substring(column, "\n")).as_py() for column in table.columns)


def _names(content: bytes, dialect: CsvDialect) -> list[str]:
    """Return the columns' names: those of the first line, or numbered ones, as many as it has fields."""
    line = content.split(b"\n", 1)[0].decode("utf-8", "replace")
    fields = next((fields for _, fields in records(line, dialect)), [])
    return fields if dialect.has_names else [f"col{number}" for number in range(len(fields))]


def _quickly(content: bytes, dialect: CsvDialect, names: list[str]) -> pa.Table:
    return pa_csv.read_csv(
        pa.BufferReader(content),
        read_options=pa_csv.ReadOptions(column_names=names, skip_rows=dialect.skipped_lines),
        parse_options=pa_csv.ParseOptions(
            delimiter=dialect.separator,
            quote_char=dialect.quote or False,
            newlines_in_values=bool(dialect.quote),
        ),
        convert_options=pa_csv.ConvertOptions(column_types={column: pa.string() for column in names}),
    )


def _slowly(content: bytes, dialect: CsvDialect, names: list[str] | None) -> tuple[pa.Table, list[int]]:
    """Read records one by one: what a short one lacks is null."""
    text = content.decode("utf-8")
    if dialect.has_names and names is None:
        names = next(fields for _, fields in records(text, dialect))
    rest = text.split("\n", dialect.skipped_lines)[-1] if dialect.skipped_lines else text
    if dialect.skipped_lines and text.count("\n") < dialect.skipped_lines:
        rest = ""
    found = [] if not rest else [(line + dialect.skipped_lines, fields) for line, fields in records(rest, dialect)]
    if dialect.reader == "glue":
        _refuse_odd(found, dialect, names)
    width = max((len(fields) for _, fields in found), default=0)
    names = names if names is not None else [f"col{number}" for number in range(width)]
    rows = [[*fields[: len(names)], *[None] * (len(names) - len(fields))] for _, fields in found]
    columns = [pa.array([row[number] for row in rows], pa.string()) for number in range(len(names))]
    return pa.table(columns, names=names), [line for line, _ in found]


def _refuse_odd(found: list[Record], dialect: CsvDialect, names: list[str] | None) -> None:
    """Refuse records of which nobody says what AWS Glue makes of them."""
    for line, fields in found:
        if names is not None and len(fields) > len(names):
            raise SourceError(f"line {line} has {len(fields)} fields, but there are {len(names)} columns")
        if not dialect.multi_line and any("\n" in field for field in fields) and not dialect.escape:
            raise SourceError(f'line {line}: a quoted text goes over several lines; set "multiLine": True')


def _typed(
    texts: pa.Table, lines: list[int] | None, columns: list[tuple[str, str]], dialect: CsvDialect, name: str
) -> CsvRecords:
    misfits: list[Misfit] = []

    def place(index: int) -> tuple[str, int]:
        return name, lines[index] if lines is not None else index + 1 + dialect.skipped_lines

    fields, arrays = [], []
    for number, (column, kind) in enumerate(columns):
        field, given = pa.field(column, arrow_type(kind)), texts.column(number)
        if dialect.reader == "glue":
            field, array = glue_values(given, field, place, misfits)
        elif dialect.reader == "lazysimple":
            array = lazy_values(given, field.type, dialect.null)
        else:
            array = open_csv_values(given, field, number, dialect.null_for_invalid)
        fields.append(field)
        arrays.append(array)
    return CsvRecords(pa.table(arrays, pa.schema(fields)), misfits)
