"""What calls a function or a parser with each record: its results are kept as text, and their columns found.

They are found as those of JSON files are, so that both engines make the same of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from awsglue_local.errors import GlueLocalError
from awsglue_local.files.column_traits import Traits
from awsglue_local.files.text_source import TextSource
from awsglue_local.frames.reading import Rows, rows_of_source
from awsglue_local.job_run.kept_rows import COMPRESSION
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.storage.column_types import arrow_type, hive_type, quoted
from awsglue_local.transforms import map_function
from awsglue_local.transforms.map_function import ERROR, RECORD, RESULT

Errors = list[tuple[str, str]]
"""For each record that a function failed on: the error and the record, as JSON."""


@dataclass(frozen=True)
class Mapped:
    """What a function gave: the rows of its results, and the errors."""

    rows: Rows
    errors: Errors


def mapped(runtime: Runtime, df: Any, function: Callable[[Any], Any], traits: Traits, name: str) -> Mapped:
    """Call a function with each record, once."""
    given = _computed(runtime, map_function.mapped(df, function, traits))
    source = _source(runtime, given.filter(f"{RESULT} is not null").select(RESULT), name)
    return Mapped(rows_of_source(runtime, source), _errors(given))


def failing_records(runtime: Runtime, df: Any, function: Callable[[Any], Any], traits: Traits) -> Errors:
    """Return the records that a filter's function fails on, but not those that Glue leaves out silently."""
    return _errors(_computed(runtime, map_function.failing(df, function, traits)))


def unboxed(runtime: Runtime, df: Any, name: str, schema: str | None) -> Any:
    """Return a DataFrame whose column of JSON text has become what the text says.

    Parameters
    ----------
    schema
        PySpark's StructType as JSON; None to find it from the texts.

    Raises
    ------
    GlueLocalError
        The texts do not agree on a type.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.types import StructType

    column = F.col(quoted(name))
    if schema:
        kind = StructType.fromJson(json.loads(schema)).simpleString()
    else:
        kind = _found_type(runtime, df.select(column.alias(RESULT)).filter(f"{RESULT} <> ''"), name)
    return df.withColumn(name, F.from_json(column, kind))


def _found_type(runtime: Runtime, texts: Any, name: str) -> str:
    staged = runtime.stage.read(_source(runtime, texts, f"the column {name!r}"))
    if staged.choices:
        raise GlueLocalError(
            f"unbox: the texts of {name!r} do not agree on the type of {next(iter(staged.choices))!r}, and a choice "
            "inside of a struct is not to be had here; give withSchema, or parse the column with toDF()"
        )
    columns = [(key, arrow_type(kind)) for key, kind in staged.columns if not key.startswith("__")]
    return hive_type(pa.struct(columns))


def _computed(runtime: Runtime, df: Any) -> Any:
    """Return the rows of a DataFrame, computed once: what makes them may have effects, or be slow."""
    place = runtime.lake.aside("results")
    if runtime.cluster:
        runtime.cluster.write(df, place, "parquet", COMPRESSION)
    else:
        df.write.parquet(str(place))
    return runtime.session.read.parquet(*runtime.lake.paths(place)) if runtime.lake.files(place) else df.limit(0)


def _source(runtime: Runtime, texts: Any, name: str) -> TextSource:
    """Return texts of JSON, a row each, as a source of lines."""
    place = runtime.lake.aside("lines")
    if runtime.cluster:
        runtime.cluster.write(texts, place, "lines", "none")
    else:
        place.mkdir()
        with (place / "lines.json").open("w", encoding="utf-8") as stream:
            stream.writelines(f"{row[0]}\n" for row in texts.collect())
    return TextSource(place, runtime.lake.files(place), "json", {}, None, [], name, keeps_longs=True)


def _errors(given: Any) -> Errors:
    failed = given.filter(f"{ERROR} is not null").select(ERROR, RECORD)
    return [(row[ERROR], row[RECORD]) for row in failed.collect()]
