"""Tables that fit a terminal."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from awsglue_local.terminal import fitted_table, plain_console, rows_shown

COLUMNS = ("Job", "Read", "Rows")
ROWS = [("customer_landing_to_trusted", "customer_landing (956)", "482"), ("customer_trusted_to_curated", "x", "464")]


def printed(what: Any, width: int) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width).print(what)
    return file.getvalue().splitlines()


def test_what_fits_has_borders_and_everything() -> None:
    lines = printed(fitted_table(COLUMNS, ROWS, 80, drop=("Read",), right=("Rows",)), 80)
    assert lines[0].startswith("┌")
    assert "customer_landing (956)" in lines[3]


@pytest.mark.parametrize(("width", "there"), [(57, "Read"), (56, ""), (38, ""), (33, "")])
def test_what_does_not_fit_loses_what_may_be_left_out(width: int, there: str) -> None:
    lines = printed(fitted_table(COLUMNS, ROWS, width, drop=("Read",), right=("Rows",)), width)
    text = "\n".join(lines)
    assert ("Read" in text) == bool(there)
    assert "customer_landing_to_trusted" in text
    assert "customer_trusted_to_curated" in text
    assert max(map(len, lines)) <= width


@given(st.integers(20, 100), st.lists(st.text("ab c", max_size=60), min_size=1, max_size=4))
def test_nothing_is_cut(width: int, values: list[str]) -> None:
    columns = [f"column{number}" for number in range(len(values))]
    text = "".join(printed(rows_shown(columns, [values], width), width))
    for letter in "ab":
        assert text.count(letter) == "".join(values).count(letter)


def test_columns_counts_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "66")
    assert plain_console().width == 66
    monkeypatch.delenv("COLUMNS")
    assert plain_console().width == 120
