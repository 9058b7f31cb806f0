"""Transforms over nested data, choice types and records that fail, on both engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.catalog import Table, storage_formats
from awsglue_local.dynamicframe import DynamicFrameCollection
from awsglue_local.lake import Lake
from scripts.docs import runtime_calls

NESTED = (
    '{"id": 1, "who": {"name": "ann", "home": {"zip": "1", "city": "x"}}, "tags": ["a", "b"], "pets": [{"n": "p"}]}\n'
    '{"id": 2, "who": {"name": "bob", "home": {"zip": "2"}}, "tags": []}\n'
)


def read(context: Any, text: str, name: str = "in") -> Any:
    """Put JSON lines at a path of the lake and read them."""
    lake: Lake = context._runtime.lake
    folder = lake.path(f"s3://bucket/{name}/")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.json").write_text(text)
    options = {"paths": [f"s3://bucket/{name}/"]}
    return context.create_dynamic_frame.from_options("s3", connection_options=options, format="json")


def records(frame: Any) -> list[dict[str, Any]]:
    """Return the rows as JSON objects, without nulls, in one order."""
    from pyspark.sql import functions as F

    lines = frame.toDF().select(F.to_json(F.struct("*")).alias("j")).collect()
    return sorted((json.loads(line["j"]) for line in lines), key=lambda record: json.dumps(record, sort_keys=True))


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


CHOICE = '{"k": 1, "v": 5}\n{"k": 2, "v": "six"}\n{"k": 3, "v": "7"}\n{"k": 4}\n'


@pytest.mark.parametrize("separate_files", [False, True])
def test_a_field_of_two_types_is_a_choice(glue_context: Any, separate_files: bool) -> None:
    from awsglue import gluetypes
    from awsglue.transforms import Filter, ResolveChoice

    if separate_files:
        lines = CHOICE.splitlines(keepends=True)
        read(glue_context, "".join(lines[1:]))
        folder = glue_context._runtime.lake.path("s3://bucket/in/")
        (folder / "b.json").write_text(lines[0])
        options = {"paths": ["s3://bucket/in/"]}
        given = glue_context.create_dynamic_frame.from_options("s3", connection_options=options, format="json")
    else:
        given = read(glue_context, CHOICE)
    kind = (
        given.schema().getField("v").dataType
        if hasattr(given.schema().getField("v"), "dataType")
        else given.schema().getField("v")
    )
    assert isinstance(kind, gluetypes.ChoiceType)
    assert records(given) == [
        {"k": 1, "v": {"long": 5}},
        {"k": 2, "v": {"string": "six"}},
        {"k": 3, "v": {"string": "7"}},
        {"k": 4},
    ]

    def resolve(action: str) -> list[dict[str, Any]]:
        return records(ResolveChoice.apply(given, specs=[("v", action)]))

    assert resolve("cast:long") == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3, "v": 7}, {"k": 4}]
    assert resolve("project:string") == [{"k": 1}, {"k": 2, "v": "six"}, {"k": 3, "v": "7"}, {"k": 4}]
    assert resolve("project:long") == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3}, {"k": 4}]
    assert resolve("make_cols") == [
        {"k": 1, "v_long": 5},
        {"k": 2, "v_string": "six"},
        {"k": 3, "v_string": "7"},
        {"k": 4},
    ]
    assert records(given.resolveChoice(choice="cast:string")) == [
        {"k": 1, "v": "5"},
        {"k": 2, "v": "six"},
        {"k": 3, "v": "7"},
        {"k": 4},
    ]
    with pytest.raises(GlueLocalError, match="there is no action 'guess'"):
        resolve("guess")
    with pytest.raises(GlueLocalError, match="there is no action 'match_catalog'"):
        resolve("match_catalog")
    with pytest.raises(GlueLocalError, match="never double"):
        resolve("project:double")
    assert records(Filter.apply(given, f=lambda row: row["v"] == 5)) == [{"k": 1, "v": {"long": 5}}]


def test_a_catalog_column_with_a_value_of_another_type_is_a_choice(glue_context: Any) -> None:
    from awsglue.transforms import Filter, ResolveChoice

    runtime = glue_context._runtime
    columns = [{"Name": name, "Type": "bigint"} for name in ("k", "v")]
    storage = {"Columns": columns, "Location": "s3://bucket/mixed/", **storage_formats("json")}
    runtime.catalog.put(Table("db", {"Name": "mixed", "StorageDescriptor": storage, "PartitionKeys": []}))
    read(glue_context, CHOICE, "mixed")
    given = glue_context.create_dynamic_frame.from_catalog("db", "mixed")
    assert records(given)[:2] == [{"k": 1, "v": {"long": 5}}, {"k": 2, "v": {"string": "six"}}]
    (warning,) = runtime.account.warnings
    assert warning == (
        "s3://bucket/mixed/a.json, line 2: column 'v' is bigint, but the value is \"six\", nor is it in 1 more records; "
        "the column is a choice type now: mend the file, or settle it with ResolveChoice"
    )
    assert records(Filter.apply(given, f=lambda row: row["v"] > 4)) == [{"k": 1, "v": {"long": 5}}]
    with pytest.raises(GlueLocalError, match=r"column 'v' is struct<long:bigint,string:string>, a choice of types"):
        glue_context.write_dynamic_frame.from_catalog(given, "db", "mixed")
    settled = ResolveChoice.apply(given, choice="match_catalog", database="db", table_name="mixed")
    assert records(settled) == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3, "v": 7}, {"k": 4}]
    glue_context.write_dynamic_frame.from_catalog(settled, "db", "mixed")


def test_a_filter_that_fails_makes_error_records(glue_context: Any) -> None:
    from awsglue.transforms import ErrorsAsDynamicFrame, Filter

    given = read(glue_context, '{"a": 2}\n{"a": 0}\n{"b": 1}\n{"a": "x"}\n{"a": 1}\n')
    kept = Filter.apply(given, f=lambda row: 4 / row["a"] > 3)
    assert [record["a"] for record in records(kept)] == [{"long": 1}]
    # KeyError and TypeError leave a record out silently
    assert (kept.errorsCount(), kept.stageErrorsCount()) == (1, 1)
    (error,) = records(ErrorsAsDynamicFrame.apply(kept.select_fields(["a"])))
    assert "ZeroDivisionError" in error["error"]["msg"]
    assert json.loads(error["error"]["dynamicRecord"]) == {"a": 0}
    again = kept.filter(lambda row: row["a"] is not None)
    assert (again.errorsCount(), again.stageErrorsCount()) == (1, 0)
    with pytest.raises(GlueLocalError, match="Filter failed on 1 records, first: ZeroDivisionError"):
        Filter.apply(given, f=lambda row: 4 / row["a"] > 3, stageThreshold=1)
    assert Filter.apply(given, f=lambda row: 4 / row["a"] > 3, stageThreshold=2).errorsCount() == 1
    with pytest.raises(GlueLocalError, match="1 error records"):
        kept.assertErrorThreshold()


def test_map_finds_the_columns_of_what_it_makes(glue_context: Any) -> None:
    from awsglue.transforms import Map

    given = read(glue_context, '{"a": 1, "b": "x"}\n{"a": 2}\n{"a": 0, "b": "z"}\n')

    def change(record: Any) -> Any:
        record["inverse"] = 10 // record["a"]
        record["more"] = {"twice": record["a"] * 2}
        if "b" in record:
            del record["b"]
        return record

    made = Map.apply(frame=given, f=change)
    assert records(made) == [
        {"a": 1, "inverse": 10, "more": {"twice": 2}},
        {"a": 2, "inverse": 5, "more": {"twice": 4}},
    ]
    assert (made.errorsCount(), made.stageErrorsCount()) == (1, 1)
    (error,) = records(made.errorsAsDynamicFrame())
    assert "ZeroDivisionError" in error["error"]["msg"]
    assert json.loads(error["error"]["dynamicRecord"]) == {"a": 0, "b": "z"}
    assert made.drop_fields(["inverse"]).errorsCount() == 1
    with pytest.raises(GlueLocalError, match="1 error records, first: ZeroDivisionError"):
        made.assertErrorThreshold()
    with pytest.raises(GlueLocalError, match="Map failed on 1 records"):
        Map.apply(frame=given, f=change, stageThreshold=1)


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


def test_json_text_becomes_a_struct(glue_context: Any) -> None:
    from awsglue.transforms import Unbox

    given = read(glue_context, json.dumps({"k": 1, "t": '{"x": 1, "y": "z"}'}) + "\n")
    assert records(Unbox.apply(given, "t", "json")) == [{"k": 1, "t": {"x": 1, "y": "z"}}]


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


def test_sources_and_samples_of_the_context(glue_context: Any) -> None:
    read(glue_context, NESTED)
    source = glue_context.getSource("s3", paths=["s3://bucket/in/"])
    source.setFormat("json")
    assert source.getFrame().count() == 2
    options = {"paths": ["s3://bucket/in/"]}
    sample = glue_context.create_sample_dynamic_frame_from_options("s3", options, num=1, format="json")
    assert sample.count() == 1
    assert glue_context.create_dynamic_frame.from_rdd([(1, "x")], "name", "a int, b string").count() == 1
    assert glue_context.sql("select 1 as one").collect()[0]["one"] == 1


def test_no_method_of_aws_package_is_missing() -> None:
    seen = 0
    for name, methods in runtime_calls.aws_methods().items():
        cls = runtime_calls.our_class(name)
        by_instance = {"from_options", "from_catalog", "from_rdd"} if name.endswith(("Reader", "Writer")) else set()
        missing = set(methods) - set(dir(cls)) - by_instance - set(runtime_calls.REFUSED)
        assert not missing, f"{name}: {sorted(missing)}"
        seen += len(methods)
    assert seen > 70
