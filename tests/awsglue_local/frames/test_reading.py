"""Reading and writing files and tables through scripts, on both engines."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from tests.awsglue_local.lake_files import FRAME, FROM_OPTIONS, TO_PARQUET, define, parquet, put

Run = Callable[..., ScriptRun]


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


def test_files_are_left_out_by_patterns(glue: LocalGlue, run_body: Run) -> None:
    for name in ("a.json", "b.txt", "old/c.json", "old/deep/d.json", "e.pdf", "f1.json", "f2.json"):
        put(glue, f"s3://bucket/in/{name}", f'{{"f": "{name}"}}\n')
    for patterns, left in {
        '["**.txt", "**.pdf"]': ["a.json", "f1.json", "f2.json", "old/c.json", "old/deep/d.json"],
        '["old/*", "*.{txt,pdf}", "f[!1].json"]': ["a.json", "f1.json", "old/deep/d.json"],
        '["s3://bucket/in/old/**", "?.*"]': ["f1.json", "f2.json"],
    }.items():
        body = FROM_OPTIONS.format(options={}, format="json") + TO_PARQUET.replace("/out/", f"/out{len(left)}/")
        run_body(body.replace('"recurse": True', f'"recurse": True, "exclusions": \'{patterns}\''))
        assert [row["f"] for row in parquet(glue, f"s3://bucket/out{len(left)}/")] == left


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('"boundedFiles": "10"', 'the connection option of a source "boundedFiles" is not supported here yet; leave'),
        ('"exclusions": "**.gz"', '"exclusions" has to be a JSON list of patterns'),
        ('"compressionType": "gzip"', '"compressionType": "gzip" of a.json is not supported'),
    ],
)
def test_options_that_would_be_passed_over_are_refused(glue: LocalGlue, run_body: Run, given: str, words: str) -> None:
    put(glue, "s3://bucket/in/a.json", '{"a":1}\n')
    body = FROM_OPTIONS.format(options={}, format="json")
    with pytest.raises(ScriptError, match=re.escape(words)):
        run_body(body.replace('"recurse": True', f'"recurse": True, {given}'))


MIXED_CASE = "".join(f'{{"{"User" if number % 2 else "user"}":"u{number}","n":{number}}}\n' for number in range(40))


def test_keys_that_differ_in_case_alone_are_two_columns(glue: LocalGlue, run_body: Run) -> None:
    """To Glue `User` and `user` are two fields, and a record has the one or the other."""
    put(glue, "s3://bucket/in/a.json", MIXED_CASE)
    keep = 'source = Filter.apply(frame=source, f=lambda row: row["user"] > "u2")\n'
    run_body(FROM_OPTIONS.format(options={}, format="json") + keep + TO_PARQUET)
    expected = [f"u{number}" for number in range(0, 40, 2) if f"u{number}" > "u2"]
    found = parquet(glue, "s3://bucket/out/")
    assert sorted(row["user"] for row in found) == sorted(expected)
    assert {row["User"] for row in found} == {None}


def test_after_such_a_script_the_case_of_names_means_nothing_again(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", MIXED_CASE)
    run_body(FROM_OPTIONS.format(options={}, format="json") + TO_PARQUET)
    sql = 'spark.sql("select N from (select 1 as n)").collect()\n'
    run_body(sql)


@pytest.mark.parametrize(
    ("content", "format_", "bad"),
    [
        ('[{"a":1},{"a":2}]\n', "json", 1),
        ("", "json", 0),
        ("\n\n", "json", 0),
        ("nonsense\n", "json", 1),
        ("", "csv", 0),
    ],
)
@pytest.mark.parametrize("keep", ['row["a"] > 1', 'len(row["a"]) > 1'])
def test_files_without_a_record_make_an_empty_frame(
    glue: LocalGlue, run_body: Run, content: str, format_: str, bad: int, keep: str
) -> None:
    put(glue, "s3://bucket/in/a.json", content)
    use = (
        f"source = Filter.apply(frame=source, f=lambda row: {keep})\n"
        'source = DropFields.apply(frame=source, paths=["b"])\n'
        "source = DynamicFrame.fromDF(source.toDF().dropDuplicates(), glueContext, 'x')\n"
        "assert (source.count(), source.toDF().columns) == (0, [])\n"
    )
    run = run_body(FROM_OPTIONS.format(options={}, format=format_) + use + TO_PARQUET)
    assert run.writes == {"s3://bucket/out/": 0}
    assert [len(lines) for lines in run.bad_records.values()] == [bad]


def test_records_without_a_key_are_records(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", "{}\n{}\n")
    run = run_body(FROM_OPTIONS.format(options={}, format="json") + "assert source.count() == 2\n")
    assert run.reads == {"s3://bucket/in/": 2}


def test_a_bookmark_with_nothing_new_makes_an_empty_frame(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '{"a":1}\n')
    body = FROM_OPTIONS.format(options={}, format="json")
    bookmark = ("--job-bookmark-option", "job-bookmark-enable")
    commit = "job.commit()\n"
    counts = []
    for _ in range(2):
        counts.append(run_body(body + "print(source.count())\n" + commit, *bookmark).reads["s3://bucket/in/"])
    assert counts == [1, 0]


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
    put(glue, "s3://bucket/in/a.json.xz", b"\xfd7zXZ...")
    with pytest.raises(ScriptError, match=r"compressed as \.xz; decompress it"):
        run_body(FROM_OPTIONS.format(options={}, format="json"))


def test_csv_with_a_byte_order_mark_and_an_empty_file(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.csv", "\ufeffid,n\n1,x\n")
    put(glue, "s3://bucket/in/b.csv", "")
    run_body(FROM_OPTIONS.format(options={"withHeader": True}, format="csv") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"id": "1", "n": "x"}]


def test_json_over_several_lines(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.json", '[\n  {"a": 1},\n  {"a": 2}\n]\n')
    run_body(FROM_OPTIONS.format(options={"multiline": True}, format="json") + TO_PARQUET)
    assert parquet(glue, "s3://bucket/out/") == [{"a": 1}, {"a": 2}]


def test_csv_by_path(glue: LocalGlue, run_body: Run) -> None:
    put(glue, "s3://bucket/in/a.csv", 'id;Name\n1;"x;\ny"\n2;z\n')
    options = {"quoteChar": '"', "withHeader": True, "separator": ";", "multiLine": "true"}
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
    put(glue, "s3://bucket/t/day=2020-01-02/n=7/x.json", '{"A":3}\n')
    both = ", push_down_predicate=\"day > '2020-01-01'\", additional_options={'catalogPartitionPredicate': 'n = 7 or n = 1'}"
    run_body(FROM_TABLE.format(more=both) + TO_PARQUET.replace("/out/", "/both/"))
    assert [row["a"] for row in parquet(glue, "s3://bucket/both/")] == [3]


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
