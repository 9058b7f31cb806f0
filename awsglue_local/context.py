"""GlueContext, its readers and writers, and SparkContext; a script imports them as `awsglue.context`."""

from __future__ import annotations

import logging
import time
import uuid
from contextlib import suppress
from functools import cache
from typing import Any, NoReturn

import pyspark

from awsglue_local import record_functions, sinks, sources
from awsglue_local import runtime as running
from awsglue_local.column_types import quoted, spark_schema
from awsglue_local.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.error_records import ErrorRecord, ErrorRecords
from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.traits import Traits

logger = logging.getLogger("awsglue_local")

# those that change how files are spread over a cluster, or how fast they are read, mean nothing here
CONNECTION_OPTIONS = {
    "paths",
    "path",
    "recurse",
    "groupFiles",
    "groupSize",
    "compressionType",
    "useS3ListImplementation",
}
READ_OPTIONS = {
    "json": {"multiLine", "multiline", "optimizePerformance"},
    "csv": {"withHeader", "separator", "quoteChar", "skipFirst", "multiLine", "multiline", "optimizePerformance"},
}


class SparkContext(pyspark.SparkContext):
    """What `SparkContext()` gives in a script: the running engine's context, never a second one.

    PySpark's own code meets this class too while a script runs, so it is a kind of PySpark's.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        runtime = running.current()
        return ConnectContext() if runtime.engine.is_connect else runtime.session.sparkContext

    @classmethod
    def getOrCreate(cls, *args: Any, **kwargs: Any) -> Any:
        """Return the running engine's context."""
        return cls()


class ConnectContext:
    """Stands for the SparkContext that Spark Connect does not have, and names what is missing."""

    def setLogLevel(self, level: str) -> None:
        """Do nothing: the engine's log is off."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"SparkContext.{name}", "run with --engine spark; Spark Connect has no SparkContext")


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
        table = self._runtime.table(*_table_name(database, table_name, kwargs))
        return sources.read_table(self._runtime, self, table, push_down_predicate, transformation_ctx)

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
        paths = options.get("paths", [options["path"]] if "path" in options else None)
        if connection_type != "s3" or not paths:
            raise Unsupported(f'a source of the connection type "{connection_type}"', 'use "s3" with paths')
        if push_down_predicate:
            raise Unsupported("push_down_predicate in from_options", "read a catalog table, or filter the frame")
        _refuse_others("connection option", options, CONNECTION_OPTIONS)
        _refuse_others("format option", format_options or {}, READ_OPTIONS.get(format or "", set()))
        files = sources.Files(
            uris=[paths] if isinstance(paths, str) else list(paths),
            recurse=str(options.get("recurse", False)).lower() == "true",
            format=format or "",
            options=format_options or {},
        )
        return sources.read_files(self._runtime, self, files, transformation_ctx)

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
        if options.get("enableUpdateCatalog"):
            sink = self.getSink("s3", path=table.location, **options)
            sink.setCatalogInfo(table.database, table.name)
            sink.setFormat(table.format)
            return sink.writeFrame(frame)
        sinks.write_table(self._runtime, frame, table)
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
    ) -> sinks.DataSink:
        """Return a sink that the script sets up step by step."""
        return sinks.DataSink(self._runtime, connection_type, {"format": format, **options})

    def purge_table(
        self,
        database: str,
        table_name: str,
        options: dict[str, Any] | None = None,
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> None:
        """Delete a table's files (AWS Glue Developer Guide, "GlueContext class", purge_table).

        They go when the script has ended well, together with the coming of the new ones.
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
            database, table_name, redshift_tmp_dir, transformation_ctx, push_down_predicate, **kwargs
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
            database, table_name, redshift_tmp_dir, transformation_ctx, push_down_predicate, **kwargs
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
        self.warn(f"transition_table: {database}.{table_name} would go to {transition_to}; nothing is done here")

    def transition_s3_path(
        self, s3_path: str, transition_to: str, options: dict[str, Any] | None = None, transformation_ctx: str = ""
    ) -> None:
        """Do nothing, with a warning: files have no storage class here."""
        self.warn(f"transition_s3_path: {s3_path} would go to {transition_to}; nothing is done here")

    def start_transaction(self, read_only: bool) -> str:
        """Return the id of a transaction of Lake Formation, which means nothing here."""
        return uuid.uuid4().hex

    def commit_transaction(self, transaction_id: str, wait_for_commit: bool = True) -> bool:
        """Do nothing: what a script writes is published when it has ended well."""
        return True

    def cancel_transaction(self, transaction_id: str) -> None:
        """Do nothing: raise an error to publish nothing."""

    def currentTimeMillis(self) -> int:
        """Return the time in epoch milliseconds."""
        return time.time_ns() // 1_000_000

    def sql(self, query: str) -> Any:
        """Run SQL on the engine."""
        return self.spark_session.sql(query)

    def empty_frame(self) -> Any:
        """Return a DataFrame without rows and columns."""
        from pyspark.sql.types import StructType

        return self.spark_session.createDataFrame([], StructType([]))

    def table_types(self, database: str | None, table_name: str | None) -> dict[str, str]:
        """Return a catalog table's columns with their Hive types."""
        table = self._runtime.table(*_table_name(database, table_name, {}))
        return dict(table.columns + table.partition_keys)

    def map_records(self, df: Any, function: Any, traits: Traits, name: str) -> DynamicFrame:
        """Return what a function makes of each record, see `DynamicFrame.map`."""
        folder = self._runtime.lake.work_folder("map")
        made = record_functions.mapped(df, function, traits, folder / "results")
        lines = folder / "results.json"
        lines.write_text("".join(f"{one}\n" for one in made.results), encoding="utf-8")
        frame = sources.read_lines(self._runtime, self, lines, name)
        frame._stage = cache(lambda: made.errors)
        frame._errors = ErrorRecords(frame._stage)
        return frame

    def failing_records(self, df: Any, function: Any, traits: Traits) -> list[ErrorRecord]:
        """Return the records that a filter's function fails on, but not those that Glue leaves out silently."""

        def tried(record: Any) -> dict[str, Any]:
            with suppress(KeyError, ValueError, TypeError):
                function(record)
            return {}

        return record_functions.mapped(df, tried, traits, self._runtime.lake.work_folder("filter") / "results").errors

    def unboxed(self, df: Any, name: str, schema: str | None) -> Any:
        """Return a DataFrame whose column of JSON text has become a struct, see `DynamicFrame.unbox`."""
        return record_functions.unboxed(df, name, schema, self._runtime.lake.work_folder("unbox"))

    def get_logger(self) -> logging.Logger:
        """Return a logger with `info`, `warn` and `error`."""
        return logger

    def note_quality(self, context: str, outcomes: list[Any]) -> None:
        """Note what a data quality ruleset gave, an `Outcome` a rule."""
        rules = [
            {
                "Name": f"Rule_{number}",
                "Description": one.rule,
                "Result": "PASS" if one.passed else "FAIL",
                "EvaluationMessage": one.reason,
                "EvaluatedMetrics": one.metrics,
            }
            for number, one in enumerate(outcomes, 1)
        ]
        self._runtime.account.data_quality.append({"context": context, "rules": rules})

    def warn(self, text: str) -> None:
        """Note something that AWS Glue would pass over in silence."""
        self._runtime.account.warnings.append(text)


