"""How the training data is distributed: its numbers, and when it was measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from awsglue_local.athena.queries import Snapshot
from scripts import stedi
from scripts.report.round_numbers import DAY, MINUTE, number_step, time_step

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


@dataclass(frozen=True)
class _Scale:
    """Ranges of values of one width that begin at round numbers.

    Attributes
    ----------
    first
        The number of the first range: it begins at `first * step`.
    """

    step: float
    first: int
    ranges: int

    def begin(self, number: int) -> float:
        """Return where a range begins."""
        return (self.first + number) * self.step


def _scale(column: str, low: float, high: float) -> _Scale:
    step = (time_step if column == TIME else number_step)(float(low), float(high), BUCKETS)
    first = math.floor(low / step)
    return _Scale(step, first, math.floor(high / step) - first + 1)


def _place(column: str, low: float, high: float, different: int) -> str:
    """Return the expression for where in the histogram a value is counted."""
    if different <= BUCKETS:
        return f'"{column}"'
    scale = _scale(column, low, high)
    number = f'floor(cast("{column}" as double) / {scale.step!r}) - {float(scale.first)!r}'
    return f"greatest(least({number}, {scale.ranges - 1}), 0)"


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
    scale = _scale(column, low, high)
    begins = [scale.begin(number) for number in range(scale.ranges)]
    rows = [counted.get(number, 0) for number in range(scale.ranges)]
    if column == TIME:
        labels, unit = _times(begins, scale.step, unit)
    else:
        labels = [f"{begin:.10g}" for begin in begins]
    return Histogram(column, unit, labels, rows, without)


def _times(begins: list[float], step: float, unit: str) -> tuple[list[str], str]:
    """Return times as labels, and the unit with the day where all are of one."""
    try:
        times = [datetime.fromtimestamp(begin / 1000, UTC) for begin in begins]
    except (ValueError, OverflowError, OSError):  # beyond the years that a calendar has
        return [f"{begin:.10g}" for begin in begins], "epoch milliseconds"
    if step >= DAY:
        return [f"{one:%Y-%m-%d}" for one in times], unit
    clock = "%H:%M" if step >= MINUTE else "%H:%M:%S"
    if times[0].date() == times[-1].date():
        return [one.strftime(clock) for one in times], f"{times[0]:%Y-%m-%d} {unit}"
    return [one.strftime(f"%m-%d {clock}") for one in times], unit


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
