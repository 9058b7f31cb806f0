"""Reading tables and files of the lake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from awsglue_local.errors import GlueLocalError, SourceError, Unsupported
from awsglue_local.files.column_traits import Traits, hidden_columns
from awsglue_local.files.parquet_files import StagedSource, parquet_rows
from awsglue_local.files.text_source import TextSource, text_source
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.storage.column_types import quoted, spark_schema
from awsglue_local.storage.lake import Lake, link_all
from awsglue_local.storage.partition_folders import HIVE_NULL
from awsglue_local.storage.partitions import partition_values, table_files
from awsglue_local.storage.table import Table


@dataclass(frozen=True)
class Rows:
    """What was read.

    Attributes
    ----------
    df
        The rows as a PySpark DataFrame, hidden columns included.
    traits
        What is known of the columns.
    names
        The columns' names, where they are known without asking the engine.
    count
        How many rows there are, where that is known.
    """

    df: Any
    traits: Traits = field(default_factory=Traits)
    names: list[str] | None = None
    count: int | None = None

    def visible(self) -> Any:
        """Return the rows without hidden columns."""
        hidden = [name for name in self.traits.absent.values() if name]
        return self.df.drop(*hidden) if hidden else self.df


def read_table(runtime: Runtime, table: Table, predicate: str, context: str) -> Rows:
    """Return a catalog table's rows, with the catalog's columns.

    Parameters
    ----------
    predicate
        SQL over the partition keys (`push_down_predicate`); empty for all rows.
    context
        The transformation context, by which a bookmark knows the source.

    Raises
    ------
    SourceError
        The files are not what the table says they are.
    """
    folder = runtime.lake.path(table.location)
    runtime.prepare(folder)
    columns = table.columns + table.partition_keys
    folder, there = table_files(runtime.lake, runtime.catalog, table)
    files = runtime.bookmark.unread(context, runtime.lake, there)
    runtime.lake.note_read(folder, files)
    if table.format == "parquet":
        some = folder if files == there or runtime.lake.is_remote else _links(runtime, folder, files)
        df = _parquet_frame(runtime, table, some, files, columns)
        count = runtime.account.reads[table.name] = parquet_rows(files, runtime.lake.open, runtime.lake.known_rows)
        rows = Rows(df, names=[column for column, _ in columns], count=count)
    else:
        staged = runtime.stage.read(text_source(folder, files, table))
        rows = _staged_rows(runtime, staged, columns, table.format)
        runtime.account.reads[table.name] = staged.rows
        _note_bad(runtime, table.name, staged)
        _tell_misfits(runtime, staged)
        for column in staged.unfilled:
            runtime.warn(f"table {table.database}.{table.name}: column {column!r} has no value in any record")
    return replace(rows, df=rows.df.filter(predicate), count=None) if predicate else rows


def _tell_misfits(runtime: Runtime, staged: StagedSource) -> None:
    """Warn of columns that are of a choice type because of some values."""
    columns = [misfit.column for misfit in staged.misfits]
    for misfit in {one.column: one for one in reversed(staged.misfits)}.values():
        others = columns.count(misfit.column) - 1 + staged.more_misfits.get(misfit.column, 0)
        more = f" (and so in {others:,} more records)" if others else ""
        words = f"{misfit}{more}; the column becomes a choice type: fix the file, or resolve it with ResolveChoice"
        if words not in runtime.misfits:
            runtime.misfits.append(words)
            runtime.warn(words)


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
        `json`, `csv`, `xml`, `parquet`, `glueparquet`, `avro` or `orc`.
    options
        Glue's format options.
    exclusions
        Patterns of files that do not belong to it, see `exclusions`.
    compression
        How the files are packed, `gzip` or `bzip2`; empty where their names say it.
    """

    uris: list[str]
    recurse: bool
    format: str
    options: dict[str, Any]
    exclusions: tuple[re.Pattern[str], ...] = ()
    compression: str = ""


SUFFIXES = {"gzip": ".gz", "bzip2": ".bz2"}
"""What the names of packed files end with."""
GLOB = re.compile(r"\*\*|\*|\?|\{[^}]*\}|\[[^\]]*\]|.", re.DOTALL)


