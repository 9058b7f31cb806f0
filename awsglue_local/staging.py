"""Text files to Parquet, once a session: both engines then read the same rows.

Sail, Spark and Glue read JSON and CSV each in their own way (broken lines, types, case of keys). Here they are read
in one way, Glue's, in parallel, and the engines are given Parquet.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.column_types import hive_type
from awsglue_local.csv_files import read_csv
from awsglue_local.errors import SourceError
from awsglue_local.json_lines import BadRecord, JsonChunk, JsonReader, Misfit, lines_of
from awsglue_local.mixed_types import is_choice, with_choices
from awsglue_local.partitions import add_partition_columns

UTF8_MARK = b"\xef\xbb\xbf"
PACKED = {".bz2", ".zst", ".snappy", ".lz4", ".xz", ".zip", ".lzo"}
CHUNK_BYTES = 16 << 20
PART_BYTES = 64 << 20
EXPLICIT_NULL = "__explicit_null__"
"""Prefix of the hidden columns that tell a null in the file from an absent key."""


@dataclass(frozen=True)
class TextSource:
    """Text files that belong together.

    Attributes
    ----------
    files
        Plain or gzip files, in or below `folder`.
    format
        `json` or `csv`.
    options
        Glue's format options.
    columns
        `(name, Hive type)` of the catalog's columns; None to take them from the files.
    partition_keys
        The same of the columns in the folders' names.
    name
        How messages call the source, such as `table stedi.customer_landing`.
    """

    folder: Path
    files: list[Path]
    format: str
    options: dict[str, Any]
    columns: list[tuple[str, str]] | None
    partition_keys: list[tuple[str, str]]
    name: str

    @property
    def state(self) -> str:
        """A text that differs when a file, or how it is to be read, differs."""
        states = [(str(file), *_file_state(file)) for file in self.files]
        return json.dumps([states, self.format, self.options, self.columns, self.partition_keys])


def _file_state(file: Path) -> tuple[int, int, int]:
    state = file.stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


@dataclass(frozen=True)
class StagedSource:
    """Text files as Parquet.

    Attributes
    ----------
    folder
        Where the Parquet files lie; None when the source has no rows.
    columns
        `(name, Hive type)`, hidden columns included.
    rows
        Number of records.
    bad
        The lines that are no records.
    choices
        Columns of a choice type, with the names of the types.
    empty
        Columns without a value in any record.
    misfits
        Values of other types than their catalog columns.
    unfilled
        Catalog columns that no record has a value for, although there are records.
    """

    folder: Path | None
    columns: list[tuple[str, str]]
    rows: int
    bad: list[BadRecord] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    misfits: list[Misfit] = field(default_factory=list)
    unfilled: list[str] = field(default_factory=list)


class Stage:
    """Reads text sources into a scratch folder, each once.

    Parameters
    ----------
    name_of
        Tells how messages call a file, such as `Lake.uri`.
    scratch
        A folder for Parquet files.
    """

    def __init__(self, name_of: Callable[[Path], str], scratch: Path) -> None:
        self._name_of = name_of
        self._scratch = scratch
        self._staged: dict[str, StagedSource] = {}

    def read(self, source: TextSource) -> StagedSource:
        """Return a source as Parquet.

        Raises
        ------
        SourceError
            A file cannot be read, or a value of a CSV file does not fit its column.
        """
        state = source.state
        if state not in self._staged:
            _refuse_packed(source)
            folder = Path(tempfile.mkdtemp(dir=self._scratch))
            self._staged[state] = (
                self._read_json(source, folder) if source.format == "json" else self._read_csv(source, folder)
            )
        return self._staged[state]

    def _read_json(self, source: TextSource, folder: Path) -> StagedSource:
        reader = JsonReader(source.columns, source.name)
        whole = str(source.options.get("multiLine", source.options.get("multiline", False))).lower() == "true"
        parts = [part for file in source.files for part in _parts(file, whole)]

        def read(part: Part) -> JsonChunk:
            text = lines_of(part.text()) if whole else part.text()
            chunk = reader.read(text, self._name_of(part.file), part.first_line)
            chunk.table = add_partition_columns(chunk.table, part.file, source.folder, source.partition_keys)
            return chunk

        bad: list[BadRecord] = []
        misfits: list[Misfit] = []

        def tables(chunks: Iterable[JsonChunk]) -> Iterator[pa.Table]:
            for chunk in chunks:
                bad.extend(chunk.bad)
                misfits.extend(chunk.misfits)
                yield _with_hidden_columns(chunk)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = tables(pool.map(read, parts))
            staged = (
                _write_parts(found, source.name, folder) if reader.schema is None else _write(found, source, folder)
            )
        # Arrow's pool keeps what it has freed, while the engine needs memory for what follows
        pa.default_memory_pool().release_unused()
        return replace(staged, bad=bad, misfits=misfits)

    def _read_csv(self, source: TextSource, folder: Path) -> StagedSource:
        tables = []
        for file in source.files:
            name = self._name_of(file)
            table = read_csv(file_bytes(file), name, source.options, source.columns, source.name)
            tables.append(add_partition_columns(table, file, source.folder, source.partition_keys))
        return _write_parts(tables, source.name, folder)


def _refuse_packed(source: TextSource) -> None:
    for file in source.files:
        if file.suffix in PACKED:
            raise SourceError(f"{source.name}: {file} is packed as {file.suffix}; unpack it, or pack it as .gz")


@dataclass(frozen=True)
class Part:
    """Whole lines of a file, from byte `start` up to byte `end`; a packed file is one part."""

    file: Path
    start: int
    end: int

    def text(self) -> bytes:
        """Return the part's bytes, unpacked, without a byte order mark.

        Raises
        ------
        SourceError
            The file is not readable, or is not whole.
        """
        if self.file.suffix == ".gz":
            return file_bytes(self.file)
        with open(self.file, "rb") as stream:
            stream.seek(self.start)
            text = stream.read(self.end - self.start)
        return text.removeprefix(UTF8_MARK) if self.start == 0 else text

    def first_line(self) -> int:
        """Return the number of the part's first line, counted from 1."""
        with open(self.file, "rb") as stream:
            return stream.read(self.start).count(b"\n") + 1


