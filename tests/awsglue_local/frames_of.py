"""Frames made for tests, and what is in them."""

from __future__ import annotations

import json
from typing import Any

from awsglue_local.files.column_traits import Traits
from awsglue_local.frames.dynamicframe import DynamicFrame
from awsglue_local.storage.lake import Lake


def read(context: Any, text: str, name: str = "in") -> Any:
    """Put JSON lines at a path of the lake and read them."""
    lake: Lake = context._runtime.lake
    folder = lake.path(f"s3://bucket/{name}/")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.json").write_text(text)
    options = {"paths": [f"s3://bucket/{name}/"]}
    return context.create_dynamic_frame.from_options("s3", connection_options=options, format="json")


def records(frame: Any) -> list[dict[str, Any]]:
    """Return the rows as JSON objects, without nulls, in one order."""
    from pyspark.sql import functions as F

    lines = frame.toDF().select(F.to_json(F.struct("*")).alias("j")).collect()
    return sorted((json.loads(line["j"]) for line in lines), key=lambda record: json.dumps(record, sort_keys=True))


def frame(context: Any, rows: list[tuple[Any, ...]], schema: str, absent: dict[str, str | None] | None = None) -> Any:
    return DynamicFrame(context.spark_session.createDataFrame(rows, schema), context, "in", Traits(absent or {}))


def rows(found: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in found.toDF().collect()), key=repr)
