"""Transforms over nested data, choice types and records that fail, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.frames.dynamicframe import DynamicFrameCollection
from tests.awsglue_local.frames_of import read, records

NESTED = (
    '{"id": 1, "who": {"name": "ann", "home": {"zip": "1", "city": "x"}}, "tags": ["a", "b"], "pets": [{"n": "p"}]}\n'
    '{"id": 2, "who": {"name": "bob", "home": {"zip": "2"}}, "tags": []}\n'
)


def test_fields_inside_of_structs(glue_context: Any) -> None:
    from awsglue.transforms import DropFields, RenameField, SelectFields

    given = read(glue_context, NESTED)
    dropped = DropFields.apply(given, ["who.home.zip", "tags", "pets"])
    assert records(dropped) == [
        {"id": 1, "who": {"name": "ann", "home": {"city": "x"}}},
        {"id": 2, "who": {"name": "bob", "home": {}}},
    ]
    chosen = SelectFields.apply(given, ["who.home.city", "id"])
    assert records(chosen) == [{"id": 1, "who": {"home": {"city": "x"}}}, {"id": 2, "who": {"home": {}}}]
    inside = RenameField.apply(given, "who.name", "who.called").select_fields(["who.called"])
    assert records(inside) == [{"who": {"called": "ann"}}, {"who": {"called": "bob"}}]
    outside = RenameField.apply(given, "who.home.zip", "zip").select_fields(["zip", "who"])
    assert records(outside)[0] == {"zip": "1", "who": {"home": {"city": "x"}, "name": "ann"}}


CHOICE = '{"k": 1, "v": 5}\n{"k": 2, "v": "six"}\n{"k": 3, "v": "7"}\n{"k": 4}\n'


def test_splitting_and_joining_again(glue_context: Any) -> None:
    from awsglue.transforms import SplitFields, SplitRows

    given = read(glue_context, '{"a": 1, "b": 5}\n{"a": 2, "b": 6}\n{"a": 3}\n')
    fields = SplitFields.apply(given, ["a"], "left", "right")
    assert records(fields["left"]) == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert records(fields["right"]) == [{"b": 5}, {"b": 6}, {}]
    rows = SplitRows.apply(given, {"b": {">": 4, "<=": 5}}, "yes", "no")
    assert records(rows["yes"]) == [{"a": 1, "b": 5}]
    assert records(rows["no"]) == [{"a": 2, "b": 6}, {"a": 3}], "a null fulfils nothing"
    stage = read(glue_context, '{"a": 2, "b": 60}\n{"a": 9, "c": 1}\n', "stage")
    merged = given.mergeDynamicFrame(stage, ["a"])
    assert records(merged) == [{"a": 1, "b": 5}, {"a": 2, "b": 60}, {"a": 3}, {"a": 9, "c": 1}]
    assert records(given.union(stage)).count({"a": 9, "c": 1}) == 1


def test_a_column_of_nulls_is_dropped(glue_context: Any) -> None:
    from awsglue.transforms import DropNullFields

    given = read(glue_context, '{"a": 1, "gone": null}\n{"a": 2, "gone": null}\n')
    assert DropNullFields.apply(given).toDF().columns == ["a"]


def test_collections(glue_context: Any) -> None:
    from awsglue.transforms import FlatMap, MapToCollection

    frames = DynamicFrameCollection(
        {"a": read(glue_context, NESTED), "b": read(glue_context, NESTED, "b")}, glue_context
    )
    counted = MapToCollection.apply(frames, lambda frame, ctx: frame.select_fields(["id"], ctx))
    assert list(counted.keys()) == ["a", "b"]
    assert counted["a"].toDF().columns == ["id"]
    from awsglue.transforms import DropFields

    flat = FlatMap.apply(dfc=frames, BaseTransform=DropFields, frame_name="frame", paths=["tags"])
    assert all("tags" not in frame.toDF().columns for frame in flat.values())


def test_a_spigot_writes_samples_and_goes_on(glue_context: Any) -> None:
    from awsglue.transforms import Spigot

    given = read(glue_context, NESTED)
    assert Spigot.apply(given, path="s3://bucket/samples/", options={"topk": 1}) is given
    glue_context._runtime.transaction.publish()
    (file,) = glue_context._runtime.lake.path("s3://bucket/samples/").glob("*.json")
    assert len(file.read_text().splitlines()) == 1


def test_drop_null_fields_finds_them_in_structs(glue_context: Any) -> None:
    from awsglue.transforms import DropNullFields

    text = '{"id": 1, "s": {"a": null, "b": 1, "t": {"c": null, "d": "x"}}}\n{"id": 2, "gone": null, "s": {"b": 2}}\n'
    made = DropNullFields.apply(read(glue_context, text))
    assert (
        made.toDF().schema.simpleString().replace("bigint", "int")
        == "struct<id:int,s:struct<b:int,t:struct<d:string>>>"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda given: given.drop_fields(["Id"]), "drop_fields: no column 'Id', but 'id'; AWS Glue tells upper"),
        (lambda given: given.select_fields(["id", "WHO"]), "select_fields: no column 'WHO', but 'who'"),
        (lambda given: given.rename_field("ID", "key"), "rename_field: no column 'ID', but 'id'"),
        (lambda given: given.join(["ID"], ["id"], given), "no column 'ID', but 'id'"),
        (
            lambda given: given.select_fields(["nobody", "none"]),
            "has none of 'nobody', 'none', so nothing would be left",
        ),
    ],
)
def test_a_name_that_would_be_passed_over_in_silence_is_an_error(glue_context: Any, call: Any, words: str) -> None:
    with pytest.raises(GlueLocalError, match=words):
        call(read(glue_context, NESTED))
