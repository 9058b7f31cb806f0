"""What an executor does to read text: it reads pieces of files from S3, and writes their records there as Parquet."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from awsglue_local.cluster.part_files import ParquetParts
from awsglue_local.cluster.pieces import Piece, lines_of
from awsglue_local.cluster.store import Store
from awsglue_local.cluster.witnesses import together, witness
from awsglue_local.errors import SourceError
from awsglue_local.files.choice_types import is_choice
from awsglue_local.files.compressions import is_packed
from awsglue_local.files.file_bytes import text_parts
from awsglue_local.files.parquet_files import agreement
from awsglue_local.files.source_tables import SourceTables
from awsglue_local.files.staging import with_common_types
from awsglue_local.files.text_source import TextSource

SHOWN = 20
"""So many bad lines of a piece are told, the others only counted."""


@dataclass(frozen=True)
class ReadingTask:
    """Pieces of a source's files, and where their records go.

    Attributes
    ----------
    source
        How they are read; its files are those of the pieces, its folder `bucket/key`.
    pieces
        Each with its number among all pieces of the source.
    place
        `bucket/key` of the folder for Parquet files; empty where only the columns' types are asked for.
    witnesses
        What stands for the records of all tasks, in Arrow's IPC format; None where the catalog says the types.
    """

    store: Store
    source: TextSource
    pieces: list[tuple[int, Piece]]
    place: str
    witnesses: bytes | None


def read(task: ReadingTask) -> dict[str, Any]:
    """Do a task; return what it found, with the files that it wrote."""
    return _Reading(task).answer()


def packed(tables: list[pa.Table]) -> bytes:
    """Return tables in Arrow's IPC format, one stream after another."""
    sink = pa.BufferOutputStream()
    for table in tables:
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def unpacked(content: bytes) -> list[pa.Table]:
    """Return the tables that `packed` was given."""
    source, tables = pa.BufferReader(content), []
    while source.tell() < source.size():
        tables.append(pa.ipc.open_stream(source).read_all())
    return tables


class _Reading:
    """A task while it is done."""

    def __init__(self, task: ReadingTask) -> None:
        self._task = task
        self._files = task.store.open()
        self._parts = ParquetParts(self._files, task.place, "snappy") if task.place else None
        self._witnesses = unpacked(task.witnesses) if task.witnesses else []
        self._is_mixed = False
        self._seen: list[pa.Table] = []
        self._filled: set[str] = set()
        self._pieces: list[dict[str, Any]] = []
        self._rows = 0

    def answer(self) -> dict[str, Any]:
        """Do the task."""
        for number, piece, read, tables in self._read():
            for table in tables:
                self._take(table)
            self._pieces.append(_told(number, piece, read))
        if self._parts:
            self._parts.close()
        return {
            "files": self._parts.made if self._parts and not self._is_mixed else [],
            "rows": self._rows,
            "is_mixed": self._is_mixed,
            "witnesses": base64.b64encode(packed(self._seen)).decode(),
            "filled": sorted(self._filled),
            "pieces": self._pieces,
        }

    def _take(self, table: pa.Table) -> None:
        if not table.num_rows:
            return
        self._rows += table.num_rows
        self._filled.update(name for name in table.column_names if table[name].null_count < table.num_rows)
        self._is_mixed = self._is_mixed or (not self._witnesses and any(map(is_choice, table.schema)))
        self._seen = together([*self._seen, self._witness(table)])
        if self._parts and not self._is_mixed:
            self._parts.add(self._agreed(table) if self._witnesses else table)

    def _witness(self, table: pa.Table) -> pa.Table:
        """Return what stands for records; the catalog's types do not depend on how large numbers are."""
        return witness(table) if self._task.source.columns is None else table.schema.empty_table()

    def _agreed(self, table: pa.Table) -> pa.Table:
        """Return records with the columns' types that all records of the source agree on."""
        typed = with_common_types([table, *self._witnesses], self._task.source)
        return agreement(typed, self._task.source.name).joined(typed[:1])

    def _read(self) -> Iterator[tuple[int, Piece, SourceTables, Iterator[pa.Table]]]:
        """Yield each piece with its reader and tables, while the next one is fetched."""
        with ThreadPoolExecutor(1) as pool, tempfile.TemporaryDirectory() as scratch:
            waiting = [(number, piece) for number, piece in self._task.pieces]
            fetched = pool.submit(self._fetch, waiting[0][1], Path(scratch))
            for place, (number, piece) in enumerate(waiting):
                content = fetched.result()
                if place + 1 < len(waiting):
                    fetched = pool.submit(self._fetch, waiting[place + 1][1], Path(scratch))
                read, tables = self._tables(piece, content, Path(scratch))
                yield number, piece, read, _with_addresses(tables, scratch)

    def _fetch(self, piece: Piece, scratch: Path) -> bytes | None:
        """Return the lines of a piece; None where it is a whole file, which is then below a folder here."""
        if self._task.source.is_of_lines and not is_packed(Path(piece.path)):
            return lines_of(self._files, piece)
        file = scratch / piece.path
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._files.open_input_stream(piece.path, compression=None) as there, file.open("wb") as here:
            shutil.copyfileobj(there, here, 1 << 20)
        return None

    def _tables(self, piece: Piece, content: bytes | None, scratch: Path) -> tuple[SourceTables, Iterator[pa.Table]]:
        file = scratch / piece.path
        source = replace(self._task.source, files=[file], folder=scratch / self._task.source.folder)
        read = SourceTables(source, lambda one: f"s3://{one.relative_to(scratch).as_posix()}", threads=1)
        if content is None:
            return read, _then_removed(read.of_files(), file)
        text = content.removeprefix(b"\xef\xbb\xbf") if piece.start == 0 else content
        return read, read.of_parts(text_parts(file, text))


def _with_addresses(tables: Iterator[pa.Table], scratch: str) -> Iterator[pa.Table]:
    """Yield tables; an error names the object on S3, and not the file that it became here."""
    try:
        yield from tables
    except SourceError as error:
        raise SourceError(str(error).replace(f"{scratch}/", "s3://")) from error


def _then_removed(tables: Iterator[pa.Table], file: Path) -> Iterator[pa.Table]:
    yield from tables
    file.unlink()


def _told(number: int, piece: Piece, read: SourceTables) -> dict[str, Any]:
    columns = [misfit.column for misfit in read.misfits]
    first = {one.column: one for one in reversed(read.misfits)}
    return {
        "number": number,
        "path": piece.path,
        "lines": sum(read.lines.values()),
        "bad": [asdict(one) for one in read.bad[:SHOWN]],
        "bad_count": len(read.bad),
        "misfits": [asdict(one) for one in first.values()],
        "misfit_counts": {column: columns.count(column) for column in first},
    }
