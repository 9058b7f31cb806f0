"""What scripts do with Spark's own API: readers and writers of s3://, imports in any order, stars; on both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.storage.lake import data_files

Run = Callable[..., ScriptRun]


def put(glue: LocalGlue, uri: str, text: str) -> None:
    path = glue.lake.path(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def rows(glue: LocalGlue, uri: str) -> list[Any]:
    return [json.loads(line) for file in data_files(glue.lake.path(uri)) for line in file.read_text().splitlines()]


def test_readers_and_writers_find_the_lake(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"a": 1}\n{"a": 2}\n')
    run_body(
        """
df = spark.read.json("s3://bucket/in/")
df.write.mode("overwrite").parquet("s3://bucket/parquet/")
again = spark.read.parquet("s3://bucket/parquet/")
again.filter("a > 1").write.format("json").mode("append").save("s3://bucket/out/")
spark.read.format("json").load("s3://bucket/in/").write.json("s3a://bucket/out/", mode="append")
"""
    )
    assert sorted(row["a"] for row in rows(glue, "s3://bucket/out/")) == [1, 2, 2]
    run_body('spark.read.json("s3://bucket/in/").write.mode("overwrite").json("s3://bucket/out/")')
    assert sorted(row["a"] for row in rows(glue, "s3://bucket/out/")) == [1, 2]
    run_body('spark.read.json("s3://bucket/in/*.json").write.mode("ignore").json("s3://bucket/out/")')
    assert len(rows(glue, "s3://bucket/out/")) == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('spark.read.json("s3://bucket/nothing/")', "no files at s3://bucket/nothing/"),
        ('spark.read.json("s3://bucket/../../etc/")', "leads out of the lake"),
        ('spark.range(1).write.parquet("s3://bucket/../x/")', "leads out of the lake"),
        ('spark.range(1).write.json("s3://bucket/in/")', "s3://bucket/in/ already has files"),
    ],
)
def test_mistakes_are_told(glue: LocalGlue, run_body: Run, body: str, words: str) -> None:
    put(glue, "s3://bucket/in/a.json", '{"a": 1}\n')
    with pytest.raises(ScriptError, match=words):
        run_body(body)


def test_a_script_that_fails_leaves_what_spark_wrote_unpublished(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/out/a.json", '{"a": 1}\n')
    with pytest.raises(ScriptError, match="late"):
        run_body('spark.range(3).write.mode("overwrite").json("s3://bucket/out/")\nraise ValueError("late")')
    assert rows(glue, "s3://bucket/out/") == [{"a": 1}]


def test_functions_import_star_brings_no_second_context(run_body: Run) -> None:
    run_body(
        "from pyspark.sql.functions import *\nsc2 = SparkContext.getOrCreate()\nSparkContext()\nassert spark.range(2).count() == 2"
    )


def test_a_star_is_its_frames_star(run_body: Run) -> None:
    run_body(
        """
a = spark.createDataFrame([(1, "x"), (2, "y")], "k int, v string")
b = spark.createDataFrame([(1, 7)], "j int, w int")
kept = a.join(b, a["k"] == b["j"]).select(a["*"])
assert kept.columns == ["k", "v"], kept.columns
more = a.join(b, a["k"] == b["j"]).select(a["*"], b["w"])
assert [tuple(row) for row in more.collect()] == [(1, "x", 7)]
"""
    )


def test_names_that_differ_in_case_can_be_joined(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"serialNumber": "s", "x": 1}\n')
    put(glue, "s3://bucket/other/a.json", '{"serialnumber": "s", "y": 2}\n')
    run = run_body(
        """
def read(name):
    return glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://bucket/" + name + "/"]}, "json")
joined = Join.apply(read("in"), read("other"), ["serialNumber"], ["serialnumber"])
out = SelectFields.apply(joined, ["serialnumber", "x", "y"])
glueContext.write_dynamic_frame.from_options(out, "s3", {"path": "s3://bucket/out/", "compression": "snappy"}, "json")
"""
    )
    assert rows(glue, "s3://bucket/out/") == [{"serialnumber": "s", "x": 1, "y": 2}]
    assert run.warnings == ["json is written with compression none; snappy is not available here"]


def test_of_two_columns_of_one_name_the_first_is_kept(glue: LocalGlue, run_body: Run) -> None:
    run = run_body(
        """
df = spark.sql("select 1 as k, 'a' as v, 2 as k")
frame = DynamicFrame.fromDF(df, glueContext, "f")
glueContext.write_dynamic_frame.from_options(frame, "s3", {"path": "s3://bucket/out/"}, "json")
"""
    )
    assert rows(glue, "s3://bucket/out/") == [{"k": 1, "v": "a"}]
    assert run.warnings == ["several columns have the same name, and only the first is kept: k"]


def test_studios_own_transforms(glue: LocalGlue, run_body: Run) -> None:
    run_body(
        """
import gs_common, gs_derived, gs_concat, gs_split, gs_array_to_cols, gs_null_rows
df = spark.createDataFrame([("a b", 2, 1700000000000), (None, None, None)], "t string, n int, ms bigint")
frame = DynamicFrame.fromDF(df, glueContext, "f").gs_null_rows(extended=True)
frame = frame.gs_derived(colName="twice", expr="n * 2").gs_concat(colName="both", colList=["t", "n"], spacer="-")
frame = frame.gs_split(colName="t", pattern=" ", newColName="parts").gs_array_to_cols(colName="parts", colList="one, two, three")
frame = frame.gs_to_timestamp(colName="ms", colType="milliseconds").gs_format_timestamp(colName="ms", dateFormat="yyyy-MM-dd")
frame = frame.gs_explode(colName="parts", newCol="part").gs_repartition(numPartitionsStr="1")
out = SelectFields.apply(frame, ["twice", "both", "one", "two", "three", "part", "ms"])
glueContext.write_dynamic_frame.from_options(out, "s3", {"path": "s3://bucket/out/"}, "json")
"""
    )
    expected = {"twice": 4, "both": "a b-2", "one": "a", "two": "b", "ms": "2023-11-14"}
    assert sorted(rows(glue, "s3://bucket/out/"), key=lambda row: str(row["part"])) == [
        {**expected, "part": "a"},
        {**expected, "part": "b"},
    ]
    with pytest.raises(ScriptError, match="gs_derived with wrong is not supported here yet; use colName, expr"):
        run_body('DynamicFrame.fromDF(spark.range(1), glueContext, "f").gs_derived(wrong=1)')
