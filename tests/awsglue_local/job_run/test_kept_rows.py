"""`cache` and `persist`: rows are computed once on both engines, and written as they were computed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from awsglue_local import LocalGlue
from awsglue_local.storage.lake import data_files
from tests.awsglue_local.lake_files import parquet

Run = Callable[..., object]
IDS = "df = spark.sql('select id, uuid() as u, rand() as r from range(50)')"
WRITE = (
    "frame = DynamicFrame.fromDF(df, glueContext, 'df')\n"
    "glueContext.write_dynamic_frame.from_options(frame, 's3', {'path': 's3://bucket/out/'}, 'parquet')\n"
)


def test_columns_taken_before_still_name_the_frame(run_body: Run) -> None:
    run_body(
        "df = spark.sql('select id, uuid() as avoid from range(5)')\nwanted = df['id'] == 1\n"
        "df.cache()\nassert df.filter(wanted).count() == 1\nbefore = df.collect()\nassert df.collect() == before\n"
    )


@pytest.mark.parametrize("call", ["df = df.cache()", "df.cache()", "df = df.persist()"])
def test_rows_that_are_kept_are_computed_once(run_body: Run, glue: LocalGlue, call: str) -> None:
    later = "assert sorted(map(tuple, df.collect())) == rows\nassert sorted(map(tuple, df.where('id >= 0').collect())) == rows\n"
    run_body(f"{IDS}\n{call}\nrows = sorted(map(tuple, df.collect()))\n{later}assert df.count() == 50\n{WRITE}{later}")
    assert len({row["u"] for row in parquet(glue, "s3://bucket/out/")}) == 50


def test_types_stay(run_body: Run) -> None:
    columns = (
        "id, cast(id as timestamp) as t, cast(id as decimal(20, 3)) as d, date '2020-01-31' as dt, map('a', id) as m, "
        "array(id) as ar, struct(id, 'x' as y) as st, cast(id as tinyint) as ti, cast('x' as binary) as b, "
        "cast(id as float) as f, cast(null as string) as n"
    )
    run_body(
        f'df = spark.sql("select {columns} from range(3)")\nbefore = df.schema.simpleString(), df.orderBy("id").collect()\n'
        "df.cache()\nassert (df.schema.simpleString(), df.orderBy('id').collect()) == before\n"
    )


@pytest.mark.parametrize(
    "query",
    [
        "select id, id as Id from range(3)",
        "select id, null as n from range(3)",
        "select id from range(3) where id > 7",
        "select id from range(9) order by id desc",
        "select timestamp_ntz '2020-01-31 00:00:00' as t",
    ],
)
def test_what_parquet_cannot_hold_and_what_is_sorted_is_left_as_it_is(run_body: Run, query: str) -> None:
    run_body(f'df = spark.sql("{query}")\nbefore = df.collect()\nassert df.cache().collect() == before\n')


def test_rows_that_are_kept_are_written_as_the_sink_says(glue: LocalGlue, run_body: Run) -> None:
    write = WRITE + "".join(
        f"glueContext.write_dynamic_frame.from_options(frame, 's3', {options}, 'parquet')\n"
        for options in (
            "{'path': 's3://bucket/gzip/', 'compression': 'gzip'}",
            "{'path': 's3://bucket/parts/', 'partitionKeys': ['id']}",
        )
    )
    run_body(f"{IDS}.cache()\n{write}df.write.parquet('s3://bucket/spark/')\n")
    rows = {name: sorted(map(str, parquet(glue, f"s3://bucket/{name}/"))) for name in ("out", "gzip", "spark")}
    assert rows["out"] == rows["gzip"] == rows["spark"]
    assert len(data_files(glue.lake.path("s3://bucket/parts/"))) == 50


def test_rows_are_kept_until_the_script_ends(run_body: Run, glue: LocalGlue) -> None:
    """A later script of the session reads the same plan of changed files, and must not get the rows of before."""
    read = "df = spark.read.parquet('s3://bucket/in/').cache()\nassert df.count() == {count}\n"
    write = "spark.range({count}).write.mode('overwrite').parquet('s3://bucket/in/')\n"
    for count in (3, 5):
        run_body(write.format(count=count))
        run_body(read.format(count=count) + WRITE)
        assert {row["id"] for row in parquet(glue, "s3://bucket/out/")} == set(range(count))
