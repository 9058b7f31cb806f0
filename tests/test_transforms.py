"""AWS's transforms over our DynamicFrame, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local import GlueLocalError, Unsupported
from awsglue_local.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.traits import Traits


def frame(context: Any, rows: list[tuple[Any, ...]], schema: str, absent: dict[str, str | None] | None = None) -> Any:
    return DynamicFrame(context.spark_session.createDataFrame(rows, schema), context, "in", Traits(absent or {}))


def rows(found: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in found.toDF().collect()), key=repr)


def test_filter_apply(glue_context: Any) -> None:
    from awsglue.transforms import Filter

    given = frame(glue_context, [(1, None), (2, 0), (3, 9)], "id int, a int", {"a": None})
    assert rows(Filter.apply(frame=given, f=lambda row: not (row["a"] == 0))) == [(3, 9)]
    assert rows(
        Filter.apply(frame=frame(glue_context, [(1, None), (2, 0)], "id int, a int"), f=lambda row: row["a"] != 0)
    ) == [(1, None)]


def test_join_keeps_all_columns_and_dots_those_of_frame1(glue_context: Any) -> None:
    from awsglue.transforms import Join

    left = frame(glue_context, [(1, "a", 10), (2, "b", 20), (None, "n", 0)], "id int, k string, v int")
    right = frame(
        glue_context, [("a", 1, "x"), ("a", 1, "y"), ("b", 9, "z"), ("n", None, "w")], "k string, id int, w string"
    )
    joined = Join.apply(left, right, ["id", "k"], ["id", "k"])
    assert joined.columns == [".id", ".k", "v", "k", "id", "w"]
    assert rows(joined) == [(1, "a", 10, "a", 1, "x"), (1, "a", 10, "a", 1, "y")]


def test_several_keys_match_pairwise_not_in_any_order(glue_context: Any) -> None:
    left = frame(glue_context, [(1, 2)], "a int, b int")
    right = frame(glue_context, [(2, 1)], "c int, d int")
    assert rows(left.join(["a", "b"], ["c", "d"], right)) == []
    assert rows(left.join(["a", "b"], ["d", "c"], right)) == [(1, 2, 2, 1)]


def test_join_keeps_absent_keys_absent(glue_context: Any) -> None:
    left = frame(glue_context, [(1, None), (2, 5)], "id int, a int", {"a": None})
    joined = left.join("id", "key", frame(glue_context, [(1, None), (2, 7)], "key int, a int"))
    assert rows(joined.filter(lambda row: row[".a"] != 0)) == [(2, 5, 2, 7)]


def test_join_refuses_keys_that_are_not_there(glue_context: Any) -> None:
    with pytest.raises(GlueLocalError, match=r"keys \['b'\] are not all columns of the frame, which has \['a'\]"):
        frame(glue_context, [(1,)], "a int").join(["b"], ["a"], frame(glue_context, [(1,)], "a int"))


def test_a_frame_joins_itself(glue_context: Any) -> None:
    given = frame(glue_context, [(1, 2), (2, 1)], "a int, b int")
    assert rows(given.join(["a"], ["b"], given)) == [(1, 2, 2, 1), (2, 1, 1, 2)]


def test_drop_and_select_fields(glue_context: Any) -> None:
    from awsglue.transforms import DropFields, SelectFields

    given = frame(glue_context, [(1, "x", 2)], "a int, `.b` string, `c d` int")
    assert DropFields.apply(frame=given, paths=["`.b`", "missing"]).columns == ["a", "c d"]
    assert SelectFields.apply(frame=given, paths=["c d", "a", "missing"]).columns == ["c d", "a"]
    warnings = glue_context._runtime.account.warnings
    assert warnings == [
        "drop_fields: there is no column 'missing', only a, .b, c d",
        "select_fields: there is no column 'missing', only a, .b, c d",
    ]


def test_rename_field_keeps_absence(glue_context: Any) -> None:
    from awsglue.transforms import RenameField

    given = frame(
        glue_context,
        [(1, None, False), (2, None, True), (3, 4, False)],
        "id int, a int, __explicit_null__a boolean",
        {"a": "__explicit_null__a"},
    )
    renamed = RenameField.apply(frame=given, old_name="a", new_name="b")
    assert renamed.columns == ["id", "b"]
    assert rows(renamed.filter(lambda row: row["b"] != 0)) == [(2, None), (3, 4)]


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


def test_collections(glue_context: Any) -> None:
    from awsglue.transforms import SelectFromCollection

    given = frame(glue_context, [(1,)], "a int")
    collection = DynamicFrameCollection({"x": given}, glue_context)
    assert (len(collection), list(collection.keys())) == (1, ["x"])
    assert SelectFromCollection.apply(dfc=collection, key=next(iter(collection.keys()))) is given
    assert SelectFromCollection.apply(dfc=collection, key="y").columns == [], "Glue goes on with an empty frame"


def test_from_df_and_back(glue_context: Any) -> None:
    df = glue_context.spark_session.createDataFrame([(1, "a"), (1, "a")], "i int, s string")
    again = DynamicFrame.fromDF(df.dropDuplicates(), glue_context, "name")
    assert (again.name, again.count(), rows(again)) == ("name", 1, [(1, "a")])


def test_show_prints_records(glue_context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    frame(glue_context, [(1, None)], "i int, s string").show()
    assert capsys.readouterr().out == '{"i":1}\n'


def test_what_is_missing_is_named(glue_context: Any) -> None:
    given = frame(glue_context, [(1, (2,))], "a int, s struct<b:int>")
    with pytest.raises(Unsupported, match=r"DynamicFrame\.mapPartitions is not supported here yet; use map"):
        given.mapPartitions(lambda rows: rows)
    with pytest.raises(Unsupported, match=r"resolveChoice of the nested path 's\.b'"):
        given.resolveChoice(specs=[("s.b", "cast:long")])
    with pytest.raises(Unsupported, match=r"DynamicFrame\.nothing is not supported here yet; convert with toDF"):
        given.nothing()
    assert not hasattr(given, "nothing")


def test_default_data_quality_ruleset(glue_context: Any) -> None:
    from awsgluedq.transforms import EvaluateDataQuality as dq

    ruleset = "\n    Rules = [\n        ColumnCount > 0\n    ]\n"
    given = frame(glue_context, [(1,)], "a int")
    outcome = dq().process_rows(frame=given, ruleset=ruleset, publishing_options={}, additional_options={})
    assert [row[:3] for row in rows(outcome["ruleOutcomes"])] == [("ColumnCount > 0", "Passed", None)]
    assert outcome["originalData"] is given
    failed = dq.apply(frame=given, ruleset="Rules = [ ColumnCount > 1, ColumnCount <= 3 ]")
    assert [row[:3] for row in rows(failed)] == [
        ("ColumnCount <= 3", "Passed", None),
        ("ColumnCount > 1", "Failed", "Value: 1 does not meet the constraint requirement!"),
    ]
