"""Rules that compare a dataset with another one."""

from __future__ import annotations

import re

from awsglue_local.errors import Unsupported
from awsglue_local.quality.dataset import WHOLE, Dataset, Verdict, aggregate, judged, rows_of, share_of
from awsglue_local.quality.dqdl import Rule
from awsglue_local.storage.column_types import quoted


def _reference(text: str) -> tuple[str, list[str]]:
    """Return alias and columns of `ref.column` or `ref.{one,two}`."""
    alias, _, columns = text.partition(".")
    return alias, [name.strip() for name in columns.strip("{}").split(",")]


def referential_integrity(rule: Rule, data: Dataset) -> Verdict:
    """Judge the share of rows whose keys the reference has."""
    from pyspark.sql import functions as F

    ours = [name.strip() for name in rule.arguments[0].strip("{}").split(",")]
    alias, theirs = _reference(rule.arguments[1])
    keys = data.other(alias).select(*(F.col(quoted(name)).alias(f"__{n}") for n, name in enumerate(theirs))).distinct()
    same = F.lit(True)
    for number, name in enumerate(ours):
        same = same & (F.col(quoted(name)) == F.col(f"__{number}"))
    rows = rows_of(rule, data)
    share = share_of(rows.join(keys, same, "left_semi").count(), rows.count())
    return judged(rule, f"Column.{alias}.ReferentialIntegrity", share, WHOLE)


def row_count_match(rule: Rule, data: Dataset) -> Verdict:
    """Judge the number of rows beside that of the reference."""
    share = share_of(data.df.count(), data.other(rule.arguments[0]).count())
    return judged(rule, f"Dataset.{rule.arguments[0]}.RowCountMatch", share, WHOLE)


def schema_match(rule: Rule, data: Dataset) -> Verdict:
    """Judge the share of the reference's columns that are there with the same type."""
    there = {(one.name, one.dataType.simpleString()) for one in data.other(rule.arguments[0]).schema.fields}
    here = set(data.types.items())
    return judged(rule, f"Dataset.{rule.arguments[0]}.SchemaMatch", share_of(len(here & there), len(there)), WHOLE)


def dataset_match(rule: Rule, data: Dataset) -> Verdict:
    """Judge the part of rows that the reference has with the same values, found by key columns."""
    from pyspark.sql import functions as F

    alias, keys, *more = rule.arguments
    key_pairs = _pairs(keys)
    reference = data.other(alias)
    key_names = {ours for ours, _ in key_pairs}
    pairs = (
        _pairs(more[0])
        if more
        else [(name, name) for name in data.types if name in reference.columns and name not in key_names]
    )
    renamed = reference.select(
        *(F.col(quoted(theirs)).alias(f"__{n}") for n, (_, theirs) in enumerate([*key_pairs, *pairs]))
    )
    same = F.lit(True)
    for number, (ours, _) in enumerate([*key_pairs, *pairs]):
        same = same & F.col(quoted(ours)).eqNullSafe(F.col(f"__{number}"))
    rows = data.df.count()
    if not rows:
        return Verdict(False, "Cannot evaluate: the primary dataset is empty")
    share = share_of(data.df.join(renamed, same, "left_semi").count(), rows)
    return judged(rule, f"Dataset.{alias}.DatasetMatch", share, WHOLE)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return the columns of `one,two->other`, ours and theirs."""
    halves = [part.partition("->") for part in text.split(",")]
    return [(ours.strip(), (theirs or ours).strip()) for ours, _, theirs in halves]


def aggregate_match(rule: Rule, data: Dataset) -> Verdict:
    """Judge an aggregate beside another one."""
    ours, theirs = (aggregated(text, data) for text in rule.arguments)
    share = 1.0 if ours == theirs else ours / theirs if theirs else 0.0
    return judged(rule, f"Column.{rule.arguments[0]}.AggregateMatch", share, WHOLE)


def aggregated(text: str, data: Dataset) -> float:
    from pyspark.sql import functions as F

    match = re.fullmatch(r"(sum|avg)\(([\w.]+)\)", text.strip(), re.IGNORECASE)
    if not match:
        raise Unsupported(f"the aggregate {text!r}", 'use "SUM(column)" or "AVG(alias.column)"')
    alias, _, name = match[2].rpartition(".")
    df = data.other(alias) if alias else data.df
    return float(aggregate(df, F.expr(f"{match[1]}({quoted(name)})").alias("v"))["v"] or 0)