def exclusions(patterns: Any) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a JSON list, such as `["**.pdf", "old/*"]`: `**` goes across folders, `*` does not.

    Raises
    ------
    GlueLocalError
        It is no such list.
    """
    if not patterns:
        return ()
    try:
        found = json.loads(patterns) if isinstance(patterns, str) else list(patterns)
        return tuple(re.compile("".join(_pattern(part) for part in GLOB.findall(one))) for one in found)
    except (ValueError, TypeError) as error:
        raise GlueLocalError(f'"exclusions" has to be a JSON list of patterns, not {patterns!r}: {error}') from error


def _pattern(part: str) -> str:
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in wild:
        return wild[part]
    if part.startswith("{") and part.endswith("}"):
        return f"(?:{'|'.join(map(re.escape, part[1:-1].split(',')))})"
    if part.startswith("[") and len(part) > 1:
        return part.replace("[!", "[^")
    return re.escape(part)


def read_files(runtime: Runtime, wanted: Files, context: str) -> Rows:
    """Return the rows of files; names and types come from the files.

    Raises
    ------
    SourceError
        There are no files, or they are not of the format.
    """
    folders = [runtime.lake.path(uri) for uri in wanted.uris]
    for folder in folders:
        runtime.prepare(folder)
    there = [file for folder in folders for file in _files_below(runtime.lake, folder, wanted.recurse)]
    there = [file for file in there if not _is_excluded(runtime, file, folders, wanted.exclusions)]
    _require_packed(there, wanted.compression)
    source = ", ".join(wanted.uris)
    if not there:
        below = "" if wanted.recurse else ' (folders below it are read with "recurse": True)'
        raise SourceError(f"no files at {source}{below}; the lake is {runtime.lake}")
    files = runtime.bookmark.unread(context, runtime.lake, there)
    for folder in folders:
        runtime.lake.note_read(folder, [file for file in files if file == folder or folder in file.parents])
    if wanted.format in ("parquet", "glueparquet"):
        runtime.account.reads[source] = parquet_rows(files, runtime.lake.open, runtime.lake.known_rows)
        runtime.mind_case_of(_names_in(runtime, there[0]))
        df = runtime.session.read.parquet(*map(runtime.lake.address, files or there))
        return Rows(df if files else df.limit(0))
    if wanted.format not in ("json", "csv", "xml", "avro", "orc"):
        raise Unsupported(f'the source format "{wanted.format}"', "use json, csv, parquet, avro, orc or xml")
    staged = runtime.stage.read(TextSource(folders[0], files, wanted.format, wanted.options, None, [], source))
    runtime.account.reads[source] = staged.rows
    _note_bad(runtime, source, staged)
    return _staged_rows(runtime, staged, staged.columns, wanted.format)


def rows_of_source(runtime: Runtime, source: TextSource) -> Rows:
    """Return records that are lines of JSON as rows; their columns and types are found as those of files are."""
    staged = runtime.stage.read(source)
    return _staged_rows(runtime, staged, staged.columns, "json")


def _is_excluded(runtime: Runtime, file: Path, folders: list[Path], patterns: tuple[re.Pattern[str], ...]) -> bool:
    """Say whether a pattern fits a file's address, or what of it is below a folder that is read."""
    if not patterns:
        return False
    names = [runtime.lake.uri(file)]
    names += [file.relative_to(folder).as_posix() for folder in folders if file.is_relative_to(folder)]
    return any(pattern.fullmatch(name) for pattern in patterns for name in names)


def _require_packed(files: list[Path], compression: str) -> None:
    """Refuse files that are said to be packed and whose names do not say so: they would be read as they are."""
    suffix = SUFFIXES.get(compression)
    if plain := next((file.name for file in files if suffix and file.suffix != suffix), ""):
        raise Unsupported(f'"compressionType": "{compression}" of {plain}', f"let the file's name end with {suffix}")


def _note_bad(runtime: Runtime, name: str, staged: StagedSource) -> None:
    runtime.account.bad_records[name] = staged.bad
    runtime.account.more_bad[name] = staged.more_bad


def _files_below(lake: Lake, folder: Path, recurse: bool) -> list[Path]:
    return [file for file in lake.files(folder) if recurse or file == folder or file.parent == folder]


def _names_in(runtime: Runtime, file: Path) -> list[str]:
    with runtime.lake.open(file) as stream:
        return list(pq.read_schema(stream).names)


