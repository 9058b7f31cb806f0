"""Sinks and purges, through scripts, on both engines."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from awsglue_local import LocalGlue, ScriptError
from awsglue_local.storage.lake import data_files
from tests.awsglue_local.frames.test_reading import FROM_TABLE, Run
from tests.awsglue_local.lake_files import FRAME, FROM_OPTIONS, TO_PARQUET, define, lines, parquet, put


def test_a_table_made_by_a_sink_is_read_by_the_same_script(glue: LocalGlue, run_body: Run) -> None:
    sink = (
        'sink = glueContext.getSink(path="s3://bucket/deep/out/", connection_type="s3", partitionKeys=["K"], enableUpdateCatalog=True)\n'
        'sink.setCatalogInfo(catalogDatabase="db",catalogTableName="t")\nsink.setFormat("{format}"{more})\nsink.writeFrame(source)\n'
    )
    read = FROM_TABLE.format(more="") + "assert sorted(r['k'] for r in source.toDF().collect()) == ['x', 'y']\n"
    above = 'glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://bucket/deep/"], "recurse": True}, "json")\n'
    frame = FRAME.replace("k string", "K string")
    run_body(frame + sink.format(format="json", more="") + above + read)
    assert glue.catalog.table("db", "t").partition_keys == [("k", "string")]


def test_a_csv_table_made_by_a_sink_is_read_back(glue: LocalGlue, run_body: Run) -> None:
    sink = (
        'sink = glueContext.getSink(path="s3://bucket/t/", connection_type="s3", enableUpdateCatalog=True)\n'
        'sink.setCatalogInfo(catalogDatabase="db",catalogTableName="t")\nsink.setFormat("csv", separator="|")\nsink.writeFrame(source)\n'
    )
    run_body(FRAME + sink)
    write = 'glueContext.write_dynamic_frame.from_catalog(frame=source, database="db", table_name="t")\n'
    run_body(FRAME + write)
    run_body(FROM_TABLE.format(more="") + TO_PARQUET)
    assert [(row["a"], row["k"], row["n"]) for row in parquet(glue, "s3://bucket/out/")] == [
        (1, "x", None),
        (1, "x", None),
        (2, "y", 5),
        (2, "y", 5),
    ]


def test_json_sink_creates_and_updates_its_table(glue: LocalGlue, run_body: Run) -> None:
    body = FRAME + (
        'sink = glueContext.getSink(path="s3://bucket/out/", connection_type="s3", '
        'updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["k"], compression="gzip", enableUpdateCatalog=True, '
        'transformation_ctx="sink")\n'
        'sink.setCatalogInfo(catalogDatabase="db",catalogTableName="Made")\nsink.setFormat("json")\n'
        "sink.writeFrame(source)\njob.commit()"
    )
    assert run_body(body).writes == {"Made": 2}
    assert lines(glue, "s3://bucket/out/k=x") == [{"a": 1}]
    assert lines(glue, "s3://bucket/out/k=y") == [{"a": 2, "n": 5}]
    table = glue.catalog.table("db", "made")
    assert table.columns == [("a", "int"), ("n", "int")]
    assert (table.partition_keys, table.format, table.location) == ([("k", "string")], "json", "s3://bucket/out/")
    run_body(body.replace("'a int, k string, n int'", "'b int, k string, n int'"))
    assert glue.catalog.table("db", "made").columns == [("a", "int"), ("n", "int"), ("b", "int")]
    assert len(lines(glue, "s3://bucket/out/k=x")) == 2


def test_csv_sink(glue: LocalGlue, run_body: Run) -> None:
    write = 'glueContext.write_dynamic_frame.from_options(frame=source, connection_type="s3", format="csv", connection_options={"path": "s3://bucket/out/"})\n'
    assert run_body(FRAME + write).writes == {"s3://bucket/out/": 2}
    text = "".join(file.read_text() for file in data_files(glue.lake.path("s3://bucket/out/")))
    assert sorted(set(text.splitlines())) == ["1,x,", "2,y,5", "a,k,n"]


@pytest.mark.parametrize(
    ("compression", "codec"), [("snappy", "SNAPPY"), ("gzip", "GZIP"), ("uncompressed", "UNCOMPRESSED")]
)
def test_parquet_compression(glue: LocalGlue, run_body: Run, compression: str, codec: str) -> None:
    run_body(FRAME + TO_PARQUET.replace("snappy", compression))
    files = data_files(glue.lake.path("s3://bucket/out/"))
    assert files
    for file in files:
        assert pq.read_metadata(file).row_group(0).column(0).compression == codec


def test_writes_append_and_a_purge_replaces(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "a int,k string,n int", "parquet")
    write = 'glueContext.write_dynamic_frame.from_catalog(frame=source, database="db", table_name="t")\n'
    run_body(FRAME + write)
    run_body(FRAME + write)
    assert len(parquet(glue, "s3://bucket/t/")) == 4
    purge = 'glueContext.purge_table(database="db", table_name="t", options={"retentionPeriod": 0})\n'
    run_body(FRAME + purge + write)
    assert len(parquet(glue, "s3://bucket/t/")) == 2
    run_body('glueContext.purge_s3_path("s3://bucket/t/", {"retentionPeriod": 0})\n')
    assert parquet(glue, "s3://bucket/t/") == []


def test_a_purge_that_would_keep_new_files_is_refused(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "a int", "parquet")
    with pytest.raises(ScriptError, match="retentionPeriod of 168 hours is not supported here yet"):
        run_body('glueContext.purge_table(database="db", table_name="t")\n')


def test_a_sink_without_a_path_is_told_what_is_missing(run_body: Run) -> None:
    sink = 'glueContext.write_dynamic_frame.from_options(source, "s3", {}, "json")\n'
    with pytest.raises(ScriptError, match='the S3 sink has no "path"'):
        run_body(FRAME + sink)


def test_columns_that_are_not_those_of_the_table_are_told(glue: LocalGlue, run_body: Run) -> None:
    """AWS Glue writes them without a word: Athena then sees nulls, no column, or an error."""
    define(glue, "t", "a int, kk string, n bigint, other double", "parquet")
    write = 'glueContext.write_dynamic_frame.from_catalog(frame=source, database="db", table_name="t")\n'
    run = run_body(FRAME + write)
    told = [one for one in run.notes() if one.startswith("t: ")]
    assert told == [
        "t: the table has no column 'k'; did you mean 'kk'?",
        "t: nothing is written to the column 'kk', which is null in the new rows",
        "t: nothing is written to the column 'other', which is null in the new rows",
        "t: the column 'n' is written as int, but is bigint in the table",
    ]


def test_rows_of_earlier_runs_are_counted_until_a_purge(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "a int, k string, n int", "parquet")
    write = 'glueContext.write_dynamic_frame.from_catalog(frame=source, database="db", table_name="t")\n'
    purge = 'glueContext.purge_table("db", "t", options={"retentionPeriod": 0})\n'
    first = run_body(FRAME + write)
    rows = first.writes["t"]
    assert (first.kept, first.holds) == ({}, {"t": rows})
    second = run_body(FRAME + write)
    assert (second.writes, second.kept, second.holds) == ({"t": rows}, {"t": rows}, {"t": 2 * rows})
    assert f"t: {rows} rows were added to {rows} of earlier runs" in " ".join(second.notes())
    third = run_body(FRAME + purge + write)
    assert (third.kept, third.holds) == ({}, {"t": rows})


def test_the_node_that_lets_nothing_pass_is_told(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "k string, n int", "parquet")
    put(glue, "s3://bucket/in/a.json", '{"k": "x", "n": 5}\n')
    body = (
        "# Script generated for node source\n"
        + FROM_OPTIONS.format(options="{}", format="json")
        + "\n# Script generated for node Only big\n"
        + 'big = Filter.apply(frame=source, f=lambda row: (row["N"] > 1), transformation_ctx="big")\n'
        + "\n# Script generated for node t\n"
        + 'glueContext.write_dynamic_frame.from_catalog(frame=big, database="db", table_name="t")\n'
    )
    notes = run_body(body).notes()
    assert "Filter: no record has the key 'N'; did you mean 'n'?" in notes
    assert 'no record leaves the node "Only big", so t gets no rows' in notes


VALUES = ["a/b", "x=y", "a:b", "ä", "it's", "50%", "%2F", "a b", "..", "{c}", "", None]
FOLDERS = {
    "a%2Fb",
    "x%3Dy",
    "a%3Ab",
    "ä",
    "it%27s",
    "50%25",
    "%252F",
    "a b",
    "..",
    "%7Bc}",
    "__HIVE_DEFAULT_PARTITION__",
}
"""As PySpark 3.5.6 names them; null and the empty text are one."""
ODD = f"""df = spark.createDataFrame([(v, i) for i, v in enumerate({VALUES!r})], "k string, n int")
"""
SINK = (
    'sink = glueContext.getSink(path="s3://bucket/odd/", connection_type="s3", partitionKeys={keys}, enableUpdateCatalog=True)\n'
    'sink.setCatalogInfo(catalogDatabase="db", catalogTableName="odd")\nsink.setFormat({format!r})\n'
    'sink.writeFrame(DynamicFrame.fromDF(df, glueContext, "odd"))\n'
)
READ = (
    'back = glueContext.create_dynamic_frame.from_catalog(database="db", table_name="odd").toDF()\n'
    "rows = sorted(map(tuple, back.select('n', 'k').collect()))\n"
)


def folders(glue: LocalGlue, uri: str) -> set[str]:
    root = glue.lake.path(uri)
    return {file.parent.relative_to(root).as_posix().removeprefix("k=") for file in data_files(root)}


@pytest.mark.parametrize("format_", ["parquet", "json", "csv", "avro"])
def test_odd_partition_keys_become_sparks_folders_and_are_read_back(
    glue: LocalGlue, run_body: Run, format_: str
) -> None:
    read = [(number, value or None) for number, value in enumerate(VALUES)]
    run_body(ODD + SINK.format(keys=["k"], format=format_))
    assert folders(glue, "s3://bucket/odd/") == FOLDERS
    run_body(READ + f"assert rows == {read!r}, rows\n")
    named = {one.values[0] for one in glue.catalog.partitions(glue.catalog.table("db", "odd")) or []}
    assert named in (set(), {value or "__HIVE_DEFAULT_PARTITION__" for value in VALUES})


def test_odd_partition_keys_of_a_plain_writer(glue: LocalGlue, run_body: Run) -> None:
    run_body(ODD + 'df.write.partitionBy("k").parquet("s3://bucket/odd/")\n')
    assert folders(glue, "s3://bucket/odd/") == FOLDERS
    read = 'back = spark.read.parquet("s3://bucket/odd/")\nrows = sorted(map(tuple, back.select("n", "k").collect()))\n'
    run_body(read + f"assert rows == {[(number, value or None) for number, value in enumerate(VALUES)]!r}, rows\n")


@pytest.mark.parametrize(
    ("sql", "kind", "folder"),
    [
        ("cast(1.0 as double)", "double", "1.0"),
        ("cast(0.1 as float)", "float", "0.1"),
        ("true", "boolean", "true"),
        ("date'2020-01-02'", "date", "2020-01-02"),
        ("timestamp'2020-01-02 03:04:05.12'", "timestamp", "2020-01-02 03%3A04%3A05.12"),
        ("cast(1.50 as decimal(5,2))", "decimal(5,2)", "1.50"),
        ("cast(7 as tinyint)", "tinyint", "7"),
        ("cast(null as int)", "int", "__HIVE_DEFAULT_PARTITION__"),
    ],
)
def test_partition_keys_of_each_type(glue: LocalGlue, run_body: Run, sql: str, kind: str, folder: str) -> None:
    both = f'df = spark.sql("select {sql} as k, 1 as n union all select {sql}, 2")\n'
    run_body(both + SINK.format(keys=["k"], format="parquet"))
    assert folders(glue, "s3://bucket/odd/") == {folder}
    assert glue.catalog.table("db", "odd").partition_keys == [("k", kind)]
    wanted = f"wanted = spark.sql(\"select {sql} as k\").collect()[0]['k']\n"
    run_body(READ + wanted + "assert rows == [(1, wanted), (2, wanted)], rows\n")
    run_body(f"{both}df.write.partitionBy('k').parquet('s3://bucket/plain/')\n")
    assert folders(glue, "s3://bucket/plain/") == {folder}
