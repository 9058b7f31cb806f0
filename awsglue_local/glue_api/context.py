"""GlueContext; a script imports it as `awsglue.context`. Its methods are those of AWS's class, and no others."""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any, NoReturn

from awsglue_local.errors import Unsupported
from awsglue_local.frames import reading, writing
from awsglue_local.frames.database_tables import catalog_options, is_database, read_database
from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection, table_address
from awsglue_local.glue_api.options import check, check_format
from awsglue_local.glue_api.readers import (
    DataFrameReader,
    DataSource,
    DynamicFrameReader,
)
from awsglue_local.glue_api.writers import DatabaseSink, DataFrameWriter, DataSink, DynamicFrameWriter
from awsglue_local.job_run import runtime as running
from awsglue_local.storage.column_types import quoted, spark_schema

logger = logging.getLogger("awsglue_local")


class JavaHalf:
    """What AWS's transforms ask of Glue's Java half: a field's name as a path names it."""

    class RecordUtils:
        """Names and paths."""

        @staticmethod
        def quoteName(name: str) -> str:
            """Return a name in backticks where it would not stand for itself in a path."""
            return quoted(name) if "." in name or "`" in name else name


class GlueContext:
    """The entry point of a Glue script.

    Attributes
    ----------
    spark_session
        The engine's Spark session.
    create_dynamic_frame, write_dynamic_frame
        Readers and writers, as in AWS Glue.
    """

    def __init__(self, sparkContext: Any = None, **options: Any) -> None:
        self._runtime = running.current()
        self._jvm = JavaHalf()
        self.spark_session = self._runtime.session
        self.read, self.createDataFrame, self.table = (
            getattr(self.spark_session, name) for name in ("read", "createDataFrame", "table")
        )
        self.create_dynamic_frame = DynamicFrameReader(self)
        self.create_data_frame = DataFrameReader(self)
        self.write_data_frame = DataFrameWriter(self)
        self.write_dynamic_frame = DynamicFrameWriter(self)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"GlueContext.{name}", "use create_dynamic_frame, write_dynamic_frame or spark_session")

    def create_dynamic_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: dict[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """Return a catalog table as a frame; column names are the catalog's, in lower case."""
        options = additional_options or {}
        table = self._runtime.table(*_table_name(database, table_name, kwargs))
        if of_database := catalog_options(table):
            return self._of_database(of_database[0], {**of_database[1], **options}, transformation_ctx)
        check(self._runtime, "additional option of a catalog source", options)
        # both are SQL over the partition keys; Glue asks its catalog for the one, and filters by the other
        asked = [one for one in (push_down_predicate, options.get("catalogPartitionPredicate")) if one]
        predicate = " and ".join(f"({one})" for one in asked)
        rows = reading.read_table(self._runtime, table, predicate, transformation_ctx)
        return DynamicFrame.of_rows(rows, self, transformation_ctx)

    def create_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: dict[str, Any] | None = None,
        format: str | None = None,
        format_options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> DynamicFrame:
        """Return files on S3 as a frame; column names are the files'."""
        options = connection_options or {}
        if is_database(connection_type):
            return self._of_database(connection_type, options, transformation_ctx)
        paths = options.get("paths", [options["path"]] if "path" in options else None)
        if connection_type != "s3" or not paths:
            raise Unsupported(
                f'a source of the connection type "{connection_type}"', 'use "s3" with paths, or a database\'s type'
            )
        if push_down_predicate:
            raise Unsupported("push_down_predicate in from_options", "read a catalog table, or filter the frame")
        check(self._runtime, "connection option of a source", options)
        check_format(self._runtime, format, "source", format_options or {})
        files = reading.Files(
            uris=[paths] if isinstance(paths, str) else list(paths),
            recurse=str(options.get("recurse", False)).lower() == "true",
            format=format or "",
            options=format_options or {},
            exclusions=reading.exclusions(options.get("exclusions")),
            compression=str(options.get("compressionType") or ""),
        )
        return DynamicFrame.of_rows(
            reading.read_files(self._runtime, files, transformation_ctx), self, transformation_ctx
        )

    def _of_database(self, connection_type: str, options: dict[str, Any], context: str) -> DynamicFrame:
        check(self._runtime, "connection option of a database source", options)
        return DynamicFrame.of_rows(read_database(self._runtime, connection_type, options, context), self, context)

    def write_dynamic_frame_from_catalog(
        self,
        frame: DynamicFrame,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: dict[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """Add a frame's rows to a catalog table."""
        table = self._runtime.table(*_table_name(database, table_name, kwargs))
        options = additional_options or {}
        if of_database := catalog_options(table):
            return DatabaseSink(self._runtime, of_database[0], {**of_database[1], **options}).writeFrame(frame)
        if options.get("enableUpdateCatalog"):
            sink = DataSink(self._runtime, "s3", {"path": table.location, **options})
            sink.setCatalogInfo(table.database, table.name)
            sink.setFormat(table.format)
            return sink.writeFrame(frame)
        check(self._runtime, "option of a sink", options)
        frame.row_count.learn(writing.write_table(self._runtime, frame.toDF(), table).rows)
        return frame

    def write_dynamic_frame_from_options(
        self,
        frame: DynamicFrame | DynamicFrameCollection,
        connection_type: str,
        connection_options: dict[str, Any] | None = None,
        format: str | None = None,
        format_options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
    ) -> Any:
        """Add a frame's rows to the files at an S3 path."""
        sink = self.getSink(connection_type, **(connection_options or {}))
        sink.setFormat(format or "", **(format_options or {}))
        return sink.write(frame)

    def getSink(
        self, connection_type: str, format: str | None = None, transformation_ctx: str = "", **options: Any
    ) -> DataSink | DatabaseSink:
        """Return a sink that the script sets up step by step."""
        if is_database(connection_type):
            return DatabaseSink(self._runtime, connection_type, options)
        return DataSink(self._runtime, connection_type, {"format": format, **options})

    def purge_table(
        self,
        database: str,
        table_name: str,
        options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> None:
        """Delete a table's files (AWS Glue Developer Guide, "GlueContext class", purge_table).

        They go when the script has succeeded, together with the coming of the new ones.
        """
        table = self._runtime.table(database, table_name)
        self.purge_s3_path(table.location, options)

    def purge_s3_path(self, s3_path: str, options: dict[str, Any] | None = None, transformation_ctx: str = "") -> None:
        """Delete the files below an S3 path, see `purge_table`."""
        options = options or {}
        if float(options.get("retentionPeriod", 168)) != 0:
            raise Unsupported(
                f"purging with a retentionPeriod of {options.get('retentionPeriod', 168)} hours",
                'give options={"retentionPeriod": 0}; without it AWS Glue keeps the files of the last seven days',
            )
        unknown = set(options) - {"retentionPeriod"}
        if unknown:
            raise Unsupported(f"purging with {', '.join(sorted(unknown))}", "use retentionPeriod alone")
        self._runtime.transaction.purge(self._runtime.lake.path(s3_path))

    def write_from_options(
        self,
        frame_or_dfc: DynamicFrame | DynamicFrameCollection,
        connection_type: str,
        connection_options: dict[str, Any] | None = None,
        format: str | None = None,
        format_options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        accumulator_size: int = 0,
    ) -> Any:
        """Add the rows of a frame, or of each frame of a collection, to the files at an S3 path."""
        return self.write_dynamic_frame_from_options(
            frame_or_dfc, connection_type, connection_options, format, format_options, transformation_ctx
        )

    def write_dynamic_frame_from_jdbc_conf(
        self,
        frame: DynamicFrame,
        catalog_connection: str,
        connection_options: dict[str, Any] | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> DynamicFrame:
        """Add a frame's rows to a table of the database that a Glue connection leads to."""
        return self.write_from_jdbc_conf(frame, catalog_connection, connection_options)

    def write_from_jdbc_conf(
        self,
        frame_or_dfc: DynamicFrame | DynamicFrameCollection,
        catalog_connection: str,
        connection_options: dict[str, Any] | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> DynamicFrame:
        """Add a frame's rows to a table of the database that a Glue connection leads to."""
        options = {**(connection_options or {}), "connectionName": catalog_connection}
        return DatabaseSink(self._runtime, "jdbc", options).write(frame_or_dfc)

    def extract_jdbc_conf(self, connection_name: str, catalog_id: str | None = None) -> dict[str, str]:
        """Return where Spark's own JDBC source finds the stand-in of a Glue connection; there is no password."""
        return self._runtime.databases.settings.jdbc(connection_name)

    def getSource(
        self,
        connection_type: str,
        format: str | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **options: Any,
    ) -> DataSource:
        """Return a source that the script sets up step by step."""
        return DataSource(self, connection_type, format, transformation_ctx, options)

    def create_dynamic_frame_from_rdd(
        self, data: Any, name: str, schema: Any = None, sample_ratio: float | None = None, transformation_ctx: str = ""
    ) -> DynamicFrame:
        """Return the rows of an RDD (on Spark), or of a list, as a frame."""
        sampling = {} if sample_ratio is None else {"samplingRatio": sample_ratio}
        df = self.spark_session.createDataFrame(data, schema, **sampling)
        return DynamicFrame.fromDF(df, self, transformation_ctx or name)

    def create_data_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: dict[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return a catalog table as a PySpark DataFrame."""
        return self.create_dynamic_frame_from_catalog(
            database,
            table_name,
            redshift_tmp_dir,
            transformation_ctx,
            push_down_predicate,
            additional_options,
            **kwargs,
        ).toDF()

    def create_data_frame_from_options(
        self,
        connection_type: str,
        connection_options: dict[str, Any] | None = None,
        format: str | None = None,
        format_options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> Any:
        """Return files on S3 as a PySpark DataFrame."""
        return self.create_dynamic_frame_from_options(
            connection_type, connection_options, format, format_options, transformation_ctx, push_down_predicate
        ).toDF()

    def write_data_frame_from_catalog(
        self,
        frame: Any,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: dict[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Add a PySpark DataFrame's rows to a catalog table."""
        dynamic = DynamicFrame.fromDF(frame, self, transformation_ctx)
        self.write_dynamic_frame_from_catalog(
            dynamic, database, table_name, redshift_tmp_dir, transformation_ctx, additional_options, **kwargs
        )
        return frame

    def create_sample_dynamic_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        num: int | None = None,
        sample_options: dict[str, Any] | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: dict[str, Any] | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """Return the first records of a catalog table."""
        frame = self.create_dynamic_frame_from_catalog(
            database,
            table_name,
            redshift_tmp_dir,
            transformation_ctx,
            push_down_predicate,
            additional_options,
            **kwargs,
        )
        return _first(frame, num)

    def create_sample_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: dict[str, Any] | None = None,
        num: int | None = None,
        sample_options: dict[str, Any] | None = None,
        format: str | None = None,
        format_options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> DynamicFrame:
        """Return the first records of files on S3."""
        frame = self.create_dynamic_frame_from_options(
            connection_type, connection_options, format, format_options, transformation_ctx, push_down_predicate
        )
        return _first(frame, num)

    def get_catalog_schema_as_spark_schema(
        self, database: str | None = None, table_name: str | None = None, catalog_id: str | None = None
    ) -> Any:
        """Return a catalog table's columns as PySpark's StructType."""
        table = self._runtime.table(*_table_name(database, table_name, {}))
        return self.spark_session.createDataFrame([], spark_schema(table.columns + table.partition_keys)).schema

    def transition_table(
        self,
        database: str,
        table_name: str,
        transition_to: str,
        options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> None:
        """Do nothing, with a warning: files have no storage class here."""
        self._runtime.table(database, table_name)
        self._runtime.warn(
            f"transition_table: {database}.{table_name} is not moved to "
            f"{transition_to}; storage classes do not exist here"
        )

    def transition_s3_path(
        self, s3_path: str, transition_to: str, options: dict[str, Any] | None = None, transformation_ctx: str = ""
    ) -> None:
        """Do nothing, with a warning: files have no storage class here."""
        self._runtime.warn(
            f"transition_s3_path: {s3_path} is not moved to {transition_to}; storage classes do not exist here"
        )

    def start_transaction(self, read_only: bool) -> str:
        """Return the id of a transaction of Lake Formation, which means nothing here."""
        return uuid.uuid4().hex

    def commit_transaction(self, transaction_id: str, wait_for_commit: bool = True) -> bool:
        """Do nothing: what a script writes is published when it has succeeded."""
        return True

    def cancel_transaction(self, transaction_id: str) -> None:
        """Do nothing: raise an error to publish nothing."""

    def currentTimeMillis(self) -> int:
        """Return the time in epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def sql(self, query: str) -> Any:
        """Run SQL on the engine."""
        return self.spark_session.sql(query)

    def get_logger(self) -> logging.Logger:
        """Return a logger with `info`, `warn` and `error`."""
        return logger


def _first(frame: DynamicFrame, num: int | None) -> DynamicFrame:
    return frame if num is None else DynamicFrame(frame._df.limit(num), frame.glue_ctx, frame.name, frame._traits)


def _table_name(database: str | None, table_name: str | None, others: dict[str, Any]) -> tuple[str, str]:
    """Return database and table; `name_space` is the database's old name."""
    return table_address(database or others.get("name_space"), table_name)
