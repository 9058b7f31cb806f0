"""What the files of a text source hold, as Arrow tables, one after another."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from awsglue_local.errors import SourceError
from awsglue_local.files import binary_files
from awsglue_local.files.column_traits import with_hidden_columns
from awsglue_local.files.csv_files import read_csv
from awsglue_local.files.file_bytes import Part, file_bytes, parts_of, text_parts
from awsglue_local.files.json_chunk import BadRecord, JsonChunk, Misfit
from awsglue_local.files.json_lines import JsonReader
from awsglue_local.files.json_path import selected
from awsglue_local.files.json_serde import renamed
from awsglue_local.files.json_texts import lines_of, split_quickly
from awsglue_local.files.regex_lines import json_of_lines
from awsglue_local.files.text_source import TextSource
from awsglue_local.files.xml_files import json_lines
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.partitions import add_partition_columns

Item = TypeVar("Item")
Made = TypeVar("Made")


class SourceTables:
    """Reads the files of a source, or parts of them.

    Parameters
    ----------
    name_of
        Tells how messages call a file, such as `Lake.uri`.
    threads
        How many parts are read at once; None for one a core.

    Attributes
    ----------
    bad
        The lines of what has been read that are no records.
    misfits
        Values of other types than their catalog columns.
    lines
        How many lines have been read of each file, for texts of lines.
    """

    def __init__(self, source: TextSource, name_of: Callable[[Path], str], threads: int | None = None) -> None:
        self._source = source
        self._name_of = name_of
        self._threads = threads or os.cpu_count() or 1
        self._reader = JsonReader(source.columns, source.name)
        self.bad: list[BadRecord] = []
        self.misfits: list[Misfit] = []
        self.lines: dict[Path, int] = {}

    def of_files(self) -> Iterator[pa.Table]:
        """Yield the tables of all files.

        Raises
        ------
        SourceError
            A file cannot be read, or a value of a CSV file does not fit its column.
        """
        if self._source.format == "csv":
            return self._of_csv()
        if self._source.format in binary_files.FORMATS:
            return self._of_binary()
        return self.of_parts(part for file in self._source.files for part in self._parts(file))

    def of_parts(self, parts: Iterable[Part]) -> Iterator[pa.Table]:
        """Yield the tables of parts of files whose lines are JSON objects."""

        def read(part: Part) -> tuple[Part, JsonChunk]:
            return part, self._reader.read(part.text(), self._name_of(part.file))

        with ThreadPoolExecutor(self._threads) as pool:
            for part, chunk in _mapped(pool, read, parts, self._threads):
                before = self.lines.get(part.file, 0)
                self.lines[part.file] = before + chunk.lines
                placed = chunk.moved(before)
                self.bad.extend(placed.bad)
                self.misfits.extend(placed.misfits)
                yield with_hidden_columns(self._placed(chunk.table, part.file), chunk.explicit_nulls)

    def _placed(self, table: pa.Table, file: Path) -> pa.Table:
        return add_partition_columns(table, file, self._source.folder, self._source.partition_keys)

    def _parts(self, file: Path) -> Iterator[Part]:
        """Yield the parts of a file as lines of JSON."""
        options, name = self._source.options, self._name_of(file)
        if self._source.format == "xml":
            return text_parts(file, json_lines(file_bytes(file), options, name))
        if self._source.format == "regex":
            columns = self._source.columns or []
            return text_parts(file, json_of_lines(file_bytes(file), options, columns, self._source.name))
        if path := options.get("jsonPath"):
            return text_parts(file, selected(file_bytes(file), str(path), name))
        if options.keys() & {"keys", "dots", "exactCase"}:
            return text_parts(file, renamed(file_bytes(file), options))
        if not self._source.is_multiline:
            return parts_of(file)
        return text_parts(file, (lines_of if self._source.looks_closely else split_quickly)(file_bytes(file)))

    def _of_csv(self) -> Iterator[pa.Table]:
        source = self._source
        for file in source.files:
            read = read_csv(file_bytes(file), self._name_of(file), source.options, source.columns, source.name)
            self.misfits += read.misfits
            yield self._placed(read.table, file)

    def _of_binary(self) -> Iterator[pa.Table]:
        for file in self._source.files:
            table = binary_files.read_binary(file, self._source.format, self._name_of(file))
            if self._source.columns is not None:
                table = _of_catalog(table, self._source.columns, self._source.name)
            yield self._placed(table, file)


def _of_catalog(table: pa.Table, columns: list[tuple[str, str]], source: str) -> pa.Table:
    """Return a table with the catalog's columns, found by name in any case; one that the file lacks is null."""
    there = {name.lower(): name for name in table.column_names}
    arrays = [
        table.column(there[name]) if name in there else pa.nulls(table.num_rows, arrow_type(kind))
        for name, kind in columns
    ]
    schema = pa.schema([(name, arrow_type(kind)) for name, kind in columns])
    try:
        return pa.table(arrays, names=schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SourceError(f"{source}: a file's column is not of the catalog's type: {error}") from error


def _mapped(
    pool: ThreadPoolExecutor, function: Callable[[Item], Made], items: Iterable[Item], ahead: int
) -> Iterator[Made]:
    """Yield what a function makes of items, in their order; few of them are in memory at once."""
    waiting: deque[Future[Made]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
