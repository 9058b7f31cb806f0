"""Rules about a whole dataset: its rows, its columns, a query over it."""

from __future__ import annotations

import re

from awsglue_local.quality.dataset import WHOLE, Dataset, Verdict, judged, rows_of, share_of
from awsglue_local.quality.dqdl import Rule


def row_count(rule: Rule, data: Dataset) -> Verdict:
    """Judge the number of rows."""
    return judged(rule, "Dataset.*.RowCount", rows_of(rule, data).count())


def column_count(rule: Rule, data: Dataset) -> Verdict:
    """Judge the number of columns."""
    return judged(rule, "Dataset.*.ColumnCount", len(data.types))


def column_exists(rule: Rule, data: Dataset) -> Verdict:
    """Judge whether columns are there."""
    there = all(column in data.types for column in rule.arguments)
    return Verdict(there, None if there else f"Column {rule.arguments[0]} does not exist in the dataset")


def column_names(rule: Rule, data: Dataset) -> Verdict:
    """Judge whether every column's name fits a pattern."""
    pattern = rule.arguments[0]
    others = [name for name in data.types if not re.fullmatch(pattern, name)]
    reason = f"Columns that do not match the pattern: {', '.join(others)}" if others else None
    share = 1 - len(others) / max(len(data.types), 1)
    return Verdict(not others, reason, {"Dataset.*.ColumnNamesPatternMatchRatio": share})


def custom_sql(rule: Rule, data: Dataset) -> Verdict:
    """Judge the number that a query returns, or the rows that it returns."""
    rows = data.sql(rule.arguments[0])
    if rule.condition is None:
        # a query of rows: those that it returns keep the rule
        share = share_of(rows.count(), data.df.count())
        return judged_share(rule, "Dataset.*.CustomSQL.Compliance", share)
    first = rows.limit(1).collect()
    value = first[0][0] if first else None
    return judged(rule, "Dataset.*.CustomSQL", None if value is None else float(value))


def judged_share(rule: Rule, name: str, share: float) -> Verdict:
    """Judge a share by the rule's threshold."""
    passed = (rule.threshold or WHOLE).holds(share)
    return Verdict(
        passed, None if passed else f"Value: {share} does not meet the constraint requirement!", {name: share}
    )
