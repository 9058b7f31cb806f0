"""Map: a Python function over records, whose results say what the columns are.

The results are kept as text in the session's scratch folder, and their columns found as those of JSON files are, so
both engines make the same of them.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.errors import GlueLocalError
from awsglue_local.files.choice_types import is_choice
from awsglue_local.files.column_traits import Traits
from awsglue_local.files.json_lines import JsonReader
from awsglue_local.storage.column_types import hive_type, quoted
from awsglue_local.storage.lake import data_files
from awsglue_local.transforms.filter_expression import record_of

RESULT, ERROR, RECORD = "result", "error", "record"


@dataclass(frozen=True)
class Mapped:
    """What a function gave.

    Attributes
    ----------
    results
        JSON objects, one a line.
    errors
        For each record that it failed on: the error and the record, as JSON.
    """

    results: list[str]
    errors: list[tuple[str, str]]


def mapped(df: Any, function: Callable[[Any], Any], traits: Traits, folder: Path) -> Mapped:
    """Call a function with each record.

    Parameters
    ----------
    folder
        A folder for the results, not there yet.
    """
    hidden_of, choices = dict(traits.absent), frozenset(traits.choices)

    def call(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        schema = pa.schema([(RESULT, pa.string()), (ERROR, pa.string()), (RECORD, pa.string())])
        for batch in batches:
            rows = [_called(function, record_of(row, hidden_of, choices)) for row in batch.to_pylist()]
            columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(3)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    df.mapInArrow(call, f"{RESULT} string, {ERROR} string, {RECORD} string").write.parquet(str(folder))
    rows = [row for file in data_files(folder) for row in pq.read_table(file).to_pylist()]
    return Mapped(
        [row[RESULT] for row in rows if row[RESULT] is not None],
        [(row[ERROR], row[RECORD]) for row in rows if row[ERROR] is not None],
    )


def failing_records(df: Any, function: Callable[[Any], Any], traits: Traits, folder: Path) -> list[tuple[str, str]]:
    """Return the records that a filter's function fails on, but not those that Glue leaves out silently.

    Parameters
    ----------
    folder
        A folder for the results, not there yet.
    """

    def tried(record: Any) -> dict[str, Any]:
        with suppress(KeyError, ValueError, TypeError):
            function(record)
        return {}

    return mapped(df, tried, traits, folder).errors


def _called(function: Callable[[Any], Any], record: Any) -> tuple[str | None, str | None, str | None]:
    try:
        return json.dumps(dict(function(record)), default=_plain), None, None
    except Exception as error:
        words = "".join(traceback.format_exception_only(error)).strip()
        return None, words, json.dumps(dict(record), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def unboxed(df: Any, name: str, schema: str | None, folder: Path) -> Any:
    """Return a DataFrame whose column of JSON text has become what the text says.

    Parameters
    ----------
    schema
        PySpark's StructType as JSON; None to find it from the texts.
    folder
        A folder for work in progress.
    """
    from pyspark.sql import functions as F
    from pyspark.sql.types import StructType

    column = F.col(quoted(name))
    if schema:
        kind = StructType.fromJson(json.loads(schema)).simpleString()
    else:
        df.select(column.alias(RESULT)).write.parquet(str(folder / "texts"))
        texts = [row[RESULT] for file in data_files(folder / "texts") for row in pq.read_table(file).to_pylist()]
        found = JsonReader(None, f"the column {name!r}").read(
            "".join(f"{text}\n" for text in texts if text).encode(), "texts"
        )
        if choices := [one.name for one in found.table.schema if is_choice(one)]:
            raise GlueLocalError(
                f"unbox: the texts of {name!r} do not agree on the type of {choices[0]!r}, and a choice inside of a "
                "struct is not to be had here; give withSchema, or parse the column with toDF()"
            )
        kind = hive_type(pa.struct(list(found.table.schema)))
    return df.withColumn(name, F.from_json(column, kind))
