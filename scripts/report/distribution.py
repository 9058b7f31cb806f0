"""How the training data is distributed: its numbers, and when it was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from awsglue_local.athena_sql import AthenaSql
from scripts import stedi

BUCKETS = 12
NUMBERS = {"x": "g", "y": "g", "z": "g", "distancefromobject": "cm"}
"""Columns of the training data that are measured, with their units."""
TIME = "timestamp"
TABLE = stedi.TRAINING_TABLE


@dataclass(frozen=True)
class Histogram:
    """Rows by the value of a column.

    Attributes
    ----------
    labels
        The values, or where each range of values begins.
    rows
        The rows of each.
    """

    column: str
    unit: str
    labels: list[str]
    rows: list[int]


def histograms(lake: AthenaSql) -> list[Histogram]:
    """Return a histogram of each measured column, and one of the times; none where there are no rows."""
    found = [_histogram(lake, column, unit) for column, unit in {**NUMBERS, TIME: "UTC"}.items()]
    return [one for one in found if one.rows]


def _histogram(lake: AthenaSql, column: str, unit: str) -> Histogram:
    few = _ask(lake, f'select "{column}", count(*) from {TABLE} group by 1 order by 1 limit {BUCKETS + 1}')
    if len(few) <= BUCKETS:
        return Histogram(column, unit, [_label(column, value) for value, _ in few], [int(rows) for _, rows in few])
    ((low, high),) = _ask(lake, f'select min("{column}"), max("{column}") from {TABLE}')
    width = (high - low) / BUCKETS
    place = f'least(floor((cast("{column}" as double) - {low}) / {width}), {BUCKETS - 1})'
    rows = dict(_ask(lake, f"select {place}, count(*) from {TABLE} group by 1"))
    labels = [_label(column, low + number * width) for number in range(BUCKETS)]
    return Histogram(column, unit, labels, [int(rows.get(number, 0)) for number in range(BUCKETS)])


def _ask(lake: AthenaSql, sql: str) -> list[tuple[float, float]]:
    return lake.query(sql, stedi.DATABASE).rows


def _label(column: str, value: float) -> str:
    if column == TIME:
        return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    return f"{value:g}" if value == round(value, 1) else f"{value:.1f}"
