"""Round numbers for axes: steps of 1, 2 and 5, and of times that people count in."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
"""In milliseconds."""
TIMES = tuple(
    number * unit
    for unit, numbers in (
        (SECOND, (1, 2, 5, 10, 15, 30)),
        (MINUTE, (1, 2, 5, 10, 15, 30)),
        (HOUR, (1, 2, 3, 6, 12)),
    )
    for number in numbers
)


def number_step(low: float, high: float, most: int) -> float:
    """Return the least round step of which at most so many reach from below `low` to above `high`."""
    smallest = max((high - low) / most / 10, math.ulp(max(abs(low), abs(high), 1e-300)))
    return next(step for step in _steps(smallest) if _needed(low, high, step) <= most)


def time_step(low: float, high: float, most: int) -> float:
    """Return the same for epoch milliseconds: seconds, minutes, hours, or round numbers of days."""
    steps = itertools.chain(TIMES, (DAY * step for step in _steps(1)))
    return next(step for step in steps if _needed(low, high, step) <= most)


def ticks(highest: float, most: int = 5) -> list[float]:
    """Return round whole numbers from 0 to `highest` or a little more."""
    step = max(number_step(0, max(highest, 1), most), 1)
    return [step * number for number in range(math.ceil(max(highest, 1) / step) + 1)]


def powers(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten from a little below `low` to a little above `high`, both above 0."""
    steps = list(itertools.takewhile(lambda one: one < 10 * high, _steps(low / 10)))
    first = max((number for number, one in enumerate(steps) if one <= low), default=0)
    last = next((number for number, one in enumerate(steps) if one >= high), len(steps) - 1)
    return steps[first : last + 1]


def _needed(low: float, high: float, step: float) -> float:
    return math.floor(high / step) - math.floor(low / step) + 1


def _steps(smallest: float) -> Iterator[float]:
    """Yield 1, 2 and 5 times powers of ten, from one that is no larger than `smallest`."""
    start = math.floor(math.log10(smallest))
    for power in itertools.count(start):
        for digit in (1, 2, 5):
            yield float(f"{digit}e{power}")
