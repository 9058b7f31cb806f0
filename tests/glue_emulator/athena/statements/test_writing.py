"""CREATE TABLE AS, INSERT and UNLOAD: what is written is read back, in every format, with and without partitions."""

from __future__ import annotations

import gzip
import io

import pyarrow.parquet as pq
import pytest

from glue_emulator.athena.statements.buckets import _hash
from glue_emulator.server import GlueEmulator
from tests.glue_emulator.athena.test_queries import failure
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount

ROWS = "(values (1, 'é\"', date '2024-01-02', 1.50, true), (2, null, null, null, null)) as t (i, s, d, n, b)"
SAME = [["1", 'é"', "2024-01-02", "1.50", "true"], ["2", None, None, None, None]]


@pytest.fixture
def account(emulator: GlueEmulator) -> EmulatedAccount:
    account = EmulatedAccount(emulator.address)
    account.glue.create_database(DatabaseInput={"Name": "d"})
    return account


@pytest.mark.parametrize("form", ["parquet", "orc", "avro", "json", "textfile"])
def test_what_a_format_keeps_is_what_was_selected(account: EmulatedAccount, form: str) -> None:
    account.rows(f"create table t with (format = '{form}') as select * from {ROWS}")
    assert account.rows("select i, s, d, n, b from t order by i")[1:] == SAME
    account.rows("insert into t (i, s) values (3, 'x')")
    assert account.rows("select i, s, d from t where i > 2")[1:] == [["3", "x", None]]


@pytest.mark.parametrize("form", ["parquet", "json"])
def test_partitions_are_folders_and_known_to_the_catalog(account: EmulatedAccount, form: str) -> None:
    place = f"external_location = 's3://{BUCKET}/p/', format = '{form}', partitioned_by = array['day', 'kind']"
    account.rows(f"create table p with ({place}) as select 1 as n, date '2024-01-02' as day, 'a b' as kind")
    account.rows("insert into p values (2, date '2024-01-02', 'a b'), (3, date '2024-01-03', 'c')")
    assert {key.rpartition("/")[0] for key in account.keys("p/")} == {
        "p/day=2024-01-02/kind=a b",
        "p/day=2024-01-03/kind=c",
    }
    assert account.rows("show partitions p") == [["day=2024-01-02/kind=a b"], ["day=2024-01-03/kind=c"]]
    assert account.rows("select n, day, kind from p order by n")[1:] == [
        ["1", "2024-01-02", "a b"],
        ["2", "2024-01-02", "a b"],
        ["3", "2024-01-03", "c"],
    ]
    assert account.rows('select * from "p$partitions" order by day')[1:] == [["2024-01-02", "a b"], ["2024-01-03", "c"]]


def test_more_partitions_than_athena_opens_at_once_are_refused(account: EmulatedAccount) -> None:
    many = "select 1 as n, x as key from unnest(sequence(1, {})) as t (x)"
    account.rows(f"create table most with (partitioned_by = array['key']) as {many.format(100)}")
    assert failure(account, f"create table more with (partitioned_by = array['key']) as {many.format(101)}").startswith(
        "HIVE_TOO_MANY_OPEN_PARTITIONS"
    )
    assert account.rows("show tables") == [["most"]]


def test_dbts_and_awswranglers_properties_are_taken(account: EmulatedAccount) -> None:
    account.rows(
        f"""/* a comment */ create table "awsdatacatalog"."d"."t"
        with (table_type='hive', is_external=true, external_location='s3://{BUCKET}/w/', format='parquet',
              write_compression='gzip')
        as select 1 as id;"""
    )
    (key,) = account.keys("w/")
    footer = pq.read_metadata(io.BytesIO(account.get(key)))
    assert footer.row_group(0).column(0).compression == "GZIP"
    assert failure(account, "create table x with (no_such = 'a') as select 1 as a").startswith("INVALID_TABLE_PROPERTY")


