"""Parquet files: those that text files become, and how many rows are in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.errors import SourceError
from awsglue_local.files.choice_types import is_choice, with_choices
from awsglue_local.files.json_chunk import BadRecord, Misfit
from awsglue_local.storage.column_types import hive_type

PART_BYTES = 64 << 20
FEW = 16
"""So many files and more are opened at the same time."""
NOTHING: Mapping[Path, int] = MappingProxyType({})


def open_binary(file: Path) -> BinaryIO:
    """Open a file of this machine."""
    return file.open("rb")


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
        Columns, and fields of structs, without a value in any record: their paths.
    misfits
        Values of other types than their catalog columns.
    unfilled
        Catalog columns that no record has a value for, although there are records.
    more_bad, more_misfits
        How many there are beside those in `bad` and `misfits`; of misfits, by column.
    """

    folder: Path | None
    columns: list[tuple[str, str]]
    rows: int
    bad: list[BadRecord] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    empty: frozenset[tuple[str, ...]] = frozenset()
    misfits: list[Misfit] = field(default_factory=list)
    unfilled: list[str] = field(default_factory=list)
    more_bad: int = 0
    more_misfits: dict[str, int] = field(default_factory=dict)


def write_stream(tables: Iterable[pa.Table], source: str, folder: Path) -> StagedSource:
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
        return write_together([*whole, *mixed], source, folder)
    if not files:
        return StagedSource(None, [], 0)
    schema = pa.unify_schemas(schemas)
    unfilled = [one.name for one in schema if one.name not in filled]
    return StagedSource(folder, [(one.name, hive_type(one.type)) for one in schema], rows, unfilled=unfilled)


def _write_parquet(table: pa.Table, file: Path) -> None:
    pq.write_table(table, file, compression="none", write_statistics=False)


def write_together(tables: Iterable[pa.Table], source: str, folder: Path) -> StagedSource:
    """Write tables as Parquet files with one schema, which all of them say together."""
    tables = with_choices([table for table in tables if table.num_rows])
    if not tables:
        return StagedSource(None, [], 0)
    agreed = agreement(tables, source)
    for number, waiting in enumerate(_batches(tables)):
        _write_parquet(agreed.joined(waiting), folder / f"{number:05}.parquet")
    return agreed.staged(folder, sum(table.num_rows for table in tables))


@dataclass(frozen=True)
class Agreement:
    """The schema that the tables of a source are written with.

    Attributes
    ----------
    choices, empty
        See `StagedSource`.
    source
        How messages call the source.
    """

    schema: pa.Schema
    choices: dict[str, list[str]]
    empty: frozenset[tuple[str, ...]]
    source: str

    def joined(self, tables: list[pa.Table]) -> pa.Table:
        """Return tables as one with this schema.

        Raises
        ------
        SourceError
            A value is of a type that the schema does not hold.
        """
        try:
            whole = pa.concat_tables([self.schema.empty_table(), *tables], promote_options="permissive")
            return whole.cast(self.schema)
        except pa.ArrowInvalid as error:
            raise SourceError(f"{self.source}: the files do not agree on a column's type: {error}") from error

    def staged(self, folder: Path, rows: int) -> StagedSource:
        """Return what is known of the tables, once they are written to a folder."""
        columns = [(column.name, hive_type(column.type)) for column in self.schema]
        return StagedSource(folder, columns, rows, choices=self.choices, empty=self.empty)


def agreement(tables: list[pa.Table], source: str) -> Agreement:
    """Return the schema that tables, whose columns of several types are choices, have together.

    Raises
    ------
    SourceError
        There is none, or Parquet cannot store it.
    """
    try:
        schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SourceError(f"{source}: the files do not agree on a column's type: {error}") from error
    choices = {one.name: [member.name for member in one.type] for one in schema if is_choice(one)}
    empty = frozenset(path for one in schema for path in _empty_paths(one.type, (one.name,)))
    schema = pa.schema([(f.name, _storable(f.type, f.name, source)) for f in schema])
    return Agreement(schema, choices, empty, source)


def _empty_paths(kind: pa.DataType, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the paths of what is null everywhere, in structs of structs."""
    if pa.types.is_null(kind):
        yield path
    if pa.types.is_struct(kind):
        for member in kind:
            yield from _empty_paths(member.type, (*path, member.name))


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


def parquet_rows(
    files: list[Path], opened: Callable[[Path], BinaryIO] = open_binary, known: Mapping[Path, int] = NOTHING
) -> int:
    """Return the number of rows that the files' footers name.

    Parameters
    ----------
    known
        The rows of files whose footers need not be read.
    """

    def rows(file: Path) -> int:
        with opened(file) as stream:
            return int(pq.read_metadata(stream).num_rows)

    unknown = [file for file in files if file not in known]
    told = sum(known[file] for file in files if file in known)
    if len(unknown) < FEW:
        return told + sum(map(rows, unknown))
    with ThreadPoolExecutor(FEW) as pool:
        return told + sum(pool.map(rows, unknown))
