"""How the training data is distributed: its numbers, and when it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from awsglue_local.athena.queries import AthenaSql
from scripts import stedi

BUCKETS = 12
NUMBERS = {"x": "g", "y": "g", "z": "g", "distancefromobject": "cm"}
"""Columns of the training data that are measured, with their units."""
TIME = "timestamp"
TABLE = stedi.TRAINING_TABLE
LARGEST = 1e300
"""What is larger, infinite or no number is not drawn."""


@dataclass(frozen=True)
class Histogram:
    """Rows by the value of a column.

    Attributes
    ----------
    labels
        The values, or where each range of values begins.
    rows
        The rows of each.
    without
        Rows without a value, or with one that is no number one can draw.
    """

    column: str
    unit: str
    labels: list[str]
    rows: list[int]
    without: int


def histograms(lake: AthenaSql) -> list[Histogram]:
    """Return a histogram of each measured column, and one of the times; none where there are no values."""
    found = [_histogram(lake, column, unit) for column, unit in {**NUMBERS, TIME: "UTC"}.items()]
    return [one for one in found if one.rows]


def _histogram(lake: AthenaSql, column: str, unit: str) -> Histogram:
    number = f'cast("{column}" as double)'
    # by its text: DuckDB trusts the least and largest value in Parquet files, which leave out what is no number
    drawn = (
        f"from {TABLE} where {number} between -{LARGEST} and {LARGEST} and lower(cast({number} as varchar)) <> 'nan'"
    )
    ((total, low, high, count),) = _ask(
        lake, f'select (select count(*) from {TABLE}), min("{column}"), max("{column}"), count(*) {drawn}'
    )
    without = int(total) - int(count)
    few = _ask(lake, f'select "{column}", count(*) {drawn} group by 1 order by 1 limit {BUCKETS + 1}')
    if len(few) <= BUCKETS:
        labels = [_label(column, value) for value, _ in few]
        return Histogram(column, unit, labels, [int(rows) for _, rows in few], without)
    width = (high - low) / BUCKETS
    place = f"least(floor(({number} - {low!r}) / {width!r}), {BUCKETS - 1})"
    rows: dict[Any, Any] = dict(_ask(lake, f"select {place}, count(*) {drawn} group by 1"))
    labels = [_label(column, low + number * width) for number in range(BUCKETS)]
    return Histogram(column, unit, labels, [int(rows.get(number, 0)) for number in range(BUCKETS)], without)


def _ask(lake: AthenaSql, sql: str) -> list[tuple[Any, ...]]:
    return lake.query(sql, stedi.DATABASE).rows


def _label(column: str, value: float) -> str:
    if column == TIME:
        try:
            return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M")
        except (ValueError, OverflowError, OSError):  # beyond the years that a calendar has
            pass
    return f"{value:.4g}" if isinstance(value, float) else str(value)
