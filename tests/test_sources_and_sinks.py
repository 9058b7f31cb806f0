"""Reading and writing files and tables through scripts, on both engines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.catalog import Table
from awsglue_local.lake import data_files

Run = Callable[..., ScriptRun]


def put(glue: LocalGlue, uri: str, content: str | bytes) -> None:
    path = glue.lake.path(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def define(glue: LocalGlue, name: str, columns: str, format_: str, keys: str = "", **parameters: str) -> None:
    def parse(text: str) -> list[dict[str, str]]:
        return [dict(zip(("Name", "Type"), part.split(), strict=True)) for part in text.split(",") if part]

    definition = {
        "Name": name,
        "StorageDescriptor": {"Columns": parse(columns), "Location": f"s3://bucket/{name}/"},
        "PartitionKeys": parse(keys),
        "Parameters": {"classification": format_, **parameters},
    }
    glue.catalog.put(Table("db", definition))


def parquet(glue: LocalGlue, uri: str) -> list[dict[str, Any]]:
    files = data_files(glue.lake.path(uri))
    return sorted((row for file in files for row in pq.ParquetFile(file).read().to_pylist()), key=repr)


def lines(glue: LocalGlue, uri: str) -> list[Any]:
    found = []
    for file in data_files(glue.lake.path(uri)):
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        found += [json.loads(line) for line in content.decode().splitlines()]
    return sorted(found, key=repr)


FROM_OPTIONS = """
source = glueContext.create_dynamic_frame.from_options(format_options={options}, connection_type="s3", format="{format}",
    connection_options={{"paths": ["s3://bucket/in/"], "recurse": True}}, transformation_ctx="source")
"""
TO_PARQUET = """
glueContext.write_dynamic_frame.from_options(frame=source, connection_type="s3", format="glueparquet",
    connection_options={"path": "s3://bucket/out/", "partitionKeys": []}, format_options={"compression": "snappy"})
