"""Writing the rows of frames to tables and folders of the lake."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from awsglue_local.errors import GlueLocalError, LakeError, Unsupported
from awsglue_local.files import binary_files, compressions
from awsglue_local.files.csv_files import CsvDialect, csv_options
from awsglue_local.files.parquet_files import parquet_rows
from awsglue_local.job_run.kept_rows import COMPRESSION as KEPT_COMPRESSION
from awsglue_local.job_run.kept_rows import kept_folder
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.nearest import nearest
from awsglue_local.storage.column_types import quoted
from awsglue_local.storage.lake import data_files, link_all
from awsglue_local.storage.table import FORMATS, Table, storage_formats


@dataclass(frozen=True)
class Layout:
    """How files are to be written.

    Attributes
    ----------
    format
        `json`, `csv`, `parquet`, `avro` or `orc`.
    compression
        One of `compressions.WRITTEN` for the format.
    partition_keys
        The columns that become folders.
    options
        Glue's format options, such as `writeHeader` and `separator` of CSV.
    """

    format: str
    compression: str = "none"
    partition_keys: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def csv(self) -> CsvDialect:
        """How CSV files are written."""
        return CsvDialect.of_sink_options(self.options)


def layout(
    runtime: Runtime, format_: str | None, compression: str | None, partition_keys: Any, options: dict[str, Any]
) -> Layout:
    """Return the layout that a script's arguments ask for; a compression that is not written here is warned of.

    Raises
    ------
    Unsupported
        A format that is not written here.
    """
    if format_ not in FORMATS:
        raise Unsupported(f'the target format "{format_}"', "use json, csv, parquet, glueparquet, avro or orc")
    asked = options.get("compression") or compression
    chosen, as_asked = compressions.chosen(FORMATS[format_], asked)
    if not as_asked:
        runtime.warn(f"{format_} is written with compression {chosen}; {asked} is not available here")
    return Layout(FORMATS[format_], chosen, tuple(partition_keys or ()), options)


def new_table(database: str, name: str, location: str, fields: dict[str, str], plan: Layout) -> Table:
    """Return the definition of a table that is new in the catalog.

    Parameters
    ----------
    fields
        Column name, in lower case, to type, those of the partition's columns included.
    """
    storage, parameters = storage_formats(plan.format), dict[str, str]()
    if plan.format == "csv":
        storage["SerdeInfo"]["Parameters"] = plan.csv.serde_parameters()
        parameters = plan.csv.table_parameters()
    keys = [key.lower() for key in plan.partition_keys]
    columns = [{"Name": column, "Type": kind} for column, kind in fields.items() if column not in keys]
    definition = {
        "Name": name.lower(),
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {"Columns": columns, "Location": location, **storage},
        "PartitionKeys": [{"Name": key, "Type": fields[key]} for key in keys],
        "Parameters": {"EXTERNAL": "TRUE", "classification": plan.format, **parameters},
    }
    return Table(database.lower(), definition)


def write_table(runtime: Runtime, df: Any, table: Table, replaces: bool = False) -> Written:
    """Add a DataFrame's rows to a catalog table, or replace its rows, in the table's format.

    Raises
    ------
    GlueLocalError
        A column of a choice type would become one of the table that is of another type.
    """
    if runtime.misfits:
        _refuse_choices(df, table)
    for words in differences(df, table):
        runtime.warn(words)
    options = csv_options(table) if table.format == "csv" else {}
    keys = [name for name, _ in table.partition_keys]
    plan = layout(runtime, table.format, None, keys, {**options, "writeHeader": options.get("skipLines", 0) > 0})
    return write_files(runtime, df, runtime.lake.path(table.location), plan, table.name, replaces)


def differences(df: Any, table: Table) -> list[str]:
    """Return where the columns of a DataFrame are not those of a table; AWS Glue writes them without a word.

    Athena finds the columns of Parquet files by their names, in any case.
    """
    written = {field.name.lower(): field.dataType.simpleString().lower() for field in df.schema}
    defined = dict([*table.columns, *table.partition_keys])
    unknown = [name for name in written if name not in defined]
    lacking = [name for name in defined if name not in written]
    words = []
    for name in unknown:
        near = nearest(name, lacking)
        words.append(f"the table has no column {name!r}" + (f"; did you mean {near!r}?" if near else ""))
    words += [
        f"nothing is written to the column {name!r}, which is null in the new rows" for name in lacking if written
    ]
    words += [
        f"the column {name!r} is written as {kind}, but is {defined[name]} in the table"
        for name, kind in written.items()
        if table.format == "parquet" and name in defined and kind not in (_plain(defined[name]), "void", "null")
    ]
    return [f"{table.name}: {one}" for one in words]


def _plain(kind: str) -> str:
    """Return a type of the catalog as Spark names it."""
    return re.sub(r"\b(varchar|char)(\(\d+\))?", "string", re.sub(r"\s", "", kind.lower())).replace("integer", "int")


def _refuse_choices(df: Any, table: Table) -> None:
    types = dict(table.columns)
    for column in df.schema:
        wanted = types.get(column.name, "struct")
        if column.dataType.typeName() == "struct" and not wanted.startswith("struct"):
            raise GlueLocalError(
                f"column {column.name!r} is {column.dataType.simpleString()}, a choice type, "
                f"but {wanted} in the table {table.name}"
            )


@dataclass(frozen=True)
class Written:
    """What was written: the folder aside, the rows in it, and its files."""

    folder: Path
    rows: int
    files: list[Path]


def write_files(runtime: Runtime, df: Any, place: Path, plan: Layout, name: str, replaces: bool = False) -> Written:
    """Write a DataFrame aside, for a folder of the lake, and note the rows.

    Parameters
    ----------
    name
        What the account calls the target: a table, or an S3 URI.
    replaces
        Whether the files there go, once the new ones are written: the rows may come from them.

    Raises
    ------
    LakeError
        The lake cannot be written.
    """
    try:
        aside, rows = _written(runtime, df, plan)
    except OSError as error:
        raise LakeError(f"the lake {runtime.lake} cannot be written: {error.strerror}") from error
    if replaces:
        runtime.transaction.purge(place)
    _note_kept(runtime, place, plan, name)
    runtime.transaction.add(place, aside)
    runtime.account.writes[name] = runtime.account.writes.get(name, 0) + rows
    return Written(aside, rows, runtime.lake.files(aside))


def _written(runtime: Runtime, df: Any, plan: Layout) -> tuple[Path, int]:
    """Write a DataFrame aside; return the place, and how many rows are there."""
    if (kept := _kept_as_asked(runtime, df, plan)) is not None:
        return kept, rows_at(runtime, kept, plan)
    aside = runtime.lake.aside("write")
    if runtime.cluster and plan.format in runtime.cluster.formats:
        _require_keys(df, plan)
        return aside, runtime.cluster.write(df, aside, plan.format, plan.compression, plan.partition_keys)
    if df.columns:  # engines write no file without a column
        _save(runtime, df, aside, plan)
    return aside, rows_at(runtime, aside, plan)


def _note_kept(runtime: Runtime, place: Path, plan: Layout, name: str) -> None:
    """Note the rows of earlier runs that stay, where this is the first write to a folder that is not purged."""
    if name in runtime.account.writes or runtime.transaction.purges(place):
        return
    try:
        kept = rows_at(runtime, place, plan)
    except (OSError, ValueError):  # somebody else wrote a file of another format
        return
    if kept:
        runtime.account.kept[name] = kept


def write_options(
    runtime: Runtime,
    df: Any,
    connection_type: str,
    connection_options: dict[str, Any] | None,
    format_: str | None,
    format_options: dict[str, Any] | None,
) -> int:
    """Add a DataFrame's rows to the files at the S3 path that Glue's options name, and return how many they are.

    Raises
    ------
    Unsupported
        Another connection type, or a format that is not written here.
    """
    options = connection_options or {}
    path = s3_path(connection_type, options)
    plan = layout(runtime, format_, options.get("compression"), options.get("partitionKeys"), format_options or {})
    return write_files(runtime, df, runtime.lake.path(path), plan, path).rows


def s3_path(connection_type: str, options: dict[str, Any]) -> str:
    """Return the S3 path of a sink.

    Raises
    ------
    Unsupported
        The sink is of another connection type.
    GlueLocalError
        It has no path.
    """
    if connection_type != "s3":
        raise Unsupported(f'a sink of the connection type "{connection_type}"', 'use "s3" with a path')
    if not options.get("path"):
        raise GlueLocalError('the S3 sink has no "path"; add "path": "s3://bucket/folder/" to its options')
    return str(options["path"])


def _require_keys(df: Any, plan: Layout) -> None:
    missing = [key for key in plan.partition_keys if key not in df.columns]
    if missing:
        raise GlueLocalError(f"cannot partition by {missing[0]!r}: the columns are {', '.join(df.columns)}")


def with_text_keys(runtime: Runtime, df: Any, keys: Sequence[str]) -> Any:
    """Return a DataFrame with partition keys as text, as Spark spells them in folders' names.

    Sail spells numbers otherwise there, and refuses timestamps, decimals and binaries.
    """
    if not runtime.engine.is_sail:
        return df
    from pyspark.sql import functions as F

    return df.withColumns({key: F.col(quoted(key)).cast("string") for key in keys})


def _save(runtime: Runtime, df: Any, folder: Path, plan: Layout) -> None:
    _require_keys(df, plan)
    keys = [str(key) for key in plan.partition_keys]
    writer = with_text_keys(runtime, df, keys).write.partitionBy(*keys) if keys else df.write
    if plan.format in binary_files.FORMATS:
        _save_binary(runtime, writer, folder, plan)
        return
    if plan.format == "parquet":
        writer.options(**runtime.engine.parquet_options(plan.compression)).parquet(runtime.lake.address(folder))
        return
    # Sail has no name for text that is not compressed
    packed = {} if plan.compression == "none" else {"compression": plan.compression}
    if plan.format == "json":
        writer.options(**packed).json(runtime.lake.address(folder))
    else:
        writer.options(**packed, **plan.csv.spark_options()).csv(runtime.lake.address(folder))


def _save_binary(runtime: Runtime, writer: Any, folder: Path, plan: Layout) -> None:
    """Write Parquet files, and make of each a file of the format: the engines write neither."""
    between = runtime.lake.work_folder("write") / "parquet"
    writer.parquet(str(between))
    for file in data_files(between):
        made = (folder / file.relative_to(between)).with_suffix(f".{plan.format}")
        binary_files.write_binary(file, made, plan.format, plan.compression)


def _kept_as_asked(runtime: Runtime, df: Any, plan: Layout) -> Path | None:
    """Return a place with the files that hold a frame's rows already, where they are as they are to be written."""
    folder = kept_folder(df)
    if folder is None or (plan.format, plan.compression, plan.partition_keys) != ("parquet", KEPT_COMPRESSION, ()):
        return None
    if runtime.lake.is_remote:
        return folder
    aside = runtime.lake.aside("write")
    link_all(folder, data_files(folder), aside)
    return aside


def rows_at(runtime: Runtime, place: Path, plan: Layout) -> int:
    """Return the rows of the files at a place.

    Raises
    ------
    OSError, ValueError
        A file is of another format.
    """
    files = runtime.lake.files(place)
    if plan.format == "parquet":
        return parquet_rows(files, runtime.lake.open, runtime.lake.known_rows)
    if not runtime.lake.is_remote:
        return sum(_rows(file, plan) for file in files)
    if not files or plan.format in binary_files.FORMATS:
        return 0
    reader = runtime.session.read
    paths = runtime.lake.paths(place)
    text = reader.text(paths) if plan.format == "json" else reader.options(**plan.csv.spark_options()).csv(paths)
    return int(text.count())


def _rows(file: Path, plan: Layout) -> int:
    if plan.format in binary_files.FORMATS:
        return binary_files.rows_in(file, plan.format)
    with compressions.open_text(file) as lines:
        if plan.format == "json":
            return sum(1 for _ in lines)
        return sum(1 for _ in csv.reader(lines, delimiter=plan.csv.separator)) - plan.csv.has_names
