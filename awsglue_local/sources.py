"""Reading tables and files of the lake into frames."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from awsglue_local.catalog import Table
from awsglue_local.column_types import quoted, spark_schema
from awsglue_local.csv_files import csv_options
from awsglue_local.dynamicframe import DynamicFrame
from awsglue_local.errors import SourceError, Unsupported
from awsglue_local.lake import data_files, link_all
from awsglue_local.partitions import table_files
from awsglue_local.runtime import Runtime
from awsglue_local.staging import StagedSource, TextSource
from awsglue_local.traits import Traits, hidden_columns


def read_table(runtime: Runtime, glue_context: Any, table: Table, predicate: str, name: str) -> DynamicFrame:
    """Return a catalog table as a frame with the catalog's columns.

    Parameters
    ----------
    predicate
        SQL over the partition keys (`push_down_predicate`); empty for all rows.
    name
        The frame's name: the transformation context.

    Raises
    ------
    SourceError
        The files are not what the table says they are.
    """
    folder = runtime.lake.path(table.location)
    runtime.settle(folder)
    columns = table.columns + table.partition_keys
    folder, there = table_files(runtime.lake, runtime.catalog, table)
    files = runtime.bookmark.unread(name, runtime.lake.root, there)
    if table.format == "parquet":
        df = _parquet_frame(runtime, folder if files == there else _links(runtime, folder, files), files, columns)
        runtime.account.reads[table.name] = parquet_rows(files)
        frame = DynamicFrame(df, glue_context, name, names=[column for column, _ in columns])
    else:
        staged = runtime.stage.read(text_source(folder, files, table))
        frame = _staged_frame(runtime, glue_context, staged, columns, table.format, name)
        runtime.account.reads[table.name] = staged.rows
        runtime.account.bad_records[table.name] = staged.bad
        _tell_misfits(runtime, staged)
        for column in staged.unfilled:
            runtime.warn(f"table {table.database}.{table.name}: no record has a value for the column {column!r}")
    return frame.where(predicate) if predicate else frame


def _tell_misfits(runtime: Runtime, staged: StagedSource) -> None:
    """Warn of columns that are of a choice type because of some values."""
    columns = [misfit.column for misfit in staged.misfits]
    for misfit in {one.column: one for one in reversed(staged.misfits)}.values():
        others = columns.count(misfit.column) - 1
        more = f", nor is it in {others:,} more records" if others else ""
        words = f"{misfit}{more}; the column is a choice type now: mend the file, or settle it with ResolveChoice"
        if words not in runtime.misfits:
            runtime.misfits.append(words)
            runtime.warn(words)


def text_source(folder: Path, files: list[Path], table: Table) -> TextSource:
    """Return files of a JSON or CSV table, and how they are to be read."""
    options = csv_options(table) if table.format == "csv" else {}
    name = f"table {table.database}.{table.name}"
    return TextSource(folder, files, table.format, options, table.columns, table.partition_keys, name)


def _links(runtime: Runtime, folder: Path, files: list[Path]) -> Path:
    """Return a folder that holds some files of a table, and its partitions' folders."""
    some = runtime.lake.work_folder("unread")
    link_all(folder, files, some)
    return some


@dataclass(frozen=True)
class Files:
    """Files that a script names by S3 URIs.

    Attributes
    ----------
    recurse
        Whether files in folders below the URIs belong to it.
    format
        `json`, `csv`, `parquet` or `glueparquet`.
    options
        Glue's format options.
    """

    uris: list[str]
    recurse: bool
    format: str
    options: dict[str, Any]


def read_files(runtime: Runtime, glue_context: Any, wanted: Files, name: str) -> DynamicFrame:
    """Return files as one frame; names and types come from the files.

    Raises
    ------
    SourceError
        There are no files, or they are not of the format.
    """
    folders = [runtime.lake.path(uri) for uri in wanted.uris]
    for folder in folders:
        runtime.settle(folder)
    there = [file for folder in folders for file in _files_below(folder, wanted.recurse)]
    source = ", ".join(wanted.uris)
    if not there:
        below = "" if wanted.recurse else ' (folders below it are read with "recurse": True)'
        raise SourceError(f"there are no files at {source}{below}; the lake is {runtime.lake}")
    files = runtime.bookmark.unread(name, runtime.lake.root, there)
    if wanted.format in ("parquet", "glueparquet"):
        runtime.account.reads[source] = parquet_rows(files)
        df = runtime.session.read.parquet(*map(str, files or there))
        return DynamicFrame(df if files else df.limit(0), glue_context, name)
    if wanted.format not in ("json", "csv"):
        raise Unsupported(f'the source format "{wanted.format}"', "use json, csv or parquet")
    staged = runtime.stage.read(TextSource(folders[0], files, wanted.format, wanted.options, None, [], source))
    runtime.account.reads[source] = staged.rows
    runtime.account.bad_records[source] = staged.bad
    return _staged_frame(runtime, glue_context, staged, staged.columns, wanted.format, name)


def read_lines(runtime: Runtime, glue_context: Any, file: Path, name: str) -> DynamicFrame:
    """Return a file of JSON lines, made on the way, as a frame."""
    staged = runtime.stage.read(TextSource(file.parent, [file], "json", {}, None, [], name))
    return _staged_frame(runtime, glue_context, staged, staged.columns, "json", name)


def _files_below(folder: Path, recurse: bool) -> list[Path]:
    return [file for file in data_files(folder) if recurse or file == folder or file.parent == folder]


def parquet_rows(files: list[Path]) -> int:
    """Return the number of rows that the files' footers name."""
    return sum(pq.read_metadata(file).num_rows for file in files)


def _parquet_frame(runtime: Runtime, folder: Path, files: list[Path], columns: list[tuple[str, str]]) -> Any:
    if not files:
        return _empty(runtime, columns)
    # Sail compares the names in Parquet files exactly, Spark and Athena without regard to case
    spelling = {old.lower(): old for old in pq.read_schema(files[0]).names}
    in_file = [(spelling.get(name, name), kind) for name, kind in columns]
    df = runtime.session.read.schema(spark_schema(in_file)).parquet(str(folder))
    if in_file == columns:
        return df
    from pyspark.sql import functions as F

    return df.select(*(F.col(quoted(old)).alias(new) for (old, _), (new, _) in zip(in_file, columns, strict=True)))


def _staged_frame(
    runtime: Runtime,
    glue_context: Any,
    staged: StagedSource,
    columns: list[tuple[str, str]],
    format_: str,
    name: str,
) -> DynamicFrame:
    if staged.folder is None:
        return DynamicFrame(_empty(runtime, columns), glue_context, name)
    df = runtime.session.read.schema(spark_schema(staged.columns)).parquet(str(staged.folder))
    names = [column for column, _ in staged.columns]
    hidden = hidden_columns(names)
    absent = {column: hidden.get(column) for column in names if column not in hidden.values()}
    traits = Traits(absent if format_ == "json" else {}, staged.choices, staged.empty)
    return DynamicFrame(df, glue_context, name, traits, names=[one for one in names if one not in hidden.values()])


def _empty(runtime: Runtime, columns: list[tuple[str, str]]) -> Any:
    return runtime.session.createDataFrame([], spark_schema(columns))
