"""Rules that each row keeps or breaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from awsglue_local.errors import Unsupported
from awsglue_local.quality.dataset import (
    WHOLE,
    Dataset,
    Kept,
    RowRule,
    Verdict,
    condition_of,
    kept_of,
    metric_name,
    share_of,
)
from awsglue_local.quality.dqdl import Condition, Keyword, Rule
from awsglue_local.storage.column_types import family, quoted
from awsglue_local.transforms.column_expressions import any_of

DATA_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "INTEGER": "int",
    "DOUBLE": "double",
    "FLOAT": "float",
    "LONG": "bigint",
}


def by_row(rule: Rule, data: Dataset) -> Verdict:
    """Judge a rule that each row keeps or not."""
    from pyspark.sql import functions as F

    asked = row_rule(rule, data)
    kept, keeps = kept_of(rule, data, asked), asked.keeps
    share = share_of(kept.some, kept.rows)
    row = keeps if not rule.where else keeps | ~F.coalesce(F.expr(rule.where), F.lit(False))
    metrics = {metric_name(asked.metric, rule.arguments): share}
    if asked.extremes and not rule.threshold:
        metrics = _extremes(rule, asked, kept)
    if (rule.threshold or WHOLE).holds(share):
        return Verdict(True, None, metrics, row)
    shown = [str(share)] if rule.threshold else _breaking(rule, asked, kept)
    return Verdict(
        False, "\n".join(f"Value: {one} does not meet the constraint requirement!" for one in shown), metrics, row
    )


def _extremes(rule: Rule, asked: RowRule, kept: Kept) -> dict[str, float]:
    """Return the least and the greatest value, those of them that are the rule's metrics."""
    found = {name: kept.least if name.startswith("Minimum") else kept.greatest for name in asked.extremes}
    return {metric_name(name, rule.arguments): value for name, value in found.items() if value is not None}


def _breaking(rule: Rule, asked: RowRule, kept: Kept) -> list[str]:
    """Return values that break a rule: an extreme one, and NULL, as Glue names them; else the first one."""
    if not asked.extremes or rule.condition is None:
        return ["NULL" if kept.example is None else kept.example]
    found = [str(one) for one in (kept.least, kept.greatest) if one is not None and not rule.condition.holds(one)]
    nulls = ["NULL"] if kept.nulls else []
    return list(dict.fromkeys([*found, *nulls])) or ["NULL" if kept.example is None else kept.example]


def row_rule(rule: Rule, data: Dataset) -> RowRule:
    """Return what a rule of one of ROW_RULES asks of each row."""
    from pyspark.sql import functions as F

    asked = ROW_RULES[rule.name](rule, data)
    return replace(asked, keeps=F.coalesce(asked.keeps, F.lit(False)))


def _values(rule: Rule, data: Dataset) -> RowRule:
    from pyspark.sql import functions as F

    column, condition, kind = F.col(quoted(rule.arguments[0])), condition_of(rule), data.types[rule.arguments[0]]
    extremes = _extremes_of(condition, "", ("=",)) if family(kind) == "number" else ()
    return RowRule(row_condition(column, condition, kind), column, "ColumnValues.Compliance", extremes)


def _extremes_of(condition: Condition, suffix: str, equals: tuple[str, ...]) -> tuple[str, ...]:
    """Return what Glue calls the values that a condition on numbers is judged by: the least, the greatest, or both."""
    least, greatest = f"Minimum{suffix}", f"Maximum{suffix}"
    if condition.negated or not all(isinstance(value, int | float) for value in condition.values):
        return ()
    if condition.kind == "between" or condition.operator in equals:
        return least, greatest
    return {">": (least,), ">=": (least,), "<": (greatest,), "<=": (greatest,)}.get(condition.operator, ())


def _length(rule: Rule, _: Dataset) -> RowRule:
    from pyspark.sql import functions as F

    # "treats NULLs as 0 length strings" (DQDL, ColumnLength)
    length = F.coalesce(F.length(F.col(quoted(rule.arguments[0])).cast("string")), F.lit(0))
    condition = condition_of(rule)
    extremes = _extremes_of(condition, "Length", ("=", "==", "!="))
    return RowRule(row_condition(length, condition, "int"), length, "LengthCompliance", extremes)


def _data_type(rule: Rule, _: Dataset) -> RowRule:
    from pyspark.sql import functions as F

    condition = condition_of(rule)
    wanted = str(condition.values[0]).upper()
    decimal = re.fullmatch(r"DECIMAL\s*(\(\d+\s*(,\s*\d+\s*)?\))?", wanted)
    if decimal is None and wanted not in {*DATA_TYPES, "STRING"}:
        raise Unsupported(f"the data quality rule {rule.text!r}", f"use one of {', '.join(DATA_TYPES)}, DECIMAL(p,s)")
    name = rule.arguments[0]
    column = F.col(quoted(name))
    if rule.format and wanted in ("DATE", "TIMESTAMP"):
        fits = F.to_timestamp(column.cast("string"), rule.format).isNotNull()
    elif wanted == "STRING":
        fits = F.lit(True)
    else:
        fits = F.expr(f"try_cast({quoted(name)} as {DATA_TYPES.get(wanted, wanted)}) is not null")
    if condition.operator == "!=" or condition.negated:
        fits = ~fits
    return RowRule(fits | column.isNull(), column, "ColumnDataType.Compliance")


def row_condition(column: Any, condition: Condition, kind: str) -> Any:
    """Return the column that says whether a value fulfils a condition.

    A null fails every condition but `!=` and `not in`, unless NULL is named.
    """
    from pyspark.sql import functions as F

    if condition.kind == "in":
        words = [value for value in condition.values if isinstance(value, Keyword)]
        others = [_literal(value, kind) for value in condition.values if not isinstance(value, Keyword)]
        found = [_equals(column, word, kind) for word in words] + ([column.isin(*others)] if others else [])
        whole = any_of([F.coalesce(one, F.lit(False)) for one in found])
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


def _freshness(rule: Rule, _: Dataset) -> RowRule:
    """Return how long ago a time was, in hours."""
    from pyspark.sql import functions as F

    condition = condition_of(rule)
    now = datetime.now(UTC).replace(tzinfo=None)
    column = F.col(quoted(rule.arguments[0])).cast("timestamp")
    hours = (F.lit(now.isoformat(" ")).cast("timestamp").cast("long") - column.cast("long")) / 3600.0
    values = tuple(
        value.total_seconds() / 3600 if isinstance(value, timedelta) else value for value in condition.values
    )
    wanted = Condition(condition.kind, values, condition.operator, condition.negated)
    return RowRule(row_condition(hours, wanted, "double"), hours, "DataFreshness.Compliance")


ROW_RULES: dict[str, Callable[[Rule, Dataset], RowRule]] = {
    "ColumnDataType": _data_type,
    "ColumnLength": _length,
    "ColumnValues": _values,
    "DataFreshness": _freshness,
}
