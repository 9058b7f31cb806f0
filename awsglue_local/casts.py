"""Casts that both engines do alike: what cannot be cast becomes null, as in Glue."""

from __future__ import annotations

from typing import Any

from awsglue_local.column_types import spark_type

WHOLE_NUMBERS = {"tinyint", "smallint", "int", "integer", "bigint"}


def cast_column(expression: str, glue_type: str) -> Any:
    """Return a Spark SQL expression cast to a type as a Glue script names it.

    Text like `2.7` is cut to a whole number, as Spark's own cast does; Sail's would refuse it.
    """
    from pyspark.sql import functions as F

    kind = spark_type(glue_type)
    if kind in WHOLE_NUMBERS:
        through_double = f"try_cast(try_cast({expression} as double) as {kind})"
        return F.expr(f"coalesce(try_cast({expression} as {kind}), {through_double})")
    return F.expr(f"try_cast({expression} as {kind})")
