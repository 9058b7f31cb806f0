"""What rules are evaluated on, and the verdict that a rule gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.quality.dqdl import Condition, Rule

PRIMARY = "primary"


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
            raise GlueLocalError(f"data quality: no dataset {alias!r} in additional_data_sources; it has {there}")
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


def rows_of(rule: Rule, data: Dataset) -> Any:
    """Return the rows that a rule is about."""
    return data.df.filter(rule.where) if rule.where else data.df


def judged(rule: Rule, name: str, value: float | None, default: Condition | None = None, row: Any = None) -> Verdict:
    """Judge a number by the rule's condition."""
    condition = rule.condition or default
    if condition is None:
        raise GlueLocalError(f"the data quality rule {rule.text!r} needs a condition, such as > 0")
    metrics = {} if value is None else {name: float(value)}
    if condition.holds(value):
        return Verdict(True, None, metrics, row)
    return Verdict(False, f"Value: {value} does not meet the constraint requirement!", metrics, row)


WHOLE = Condition("compared", (1.0,), "=")
"""What a share has to be where a rule names no condition: all of it."""


def aggregate(df: Any, *columns: Any) -> Any:
    """Return the one row that aggregate functions make of a DataFrame."""
    return df.agg(*columns).collect()[0]


def metric_name(name: str, columns: tuple[str, ...]) -> str:
    """Return a metric's name as AWS writes it, such as `Column.id.Completeness`."""
    place = (
        f"Multicolumn.{','.join(columns)}" if len(columns) > 1 else f"Column.{columns[0]}" if columns else "Dataset.*"
    )
    return f"{place}.{name}"


def share_of(some: int | None, whole: int) -> float:
    """Return a part of a whole; of an empty whole it is all."""
    return 1.0 if not whole else (some or 0) / whole


def condition_of(rule: Rule) -> Condition:
    """Return a rule's condition.

    Raises
    ------
    GlueLocalError
        It has none.
    """
    if rule.condition is None:
        raise GlueLocalError(f"the data quality rule {rule.text!r} needs a condition, such as > 0")
    return rule.condition
