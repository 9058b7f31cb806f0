"""`glueContext.write_dynamic_frame`, `write_data_frame` and `getSink`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from awsglue_local.errors import TableNotFound, Unsupported
from awsglue_local.frames.database_tables import write_database
from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.frames.writing import Layout, layout, new_table, s3_path, write_files
from awsglue_local.glue_api.options import check, check_format
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.storage.partitions import partitions_in
from awsglue_local.storage.table import Table

if TYPE_CHECKING:
    from awsglue_local.glue_api.context import GlueContext


class DataFrameWriter:
    """`glueContext.write_data_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.write_data_frame_from_catalog

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"write_data_frame.{name}", "use from_catalog, or df.write")


class DynamicFrameWriter:
    """`glueContext.write_dynamic_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.write_dynamic_frame_from_catalog
        self.from_options = glue_context.write_dynamic_frame_from_options
        self.from_jdbc_conf = glue_context.write_dynamic_frame_from_jdbc_conf

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"write_dynamic_frame.{name}", "use from_catalog, from_options or from_jdbc_conf")


class DatabaseSink:
    """A table of a database."""

    def __init__(self, runtime: Runtime, connection_type: str, options: dict[str, Any]) -> None:
        check(runtime, "connection option of a database sink", options)
        self._runtime, self._connection_type, self._options = runtime, connection_type, options

    def setFormat(self, format: str, **options: Any) -> None:
        """Do nothing: a database's tables have no format."""

    def writeFrame(self, dynamic_frame: DynamicFrame, info: str = "") -> DynamicFrame:
        """Add a frame's rows to the table."""
        rows = write_database(self._runtime, dynamic_frame.toDF(), self._connection_type, self._options)
        dynamic_frame.row_count.learn(rows)
        return dynamic_frame

    def write(self, dynamic_frame_or_dfc: DynamicFrame | DynamicFrameCollection, info: str = "") -> DynamicFrame:
        """Add a frame's rows to the table.

        Raises
        ------
        Unsupported
            It is a collection, whose frames would all go to one table.
        """
        if isinstance(dynamic_frame_or_dfc, DynamicFrameCollection):
            raise Unsupported("a collection written to a database", "write each of its frames to its own dbtable")
        return self.writeFrame(dynamic_frame_or_dfc)


class DataSink:
    """A target that a script sets up step by step: `getSink`, `setCatalogInfo`, `setFormat`, `writeFrame`."""

    def __init__(self, runtime: Runtime, connection_type: str, options: dict[str, Any]) -> None:
        self._path = s3_path(connection_type, options)
        check(runtime, "option of a sink", options)
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
        check_format(self._runtime, format, "sink", options)
        self._format = (format, options)

    def setCatalogInfo(self, catalogDatabase: str, catalogTableName: str, catalogId: str = "") -> None:
        """Name the table that is to know the files."""
        self._catalog = (catalogDatabase, catalogTableName)

    def writeFrame(self, dynamic_frame: DynamicFrame, info: str = "") -> DynamicFrame:
        """Write a frame's rows and, if asked for with `enableUpdateCatalog`, create or update the table."""
        keys, compression = self._options.get("partitionKeys"), self._options.get("compression")
        plan = layout(self._runtime, self._format[0], compression, keys, self._format[1])
        name = self._catalog[1] if self._catalog else self._path
        written = write_files(self._runtime, dynamic_frame.toDF(), self._runtime.lake.path(self._path), plan, name)
        dynamic_frame.row_count.learn(written.rows)
        if self._catalog and self._options.get("enableUpdateCatalog"):
            table = self._table(dynamic_frame, plan)
            self._runtime.transaction.put_table(table, partitions_in(written.files, written.folder, table))
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
        try:
            table = self._runtime.catalog.table(database, name)
        except TableNotFound:
            return new_table(database, name, self._path, fields, plan)
        if self._options.get("updateBehavior") == "LOG":
            return table
        known = {column for column, _ in [*table.columns, *table.partition_keys]}
        columns = [{"Name": name, "Type": kind} for name, kind in fields.items()]
        storage = dict(table.definition["StorageDescriptor"])
        storage["Columns"] = storage["Columns"] + [column for column in columns if column["Name"] not in known]
        return Table(table.database, {**table.definition, "StorageDescriptor": storage})
