"""Parquet files: those that text files become, and how many rows are in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.errors import SourceError
from awsglue_local.files.choice_types import is_choice, with_choices
from awsglue_local.files.json_chunk import BadRecord, Misfit
from awsglue_local.storage.column_types import hive_type

PART_BYTES = 64 << 20


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
    """

    folder: Path | None
    columns: list[tuple[str, str]]
    rows: int
    bad: list[BadRecord] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    empty: frozenset[tuple[str, ...]] = frozenset()
    misfits: list[Misfit] = field(default_factory=list)
    unfilled: list[str] = field(default_factory=list)


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
    tables = [table for table in tables if table.num_rows]
    if not tables:
        return StagedSource(None, [], 0)
    tables = with_choices(tables)
    try:
        schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SourceError(f"{source}: the files do not agree on a column's type: {error}") from error
    choices = {one.name: [member.name for member in one.type] for one in schema if is_choice(one)}
    empty = frozenset(path for one in schema for path in _empty_paths(one.type, (one.name,)))
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


def parquet_rows(files: list[Path]) -> int:
    """Return the number of rows that the files' footers name."""
    return sum(pq.read_metadata(file).num_rows for file in files)
