"""Map: a Python function over records, each result or error a text of JSON."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from awsglue_local.files.column_traits import Traits
from awsglue_local.transforms.filter_expression import record_of

RESULT, ERROR, RECORD = "result", "error", "record"
"""The columns of what a function gave: a JSON object; or the error, and the record that it failed on, as JSON."""


def mapped(df: Any, function: Callable[[Any], Any], traits: Traits) -> Any:
    """Return a DataFrame of what a function makes of each record: RESULT, or ERROR and RECORD."""
    hidden_of, choices = dict(traits.absent), frozenset(traits.choices)

    def call(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        schema = pa.schema([(RESULT, pa.string()), (ERROR, pa.string()), (RECORD, pa.string())])
        for batch in batches:
            rows = [_called(function, record_of(row, hidden_of, choices)) for row in batch.to_pylist()]
            columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(3)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return df.mapInArrow(call, f"{RESULT} string, {ERROR} string, {RECORD} string")


def failing(df: Any, function: Callable[[Any], Any], traits: Traits) -> Any:
    """Return as `mapped` does what a filter's function fails on, but for what Glue leaves out silently."""

    def tried(record: Any) -> dict[str, Any]:
        with suppress(KeyError, ValueError, TypeError):
            function(record)
        return {}

    return mapped(df, tried, traits)


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