def file_bytes(file: Path) -> bytes:
    """Return a file's content, unpacked, without a byte order mark.

    Raises
    ------
    SourceError
        The file is not readable, or is not whole.
    """
    try:
        if file.suffix == ".gz":
            with gzip.open(file) as stream:
                return stream.read().removeprefix(UTF8_MARK)
        return file.read_bytes().removeprefix(UTF8_MARK)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{file} cannot be read: {error}") from error


def _parts(file: Path, whole: bool) -> Iterator[Part]:
    size = file.stat().st_size
    if whole or file.suffix == ".gz" or size <= CHUNK_BYTES:
        yield Part(file, 0, size)
        return
    start = 0
    with open(file, "rb") as stream:
        while start < size:
            stream.seek(min(start + CHUNK_BYTES, size))
            stream.readline()
            yield Part(file, start, stream.tell())
            start = stream.tell()


def _with_hidden_columns(chunk: JsonChunk) -> pa.Table:
    table = chunk.table
    for name, explicit in sorted(chunk.explicit_nulls.items()):
        table = table.append_column(EXPLICIT_NULL + name, pa.array(explicit, pa.bool_()))
    return table


def _write(tables: Iterable[pa.Table], source: TextSource, folder: Path) -> StagedSource:
    """Write tables of the catalog's columns as Parquet files while they come, so that few are in memory at once."""
    mixed: list[pa.Table] = []
    schemas: list[pa.Schema] = []
    rows = 0
    filled: set[str] = set()

    def usual() -> Iterator[pa.Table]:
        nonlocal rows
        for table in tables:
            filled.update(name for name in table.column_names if table[name].null_count < table.num_rows)
            if any(map(is_choice, table.schema)):
                mixed.append(table)
            elif table.num_rows:
                schemas.append(table.schema)
                rows += table.num_rows
                yield table

    files = []
    for number, waiting in enumerate(_batches(usual())):
        files.append(folder / f"{number:05}.parquet")
        _write_parquet(pa.concat_tables(waiting, promote_options="default"), files[-1])
    if mixed:
        whole = [pq.read_table(file, partitioning=None) for file in files]
        for file in files:
            file.unlink()
        return _write_parts([*whole, *mixed], source.name, folder)
    if not files:
        return StagedSource(None, [], 0)
    schema = pa.unify_schemas(schemas)
    unfilled = [one.name for one in schema if one.name not in filled]
    return StagedSource(folder, [(one.name, hive_type(one.type)) for one in schema], rows, unfilled=unfilled)


def _write_parquet(table: pa.Table, file: Path) -> None:
    pq.write_table(table, file, compression="none", write_statistics=False)


def _write_parts(tables: Iterable[pa.Table], source: str, folder: Path) -> StagedSource:
    """Write tables as Parquet files with one schema, which all of them say together."""
    tables = [table for table in tables if table.num_rows]
    if not tables:
        return StagedSource(None, [], 0)
    tables = with_choices(tables)
    try:
        schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SourceError(f"{source}: the files do not agree on a column's type: {error}") from error
    choices = {one.name: [member.name for member in one.type] for one in schema if is_choice(one)}
    empty = frozenset(one.name for one in schema if pa.types.is_null(one.type))
    schema = pa.schema([(f.name, _storable(f.type, f.name, source)) for f in schema])
    for number, waiting in enumerate(_batches(tables)):
        try:
            whole = pa.concat_tables([schema.empty_table(), *waiting], promote_options="permissive").cast(schema)
        except pa.ArrowInvalid as error:
            raise SourceError(f"{source}: the files do not agree on a column's type: {error}") from error
        _write_parquet(whole, folder / f"{number:05}.parquet")
    columns = [(column.name, hive_type(column.type)) for column in schema]
    rows = sum(table.num_rows for table in tables)
    return StagedSource(folder, columns, rows, choices=choices, empty=empty)


def _storable(kind: pa.DataType, name: str, source: str) -> pa.DataType:
    """Return a type that Parquet can store; what is null or empty everywhere counts as text."""
    if pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(_storable(kind.value_type, name, source))
    if pa.types.is_struct(kind):
        if not kind.num_fields:
            raise SourceError(f"{source}: {name!r} is an empty object in every record; Parquet cannot store that")
        return pa.struct([(member.name, _storable(member.type, name, source)) for member in kind])
    return kind


def _batches(tables: Iterable[pa.Table]) -> Iterator[list[pa.Table]]:
    """Put tables together until they make a part."""
    waiting: list[pa.Table] = []
    size = 0
    for table in tables:
        waiting.append(table)
        size += table.nbytes
        if size >= PART_BYTES:
            yield waiting
            waiting, size = [], 0
    if waiting:
        yield waiting