class DataSource:
    """A source that a script sets up step by step: `getSource`, `setFormat`, `getFrame`."""

    def __init__(
        self, glue_context: GlueContext, connection_type: str, format: str | None, context: str, options: dict[str, Any]
    ) -> None:
        self._glue_context, self._connection_type, self._context = glue_context, connection_type, context
        self._format: tuple[str | None, dict[str, Any]] = (format, {})
        self._options = options

    def setFormat(self, format: str, **options: Any) -> None:
        """Choose the files' format."""
        self._format = (format, options)

    def getFrame(self, **options: Any) -> DynamicFrame:
        """Return the files as a frame."""
        return self._glue_context.create_dynamic_frame_from_options(
            self._connection_type, self._options, *self._format, transformation_ctx=self._context
        )


class DynamicFrameReader:
    """`glueContext.create_dynamic_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.create_dynamic_frame_from_catalog
        self.from_options = glue_context.create_dynamic_frame_from_options
        self.from_rdd = glue_context.create_dynamic_frame_from_rdd

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"create_dynamic_frame.{name}", "use from_catalog or from_options")


class DataFrameReader:
    """`glueContext.create_data_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.create_data_frame_from_catalog
        self.from_options = glue_context.create_data_frame_from_options

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"create_data_frame.{name}", "use from_catalog or from_options")


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

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"write_dynamic_frame.{name}", "use from_catalog or from_options")


def _first(frame: DynamicFrame, num: int | None) -> DynamicFrame:
    return frame if num is None else DynamicFrame(frame._df.limit(num), frame.glue_ctx, frame.name, frame._traits)


def _refuse_others(what: str, given: dict[str, Any], known: set[str]) -> None:
    """Refuse options that would be passed over; one that is empty asks for nothing."""
    for name, value in given.items():
        if name not in known and value not in (None, "", [], -1):
            raise Unsupported(f'the {what} "{name}"', f"use {', '.join(sorted(known)) or 'none'}")


def _table_name(database: str | None, table_name: str | None, others: dict[str, Any]) -> tuple[str, str]:
    """Return database and table; `name_space` is the database's old name."""
    name = database or others.get("name_space")
    if not name or not table_name:
        raise GlueLocalError("from_catalog needs a database and a table_name")
    return str(name), table_name
