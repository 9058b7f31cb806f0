"""What an executor does to write rows: files on S3, each of which counts only when its task has told of it."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from awsglue_local.cluster.part_files import Files, ParquetParts
from awsglue_local.cluster.store import Store
from awsglue_local.files import binary_files
from awsglue_local.storage.partition_folders import folder_value

KEY_COLUMN = "__key__"
"""Prefix of the hidden columns with the partition keys' values as text."""
LINE_COLUMN = "__line__"
"""The column of rows that are lines of text already."""


@dataclass(frozen=True)
class Writing:
    """Where rows go.

    Attributes
    ----------
    place
        `bucket/key` of a folder.
    format
        `parquet`, `avro`, `orc`, or `lines` of texts that are JSON.
    compression
        One of those that are written in the format.
    keys
        The columns that become folders.
    """

    store: Store
    place: str
    format: str
    compression: str
    keys: tuple[str, ...] = ()


def write(told: Writing, batches: Iterator[pa.RecordBatch]) -> dict[str, Any]:
    """Write the rows of a partition; return the files, their names below the place."""
    makers: dict[str, Any] = {}
    files = told.store.open()
    for batch in (one for one in batches if one.num_rows):
        for folder, rows in _by_folder(_plain(pa.Table.from_batches([batch])), told.keys):
            if folder not in makers:
                place = f"{told.place}/{folder}".rstrip("/")
                makers[folder] = _maker(told, files, place)
            makers[folder].add(rows)
    made: Files = []
    for folder, maker in makers.items():
        maker.close()
        made += [[f"{folder}{name}", rows, size] for name, rows, size in maker.made]
    return {"files": made}


def _by_folder(table: pa.Table, keys: tuple[str, ...]) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each folder `key=value/`, without the keys."""
    if not keys:
        yield "", table
        return
    columns = [KEY_COLUMN + key for key in keys]
    rows = table.drop_columns(columns)
    for values in table.select(columns).group_by(columns, use_threads=False).aggregate([]).to_pylist():
        same = [_is(table[column], value) for column, value in values.items()]
        folder = "".join(f"{key}={folder_value(values[KEY_COLUMN + key])}/" for key in keys)
        yield folder, rows.filter(reduce(pc.and_, same))


def _is(column: pa.ChunkedArray, value: str | None) -> pa.ChunkedArray:
    return pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False)


def _plain(table: pa.Table) -> pa.Table:
    """Return rows with the types that Parquet files have, whatever an engine hands over."""
    plain = pa.schema([field.with_type(_plain_type(field.type)) for field in table.schema])
    return table if plain == table.schema else table.cast(plain)


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(kind) or pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_binary_view(kind) or pa.types.is_large_binary(kind):
        return pa.binary()
    if pa.types.is_struct(kind):
        return pa.struct([one.with_type(_plain_type(one.type)) for one in kind])
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(kind.value_field.with_type(_plain_type(kind.value_type)))
    if pa.types.is_map(kind):
        return pa.map_(_plain_type(kind.key_type), kind.item_field.with_type(_plain_type(kind.item_type)))
    return kind


def _maker(told: Writing, files: Any, place: str) -> Any:
    if told.format == "parquet":
        return ParquetParts(files, place, told.compression)
    if told.format == "lines":
        return _LineFile(files, place)
    return _BinaryFile(files, place, told.format, told.compression)


class _LineFile:
    """One file of lines."""

    def __init__(self, files: Any, place: str) -> None:
        self._name = f"{uuid.uuid4().hex}.json"
        self._stream = files.open_output_stream(f"{place}/{self._name}", compression=None)
        self._rows = 0
        self.made: Files = []

    def add(self, table: pa.Table) -> None:
        """Add rows, each with its line."""
        lines = table[LINE_COLUMN].combine_chunks()
        self._rows += len(lines)
        self._stream.write("".join(f"{line}\n" for line in lines.to_pylist()).encode())

    def close(self) -> None:
        """Complete the file."""
        size = self._stream.tell()
        self._stream.close()
        self.made.append([self._name, self._rows, size])


class _BinaryFile:
    """One Avro or ORC file, made from a Parquet file of this executor."""

    def __init__(self, files: Any, place: str, format_: str, compression: str) -> None:
        self._files, self._place = files, place
        self._format, self._compression = format_, compression
        self._tables: list[pa.Table] = []
        self.made: Files = []

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        self._tables.append(table)

    def close(self) -> None:
        """Complete the file."""
        name = f"{uuid.uuid4().hex}.{self._format}"
        with tempfile.TemporaryDirectory() as folder:
            between, made = Path(folder) / "rows.parquet", Path(folder) / name
            pq.write_table(pa.concat_tables(self._tables), between)
            binary_files.write_binary(between, made, self._format, self._compression)
            content = made.read_bytes()
        with self._files.open_output_stream(f"{self._place}/{name}") as stream:
            stream.write(content)
        self.made.append([name, sum(table.num_rows for table in self._tables), len(content)])