job.commit()
"""


def test_json_by_path_keeps_its_own_case(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"serialNumber":"x","N":1}\n')
    put(glue, "s3://bucket/in/deep/b.json.gz", gzip.compress(b'{"serialNumber":"y"}\nbroken\n'))
    put(glue, "s3://bucket/in/_ignored.json", "nothing")
    run = run_body(FROM_OPTIONS.format(options={"multiLine": "false"}, format="json") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"serialNumber": "x", "N": 1}, {"serialNumber": "y", "N": None}]
    assert (run.reads, run.writes) == ({"s3://bucket/in/": 2}, {"s3://bucket/out/": 2})
    assert [bad.line for bad in run.bad_records["s3://bucket/in/"]] == [2]


def test_folders_below_are_read_only_when_asked_for(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"a":1}\n')
    put(glue, "s3://bucket/in/deep/b.json", '{"a":2}\n')
    body = FROM_OPTIONS.format(options={}, format="json") + TO_PARQUET
    run_body(body.replace('"recurse": True', '"recurse": False'))
    assert parquet(glue, "s3://bucket/out/") == [{"a": 1}]


@pytest.mark.parametrize(
    ("found", "given", "words"),
    [
        ('"recurse": True', '"exclusions": "[\\"**.gz\\"]"', 'the connection option "exclusions"'),
        ("format_options={}", 'format_options={"jsonPath": "$.a"}', 'the format option "jsonPath"'),
    ],
)
def test_options_that_would_be_passed_over_are_refused(run_body: Run, found: str, given: str, words: str) -> None:
    body = FROM_OPTIONS.format(options={}, format="json")
    assert found in body
    with pytest.raises(ScriptError, match=words):
        run_body(body.replace(found, given))


def test_several_folders_and_empty_values(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"a":1,"tags":[],"s":{"x":null}}\n')
    put(glue, "s3://bucket/more/b.json", '{"a":2,"tags":[]}\n')
    body = FROM_OPTIONS.format(options={}, format="json").replace(
        '"s3://bucket/in/"', '"s3://bucket/in/", "s3://bucket/more/"'
    )
    run_body(body + TO_PARQUET)
    found = parquet(glue, "s3://bucket/out/")
    assert [(row["a"], row["tags"]) for row in found] == [(1, []), (2, [])]


def test_a_packing_that_is_not_read_is_refused(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json.bz2", b"BZh9...")
    with pytest.raises(ScriptError, match=r"packed as \.bz2; unpack it"):
        run_body(FROM_OPTIONS.format(options={}, format="json"))


def test_csv_with_a_byte_order_mark_and_an_empty_file(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.csv", "\ufeffid,n\n1,x\n")
    put(glue, "s3://bucket/in/b.csv", "")
    run_body(FROM_OPTIONS.format(options={"withHeader": True}, format="csv") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"id": "1", "n": "x"}]


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


def test_json_over_several_lines(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '[\n  {"a": 1},\n  {"a": 2}\n]\n')
    run_body(FROM_OPTIONS.format(options={"multiline": True}, format="json") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"a": 1}, {"a": 2}]


def test_csv_by_path(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.csv", 'id;Name\n1;"x;\ny"\n2;z\n')
    options = {"quoteChar": '"', "withHeader": True, "separator": ";", "optimizePerformance": False}
    run_body(FROM_OPTIONS.format(options=options, format="csv") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"id": "1", "Name": "x;\ny"}, {"id": "2", "Name": "z"}]


def test_parquet_by_path(glue: LocalGlue, run_body: Run) -> None:
    glue.lake.path("s3://bucket/in").mkdir(parents=True)
    pq.write_table(pa.table({"Aa": [1, 2]}), glue.lake.path("s3://bucket/in/a.parquet"))
    run_body(FROM_OPTIONS.format(options={}, format="parquet") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"Aa": 1}, {"Aa": 2}]


FROM_TABLE = 'source = glueContext.create_dynamic_frame.from_catalog(database="db", table_name="t"{more})\n'


def test_tables_with_partitions(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "a int", "json", keys="Day date,n int")
    put(glue, "s3://bucket/t/day=2020-01-01/n=1/x.json", '{"A":1}\n')
    put(glue, "s3://bucket/t/day=2020-01-02/n=__HIVE_DEFAULT_PARTITION__/x.json", '{"A":2}\n')
    run_body(FROM_TABLE.format(more=", push_down_predicate=\"day > '2020-01-01'\"") + TO_PARQUET)
    ((row,),) = [parquet(glue, "s3://bucket/out/")]
    assert (row["a"], str(row["day"]), row["n"]) == (2, "2020-01-02", None)


def test_csv_tables(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "a int,b string,c double", "csv", **{"skip.header.line.count": "1"})
    put(glue, "s3://bucket/t/x.csv", "a,b,c\n1,x,2.5\n,y,\n")
    run_body(FROM_TABLE.format(more="") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [
        {"a": 1, "b": "x", "c": 2.5},
        {"a": None, "b": "y", "c": None},
    ]


def test_parquet_tables_match_names_in_any_case(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "userid int,more string", "parquet")
    glue.lake.path("s3://bucket/t").mkdir(parents=True)
    pq.write_table(pa.table({"userId": pa.array([1], pa.int32())}), glue.lake.path("s3://bucket/t/a.parquet"))
    run_body(FROM_TABLE.format(more="") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"userid": 1, "more": None}]


@pytest.mark.parametrize("format_", ["json", "csv", "parquet"])
def test_a_table_without_files_is_empty(glue: LocalGlue, run_body: Run, format_: str) -> None:
    define(glue, "t", "a int,b string", format_)
    body = FROM_TABLE.format(more="") + "assert (source.columns, source.count()) == (['a', 'b'], 0)\n"
    assert run_body(body).reads == {"t": 0}


FRAME = "source = DynamicFrame.fromDF(spark.createDataFrame([(1, 'x', None), (2, 'y', 5)], 'a int, k string, n int'), glueContext, 's')\n"


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
    for file in data_files(glue.lake.path("s3://bucket/out/")):
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


def test_a_script_reads_what_it_wrote(glue: LocalGlue, run_body: Run) -> None:
    define(glue, "t", "a int,k string,n int", "parquet")
    write = 'glueContext.write_dynamic_frame.from_catalog(frame=source, database="db", table_name="t")\n'
    again = FROM_TABLE.format(more="") + "assert source.count() == 2\n"
    run_body(FRAME + write + again)


def test_sql_over_temp_views_with_reserved_words(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"user":"a","timestamp":1}\n{"user":"b","timestamp":2}\n')
    query = (
        "source.toDF().createOrReplaceTempView('r')\n"
        "source = DynamicFrame.fromDF(spark.sql('-- why\\nselect user, timestamp from r where timestamp >= 2'), glueContext, 'q')\n"
    )
    run_body(FROM_OPTIONS.format(options={}, format="json") + query + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"user": "b", "timestamp": 2}]


def test_arguments_reach_the_script(run_body: Run) -> None:
    body = "more = getResolvedOptions(sys.argv, ['year', 'JOB_NAME'])\nassert (more['year'], more['JOB_NAME']) == ('2026', 'job')\n"
    run_body(body, "--year", "2026")


def test_session_builders_and_contexts_find_the_engine(run_body: Run) -> None:
    run_body(
        "from pyspark.sql import SparkSession\nimport pyspark\n"
        "assert SparkSession.builder.getOrCreate() is spark\nassert SparkContext.getOrCreate() is not None\n"
        "pyspark.SparkContext().setLogLevel('ERROR')\nassert job.isInitialized()\n"
    )
