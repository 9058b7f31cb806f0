"""Schemas of DataFrames, asked of a Spark Connect server once: PySpark 3.5's client asks each time, 4.0's once."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

KEPT = "_kept_schema"


@cache
def keep_schemas() -> None:
    """Let the client keep schemas from now on."""
    from pyspark.sql.connect.dataframe import DataFrame

    asked: Any = DataFrame.schema

    def schema(df: Any) -> Any:
        if KEPT not in vars(df):
            vars(df)[KEPT] = asked.fget(df)
        # a schema can be changed by whoever has it
        return copy.deepcopy(vars(df)[KEPT])

    DataFrame.schema = property(schema, doc=asked.__doc__)  # type: ignore[assignment]
