"""How the training data is distributed: its numbers, and when it was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from awsglue_local.athena.queries import Snapshot
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


def histograms(lake: Snapshot) -> list[Histogram]:
    """Return a histogram of each measured column, and one of the times; none where there are no values."""
    units = {**NUMBERS, TIME: "UTC"}
    # one look at the table for the ranges of all columns, another one for the rows in them
    (row,) = _ask(lake, f"select count(*), {', '.join(map(_range, units))} from {TABLE}")
    total, ranges = int(row[0]), dict(zip(units, _batched(row[1:], 4), strict=True))
    places = {column: _place(column, *found[:3]) for column, found in ranges.items() if found[3]}
    if not places:
        return []
    counted = _counted(lake, places)
    return [
        _histogram(column, units[column], ranges[column], counted[column], total - int(ranges[column][3]))
        for column in places
    ]


def _range(column: str) -> str:
    """Return the columns that say least, largest, different and all values that can be drawn."""
    drawn = f"filter (where {_drawn(column)})"
    told = (f'min("{column}")', f'max("{column}")', f'count(distinct "{column}")', f'count("{column}")')
    return ", ".join(f"{one} {drawn}" for one in told)


def _drawn(column: str) -> str:
    number = f'cast("{column}" as double)'
    # by its text: DuckDB trusts the least and largest value in Parquet files, which leave out what is no number
    return f"({number} between -{LARGEST} and {LARGEST} and lower(cast({number} as varchar)) <> 'nan')"


def _place(column: str, low: float, high: float, different: int) -> str:
    """Return the expression for where in the histogram a value is counted."""
    if different <= BUCKETS:
        return f'"{column}"'
    number = f'cast("{column}" as double)'
    return f"least(floor(({number} - {low!r}) / {(high - low) / BUCKETS!r}), {BUCKETS - 1})"


def _counted(lake: Snapshot, places: dict[str, str]) -> dict[str, dict[float, int]]:
    """Return for each column the rows by their place."""
    chosen = ", ".join(
        f"case when {_drawn(column)} then {place} end as {column}_place" for column, place in places.items()
    )
    sets = ", ".join(f"({column}_place)" for column in places)
    names = ", ".join(f"{column}_place, grouping({column}_place)" for column in places)
    found: dict[str, dict[float, int]] = {column: {} for column in places}
    sql = f"select {names}, count(*) from (select {chosen} from {TABLE}) as placed group by grouping sets ({sets})"
    for *cells, rows in _ask(lake, sql):
        for column, (place, is_other) in zip(places, _batched(cells, 2), strict=True):
            if not is_other and place is not None:
                found[column][place] = int(rows)
    return found


def _histogram(column: str, unit: str, found: tuple[Any, ...], counted: dict[float, int], without: int) -> Histogram:
    low, high, different, _ = found
    if different <= BUCKETS:
        labels = [_label(column, value) for value in sorted(counted)]
        return Histogram(column, unit, labels, [counted[value] for value in sorted(counted)], without)
    width = (high - low) / BUCKETS
    labels = [_label(column, low + number * width) for number in range(BUCKETS)]
    return Histogram(column, unit, labels, [counted.get(number, 0) for number in range(BUCKETS)], without)


def _ask(lake: Snapshot, sql: str) -> list[tuple[Any, ...]]:
    return lake.query(sql, stedi.DATABASE).rows


def _batched(values: Sequence[Any], size: int) -> Iterator[tuple[Any, ...]]:
    """Yield values so many at a time."""
    return (tuple(values[start : start + size]) for start in range(0, len(values), size))


def _label(column: str, value: float) -> str:
    if column == TIME:
        try:
            return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M")
        except (ValueError, OverflowError, OSError):  # beyond the years that a calendar has
            pass
    return f"{value:.4g}" if isinstance(value, float) else str(value)
