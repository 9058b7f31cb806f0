"""Relationalize and UnnestFrame, on both engines."""

from __future__ import annotations

from typing import Any

from tests.awsglue_local.frames_of import read, records
from tests.awsglue_local.transforms.test_nested_fields import NESTED


def test_relationalize_makes_a_table_of_each_array(glue_context: Any) -> None:
    from awsglue.transforms import Relationalize

    tables = Relationalize.apply(read(glue_context, NESTED), staging_path="s3://bucket/tmp/", name="root")
    assert list(tables.keys()) == ["root", "root_tags", "root_pets"]
    root = records(tables.select("root"))
    by_id = {record["id"]: record for record in root}
    assert by_id[1]["who.home.city"] == "x"
    tags = records(tables["root_tags"])
    assert [(tag["id"], tag["index"], tag["tags.val"]) for tag in tags] == [
        (by_id[1]["tags"], 0, "a"),
        (by_id[1]["tags"], 1, "b"),
    ]
    assert records(tables["root_pets"]) == [{"id": by_id[1]["pets"], "index": 0, "pets.val.n": "p"}]
    assert "pets" not in by_id[2]


def test_unnest_makes_structs_flat(glue_context: Any) -> None:
    from awsglue.transforms import UnnestFrame

    flat = UnnestFrame.apply(read(glue_context, NESTED))
    assert set(flat.toDF().columns) == {"id", "who.name", "who.home.zip", "who.home.city", "tags", "pets"}
    # a name with dots is found as it stands
    assert records(flat.select_fields(["who.home.zip"])) == [{"who.home.zip": "1"}, {"who.home.zip": "2"}]


def test_arrays_in_arrays_are_named_after_the_root(glue_context: Any) -> None:
    """`root_shows.val.pieces`: a table's name is the root's and the path in it."""
    from awsglue.transforms import Relationalize

    text = '{"shows": [{"name": "a", "pieces": [{"p": 1, "by": ["x", "y"]}]}]}\n'
    tables = Relationalize.apply(read(glue_context, text), staging_path="s3://bucket/tmp/", name="root")
    names = ["root", "root_shows", "root_shows.val.pieces", "root_shows.val.pieces.val.by"]
    assert sorted(tables.keys()) == names
    assert [one["shows.val.pieces.val.by.val"] for one in records(tables[names[3]])] == ["x", "y"]
