"""ApplyMapping, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.awsglue_local.frames_of import frame, read, records, rows
from tests.awsglue_local.transforms.test_nested_fields import NESTED


def test_apply_mapping_into_and_out_of_structs(glue_context: Any) -> None:
    from awsglue.transforms import ApplyMapping

    given = read(glue_context, NESTED)
    mappings = [
        ("who.home.zip", "string", "zip", "int"),
        ("id", "bigint", "key.id", "string"),
        ("who.name", "string", "key.name", "string"),
    ]
    made = ApplyMapping.apply(given, mappings)
    assert records(made) == [
        {"zip": 1, "key": {"id": "1", "name": "ann"}},
        {"zip": 2, "key": {"id": "2", "name": "bob"}},
    ]


def test_apply_mapping_casts_renames_and_reads_into_structs(glue_context: Any) -> None:
    from awsglue.transforms import ApplyMapping

    given = frame(glue_context, [("7", "x", (5,)), ("2.7", None, (6,))], "a string, b string, s struct<i:int>")
    mapped = ApplyMapping.apply(
        frame=given,
        mappings=[("a", "string", "n", "long"), ("b", "string", "m", "int"), ("s.i", "int", "i", "string")],
    )
    assert mapped.columns == ["n", "m", "i"]
    assert rows(mapped) == [(2, None, "6"), (7, None, "5")]


def test_apply_mapping_takes_names_in_any_case_unless_told(glue_context: Any) -> None:
    given = frame(glue_context, [(1,)], "Id int")
    assert given.apply_mapping([("id", "int", "n", "int")]).columns == ["n"]
    assert given.apply_mapping([("id", "int", "n", "int"), ("Id", "int", "m", "int")], True).columns == ["m"]


def test_apply_mapping_then_filter_drops_absent_keys(glue_context: Any) -> None:
    given = frame(glue_context, [(1, None), (2, 5)], "id int, a int", {"a": None})
    mapped = given.apply_mapping([("id", "int", "id", "int"), ("a", "int", "c", "long")])
    assert rows(mapped.filter(lambda row: not (row["c"] == 0))) == [(2, 5)]


CHOICE = '{"id": 1}\n{"id": "x"}\n{"id": "7"}\n{"id": 2.5}\n'


@pytest.mark.parametrize(
    ("source", "target", "values"),
    [
        ("string", "string", [None, "x", "7", None]),
        ("string", "long", [None, None, 7, None]),
        ("long", "long", [1, None, None, 2]),
        ("double", "double", [1.0, None, None, 2.5]),
        ("choice", "long", [1, None, 7, 2]),
        ("boolean", "string", [None] * 4),
        ("string", "null", [None] * 4),
    ],
)
def test_a_mapping_takes_the_values_of_its_source_type(
    glue_context: Any, source: str, target: str, values: list[Any]
) -> None:
    """Of a choice, those of that type; the rest is null, as where a whole column is of another type."""
    made = read(glue_context, CHOICE).apply_mapping([("id", source, "new", target)])
    assert [row[0] for row in rows(made)] == sorted(values, key=lambda value: repr((value,)))


@pytest.mark.parametrize(
    ("kind", "value", "source", "expected"),
    [
        ("int", 5, "string", None),
        ("string", "5", "int", None),
        ("string", "5", "string", "5"),
        ("string", "5", "varchar(3)", "5"),
        ("int", 5, "long", "5"),
        ("bigint", 5, "double", "5"),
        ("boolean", True, "string", None),
        ("boolean", True, "boolean", "true"),
        ("string", "5", "struct", "5"),
    ],
)
def test_a_column_of_another_type_gives_null_and_a_warning(
    glue_context: Any, kind: str, value: Any, source: str, expected: str | None
) -> None:
    made = frame(glue_context, [(value,)], f"n {kind}").apply_mapping([("n", source, "n", "string")])
    assert rows(made) == [(expected,)]
    told = [one for one in glue_context._runtime.account.warnings if "'n' is" in one]
    assert bool(told) == (expected is None)


@pytest.mark.parametrize("target", ["varchar", "varchar(10)", "char", "char(2)", "byte", "short", "binary", "integer"])
def test_types_as_scripts_name_them(glue_context: Any, target: str) -> None:
    made = frame(glue_context, [("7",)], "n string").apply_mapping([("n", "string", "n", target)])
    (value,) = rows(made)[0]
    assert value in ("7", 7, b"7")
