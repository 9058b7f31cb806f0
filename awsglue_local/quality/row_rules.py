"""Rules that each row keeps or breaks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from awsglue_local.errors import Unsupported
from awsglue_local.quality.dataset import (
    WHOLE,
    Dataset,
    Verdict,
    aggregate,
    condition_of,
    metric_name,
    rows_of,
    share_of,
)
from awsglue_local.quality.dqdl import Condition, Keyword, Rule
from awsglue_local.storage.column_types import quoted

DATA_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "INTEGER": "int",
    "DOUBLE": "double",
    "FLOAT": "float",
    "LONG": "bigint",
}


def column_values(rule: Rule, data: Dataset) -> Verdict:
    """Judge values by a condition."""
    from pyspark.sql import functions as F

    column = F.col(quoted(rule.arguments[0]))
    kind = data.df.schema[rule.arguments[0]].dataType.simpleString()
    return _by_row(rule, data, row_condition(column, condition_of(rule), kind), column, "ColumnValues")


def column_length(rule: Rule, data: Dataset) -> Verdict:
    """Judge the length of text by a condition."""
    from pyspark.sql import functions as F

    length = F.length(F.col(quoted(rule.arguments[0])).cast("string"))
    return _by_row(rule, data, row_condition(length, condition_of(rule), "int"), length, "ColumnLength")


def column_data_type(rule: Rule, data: Dataset) -> Verdict:
    """Judge whether values can be read as a type."""
    from pyspark.sql import functions as F

    wanted = str(condition_of(rule).values[0]).upper()
    if wanted not in {*DATA_TYPES, "STRING"}:
        raise Unsupported(f"the data quality rule {rule.text!r}", f"use one of {', '.join(DATA_TYPES)}")
    name = rule.arguments[0]
    column = F.col(quoted(name))
    fits = (
        F.lit(True) if wanted == "STRING" else F.expr(f"try_cast({quoted(name)} as {DATA_TYPES[wanted]}) is not null")
    )
    return _by_row(rule, data, fits | column.isNull(), column, "ColumnDataType.Compliance")


def _by_row(rule: Rule, data: Dataset, keeps: Any, value: Any, name: str) -> Verdict:
    """Judge a rule that each row keeps or not."""
    from pyspark.sql import functions as F

    keeps = F.coalesce(keeps, F.lit(False))
    rows = rows_of(rule, data)
    found = aggregate(rows, F.count(F.lit(1)).alias("all"), F.sum(keeps.cast("int")).alias("some"))
    share = share_of(found["some"], found["all"])
    row = keeps if not rule.where else keeps | ~F.coalesce(F.expr(rule.where), F.lit(False))
    metrics = {metric_name(f"{name}.Compliance" if rule.threshold else name, rule.arguments): share}
    if (rule.threshold or WHOLE).holds(share):
        return Verdict(True, None, metrics, row)
    if rule.threshold:
        return Verdict(False, f"Value: {share} does not meet the constraint requirement!", metrics, row)
    first = rows.filter(~keeps).select(value.cast("string").alias("v")).limit(1).collect()
    shown = "NULL" if not first or first[0]["v"] is None else first[0]["v"]
    return Verdict(False, f"Value: {shown} does not meet the constraint requirement!", metrics, row)


def row_condition(column: Any, condition: Condition, kind: str) -> Any:
    """Return the column that says whether a value fulfils a condition.

    A null fails every condition but `!=` and `not in`, unless NULL is named.
    """
    from pyspark.sql import functions as F

    if condition.kind == "in":
        whole = F.lit(False)
        for value in condition.values:
            whole = whole | F.coalesce(_equals(column, value, kind), F.lit(False))
        return ~whole if condition.negated else whole
    if condition.kind == "matches":
        found = column.cast("string").rlike(f"^(?:{condition.values[0]})$")
        return F.coalesce(~found if condition.negated else found, F.lit(False))
    if condition.kind == "between":
        low, high = (_literal(value, kind) for value in condition.values)
        inside = (column > low) & (column < high)
        return F.coalesce(~inside if condition.negated else inside, F.lit(False))
    (value,) = condition.values
    if condition.operator in ("=", "==", "!="):
        same = F.coalesce(_equals(column, value, kind), F.lit(False))
        return ~same if condition.operator == "!=" else same
    other = _literal(value, kind)
    compared = {">": column > other, ">=": column >= other, "<": column < other, "<=": column <= other}
    return F.coalesce(compared[condition.operator], F.lit(False))


def _equals(column: Any, value: Any, kind: str) -> Any:
    from pyspark.sql import functions as F

    if isinstance(value, Keyword):
        texts = {
            "NULL": column.isNull(),
            "EMPTY": column.cast("string") == "",
            "WHITESPACES_ONLY": (F.trim(column.cast("string")) == "") & (F.length(column.cast("string")) > 0),
        }
        return texts[value.name]
    return column == _literal(value, kind)


def _literal(value: Any, kind: str) -> Any:
    """Return a value as a column of the kind that it is compared with."""
    from pyspark.sql import functions as F

    if isinstance(value, datetime | date):
        return F.lit(value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()).cast("timestamp")
    if isinstance(value, str) and kind in ("date", "timestamp", "timestamp_ntz"):
        return F.lit(value).cast("timestamp")
    return F.lit(str(value)) if kind == "string" and not isinstance(value, bool) else F.lit(value)


def data_freshness(rule: Rule, data: Dataset) -> Verdict:
    """Judge how long ago a time was, in hours."""
    from pyspark.sql import functions as F

    condition = condition_of(rule)
    now = datetime.now(UTC).replace(tzinfo=None)
    column = F.col(quoted(rule.arguments[0])).cast("timestamp")
    hours = (F.lit(now.isoformat(" ")).cast("timestamp").cast("long") - column.cast("long")) / 3600.0
    values = tuple(
        value.total_seconds() / 3600 if isinstance(value, timedelta) else value for value in condition.values
    )
    wanted = Condition(condition.kind, values, condition.operator, condition.negated)
    return _by_row(rule, data, row_condition(hours, wanted, "double"), hours, "DataFreshness")
