"""GlueContext, its readers and writers, and SparkContext; a script imports them as `awsglue.context`."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

import pyspark

from awsglue_local import runtime as running
from awsglue_local import sinks, sources
from awsglue_local.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.errors import GlueLocalError, Unsupported

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
        self.spark_session = self._runtime.session
        self.create_dynamic_frame = DynamicFrameReader(self)
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

    def get_logger(self) -> logging.Logger:
        """Return a logger with `info`, `warn` and `error`."""
        return logger

    def note_quality(self, context: str, outcomes: list[tuple[str, str, str | None]]) -> None:
        """Note what a data quality ruleset gave: rule, outcome (Passed or Failed) and reason, a rule each."""
        rules = [
            {"Name": f"Rule_{number}", "Description": rule, "Result": outcome[:4].upper(), "EvaluationMessage": reason}
            for number, (rule, outcome, reason) in enumerate(outcomes, 1)
        ]
        self._runtime.account.data_quality.append({"context": context, "rules": rules})

    def warn(self, text: str) -> None:
        """Note something that AWS Glue would pass over in silence."""
        self._runtime.account.warnings.append(text)


class DynamicFrameReader:
    """`glueContext.create_dynamic_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.create_dynamic_frame_from_catalog
        self.from_options = glue_context.create_dynamic_frame_from_options

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"create_dynamic_frame.{name}", "use from_catalog or from_options")


class DynamicFrameWriter:
    """`glueContext.write_dynamic_frame`."""

    def __init__(self, glue_context: GlueContext) -> None:
        self.from_catalog = glue_context.write_dynamic_frame_from_catalog
        self.from_options = glue_context.write_dynamic_frame_from_options

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"write_dynamic_frame.{name}", "use from_catalog or from_options")


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
