"""DQDL's rule types: what each measures of a dataset, and which rows keep it.

"DQDL rule type reference" (AWS Glue Developer Guide). Rules over files and anomaly detection are refused by name.
Metrics are called as in Glue's results and in deequ's implementation of DQDL (awslabs/deequ, `dqdl`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from pyspark.errors import PySparkException

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.quality.column_rules import (
    aggregate_rule,
    completeness,
    distinct_values,
    entropy,
    filled,
    primary_key,
    unique_value_ratio,
    uniqueness,
)
from awsglue_local.quality.dataset import (
    Dataset,
    NoDataset,
    Verdict,
    count_together,
)
from awsglue_local.quality.dataset_rules import column_count, column_exists, column_names, custom_sql, row_count
from awsglue_local.quality.dqdl import Condition, Rule
from awsglue_local.quality.history import NoHistory
from awsglue_local.quality.reference_rules import (
    aggregate_match,
    dataset_match,
    referential_integrity,
    row_count_match,
    schema_match,
)
from awsglue_local.quality.row_rules import ROW_RULES, by_row, row_rule


def prepare(rules: Iterable[Rule], data: Dataset) -> None:
    """Count for all rules that rows keep or break in one pass, for `evaluate`, which tells of mistakes, to find."""
    wanted = []
    for rule in rules:
        if rule.condition and rule.condition.is_dynamic:
            continue
        if rule.name in OF_COLUMNS and all(column in data.types for column in rule.arguments):
            with suppress(GlueLocalError):
                if rule.name in ROW_RULES:
                    wanted.append((rule, row_rule(rule, data)))
                elif rule.name in ("Completeness", "IsComplete"):
                    wanted.append((rule, filled(rule)))
    if len(wanted) > 1:
        with suppress(PySparkException):  # one of them cannot be counted; `evaluate` finds out which
            count_together(wanted, data)


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
        if column not in data.types:
            return Verdict(False, f"Column {column} does not exist in the dataset")
    try:
        is_dynamic = rule.condition is not None and rule.condition.is_dynamic
        verdict = _by_history(rule, data) if is_dynamic else RULES[rule.name](rule, data)
        data.measured.update({history_key(rule, name): value for name, value in verdict.metrics.items()})
        return verdict
    except (NoDataset, NoHistory) as error:
        return Verdict(False, str(error))
    except PySparkException as error:  # SQL of the rule, such as its where clause
        return Verdict(False, f"the rule cannot be evaluated: {str(error).splitlines()[0]}")


def history_key(rule: Rule, metric: str) -> str:
    """Return what a metric is kept by: that of some rows is another one than that of all."""
    return f"{metric} where {rule.where}" if rule.where else metric


def _by_history(rule: Rule, data: Dataset) -> Verdict:
    """Judge a rule whose condition is computed of what earlier runs have measured."""
    if rule.name in ROW_RULES or rule.condition is None:
        raise Unsupported(f"the data quality rule {rule.text!r}", "compare with last(n) in a rule of a number")
    found = RULES[rule.name](replace(rule, condition=ANY), data)
    if len(found.metrics) != 1:
        return replace(found, passed=False, reason=found.reason or "there is no value to compare")
    ((name, value),) = found.metrics.items()
    try:
        condition = rule.condition.resolved(data.earlier.get(history_key(rule, name), ()))
    except NoHistory as error:
        return replace(found, passed=False, reason=str(error))
    reason = None if condition.holds(value) else f"Value: {value} does not meet the constraint requirement!"
    return replace(found, passed=reason is None, reason=reason)


ANY = Condition("compared", (float("-inf"),), ">=")
RULES: dict[str, Callable[[Rule, Dataset], Verdict]] = {
    "AggregateMatch": aggregate_match,
    "ColumnCorrelation": aggregate_rule("ColumnCorrelation", "corr"),
    "ColumnCount": column_count,
    "ColumnDataType": by_row,
    "ColumnExists": column_exists,
    "ColumnLength": by_row,
    "ColumnNamesMatchPattern": column_names,
    "ColumnValues": by_row,
    "Completeness": completeness,
    "CustomSql": custom_sql,
    "DataFreshness": by_row,
    "DatasetMatch": dataset_match,
    "DistinctValuesCount": distinct_values,
    "Entropy": entropy,
    "IsComplete": completeness,
    "IsPrimaryKey": primary_key,
    "IsUnique": uniqueness,
    "Mean": aggregate_rule("Mean", "avg"),
    "ReferentialIntegrity": referential_integrity,
    "RowCount": row_count,
    "RowCountMatch": row_count_match,
    "SchemaMatch": schema_match,
    "StandardDeviation": aggregate_rule("StandardDeviation", "stddev_pop"),
    "Sum": aggregate_rule("Sum", "sum"),
    "UniqueValueRatio": unique_value_ratio,
    "Uniqueness": uniqueness,
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
