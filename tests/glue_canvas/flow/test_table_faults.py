"""What a canvas writes, compared with the tables: columns, types, tables that are not there, rows that pile up."""

from __future__ import annotations

from typing import Any

import pytest

from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.flow.table_faults import rows_that_pile_up, same_type, table_faults
from tests.glue_canvas.canvases import canvas_of

PURGE = 'glueContext.purge_table(database="d", table_name="out", options={"retentionPeriod": 0})\nreturn dfc'
PEOPLE = {"email": "string", "age": "bigint"}


def faults(
    out: dict[str, str], code: str = PURGE, mapping: list[dict[str, Any]] | None = None, **more: Any
) -> list[str]:
    """Return what is found of a canvas that reads people and writes the table `out`."""
    kept = {"Name": "rows", "Inputs": ["1"], "Mapping": mapping} if mapping else {"Name": "rows", "Inputs": ["1"]}
    canvas = canvas_of(
        ("1", "CatalogSource", {"Database": "d", "Name": "people", "Table": "people"}),
        ("2", "ApplyMapping" if mapping else "DropDuplicates", kept),
        ("3", "CustomCode", {"ClassName": "Empty", "Code": code, "Inputs": ["2"], "Name": "Empty"}),
        ("4", "SelectFromCollection", {"Index": 0, "Inputs": ["3"], "Name": "Select"}),
        ("5", "CatalogTarget", {"Database": "d", "Inputs": ["4"], "Name": "out", "Table": more.pop("table", "out")}),
    )
    canvas.definition.update(more)
    tables = {("d", "people"): PEOPLE, ("d", "out"): out}
    found = [*table_faults(canvas, canvas_columns(canvas, tables), tables), *rows_that_pile_up(canvas, tables)]
    return [sentence for _, sentence in found]


def to(name: str, kind: str) -> list[dict[str, Any]]:
    return [{"FromPath": ["email"], "FromType": "string", "ToKey": name, "ToType": kind, "Dropped": False}]


def test_what_fits_is_no_fault() -> None:
    assert faults(PEOPLE) == []
    assert faults({"EMAIL": "varchar(20)", "age": "long"}) == []


@pytest.mark.parametrize(
    ("out", "mapping", "words"),
    [
        ({"email": "string"}, None, ["d.out has no column 'age'"]),
        (
            {"email": "string", "ages": "bigint"},
            None,
            [
                "d.out has no column 'age'; did you mean 'ages'?",
                "no value is written to the column 'ages' of d.out, which would be null in every row",
            ],
        ),
        (
            {**PEOPLE, "a": "int", "b": "int"},
            None,
            ["no value is written to the columns 'a', 'b' of d.out, which would be null in every row"],
        ),
        ({"age": "bigint"}, to("age", "int"), ["it writes 'age' as int, but the column of d.out is bigint"]),
    ],
)
def test_columns_that_differ_are_told(
    out: dict[str, str], mapping: list[dict[str, Any]] | None, words: list[str]
) -> None:
    assert faults(out, mapping=mapping) == words


def test_a_table_that_nobody_defines_is_told_with_the_nearest() -> None:
    assert faults(PEOPLE, table="outt") == ["no DDL defines d.outt; did you mean 'd.out'?"]


@pytest.mark.parametrize(
    "code",
    [
        "return dfc",
        PURGE.replace('"out"', '"out_of_others"'),
        PURGE.replace("purge_table", "transition_table"),
    ],
)
def test_rows_that_pile_up_are_told(code: str) -> None:
    (fault,) = faults(PEOPLE, code)
    assert fault.startswith("nothing empties d.out before the write, so every run adds its rows")
    assert faults(PEOPLE, code, defaultArguments={"--job-bookmark-option": "job-bookmark-enable"}) == [], (
        "a bookmark reads what is new"
    )


def test_a_purge_of_the_path_counts_too() -> None:
    assert faults(PEOPLE, 'glueContext.purge_s3_path("s3://lake/out/", {})\nreturn dfc') == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("long", "bigint", True),
        ("INT", "integer", True),
        ("struct<a: int>", "struct<a:int>", True),
        ("decimal(10,2)", "decimal(10,3)", False),
        ("", "bigint", True),
        ("char(3)", "string", True),
        ("string", "bigint", False),
    ],
)
def test_types(one: str, other: str, same: bool) -> None:
    assert same_type(one, other) is same
    assert same_type(other, one) is same