def test_no_data_makes_an_empty_table(account: EmulatedAccount) -> None:
    account.rows("create table t as select 1 as n, 'a' as s with no data")
    assert account.rows("select * from t") == [["n", "s"]]
    assert account.rows("describe t")[0][0] == f"{'n':<20}\t{'int':<20}\t{'':<20}"


def test_columns_without_a_name_or_with_that_of_another_are_refused(account: EmulatedAccount) -> None:
    assert failure(account, "create table t as select 1, 2 as b").startswith("MISSING_COLUMN_NAME")
    assert failure(account, "create table t as select 1 as a, 2 as A").startswith("DUPLICATE_COLUMN_NAME")
    for value in ("now()", "json '1'", "interval '1' day", "null", "time '01:02:03'"):
        assert failure(account, f"create table t as select {value} as a").startswith(
            "NOT_SUPPORTED: Unsupported Hive type"
        )
    assert account.rows("show tables") == []


def test_inserts_must_fit(account: EmulatedAccount) -> None:
    account.rows("create table t as select 1 as i, 'abc' as s")
    for values in ("'a', 'b'", "1", "1, 'a', 2", "1.5, 'a'", "bigint '1', 'a'"):
        assert failure(account, f"insert into t values ({values})").startswith("TYPE_MISMATCH"), values
    assert failure(account, "insert into t (nope) values (1)").startswith("COLUMN_NOT_FOUND")
    assert failure(account, "insert into nope values (1)").startswith("TABLE_NOT_FOUND")
    query = account.query("insert into t select 2, 'b' union all select 3, null")
    results = account.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])
    assert results["UpdateCount"] == 2
    assert account.rows("select count(*) from t")[1:] == [["3"]]


def test_buckets_are_files_by_hives_hash(account: EmulatedAccount) -> None:
    place = f"external_location = 's3://{BUCKET}/b/'"
    account.rows(
        f"create table b with ({place}, bucketed_by = array['id'], bucket_count = 3) as "
        "select x as id from unnest(sequence(1, 9)) as t (x)"
    )
    files = [pq.read_table(io.BytesIO(account.get(key)))["id"].to_pylist() for key in account.keys("b/")]
    assert sorted(files) == [[1, 4, 7], [2, 5, 8], [3, 6, 9]]
    assert account.rows("select sum(id) from b")[1:] == [["45"]]
    # Java's "hello".hashCode(), and what Hive makes of a long beyond 32 bits
    assert _hash("hello") == 99162322
    assert _hash(2**32 + 5) == 4


@pytest.mark.parametrize(("form", "ending"), [("PARQUET", ".parquet"), ("JSON", ".json.gz"), ("TEXTFILE", ".txt.gz")])
def test_unload_writes_files_and_no_table(account: EmulatedAccount, form: str, ending: str) -> None:
    query = account.query(f"UNLOAD (select 1 as a, 'x' as b) TO 's3://{BUCKET}/u/' WITH (format = '{form}')")
    assert query["Status"]["State"] == "SUCCEEDED", query
    (key,) = account.keys("u/")
    assert key.endswith(ending)
    if form == "TEXTFILE":
        assert gzip.decompress(account.get(key)) == b"1,x\n"
    manifest = query["Statistics"]["DataManifestLocation"].removeprefix(f"s3://{BUCKET}/")
    assert account.get(manifest).decode() == f"s3://{BUCKET}/{key}\n"
    again = f"UNLOAD (select 1 as a) TO 's3://{BUCKET}/u/' WITH (format = '{form}')"
    assert failure(account, again).startswith("HIVE_PATH_ALREADY_EXISTS")
    assert account.rows("show tables") == []


