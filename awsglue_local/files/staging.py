"""Text files to Parquet, once a session: both engines then read the same rows.

Sail, Spark and Glue read JSON and CSV each in their own way (broken lines, types, case of keys). Here they are read
in one way, Glue's, in parallel, and the engines are given Parquet.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from awsglue_local.errors import SourceError
from awsglue_local.files import binary_files
from awsglue_local.files.choice_types import with_choices
from awsglue_local.files.column_traits import with_hidden_columns
from awsglue_local.files.csv_files import csv_options, read_csv
from awsglue_local.files.file_bytes import Part, file_bytes, parts_of, refuse_packed, text_parts
from awsglue_local.files.json_chunk import BadRecord, JsonChunk, Misfit
from awsglue_local.files.json_lines import JsonReader
from awsglue_local.files.json_path import selected
from awsglue_local.files.json_serde import renamed, serde_options
from awsglue_local.files.json_texts import lines_of, split_quickly
from awsglue_local.files.parquet_files import StagedSource, write_stream, write_together
from awsglue_local.files.regex_lines import json_of_lines
from awsglue_local.files.whole_numbers import narrowed
from awsglue_local.files.xml_files import json_lines
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.partitions import add_partition_columns
from awsglue_local.storage.table import Table

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True)
class TextSource:
    """Files that belong together and that no engine reads as AWS Glue does: text, and Avro and ORC.

    Attributes
    ----------
    files
        Plain or gzip files, in or below `folder`.
    format
        `json`, `csv`, `xml`, `avro` or `orc`.
    options
        Glue's format options.
    columns
        `(name, Hive type)` of the catalog's columns; None to take them from the files.
    partition_keys
        The same of the columns in the folders' names.
    name
        How messages call the source, such as `table stedi.customer_landing`.
    keeps_longs
        Whether whole numbers without a catalog's column are `long`, also where all would fit into `int`.
    """

    folder: Path
    files: list[Path]
    format: str
    options: dict[str, Any]
    columns: list[tuple[str, str]] | None
    partition_keys: list[tuple[str, str]]
    name: str
    keeps_longs: bool = False

    @property
    def state(self) -> str:
        """A text that differs when a file, or how it is to be read, differs."""
        states = [(str(file), *_file_state(file)) for file in self.files]
        return json.dumps([states, self.format, self.options, self.columns, self.partition_keys])


def _file_state(file: Path) -> tuple[int, int, int]:
    state = file.stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


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
        self._readers = {
            "json": self._read_json,
            "csv": self._read_csv,
            "xml": self._read_xml,
            "regex": self._read_regex,
            **dict.fromkeys(binary_files.FORMATS, self._read_binary),
        }

    def read(self, source: TextSource) -> StagedSource:
        """Return a source as Parquet.

        Raises
        ------
        SourceError
            A file cannot be read, or a value of a CSV file does not fit its column.
        """
        state = source.state
        if state not in self._staged:
            refuse_packed(source.files, source.name)
            self._staged[state] = self._readers[source.format](source)
        return self._staged[state]

    def known(self) -> dict[str, dict[str, Any]]:
        """Return what has been read, as JSON for the stage of another process: where it is, by the sources' states."""
        return {
            state: {
                "folder": staged.folder and str(staged.folder),
                "rows": staged.rows,
                "misfits": [asdict(one) for one in staged.misfits[:1]],
                "bad": [asdict(one) for one in staged.bad[:1]],
            }
            for state, staged in self._staged.items()
        }

    def learn(self, known: dict[str, dict[str, Any]]) -> None:
        """Take over what another stage has read; of its columns nothing is known."""
        for state, one in known.items():
            folder = Path(one["folder"]) if one["folder"] else None
            misfits = [Misfit(**misfit) for misfit in one["misfits"]]
            bad = [BadRecord(**line) for line in one["bad"]]
            self._staged[state] = StagedSource(folder, [], one["rows"], bad=bad, misfits=misfits)

    def _read_json(self, source: TextSource) -> StagedSource:
        if path := source.options.get("jsonPath"):
            return self._read_parts(
                source, lambda file: text_parts(file, selected(file_bytes(file), str(path), self._name_of(file)))
            )
        if source.options.keys() & {"keys", "dots", "exactCase"}:
            return self._read_parts(source, lambda file: text_parts(file, renamed(file_bytes(file), source.options)))
        if str(source.options.get("multiLine", source.options.get("multiline", False))).lower() != "true":
            return self._read_parts(source, parts_of)
        quick = self._read_parts(source, lambda file: text_parts(file, split_quickly(file_bytes(file))))
        if not quick.bad:
            return quick
        return self._read_parts(source, lambda file: text_parts(file, lines_of(file_bytes(file))))

    def _read_parts(self, source: TextSource, parts: Callable[[Path], Iterator[Part]]) -> StagedSource:
        reader = JsonReader(source.columns, source.name)

        def read(part: Part) -> tuple[Part, JsonChunk]:
            return part, reader.read(part.text(), self._name_of(part.file))

        bad: list[BadRecord] = []
        misfits: list[Misfit] = []

        def chunk_tables(chunks: Iterable[tuple[Part, JsonChunk]]) -> Iterator[pa.Table]:
            lines: dict[Path, int] = {}
            for part, chunk in chunks:
                before = lines.get(part.file, 0)
                lines[part.file] = before + chunk.lines
                placed = chunk.moved(before)
                bad.extend(placed.bad)
                misfits.extend(placed.misfits)
                table = add_partition_columns(chunk.table, part.file, source.folder, source.partition_keys)
                yield with_hidden_columns(table, chunk.explicit_nulls)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = chunk_tables(_mapped(pool, read, (part for file in source.files for part in parts(file))))
            if reader.schema is not None:
                staged = write_stream(found, source.name, self._folder())
            else:
                tables = list(found) if source.keeps_longs else narrowed(with_choices(list(found)))
                staged = write_together(tables, source.name, self._folder())
        # Arrow's pool keeps what it has freed, while the engine needs memory for what follows
        pa.default_memory_pool().release_unused()
        return replace(staged, bad=bad, misfits=misfits)

    def _read_csv(self, source: TextSource) -> StagedSource:
        tables, misfits = [], []
        for file in source.files:
            read = read_csv(file_bytes(file), self._name_of(file), source.options, source.columns, source.name)
            tables.append(add_partition_columns(read.table, file, source.folder, source.partition_keys))
            misfits += read.misfits
        return replace(write_together(tables, source.name, self._folder()), misfits=misfits)

    def _read_xml(self, source: TextSource) -> StagedSource:
        def rows(file: Path) -> Iterator[Part]:
            return text_parts(file, json_lines(file_bytes(file), source.options, self._name_of(file)))

        return self._read_parts(source, rows)

    def _read_regex(self, source: TextSource) -> StagedSource:
        columns = source.columns or []

        def rows(file: Path) -> Iterator[Part]:
            return text_parts(file, json_of_lines(file_bytes(file), source.options, columns, source.name))

        return self._read_parts(source, rows)

    def _read_binary(self, source: TextSource) -> StagedSource:
        def tables() -> Iterator[pa.Table]:
            for file in source.files:
                table = binary_files.read_binary(file, source.format, self._name_of(file))
                if source.columns is not None:
                    table = _of_catalog(table, source.columns, source.name)
                yield add_partition_columns(table, file, source.folder, source.partition_keys)

        return write_together(tables(), source.name, self._folder())

    def _folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._scratch))


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


def _mapped(pool: ThreadPoolExecutor, function: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """Yield what a function makes of items, in their order; few of them are in memory at once."""
    waiting: deque[Future[Made]] = deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > (os.cpu_count() or 1):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def text_source(folder: Path, files: list[Path], table: Table, of_serde: bool = False) -> TextSource:
    """Return files of a JSON or CSV table, and how they are to be read: by Glue's readers, or by the table's SerDe."""
    options = csv_options(table, of_serde) if table.format == "csv" else serde_options(table) if of_serde else {}
    if table.format == "regex":
        options = table.serde_parameters
    name = f"table {table.database}.{table.name}"
    return TextSource(folder, files, table.format, options, table.columns, table.partition_keys, name)
