"""What rules are evaluated on, and the verdict that a rule gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
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
    earlier
        What earlier runs have measured: the values of each metric, the newest last.
    counted
        What was counted, by the rule's text.
    measured
        What rules have measured, as later runs will find it.
    """

    df: Any
    others: dict[str, Any]
    sql: Callable[[str], Any]
    earlier: Mapping[str, Sequence[float]] = field(default_factory=dict)
    counted: dict[str, Kept] = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)

    @cached_property
    def types(self) -> dict[str, str]:
        """The primary dataset's columns and their types; asking the engine takes a request each time."""
        return {one.name: one.dataType.simpleString() for one in self.df.schema.fields}

    def other(self, alias: str) -> Any:
        """Return a further dataset.

        Raises
        ------
        NoDataset
            There is none of that alias.
        """
        if alias not in self.others:
            raise NoDataset(f"{alias} not found in additional sources")
        return self.others[alias]


class NoDataset(GlueLocalError):
    """A rule names a dataset that is not among the additional data sources; the rule fails."""


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


@dataclass(frozen=True)
class RowRule:
    """What a rule asks of each row.

    Attributes
    ----------
    keeps
        The column that says whether a row keeps the rule.
    value
        The column that is judged.
    metric
        What the share of rows that keep it is called.
    extremes
        What the least and the greatest value are called, where they are the metric.
    """

    keeps: Any
    value: Any
    metric: str
    extremes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """How many rows a rule is about, how many of them keep it, and the value of one that does not.

    Attributes
    ----------
    nulls
        How many rows have no value.
    least, greatest
        Among the values; None where there are none, or nobody asked.
    """

    rows: int
    some: int
    example: str | None
    nulls: int = 0
    least: float | None = None
    greatest: float | None = None


def kept_of(rule: Rule, data: Dataset, asked: RowRule) -> Kept:
    """Return how many rows keep a rule; it is counted once."""
    if rule.text not in data.counted:
        count_together([(rule, asked)], data)
    return data.counted[rule.text]


def count_together(wanted: Sequence[tuple[Rule, RowRule]], data: Dataset) -> None:
    """Count the rows that keep rules, for many rules in one pass over the data."""
    from pyspark.sql import functions as F

    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        columns = []
        for number, (rule, asked) in enumerate(some):
            about = F.coalesce(F.expr(rule.where), F.lit(False)) if rule.where else F.lit(True)
            broken = F.when(about & ~asked.keeps, F.struct(asked.value.cast("string").alias("value")))
            columns += [
                F.sum(about.cast("int")).alias(f"rows{number}"),
                F.sum((about & asked.keeps).cast("int")).alias(f"some{number}"),
                F.first(broken, ignorenulls=True).alias(f"example{number}"),
            ]
            if asked.extremes:
                value = F.when(about, asked.value.cast("double"))
                columns += [F.min(value).alias(f"least{number}"), F.max(value).alias(f"greatest{number}")]
                columns.append(F.sum((about & asked.value.isNull()).cast("int")).alias(f"nulls{number}"))
        found = aggregate(data.df, *columns)
        for number, (rule, asked) in enumerate(some):
            example = found[f"example{number}"]
            kept = Kept(found[f"rows{number}"] or 0, found[f"some{number}"] or 0, example and example["value"])
            if asked.extremes:
                least, greatest = found[f"least{number}"], found[f"greatest{number}"]
                kept = replace(kept, nulls=found[f"nulls{number}"] or 0, least=least, greatest=greatest)
            data.counted[rule.text] = kept


AT_ONCE = 100
"""Rules that are counted in one pass; Spark generates code for them, which must not become too long."""


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
