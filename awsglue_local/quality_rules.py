"""DQDL's rule types: what each measures of a dataset, and which rows keep it.

"DQDL rule type reference" (AWS Glue Developer Guide). Rules over files, anomaly detection and rules that compare with
earlier runs (`last(n)`) are refused by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from awsglue_local.column_types import quoted
from awsglue_local.dqdl import Condition, Keyword, Rule
from awsglue_local.errors import GlueLocalError, Unsupported

PRIMARY = "primary"
DATA_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "INTEGER": "int",
    "DOUBLE": "double",
    "FLOAT": "float",
    "LONG": "bigint",
}


@dataclass(frozen=True)
class Dataset:
    """What rules are evaluated on.

    Attributes
    ----------
    df
        The primary dataset.
    others
        Further datasets by alias.
    sql
        Runs a query in which the datasets' aliases are tables.
    """

    df: Any
    others: dict[str, Any]
    sql: Callable[[str], Any]

    def other(self, alias: str) -> Any:
        """Return a further dataset.

        Raises
        ------
        GlueLocalError
            There is none of that alias.
        """
        if alias not in self.others:
            there = ", ".join(self.others) or "none"
            raise GlueLocalError(
                f"data quality: there is no dataset {alias!r} in additional_data_sources, only {there}"
            )
        return self.others[alias]


@dataclass(frozen=True)
class Verdict:
    """What a rule gave.

    Attributes
    ----------
    row
        The column that says whether a row keeps the rule; None where the rule is about the whole.
    """

    passed: bool
    reason: str | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    row: Any = None


def evaluate(rule: Rule, data: Dataset) -> Verdict:
    """Evaluate a rule.

    Raises
    ------
    Unsupported
        A rule type that is not evaluated here.
    GlueLocalError
        The rule lacks a column or condition, or names a column that is not there.
    """
    if rule.name not in RULES:
        raise Unsupported(f"the data quality rule {rule.text!r}", f"use {', '.join(sorted(RULES))}")
    for column in rule.arguments if rule.name in OF_COLUMNS else ():
        if column not in data.df.columns:
            return Verdict(False, f"Column {column} does not exist in the dataset")
    return RULES[rule.name](rule, data)


def _rows(rule: Rule, data: Dataset) -> Any:
    return data.df.filter(rule.where) if rule.where else data.df


def _judged(rule: Rule, name: str, value: float | None, default: Condition | None = None, row: Any = None) -> Verdict:
    """Judge a number by the rule's condition."""
    condition = rule.condition or default
    if condition is None:
        raise GlueLocalError(f"the data quality rule {rule.text!r} needs a condition, such as > 0")
    metrics = {} if value is None else {name: float(value)}
    if condition.holds(value):
        return Verdict(True, None, metrics, row)
    return Verdict(False, f"Value: {value} does not meet the constraint requirement!", metrics, row)


ALL = Condition("compared", (1.0,), "=")
EQUAL = Condition("compared", (1.0,), "=")


def _one(df: Any, *columns: Any) -> Any:
    return df.agg(*columns).collect()[0]


def _metric(name: str, columns: tuple[str, ...]) -> str:
    place = (
        f"Multicolumn.{','.join(columns)}" if len(columns) > 1 else f"Column.{columns[0]}" if columns else "Dataset.*"
    )
    return f"{place}.{name}"


def _row_count(rule: Rule, data: Dataset) -> Verdict:
    return _judged(rule, "Dataset.*.RowCount", _rows(rule, data).count())


def _column_count(rule: Rule, data: Dataset) -> Verdict:
    return _judged(rule, "Dataset.*.ColumnCount", len(data.df.columns))


def _column_exists(rule: Rule, data: Dataset) -> Verdict:
    there = all(column in data.df.columns for column in rule.arguments)
    return Verdict(there, None if there else f"Column {rule.arguments[0]} does not exist in the dataset")


def _column_names(rule: Rule, data: Dataset) -> Verdict:
    pattern = rule.arguments[0]
    others = [name for name in data.df.columns if not re.fullmatch(pattern, name)]
    reason = f"Columns that do not match the pattern: {', '.join(others)}" if others else None
    share = 1 - len(others) / max(len(data.df.columns), 1)
    return Verdict(not others, reason, {"Dataset.*.ColumnNamesPatternMatchRatio": share})


