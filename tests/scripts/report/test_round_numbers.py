"""Round numbers for axes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.report.round_numbers import DAY, HOUR, MINUTE, SECOND, number_step, powers, ticks, time_step

FINITE = st.floats(-1e300, 1e300)


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(201, 299.9, 10), (0, 11, 1), (0, 12, 2), (-1, 1, 0.2), (0, 0.11, 0.01), (1e6, 2e6, 1e5), (-3, 47, 5)],
)
def test_steps_of_numbers(low: float, high: float, step: float) -> None:
    assert number_step(low, high, 12) == pytest.approx(step)


@pytest.mark.parametrize(
    ("span", "step"),
    [
        (9 * SECOND, SECOND),
        (9 * MINUTE, MINUTE),
        (50 * MINUTE, 5 * MINUTE),
        (9 * HOUR, HOUR),
        (20 * DAY, 2 * DAY),
        (3650 * DAY, 500 * DAY),
    ],
)
def test_steps_of_times(span: float, step: float) -> None:
    start = 1_655_562_000_000
    assert time_step(start, start + span, 12) == step


@given(FINITE, FINITE, st.integers(2, 20))
def test_the_steps_reach_from_end_to_end(one: float, other: float, most: int) -> None:
    low, high = sorted((one, other))
    if low == high:
        return
    step = number_step(low, high, most)
    assert 1 <= math.floor(high / step) - math.floor(low / step) + 1 <= most
    digits = f"{step:e}".split("e")[0]
    assert float(digits) in (1.0, 2.0, 5.0)


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (10_800, [0, 5_000, 10_000, 15_000]),
        (3, [0, 1, 2, 3]),
        (0, [0, 1]),
        (2_967, [0, 1_000, 2_000, 3_000]),
    ],
)
def test_ticks(highest: float, expected: list[float]) -> None:
    assert ticks(highest) == pytest.approx(expected)


def test_powers() -> None:
    assert powers(0.22, 58.68) == [0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
    assert powers(1, 1) == [1]