def test_rows_go_where_the_catalog_has_their_partition(account: EmulatedAccount) -> None:
    account.rows(
        f"create external table lo (n int) partitioned by (k string) stored as parquet location 's3://{BUCKET}/lo/'"
    )
    account.rows(f"alter table lo add partition (k = 'a') location 's3://{BUCKET}/elsewhere/'")
    account.rows("insert into lo values (1, 'a'), (2, 'b')")
    assert account.rows("select n, k from lo order by n")[1:] == [["1", "a"], ["2", "b"]]
    assert len(account.keys("elsewhere/")) == 1
    assert {key.split("/")[1] for key in account.keys("lo/")} == {"k=b"}


def test_the_partitions_of_a_table_have_the_types_of_its_keys(account: EmulatedAccount) -> None:
    account.rows(
        "create table nk with (partitioned_by = array['k']) as select * from (values (1, 9), (2, 10), (3, null)) as t (n, k)"
    )
    assert account.rows('select max(k), count(*), count(k) from "nk$partitions"')[1:] == [["10", "3", "2"]]


def test_an_empty_text_is_hives_partition_of_nulls(account: EmulatedAccount) -> None:
    account.rows("create table e with (partitioned_by = array['k']) as select 1 as n, '' as k")
    assert account.rows("select n, k from e")[1:] == [["1", None]]


def test_what_json_holds(account: EmulatedAccount) -> None:
    maps = "map(array['k', 'l'], array[1, 2]) as m, array[map(array['x'], array['y'])] as a"
    account.rows(f"create table maps with (format = 'json') as select 1 as n, {maps}")
    assert account.rows("select m['l'], a[1]['x'] from maps")[1:] == [["2", "y"]]
    for form, value in (("json", "x'6162'"), ("textfile", "x'6162'"), ("json", "nan()"), ("json", "array[x'61']")):
        place = f"external_location = 's3://{BUCKET}/refused/'"
        assert "NOT_SUPPORTED" in failure(
            account, f"create table r with (format = '{form}', {place}) as select {value} v"
        )
    assert account.keys("refused/") == []


def test_a_table_that_cannot_be_made_leaves_no_files(account: EmulatedAccount) -> None:
    text = f"create table nodb.t with (external_location = 's3://{BUCKET}/left/') as select 1 as n"
    assert failure(account, text) == "SCHEMA_NOT_FOUND: Database nodb not found."
    assert account.keys("left/") == []


@pytest.mark.parametrize(
    "with_",
    [
        "row format delimited fields terminated by ',' escaped by '\\\\'",
        "tblproperties ('skip.header.line.count' = '1')",
    ],
)
def test_text_whose_settings_are_not_written_is_refused(account: EmulatedAccount, with_: str) -> None:
    rows, place = ("", with_) if with_.startswith("tbl") else (with_, "")
    account.rows(f"create external table x (a string) {rows} location 's3://{BUCKET}/x/' {place}")
    assert failure(account, "insert into x values ('a,b')").startswith("NOT_SUPPORTED")
    assert account.keys("x/") == []


def test_texts_that_are_too_long_are_refused(account: EmulatedAccount) -> None:
    account.rows(f"create external table s (a varchar(3), b char(2)) stored as parquet location 's3://{BUCKET}/s/'")
    account.rows("insert into s values ('abc  ', 'x ')")
    for values in ("'abcd', 'x'", "'a', 'xyz'"):
        assert "Cannot truncate non-space characters" in failure(account, f"insert into s values ({values})")
    assert account.rows("select count(*) from s")[1:] == [["1"]]


@pytest.mark.parametrize(
    "text",
    [
        "create table r (x) as select 1 as a",
        "create table r with (partitioned_by = array['a']) as select 1 as a",
        "create table r with (table_type = 'ICEBERG', format = 'ORC', location = 's3://bucket/r/') as select 1 as a",
    ],
)
def test_tables_that_athena_makes_otherwise_are_not_made(account: EmulatedAccount, text: str) -> None:
    assert failure(account, text).startswith(("NOT_SUPPORTED", "INVALID_TABLE_PROPERTY"))
    assert account.rows("show tables") == []
