"""Writing frames to tables and folders of the lake."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from awsglue_local.catalog import FORMATS, Table, storage_formats
from awsglue_local.csv_files import csv_options
from awsglue_local.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.errors import GlueLocalError, LakeError, TableNotFound, Unsupported
from awsglue_local.lake import data_files
from awsglue_local.partitions import partitions_in
from awsglue_local.runtime import Runtime

COMPRESSIONS = {"snappy", "gzip", "none"}


@dataclass(frozen=True)
class Layout:
    """How files are to be written.

    Attributes
    ----------
    format
        `json`, `csv` or `parquet`.
    compression
        `snappy` (Parquet only), `gzip` or `none`.
    partition_keys
        The columns that become folders.
    options
        Glue's format options, such as `writeHeader` and `separator` of CSV.
    """

    format: str
    compression: str = "none"
    partition_keys: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


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
        raise Unsupported(f'the target format "{format_}"', "use json, csv, parquet or glueparquet")
    asked = str(options.get("compression") or compression or ("snappy" if FORMATS[format_] == "parquet" else "none"))
    chosen = {"uncompressed": "none"}.get(asked.lower(), asked.lower())
    if chosen not in COMPRESSIONS or (chosen == "snappy" and FORMATS[format_] != "parquet"):
        instead = "snappy" if FORMATS[format_] == "parquet" else "none"
        runtime.account.warnings.append(f"{format_} is written with the compression {instead} here, not {asked}")
        chosen = instead
    return Layout(FORMATS[format_], chosen, tuple(partition_keys or ()), options)


def write_table(runtime: Runtime, frame: DynamicFrame, table: Table) -> None:
    """Add a frame's rows to a catalog table, in the table's format.

    Raises
    ------
    GlueLocalError
        A column of a choice type would become one of the table that is of another type.
    """
    if runtime.misfits:
        _refuse_choices(frame, table)
    options = csv_options(table) if table.format == "csv" else {}
    keys = [name for name, _ in table.partition_keys]
    plan = layout(runtime, table.format, None, keys, {**options, "writeHeader": options.get("skipLines", 0) > 0})
    rows, _ = write_files(runtime, frame, runtime.lake.path(table.location), plan)
    _note(runtime, table.name, rows)


def _refuse_choices(frame: DynamicFrame, table: Table) -> None:
    types = dict(table.columns)
    for column in frame.toDF().schema:
        wanted = types.get(column.name, "struct")
        if column.dataType.typeName() == "struct" and not wanted.startswith("struct"):
            raise GlueLocalError(
                f"column {column.name!r} is {column.dataType.simpleString()}, a choice of types, "
                f"but {wanted} in the table {table.name}"
            )


def write_path(runtime: Runtime, frame: DynamicFrame, uri: str, plan: Layout) -> None:
    """Add a frame's rows to the files at an S3 URI."""
    rows, _ = write_files(runtime, frame, runtime.lake.path(uri), plan)
    _note(runtime, uri, rows)


def write_files(runtime: Runtime, frame: DynamicFrame, place: Path, plan: Layout) -> tuple[int, Path]:
    """Write a frame aside, for a folder of the lake, and return the number of rows and the folder aside.

    Raises
    ------
    LakeError
        The lake cannot be written.
    """
    try:
        aside = runtime.lake.work_folder("write") / "new"
        if frame.columns:  # engines write no file without a column
            _save(runtime, frame.toDF(), aside, plan)
    except OSError as error:
        raise LakeError(f"the lake {runtime.lake} cannot be written: {error.strerror}") from error
    runtime.transaction.add(place, aside)
    return sum(_rows(file, plan) for file in data_files(aside)), aside


def _note(runtime: Runtime, name: str, rows: int) -> None:
    runtime.account.writes[name] = runtime.account.writes.get(name, 0) + rows


def _save(runtime: Runtime, df: Any, folder: Path, plan: Layout) -> None:
    missing = [key for key in plan.partition_keys if key not in df.columns]
    if missing:
        raise GlueLocalError(f"the frame has no column {missing[0]!r} to partition by, only {', '.join(df.columns)}")
    writer = df.write.partitionBy(*map(str, plan.partition_keys)) if plan.partition_keys else df.write
    if plan.format == "parquet":
        writer.options(**runtime.engine.parquet_options(plan.compression)).parquet(str(folder))
        return
    # Sail has no name for text that is not compressed
    packed = {} if plan.compression == "none" else {"compression": plan.compression}
    if plan.format == "json":
        writer.options(**packed).json(str(folder))
    else:
        writer.options(**packed, **_csv_options(plan)).csv(str(folder))


