"""Spark's own JDBC and Redshift sources in a script: `spark.read.format("jdbc")`, `spark.read.jdbc`, `df.write.jdbc`.

They find the stand-ins of databases that Glue's own sources and sinks find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.frames.database_tables import read_database, write_database
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.spark.patching import replaced

FORMATS = {
    "jdbc": "jdbc",
    "io.github.spark_redshift_community.spark.redshift": "redshift",
    "com.databricks.spark.redshift": "redshift",
    "redshift": "redshift",
}
"""Spark's name of a source to Glue's connection type."""
NOTED = "_said_of_the_database"
Method = Callable[..., Any]


@contextmanager
def databases_in_spark(runtime: Runtime) -> Iterator[None]:
    """Let the engine's readers and writers find databases."""
    session = runtime.session
    reader, writer = type(session.read), type(session.range(0).write)
    ours: list[tuple[Any, str, Any]] = [
        *((kind, "format", _noting_format(kind.format)) for kind in (reader, writer)),
        *((kind, "option", _noting_option(kind.option)) for kind in (reader, writer)),
        *((kind, "options", _noting_options(kind.options)) for kind in (reader, writer)),
        (reader, "load", _loading(reader.load, runtime)),
        (reader, "jdbc", _jdbc_source),
        (writer, "save", _saving(writer.save, runtime)),
        (writer, "jdbc", _jdbc_sink),
    ]
    with replaced(*ours):
        yield


def _said(one: Any) -> dict[str, Any]:
    """Return what a reader or writer was told, by names in lower case: Spark does not mind their case."""
    said: dict[str, Any] = one.__dict__.setdefault(NOTED, {})
    return said


def _noting_format(method: Method) -> Method:
    def noting(one: Any, source: str) -> Any:
        _said(one)["format"] = source
        return method(one, source)

    return noting


def _noting_option(method: Method) -> Method:
    def noting(one: Any, key: str, value: Any) -> Any:
        _said(one)[key.lower()] = value
        return method(one, key, value)

    return noting


def _noting_options(method: Method) -> Method:
    def noting(one: Any, **options: Any) -> Any:
        _said(one).update({key.lower(): value for key, value in options.items()})
        return method(one, **options)

    return noting


def _database(said: dict[str, Any]) -> str | None:
    return FORMATS.get(str(said.get("format", "")).lower())


def _loading(load: Method, runtime: Runtime) -> Method:
    def loading(reader: Any, path: Any = None, format: str | None = None, *arguments: Any, **options: Any) -> Any:
        said = {**_said(reader), **({"format": format} if format else {})}
        said |= {key.lower(): value for key, value in options.items()}
        if kind := _database(said):
            return read_database(runtime, kind, said, "").df
        return load(reader, path, format, *arguments, **options)

    return loading


def _saving(save: Method, runtime: Runtime) -> Method:
    def saving(
        writer: Any, path: Any = None, format: str | None = None, mode: str | None = None, *rest: Any, **options: Any
    ) -> None:
        said = {**_said(writer), **({"format": format} if format else {})}
        said |= {key.lower(): value for key, value in options.items()}
        if not (kind := _database(said)):
            save(writer, path, format, mode, *rest, **options)
            return
        how = str(mode or getattr(writer, "_lake_mode", None) or "error").lower()
        if how in ("error", "errorifexists", "default"):
            how = "error"
        elif how not in ("append", "overwrite", "ignore"):
            raise Unsupported(f"the mode {how!r}", "use overwrite, append, ignore or error")
        write_database(runtime, _frame(writer), kind, said, how)

    return saving


def _frame(writer: Any) -> Any:
    """Return the frame of a writer; Spark Connect's knows its plan alone."""
    if hasattr(writer._df, "schema"):
        return writer._df
    from pyspark.sql.connect.dataframe import DataFrame

    return DataFrame.withPlan(writer._df, writer._spark)


def _jdbc_source(
    reader: Any,
    url: str,
    table: str,
    column: str | None = None,
    lowerBound: Any = None,
    upperBound: Any = None,
    numPartitions: int | None = None,
    predicates: list[str] | None = None,
    properties: dict[str, str] | None = None,
) -> Any:
    """Read a table; how Spark would part it changes no row, but `predicates` do."""
    if predicates:
        raise Unsupported("spark.read.jdbc(predicates=...)", "filter the frame")
    return reader.format("jdbc").options(**{**(properties or {}), "url": url, "dbtable": table}).load()


def _jdbc_sink(
    writer: Any, url: str, table: str, mode: str | None = None, properties: dict[str, str] | None = None
) -> None:
    """Write a table."""
    if not url:
        raise GlueLocalError('df.write.jdbc needs a "url"')
    writer.format("jdbc").mode(mode).options(**{**(properties or {}), "url": url, "dbtable": table}).save()
