"""CSV text as records, as each of its readers splits it.

Slow, and so only for text that Arrow's reader does not surely split as the reader does: with escapes, quotes inside of
a text, short and long rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from awsglue_local.files.csv_files import CsvDialect

Record = tuple[int, list[str]]
"""The line that a record ends on, counted from 1, and its fields."""
WELL_KNOWN = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
"""What Glue's reader takes these letters for after an escape character."""


def records(text: str, dialect: CsvDialect) -> Iterator[Record]:
    """Yield the records of a text as the dialect's reader splits it.

    Raises
    ------
    csv.Error
        The text is no such CSV.
    """
    if dialect.reader == "glue":
        yield from _glue(text, dialect)
        return
    split = _open_csv if dialect.reader == "opencsv" else _lazy_simple
    for number, line in enumerate(re.split(r"\r\n|\r|\n", re.sub(r"(\r\n|\r|\n)\Z", "", text)), 1):
        yield number, split(line, dialect)


def _glue(text: str, dialect: CsvDialect) -> Iterator[Record]:
    escape = dialect.escape or None
    if escape:
        pair = re.compile(re.escape(escape) + "(.)", re.DOTALL)
        text = pair.sub(lambda match: escape + WELL_KNOWN.get(match[1], match[1]), text)
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=escape,
    )
    for fields in reader:
        if fields:
            yield reader.line_num, fields


def _lazy_simple(line: str, dialect: CsvDialect) -> list[str]:
    """Split as Hive's LazySimpleSerDe: quotes are text, and what follows an escape character is text."""
    if not dialect.escape or dialect.escape not in line:
        return line.split(dialect.separator)
    fields = [""]
    letters = iter(line)
    for letter in letters:
        if letter == dialect.separator:
            fields.append("")
        else:
            fields[-1] += next(letters, letter) if letter == dialect.escape else letter
    return fields


def _open_csv(line: str, dialect: CsvDialect) -> list[str]:
    """Split as Hive's OpenCSVSerde does with opencsv 2.3 (its CSVParser).

    An escape character counts inside of a field, before a quote or an escape character; elsewhere it is left out. A
    field whose quotes do not end on the line is left out.
    """
    separator, quote, escape = dialect.separator, dialect.quote, dialect.escape
    fields, text, quoted, in_field, place = [], "", False, False, 0
    while place < len(line):
        letter, following = line[place], line[place + 1 : place + 2]
        if letter == escape:
            if (quoted or in_field) and following and following in (quote, escape):
                text += following
                place += 1
        elif letter == quote:
            if (quoted or in_field) and following == quote:
                text += following
                place += 1
            else:
                inside = place > 2 and line[place - 1] != separator and following not in ("", separator)
                if inside:
                    text = "" if text and text.isspace() else text + letter
                quoted = not quoted
            in_field = not in_field
        elif letter == separator and not quoted:
            fields.append(text)
            text, in_field = "", False
        else:
            text += letter
            in_field = True
        place += 1
    return fields if quoted else [*fields, text]