def _csv_options(plan: Layout) -> dict[str, str]:
    return {
        "header": str(plan.options.get("writeHeader", True)).lower(),
        "sep": str(plan.options.get("separator", ",")),
        "quote": str(plan.options.get("quoteChar", '"')),
        "escape": '"',
    }


def _rows(file: Path, plan: Layout) -> int:
    if plan.format == "parquet":
        return int(pq.read_metadata(file).num_rows)
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        if plan.format == "json":
            return sum(1 for _ in lines)
        header = _csv_options(plan)["header"] == "true"
        return sum(1 for _ in csv.reader(lines, delimiter=_csv_options(plan)["sep"])) - header


class DataSink:
    """A target that a script sets up step by step: `getSink`, `setCatalogInfo`, `setFormat`, `writeFrame`."""

    def __init__(self, runtime: Runtime, connection_type: str, options: dict[str, Any]) -> None:
        if connection_type != "s3" or not options.get("path"):
            raise Unsupported(f'a sink of the connection type "{connection_type}"', 'use "s3" with a path')
        self._runtime = runtime
        self._options = options
        self._catalog: tuple[str, str] | None = None
        self._format: tuple[str | None, dict[str, Any]] = (options.get("format"), {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"DataSink.{name}", "use setCatalogInfo, setFormat and writeFrame")

    def setFormat(self, format: str, **options: Any) -> None:
        """Choose the files' format."""
        self._format = (format, options)

    def setCatalogInfo(self, catalogDatabase: str, catalogTableName: str, catalogId: str = "") -> None:
        """Name the table that is to know the files."""
        self._catalog = (catalogDatabase, catalogTableName)

    def writeFrame(self, dynamic_frame: DynamicFrame, info: str = "") -> DynamicFrame:
        """Write a frame's rows and, if asked for with `enableUpdateCatalog`, create or update the table."""
        path, keys = self._options["path"], self._options.get("partitionKeys")
        plan = layout(self._runtime, self._format[0], self._options.get("compression"), keys, self._format[1])
        rows, aside = write_files(self._runtime, dynamic_frame, self._runtime.lake.path(path), plan)
        _note(self._runtime, self._catalog[1] if self._catalog else path, rows)
        if self._catalog and self._options.get("enableUpdateCatalog"):
            table = self._table(dynamic_frame, plan)
            self._runtime.transaction.put_table(table, partitions_in(aside, table))
        return dynamic_frame

    def write(self, dynamic_frame_or_dfc: DynamicFrame | DynamicFrameCollection, info: str = "") -> Any:
        """Write a frame, or each frame of a collection."""
        if isinstance(dynamic_frame_or_dfc, DynamicFrameCollection):
            frames = [self.writeFrame(frame) for frame in dynamic_frame_or_dfc.values()]
            return DynamicFrameCollection(frames, None)
        return self.writeFrame(dynamic_frame_or_dfc)

    def _table(self, frame: DynamicFrame, plan: Layout) -> Table:
        """Return the table's definition: the one there, with new columns added, or a new one."""
        database, name = self._catalog or ("", "")
        fields = {field.name.lower(): field.dataType.simpleString() for field in frame.toDF().schema}
        key_names = [key.lower() for key in plan.partition_keys]
        columns = [{"Name": name, "Type": kind} for name, kind in fields.items() if name not in key_names]
        keys = [{"Name": key, "Type": fields[key]} for key in key_names]
        try:
            table = self._runtime.catalog.table(database, name)
        except TableNotFound:
            return Table(database.lower(), _new_definition(name, self._options["path"], columns, keys, plan))
        if self._options.get("updateBehavior") == "LOG":
            return table
        known = {column for column, _ in table.columns}
        storage = dict(table.definition["StorageDescriptor"])
        storage["Columns"] = storage["Columns"] + [column for column in columns if column["Name"] not in known]
        return Table(table.database, {**table.definition, "StorageDescriptor": storage})


def _new_definition(
    name: str, location: str, columns: list[dict[str, str]], keys: list[dict[str, str]], plan: Layout
) -> dict[str, Any]:
    storage, parameters = storage_formats(plan.format), {}
    if plan.format == "csv":
        written = _csv_options(plan)
        storage["SerdeInfo"]["Parameters"] = {"separatorChar": written["sep"], "quoteChar": written["quote"]}
        parameters = {"skip.header.line.count": "1"} if written["header"] == "true" else {}
    return {
        "Name": name.lower(),
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": columns,
            "Location": location,
            **storage,
        },
        "PartitionKeys": keys,
        "Parameters": {"EXTERNAL": "TRUE", "classification": plan.format, **parameters},
    }
