"""Functions over many values give what a few lines of Python give that follow Trino's documentation word by word."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsglue_local.athena.trino.session import Session
from tests.awsglue_local.athena.trino.examples import answer

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(alphabet="abé-,| '«", max_size=6)
SMALL = st.integers(-8, 8)
DATES = st.dates(date(1960, 1, 1), date(2060, 12, 31))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        yield Session(connection)


def literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"array[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, date):
        return f"date '{value}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join('null' if one is None else shown(one) for one in value)}]"
    return "NULL" if value is None else str(value)


def require_same(session: Session, call: str, values: list[tuple[Any, ...]], wanted: Callable[..., Any]) -> None:
    """Compare a call, whose arguments are named a, b, c, over columns and over literals."""
    names = "abc"[: len(values[0])]
    expected = [shown(wanted(*one)).rstrip() for one in values]
    rows = ", ".join(f"({number}, {', '.join(map(literal, one))})" for number, one in enumerate(values))
    found = answer(session, f"select {call} from (values {rows}) as t (n, {', '.join(names)}) order by n")
    assert found == expected, (call, values)
    given = [dict(zip(names, map(literal, one), strict=True)) for one in values[:3]]
    calls = [
        "".join(one.get(word, word) if is_name else word for word, is_name in _words(call, names)) for one in given
    ]
    assert [answer(session, f"select {one}") for one in calls] == [[one] for one in expected[:3]], calls


def _words(call: str, names: str) -> Iterator[tuple[str, bool]]:
    for place, sign in enumerate(call):
        around = call[place - 1 : place] + call[place + 1 : place + 2]
        yield sign, sign in names and not any(one.isalpha() or one == "_" for one in around)


def many(*strategies: Any) -> Any:
    return st.lists(st.tuples(*strategies), min_size=1, max_size=8)


def substr(text: str, start: int, length: int) -> str:
    begin = start - 1 if start > 0 else len(text) + start
    return "" if start == 0 or begin < 0 or length <= 0 else text[begin : begin + length]


@FEW
@given(many(TEXTS, SMALL, SMALL))
def test_substr(session: Session, values: list[tuple[str, int, int]]) -> None:
    require_same(session, "substr(a, b, c)", values, substr)


@FEW
@given(many(TEXTS, st.sampled_from([",", "|", "ab", "«"]), st.integers(1, 4)))
def test_split_part(session: Session, values: list[tuple[str, str, int]]) -> None:
    def split_part(text: str, by: str, field: int) -> str | None:
        parts = text.split(by)
        return parts[field - 1] if field <= len(parts) else None

    require_same(session, "split_part(a, b, c)", values, split_part)


@FEW
@given(many(TEXTS, TEXTS))
def test_strpos(session: Session, values: list[tuple[str, str]]) -> None:
    require_same(session, "strpos(a, b)", values, lambda text, part: text.find(part) + 1)


ARRAYS = st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=1, max_size=5).filter(lambda one: any(one))


@FEW
@given(many(ARRAYS, SMALL.filter(bool), st.integers(0, 6)))
def test_slice(session: Session, values: list[tuple[list[int | None], int, int]]) -> None:
    def slice_(array: list[int | None], start: int, length: int) -> list[int | None]:
        begin = start - 1 if start > 0 else len(array) + start
        return array[begin : begin + length] if begin >= 0 else []

    require_same(session, "slice(a, b, c)", values, slice_)


@FEW
@given(many(ARRAYS, st.integers(-3, 3)))
def test_array_position_and_contains(session: Session, values: list[tuple[list[int | None], int]]) -> None:
    require_same(
        session, "array_position(a, b)", values, lambda array, one: array.index(one) + 1 if one in array else 0
    )

    def contains(array: list[int | None], one: int) -> str | None:
        return "true" if one in array else None if None in array else "false"

    require_same(session, "contains(a, b)", values, contains)


@FEW
@given(many(ARRAYS, ARRAYS))
def test_arrays_with_nulls_are_equal_where_that_is_known(
    session: Session, values: list[tuple[list[int | None], list[int | None]]]
) -> None:
    def equal(one: list[int | None], other: list[int | None]) -> str | None:
        if len(one) != len(other):
            return "false"
        pairs = list(zip(one, other, strict=True))
        if any(None not in pair and pair[0] != pair[1] for pair in pairs):
            return "false"
        return None if any(None in pair for pair in pairs) else "true"

    require_same(session, "a = b", values, equal)


@FEW
@given(many(st.integers(-99, 99), st.integers(-9, 9).filter(bool)))
def test_division_is_cut_and_the_remainder_has_the_dividends_sign(
    session: Session, values: list[tuple[int, int]]
) -> None:
    def cut(one: int, other: int) -> int:
        whole = abs(one) // abs(other)
        return whole if (one < 0) == (other < 0) else -whole

    require_same(session, "a / b", values, cut)
    require_same(session, "a % b", values, lambda one, other: one - cut(one, other) * other)


def later(at: date, months: int) -> date:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return date(year, month + 1, min(at.day, calendar.monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """The most months that can be added to the start without passing the end; backwards, those of the swapped dates."""
    if end < start:
        return -whole_months(end, start)
    return max(count for count in range(1300) if later(start, count) <= end)


@FEW
@given(many(DATES, DATES))
def test_date_diff(session: Session, values: list[tuple[date, date]]) -> None:
    require_same(session, "date_diff('month', a, b)", values, whole_months)
    require_same(session, "date_diff('day', a, b)", values, lambda start, end: (end - start).days)


@FEW
@given(many(DATES, st.integers(-40, 40)))
def test_date_add(session: Session, values: list[tuple[date, int]]) -> None:
    require_same(session, "date_add('month', b, a)", values, later)


@pytest.mark.parametrize("unit", ["year", "month"])
def test_date_diff_at_the_end_of_february(session: Session, unit: str) -> None:
    days = [
        date(year, 2, day) for year in (2019, 2020, 2021, 2024) for day in (27, 28, 29) if day < 29 or year % 4 == 0
    ]
    size = {"year": 12, "month": 1}[unit]

    def whole(start: date, end: date) -> int:
        months = whole_months(start, end)
        return months // size if months >= 0 else -(-months // size)

    require_same(session, f"date_diff('{unit}', a, b)", [(one, other) for one in days for other in days], whole)
