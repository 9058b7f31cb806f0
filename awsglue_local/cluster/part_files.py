"""Files that a task writes to S3, each closed before it counts."""

from __future__ import annotations

import uuid
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

FILE_BYTES = 512 << 20
"""A task begins a new file after so many bytes of rows."""
GROUP_BYTES = 64 << 20
"""So many bytes of rows make a row group."""

Files = list[list[Any]]
"""Of each file the name, the rows and the bytes."""


class ParquetParts:
    """Parquet files at a place: one for tables of one schema, until it is large.

    Parameters
    ----------
    files
        Arrow's file system.
    place
        `bucket/key` of a folder.
    compression
        `snappy`, `gzip` or `none`.
    """

    def __init__(self, files: Any, place: str, compression: str) -> None:
        self._files, self._place, self._compression = files, place, compression
        self._schema: pa.Schema | None = None
        self._waiting: list[pa.Table] = []
        self._size = self._group = self._rows = 0
        self.made: Files = []

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        if not table.num_rows:
            return
        if self._schema is not None and (self._size > FILE_BYTES or not self._schema.equals(table.schema)):
            self.close()
        if self._schema is None:
            self._open(table.schema)
        size = table.nbytes
        self._waiting.append(table)
        self._rows += table.num_rows
        self._size += size
        self._group += size
        if self._group >= GROUP_BYTES:
            self._write()

    def close(self) -> None:
        """Complete the file that is open."""
        if self._schema is None:
            return
        self._write()
        self._writer.close()
        size = self._stream.tell()
        self._stream.close()
        self.made.append([self._name, self._rows, size])
        self._schema, self._rows, self._size = None, 0, 0

    def _open(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._name = f"{uuid.uuid4().hex}.parquet"
        self._stream = self._files.open_output_stream(f"{self._place}/{self._name}")
        words = [one.name for one in schema if pa.types.is_string(one.type)]
        self._writer = pq.ParquetWriter(
            self._stream,
            schema,
            compression=self._compression,
            use_dictionary=words,
            store_decimal_as_integer=True,  # as Spark does
        )

    def _write(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
            self._waiting, self._group = [], 0
