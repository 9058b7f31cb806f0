"""AWS's transforms over our DynamicFrame, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local import Unsupported
from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from tests.awsglue_local.frames_of import frame, rows


def test_filter_apply(glue_context: Any) -> None:
    from awsglue.transforms import Filter

    given = frame(glue_context, [(1, None), (2, 0), (3, 9)], "id int, a int", {"a": None})
    assert rows(Filter.apply(frame=given, f=lambda row: not (row["a"] == 0))) == [(3, 9)]
    assert rows(
        Filter.apply(frame=frame(glue_context, [(1, None), (2, 0)], "id int, a int"), f=lambda row: row["a"] != 0)
    ) == [(1, None)]


def test_drop_and_select_fields(glue_context: Any) -> None:
    from awsglue.transforms import DropFields, SelectFields

    given = frame(glue_context, [(1, "x", 2)], "a int, `.b` string, `c d` int")
    assert DropFields.apply(frame=given, paths=["`.b`", "missing"]).columns == ["a", "c d"]
    assert SelectFields.apply(frame=given, paths=["c d", "a", "missing"]).columns == ["c d", "a"]
    warnings = glue_context._runtime.account.warnings
    assert warnings == [
        "drop_fields: no column 'missing'; the columns are a, .b, c d",
        "select_fields: no column 'missing'; the columns are a, .b, c d",
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
