"""Rules about the values of columns taken together: complete, unique, their sum."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from awsglue_local.quality.dataset import (
    WHOLE,
    Dataset,
    RowRule,
    Verdict,
    aggregate,
    judged,
    kept_of,
    metric_name,
    rows_of,
    share_of,
)
from awsglue_local.quality.dqdl import Rule
from awsglue_local.storage.column_types import quoted
from awsglue_local.transforms.column_expressions import any_of

COUNT = "__count_of_a_group"
"""A name that no column has."""


def completeness(rule: Rule, data: Dataset) -> Verdict:
    """Judge the share of values that are not null."""
    asked = filled(rule)
    kept = kept_of(rule, data, asked)
    default = WHOLE if rule.name == "IsComplete" else None
    return judged(rule, metric_name(asked.metric, rule.arguments), share_of(kept.some, kept.rows), default, asked.keeps)


def filled(rule: Rule) -> RowRule:
    """Return what a rule asks that wants a value in each row."""
    from pyspark.sql import functions as F

    (name,) = rule.arguments
    column = F.col(quoted(name))
    return RowRule(column.isNotNull(), column, "Completeness")


def _groups(rule: Rule, data: Dataset) -> tuple[int, int, int]:
    """Return the number of rows, of distinct values, and of values that come once."""
    from pyspark.sql import functions as F

    columns = [F.col(quoted(column)) for column in rule.arguments]
    rows = rows_of(rule, data)
    if rule.name != "IsPrimaryKey":
        rows = rows.filter(any_of([column.isNotNull() for column in columns]))
    groups = rows.groupBy(*columns).agg(F.count(F.lit(1)).alias(COUNT))
    found = aggregate(
        groups,
        F.sum(COUNT).alias("rows"),
        F.count(F.lit(1)).alias("values"),
        F.sum((F.col(COUNT) == 1).cast("int")).alias("once"),
    )
    return int(found["rows"] or 0), int(found["values"]), int(found["once"] or 0)


def uniqueness(rule: Rule, data: Dataset) -> Verdict:
    """Judge the share of values that come once."""
    rows, _, once = _groups(rule, data)
    default = WHOLE if rule.name in ("IsUnique", "IsPrimaryKey") else None
    return judged(rule, metric_name("Uniqueness", rule.arguments), share_of(once, rows), default, _comes_once(rule))


def _comes_once(rule: Rule) -> Any:
    from pyspark.sql import functions as F

    names = ", ".join(quoted(column) for column in rule.arguments)
    return F.expr(f"count(1) over (partition by {names}) = 1")


def primary_key(rule: Rule, data: Dataset) -> Verdict:
    """Judge whether values come once and none is null."""
    from pyspark.sql import functions as F

    unique = uniqueness(rule, data)
    filled = F.lit(True)
    for column in rule.arguments:
        filled = filled & F.col(quoted(column)).isNotNull()
    missing = rows_of(rule, data).filter(~filled).count()
    reason = unique.reason or (f"{missing} rows have a NULL in the key" if missing else None)
    return Verdict(unique.passed and not missing, reason, unique.metrics, unique.row & filled)


def unique_value_ratio(rule: Rule, data: Dataset) -> Verdict:
    """Judge the share of distinct values that come once."""
    _, values, once = _groups(rule, data)
    return judged(rule, metric_name("UniqueValueRatio", rule.arguments), share_of(once, values))


def distinct_values(rule: Rule, data: Dataset) -> Verdict:
    """Judge the number of distinct values."""
    _, values, _ = _groups(rule, data)
    return judged(rule, metric_name("DistinctValuesCount", rule.arguments), values)


def aggregate_rule(name: str, function: str) -> Callable[[Rule, Dataset], Verdict]:
    """Return a rule that judges an aggregate function."""

    def judge(rule: Rule, data: Dataset) -> Verdict:
        from pyspark.sql import functions as F

        names = ", ".join(quoted(column) for column in rule.arguments)
        value = aggregate(rows_of(rule, data), F.expr(f"{function}({names})").alias("v"))["v"]
        return judged(rule, metric_name(name, rule.arguments), None if value is None else float(value))

    return judge


def entropy(rule: Rule, data: Dataset) -> Verdict:
    """Judge the entropy of the values."""
    from pyspark.sql import functions as F

    column = F.col(quoted(rule.arguments[0]))
    groups = (
        rows_of(rule, data).filter(column.isNotNull()).groupBy(column).agg(F.count(F.lit(1)).alias(COUNT)).collect()
    )
    counts = [row[COUNT] for row in groups]
    value = -sum(count / sum(counts) * math.log(count / sum(counts)) for count in counts)
    return judged(rule, metric_name("Entropy", rule.arguments), value)