def _parquet_frame(
    runtime: Runtime, table: Table, folder: Path, files: list[Path], columns: list[tuple[str, str]]
) -> Any:
    if not files:
        return _empty(runtime, columns)
    # Sail compares the names in Parquet files exactly, Spark and Athena without regard to case
    spelling = {old.lower(): old for old in _names_in(runtime, files[0])}
    in_file = [(spelling.get(name, name), kind) for name, kind in columns]
    if runtime.lake.is_remote:
        df = _listed_frame(runtime, table, folder, files, in_file)
    else:
        df = _folder_frame(runtime, table, folder, files, in_file)
    if in_file == columns:
        return df
    from pyspark.sql import functions as F

    return df.select(*(F.col(quoted(old)).alias(new) for (old, _), (new, _) in zip(in_file, columns, strict=True)))


def _folder_frame(
    runtime: Runtime, table: Table, folder: Path, files: list[Path], columns: list[tuple[str, str]]
) -> Any:
    """Return the rows of all files of a folder, whose partitions the engine finds by their folders' names."""
    keys = [name for name, _ in table.partition_keys]
    with_null = {key.lower() for key in null_keys(runtime, [file.relative_to(folder) for file in files])}
    kinds = {name: kind for name, kind in columns if name in keys and name in with_null}
    texts = [(name, "string" if name in kinds else kind) for name, kind in columns]
    return with_nulls(runtime.session.read.schema(spark_schema(texts)).parquet(str(folder)), kinds)


def null_keys(runtime: Runtime, files: Iterable[Path]) -> set[str]:
    """Return the partition keys that are null in the folder of some file, where the engine is Sail.

    It takes the name of such a folder for a text.

    Parameters
    ----------
    files
        Relative to the table's folder.
    """
    if not runtime.engine.is_sail:
        return set()
    parts = {part for file in files for part in file.parts[:-1]}
    return {part.partition("=")[0] for part in parts if part.endswith(f"={HIVE_NULL}")}


def with_nulls(df: Any, kinds: Mapping[str, str]) -> Any:
    """Return rows with null in the partition keys, read as text, whose folder stands for that.

    Parameters
    ----------
    kinds
        The types of these keys.
    """
    from pyspark.sql import functions as F

    def read(name: str, kind: str) -> Any:
        column = F.col(quoted(name))
        return F.when(column != HIVE_NULL, column).cast(kind)

    return df.withColumns({name: read(name, kind) for name, kind in kinds.items()}) if kinds else df


def _listed_frame(
    runtime: Runtime, table: Table, folder: Path, files: list[Path], columns: list[tuple[str, str]]
) -> Any:
    """Return the rows of files that are named one by one; engines then see no partition in the folders' names."""
    from pyspark.sql import functions as F

    keys = [name for name, _ in table.partition_keys]
    schema = spark_schema([(name, kind) for name, kind in columns if name not in keys])
    parts: dict[tuple[str | None, ...], list[str]] = {}
    for file in files:
        parts.setdefault(partition_values(file, folder, keys), []).append(runtime.lake.address(file))
    frames = []
    for values, paths in parts.items():
        df = runtime.session.read.schema(schema).parquet(*paths)
        for (key, kind), value in zip(table.partition_keys, values, strict=True):
            df = df.withColumn(key, F.lit(value).cast(kind))
        frames.append(df)
    return _united(frames)


def _united(frames: list[Any]) -> Any:
    """Return the rows of frames as one, in halves: a plan may not be as deep as there are partitions."""
    if len(frames) == 1:
        return frames[0]
    middle = len(frames) // 2
    return _united(frames[:middle]).union(_united(frames[middle:]))


def _staged_rows(runtime: Runtime, staged: StagedSource, columns: list[tuple[str, str]], format_: str) -> Rows:
    if not staged.columns:
        df = _empty(runtime, columns) if columns else without_columns(runtime, staged.rows)
        return Rows(df, count=staged.rows)
    runtime.mind_case_of([column for column, _ in staged.columns])
    paths = runtime.lake.paths(staged.folder) if staged.folder else []
    df = runtime.session.read.schema(spark_schema(staged.columns)).parquet(*paths)
    names = [column for column, _ in staged.columns]
    hidden = hidden_columns(names)
    absent = {column: hidden.get(column) for column in names if column not in hidden.values()}
    traits = Traits(absent if format_ == "json" else {}, staged.choices, staged.empty)
    return Rows(df, traits, [one for one in names if one not in hidden.values()], staged.rows)


def without_columns(runtime: Runtime, rows: int) -> Any:
    """Return records without a key; the engines make no frame of a schema without columns."""
    return runtime.session.range(rows).select()


def _empty(runtime: Runtime, columns: list[tuple[str, str]]) -> Any:
    return runtime.session.createDataFrame([], spark_schema(columns))
