"""ApplyMapping, on both engines."""

from __future__ import annotations

from typing import Any

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