def _completeness(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    (column,) = rule.arguments
    filled = F.col(quoted(column)).isNotNull()
    found = _one(_rows(rule, data), F.count(F.lit(1)).alias("all"), F.sum(filled.cast("int")).alias("some"))
    share = _share(found["some"], found["all"])
    default = ALL if rule.name == "IsComplete" else None
    return _judged(rule, _metric("Completeness", (column,)), share, default, filled)


def _share(some: int | None, whole: int) -> float:
    return 1.0 if not whole else (some or 0) / whole


def _groups(rule: Rule, data: Dataset) -> tuple[int, int, int]:
    """Return the number of rows, of distinct values, and of values that come once."""
    from pyspark.sql import functions as F

    columns = [F.col(quoted(column)) for column in rule.arguments]
    rows = _rows(rule, data)
    if rule.name != "IsPrimaryKey":
        filled = columns[0].isNotNull()
        for column in columns[1:]:
            filled = filled | column.isNotNull()
        rows = rows.filter(filled)
    groups = rows.groupBy(*columns).agg(F.count(F.lit(1)).alias("n"))
    found = _one(
        groups,
        F.sum("n").alias("rows"),
        F.count(F.lit(1)).alias("values"),
        F.sum((F.col("n") == 1).cast("int")).alias("once"),
    )
    return int(found["rows"] or 0), int(found["values"]), int(found["once"] or 0)


def _uniqueness(rule: Rule, data: Dataset) -> Verdict:
    rows, _, once = _groups(rule, data)
    default = ALL if rule.name in ("IsUnique", "IsPrimaryKey") else None
    return _judged(rule, _metric("Uniqueness", rule.arguments), _share(once, rows), default, _comes_once(rule))


def _comes_once(rule: Rule) -> Any:
    from pyspark.sql import functions as F

    names = ", ".join(quoted(column) for column in rule.arguments)
    return F.expr(f"count(1) over (partition by {names}) = 1")


def _primary_key(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    unique = _uniqueness(rule, data)
    filled = F.lit(True)
    for column in rule.arguments:
        filled = filled & F.col(quoted(column)).isNotNull()
    missing = _rows(rule, data).filter(~filled).count()
    reason = unique.reason or (f"{missing} rows have a NULL in the key" if missing else None)
    return Verdict(unique.passed and not missing, reason, unique.metrics, unique.row & filled)


def _unique_value_ratio(rule: Rule, data: Dataset) -> Verdict:
    _, values, once = _groups(rule, data)
    return _judged(rule, _metric("UniqueValueRatio", rule.arguments), _share(once, values))


def _distinct_values(rule: Rule, data: Dataset) -> Verdict:
    _, values, _ = _groups(rule, data)
    return _judged(rule, _metric("DistinctValuesCount", rule.arguments), values)


def _aggregate(name: str, function: str) -> Callable[[Rule, Dataset], Verdict]:
    def judge(rule: Rule, data: Dataset) -> Verdict:
        from pyspark.sql import functions as F

        names = ", ".join(quoted(column) for column in rule.arguments)
        value = _one(_rows(rule, data), F.expr(f"{function}({names})").alias("v"))["v"]
        return _judged(rule, _metric(name, rule.arguments), None if value is None else float(value))

    return judge


def _entropy(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    column = F.col(quoted(rule.arguments[0]))
    groups = _rows(rule, data).filter(column.isNotNull()).groupBy(column).agg(F.count(F.lit(1)).alias("n")).collect()
    whole = sum(row["n"] for row in groups)
    value = -sum(row["n"] / whole * math.log(row["n"] / whole) for row in groups)
    return _judged(rule, _metric("Entropy", rule.arguments), value)


def _column_values(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    column = F.col(quoted(rule.arguments[0]))
    kind = data.df.schema[rule.arguments[0]].dataType.simpleString()
    return _by_row(rule, data, row_condition(column, _condition(rule), kind), column, "ColumnValues")


def _column_length(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    length = F.length(F.col(quoted(rule.arguments[0])).cast("string"))
    return _by_row(rule, data, row_condition(length, _condition(rule), "int"), length, "ColumnLength")


def _column_data_type(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    wanted = str(_condition(rule).values[0]).upper()
    if wanted not in {*DATA_TYPES, "STRING"}:
        raise Unsupported(f"the data quality rule {rule.text!r}", f"use one of {', '.join(DATA_TYPES)}")
    name = rule.arguments[0]
    column = F.col(quoted(name))
    fits = (
        F.lit(True) if wanted == "STRING" else F.expr(f"try_cast({quoted(name)} as {DATA_TYPES[wanted]}) is not null")
    )
    return _by_row(rule, data, fits | column.isNull(), column, "ColumnDataType.Compliance")


def _condition(rule: Rule) -> Condition:
    if rule.condition is None:
        raise GlueLocalError(f"the data quality rule {rule.text!r} needs a condition, such as > 0")
    return rule.condition


def _by_row(rule: Rule, data: Dataset, keeps: Any, value: Any, name: str) -> Verdict:
    """Judge a rule that each row keeps or not."""
    from pyspark.sql import functions as F

    keeps = F.coalesce(keeps, F.lit(False))
    rows = _rows(rule, data)
    found = _one(rows, F.count(F.lit(1)).alias("all"), F.sum(keeps.cast("int")).alias("some"))
    share = _share(found["some"], found["all"])
    row = keeps if not rule.where else keeps | ~F.coalesce(F.expr(rule.where), F.lit(False))
    metrics = {_metric(f"{name}.Compliance" if rule.threshold else name, rule.arguments): share}
    if (rule.threshold or ALL).holds(share):
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


def _custom_sql(rule: Rule, data: Dataset) -> Verdict:
    rows = data.sql(rule.arguments[0])
    if rule.condition is None:
        # a query of rows: those that it returns keep the rule
        share = _share(rows.count(), data.df.count())
        return _judged_share(rule, "Dataset.*.CustomSQL.Compliance", share)
    first = rows.limit(1).collect()
    value = first[0][0] if first else None
    return _judged(rule, "Dataset.*.CustomSQL", None if value is None else float(value))


def _judged_share(rule: Rule, name: str, share: float) -> Verdict:
    passed = (rule.threshold or ALL).holds(share)
    return Verdict(
        passed, None if passed else f"Value: {share} does not meet the constraint requirement!", {name: share}
    )


def _data_freshness(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    condition = _condition(rule)
    now = datetime.now(UTC).replace(tzinfo=None)
    column = F.col(quoted(rule.arguments[0])).cast("timestamp")
    hours = (F.lit(now.isoformat(" ")).cast("timestamp").cast("long") - column.cast("long")) / 3600.0
    values = tuple(
        value.total_seconds() / 3600 if isinstance(value, timedelta) else value for value in condition.values
    )
    wanted = Condition(condition.kind, values, condition.operator, condition.negated)
    return _by_row(rule, data, row_condition(hours, wanted, "double"), hours, "DataFreshness")


def _reference(text: str) -> tuple[str, list[str]]:
    """Return alias and columns of `ref.column` or `ref.{one,two}`."""
    alias, _, columns = text.partition(".")
    return alias, [name.strip() for name in columns.strip("{}").split(",")]


def _referential_integrity(rule: Rule, data: Dataset) -> Verdict:
    from pyspark.sql import functions as F

    ours = [name.strip() for name in rule.arguments[0].strip("{}").split(",")]
    alias, theirs = _reference(rule.arguments[1])
    keys = data.other(alias).select(*(F.col(quoted(name)).alias(f"__{n}") for n, name in enumerate(theirs))).distinct()
    same = F.lit(True)
    for number, name in enumerate(ours):
        same = same & (F.col(quoted(name)) == F.col(f"__{number}"))
    rows = _rows(rule, data)
    share = _share(rows.join(keys, same, "left_semi").count(), rows.count())
    return _judged(rule, f"Column.{rule.arguments[0]}.ReferentialIntegrity", share, EQUAL)


def _row_count_match(rule: Rule, data: Dataset) -> Verdict:
    share = _share(data.df.count(), data.other(rule.arguments[0]).count())
    return _judged(rule, f"Dataset.{rule.arguments[0]}.RowCountMatch", share, EQUAL)


def _schema_match(rule: Rule, data: Dataset) -> Verdict:
    there = {(one.name, one.dataType.simpleString()) for one in data.other(rule.arguments[0]).schema.fields}
    here = {(one.name, one.dataType.simpleString()) for one in data.df.schema.fields}
    return _judged(rule, f"Dataset.{rule.arguments[0]}.SchemaMatch", _share(len(here & there), len(there)), EQUAL)


def _dataset_match(rule: Rule, data: Dataset) -> Verdict:
    """Judge the part of rows that the reference has with the same values, found by key columns."""
    from pyspark.sql import functions as F

    alias, keys, *more = rule.arguments
    key_pairs = _pairs(keys)
    reference = data.other(alias)
    key_names = {ours for ours, _ in key_pairs}
    pairs = (
        _pairs(more[0])
        if more
        else [(name, name) for name in data.df.columns if name in reference.columns and name not in key_names]
    )
    renamed = reference.select(
        *(F.col(quoted(theirs)).alias(f"__{n}") for n, (_, theirs) in enumerate([*key_pairs, *pairs]))
    )
    same = F.lit(True)
    for number, (ours, _) in enumerate([*key_pairs, *pairs]):
        same = same & F.col(quoted(ours)).eqNullSafe(F.col(f"__{number}"))
    share = _share(data.df.join(renamed, same, "left_semi").count(), data.df.count())
    return _judged(rule, f"Dataset.{alias}.DatasetMatch", share, EQUAL)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return the columns of `one,two->other`, ours and theirs."""
    halves = [part.partition("->") for part in text.split(",")]
    return [(ours.strip(), (theirs or ours).strip()) for ours, _, theirs in halves]


def _aggregate_match(rule: Rule, data: Dataset) -> Verdict:
    ours, theirs = (_aggregated(text, data) for text in rule.arguments)
    share = 1.0 if ours == theirs else min(ours, theirs) / max(ours, theirs) if max(ours, theirs) else 0.0
    return _judged(rule, f"Column.{rule.arguments[0]}.AggregateMatch", share, EQUAL)


def _aggregated(text: str, data: Dataset) -> float:
    from pyspark.sql import functions as F

    match = re.fullmatch(r"(sum|avg)\(([\w.]+)\)", text.strip(), re.IGNORECASE)
    if not match:
        raise Unsupported(f"the aggregate {text!r}", 'use "SUM(column)" or "AVG(alias.column)"')
    alias, _, name = match[2].rpartition(".")
    df = data.other(alias) if alias else data.df
    return float(_one(df, F.expr(f"{match[1]}({quoted(name)})").alias("v"))["v"] or 0)


RULES: dict[str, Callable[[Rule, Dataset], Verdict]] = {
    "AggregateMatch": _aggregate_match,
    "ColumnCorrelation": _aggregate("ColumnCorrelation", "corr"),
    "ColumnCount": _column_count,
    "ColumnDataType": _column_data_type,
    "ColumnExists": _column_exists,
    "ColumnLength": _column_length,
    "ColumnNamesMatchPattern": _column_names,
    "ColumnValues": _column_values,
    "Completeness": _completeness,
    "CustomSql": _custom_sql,
    "DataFreshness": _data_freshness,
    "DatasetMatch": _dataset_match,
    "DistinctValuesCount": _distinct_values,
    "Entropy": _entropy,
    "IsComplete": _completeness,
    "IsPrimaryKey": _primary_key,
    "IsUnique": _uniqueness,
    "Mean": _aggregate("Mean", "avg"),
    "ReferentialIntegrity": _referential_integrity,
    "RowCount": _row_count,
    "RowCountMatch": _row_count_match,
    "SchemaMatch": _schema_match,
    "StandardDeviation": _aggregate("StandardDeviation", "stddev_pop"),
    "Sum": _aggregate("Sum", "sum"),
    "UniqueValueRatio": _unique_value_ratio,
    "Uniqueness": _uniqueness,
}
OF_COLUMNS = set(RULES) - {
    "AggregateMatch",
    "ColumnCount",
    "ColumnExists",
    "ColumnNamesMatchPattern",
    "CustomSql",
    "DatasetMatch",
    "ReferentialIntegrity",
    "RowCount",
    "RowCountMatch",
    "SchemaMatch",
}
"""Rules whose arguments are all columns."""
