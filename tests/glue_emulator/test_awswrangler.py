"""awswrangler at the emulator: what its documentation shows of Athena, the catalog, and datasets on S3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import awswrangler
import pandas as pd
import pytest

from glue_emulator.server import GlueEmulator
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount

wr: Any = awswrangler  # its types refuse what its documentation shows
DB = "d"
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "name": ["a", "b", None],
        "x": [1.5, 2.5, None],
        "at": pd.to_datetime(["2024-01-31 01:02:03.456", None, "2024-02-29 00:00:00.000"]),
        "ok": pd.array([True, None, False], dtype="boolean"),
        "day": ["d1", "d2", "d1"],
    }
)

pytestmark = pytest.mark.usefixtures("account")


@pytest.fixture
def account(emulator: GlueEmulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAccount]:
    """Give an account with a Parquet dataset in two partitions, `d.t`, and no settings but the emulator's."""
    made = EmulatedAccount(emulator.address)
    made.glue.create_database(DatabaseInput={"Name": DB})
    for name, value in {
        "AWS_ENDPOINT_URL": emulator.address,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    wr.config.reset()
    wr.config.athena_query_wait_polling_delay = 0.05
    wr.config.s3_output = f"s3://{BUCKET}/results/"
    wr.s3.to_parquet(FRAME, f"s3://{BUCKET}/t/", dataset=True, database=DB, table="t", partition_cols=["day"])
    yield made
    wr.config.reset()


def ids(frame: pd.DataFrame) -> list[int]:
    return sorted(frame["id"].tolist())


@pytest.mark.parametrize("way", ["plain", "ctas", "unload", "chunks"])
def test_read_sql_query(account: EmulatedAccount, way: str) -> None:
    asked: dict[str, Any] = {"ctas_approach": way == "ctas", "unload_approach": way == "unload"}
    chunks = {"chunksize": 2} if way == "chunks" else {}
    found = wr.athena.read_sql_query("select * from t", DB, **asked, **chunks)
    frame = pd.concat(list(found)) if way == "chunks" else found
    assert ids(frame) == [1, 2, 3]
    assert frame.set_index("id").loc[1, "at"] == pd.Timestamp("2024-01-31 01:02:03.456")
    assert account.rows("show tables") == [["t"]], "what CTAS made is gone"


@pytest.mark.parametrize("style", ["named", "qmark"])
@pytest.mark.parametrize("is_ctas", [True, False])
def test_read_sql_query_with_values(style: str, is_ctas: bool) -> None:
    sql = "select id from t where id > :least" if style == "named" else "select id from t where id > ?"
    params: Any = {"least": 1} if style == "named" else ["1"]
    assert ids(wr.athena.read_sql_query(sql, DB, params=params, paramstyle=style, ctas_approach=is_ctas)) == [2, 3]


def test_read_sql_table() -> None:
    assert ids(wr.athena.read_sql_table("t", DB)) == [1, 2, 3]


@pytest.mark.parametrize("form", ["parquet", "orc", "avro", "json", "textfile"])
def test_create_ctas_table(form: str) -> None:
    made = wr.athena.create_ctas_table("select id, day from t", DB, ctas_table="made", storage_format=form, wait=True)
    assert made["ctas_table"] == "made"
    assert ids(wr.athena.read_sql_query("select id from made", DB, ctas_approach=False)) == [1, 2, 3]


def test_create_ctas_table_in_partitions_and_buckets(account: EmulatedAccount) -> None:
    wr.athena.create_ctas_table(
        "select id, name, day from t",
        DB,
        ctas_table="parts",
        partitioning_info=["day"],
        bucketing_info=(["id"], 2),
        wait=True,
    )
    assert wr.catalog.get_partitions(DB, "parts")
    assert len(account.rows("select * from parts")) == 4
    wr.athena.create_ctas_table("select * from t", DB, ctas_table="empty", schema_only=True, wait=True)
    assert len(account.rows("select * from empty")) == 1


@pytest.mark.parametrize("form", ["PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE"])
def test_unload(account: EmulatedAccount, form: str) -> None:
    wr.athena.unload("select id, name from t", f"s3://{BUCKET}/u/", DB, file_format=form)
    assert account.keys("u/")


def test_queries_are_started_waited_for_listed_and_stopped() -> None:
    started = wr.athena.start_query_execution("select 1 as n", DB)
    assert wr.athena.wait_query(started)["Status"]["State"] == "SUCCEEDED"
    assert wr.athena.get_query_execution(started)["StatementType"] == "DML"
    assert len(wr.athena.get_query_executions([started])) == 1
    assert wr.athena.get_query_results(started)["n"].tolist() == [1]
    assert started in wr.athena.list_query_executions()
    wr.athena.stop_query_execution(started)
    assert wr.athena.get_query_columns_types(started) == {"n": "integer"}
    with pytest.raises(wr.exceptions.QueryFailed, match="COLUMN_NOT_FOUND"):
        wr.athena.read_sql_query("select nope from t", DB, ctas_approach=False)


def test_tables_are_described() -> None:
    described = wr.athena.describe_table("t", DB)
    assert described["Column Name"].tolist() == ["id", "name", "x", "at", "ok", "day"]
    assert described["Partition"].tolist() == [False] * 5 + [True]
    assert "PARTITIONED BY" in wr.athena.show_create_table("t", DB)
    assert "PARTITIONED BY" in wr.athena.generate_create_query("t", DB)
    assert wr.athena.repair_table("t", DB) == "SUCCEEDED"
    wr.athena.start_query_execution("create view v as select id from t", DB, wait=True)
    assert "CREATE OR REPLACE VIEW" in wr.athena.generate_create_query("v", DB)


def test_prepared_statements_and_named_queries(account: EmulatedAccount) -> None:
    wr.athena.create_prepared_statement("select id from t where id = ?", "one", workgroup="primary")
    wr.athena.create_prepared_statement("select id, x from t where id = ?", "one", workgroup="primary", mode="update")
    assert [one["StatementName"] for one in wr.athena.list_prepared_statements("primary")] == ["one"]
    assert ids(wr.athena.read_sql_query("execute one using 2", DB, ctas_approach=False)) == [2]
    wr.athena.delete_prepared_statement("one", workgroup="primary")
    assert wr.athena.list_prepared_statements("primary") == []
    named = account.athena.create_named_query(Name="n", Database=DB, QueryString="select 3 n")["NamedQueryId"]
    assert wr.athena.get_named_query_statement(named) == "select 3 n"


def test_workgroups() -> None:
    assert wr.athena.get_work_group("primary")["WorkGroup"]["Name"] == "primary"
    assert wr.athena.create_athena_bucket().startswith("s3://aws-athena-query-results-")


def test_iceberg(account: EmulatedAccount) -> None:
    small = FRAME[["id", "name"]].dropna()

    def put(frame: pd.DataFrame, number: int, **asked: Any) -> None:
        place = {"temp_path": f"s3://{BUCKET}/tmp{number}/", "table_location": f"s3://{BUCKET}/ice/"}
        wr.athena.to_iceberg(frame, DB, "ice", **place, **asked)

    put(small, 1)
    put(small.assign(id=[8, 9]), 2)
    put(small.assign(id=[2, 7], name=["new", "more"]), 3, merge_cols=["id"])
    found = wr.athena.read_sql_query("select id, name from ice", DB, ctas_approach=False)
    assert dict(zip(found["id"], found["name"], strict=True)) == {1: "a", 2: "new", 7: "more", 8: "a", 9: "b"}
    put(small.assign(id=[10, 11], new=[1.5, 2.0]), 4, schema_evolution=True)
    assert account.rows("select count(new), count(*) from ice")[1:] == [["2", "7"]]
    wr.athena.delete_from_iceberg_table(
        pd.DataFrame({"id": [8, 9]}), DB, "ice", temp_path=f"s3://{BUCKET}/tmp5/", merge_cols=["id"]
    )
    assert account.rows("select count(*) from ice")[1:] == [["5"]]


def test_databases_of_the_catalog() -> None:
    wr.catalog.create_database("made", description="words")
    wr.catalog.create_database("made", exist_ok=True)
    assert wr.catalog.databases()["Database"].tolist() == [DB, "made"]
    assert wr.catalog.delete_database("made") is None
    assert [one["Name"] for one in wr.catalog.get_databases()] == [DB]


def test_tables_of_the_catalog() -> None:
    assert wr.catalog.does_table_exist(DB, "t")
    assert not wr.catalog.does_table_exist(DB, "nope")
    assert wr.catalog.get_table_types(DB, "t") == {
        "id": "bigint",
        "name": "string",
        "x": "double",
        "at": "timestamp",
        "ok": "boolean",
        "day": "string",
    }
    assert wr.catalog.get_table_location(DB, "t") == f"s3://{BUCKET}/t/"
    assert wr.catalog.tables(database=DB)["Table"].tolist() == ["t"]
    assert wr.catalog.table(DB, "t")["Column Name"].tolist()[0] == "id"
    assert [one["Name"] for one in wr.catalog.get_tables(database=DB)] == ["t"]
    assert [one["Name"] for one in wr.catalog.search_tables("t")] == ["t"]
    assert wr.catalog.upsert_table_parameters({"a": "b"}, DB, "t")["a"] == "b"
    assert wr.catalog.overwrite_table_parameters({"classification": "parquet"}, DB, "t") == {
        "classification": "parquet"
    }
    wr.catalog.add_column(DB, "t", "added", "int", "a comment")
    assert wr.catalog.get_table_types(DB, "t")["added"] == "int"
    wr.catalog.delete_column(DB, "t", "added")
    assert wr.catalog.get_table_number_of_versions(DB, "t") >= 2
    assert wr.catalog.delete_table_if_exists(DB, "t")


def test_partitions_of_the_catalog() -> None:
    assert set(wr.catalog.get_parquet_partitions(DB, "t")) == {f"s3://{BUCKET}/t/day={day}/" for day in ("d1", "d2")}
    new = {f"s3://{BUCKET}/t/day=d3/": ["d3"]}
    wr.catalog.add_parquet_partitions(DB, "t", new)
    assert wr.catalog.get_partitions(DB, "t", expression="day = 'd3'") == new
    wr.catalog.delete_partitions("t", DB, [["d3"]])
    wr.catalog.delete_all_partitions("t", DB)
    assert wr.catalog.get_partitions(DB, "t") == {}


@pytest.mark.parametrize("mode", ["append", "overwrite", "overwrite_partitions"])
def test_to_parquet(mode: str) -> None:
    more = FRAME.head(1).assign(id=9)
    place = {"path": f"s3://{BUCKET}/t/", "dataset": True, "database": DB, "table": "t", "partition_cols": ["day"]}
    wr.s3.to_parquet(more, mode=mode, **place)
    wanted = {"append": [1, 2, 3, 9], "overwrite": [9], "overwrite_partitions": [2, 9]}[mode]
    assert ids(wr.athena.read_sql_query("select id from t", DB, ctas_approach=False)) == wanted
    assert ids(wr.s3.read_parquet_table("t", DB)) == wanted


def test_to_parquet_with_new_columns_and_projection(account: EmulatedAccount) -> None:
    place: dict[str, Any] = {"dataset": True, "database": DB}
    wr.s3.to_parquet(
        FRAME.assign(new=1), f"s3://{BUCKET}/t/", table="t", partition_cols=["day"], mode="append", **place
    )
    assert account.rows("select count(new), count(*) from t")[1:] == [["3", "6"]]
    settings = {"projection_types": {"day": "enum"}, "projection_values": {"day": "d1,d2"}}
    wr.s3.to_parquet(
        FRAME,
        f"s3://{BUCKET}/projected/",
        table="projected",
        partition_cols=["day"],
        athena_partition_projection_settings=settings,
        **place,
    )
    assert account.rows("select count(*) from projected where day = 'd1'")[1:] == [["2"]]


@pytest.mark.parametrize("form", ["csv", "json", "orc"])
def test_other_datasets(form: str) -> None:
    frame = FRAME[["id", "name"]].dropna()
    asked: dict[str, dict[str, Any]] = {
        "csv": {"index": False},
        "json": {"orient": "records", "lines": True, "index": False},
    }
    getattr(wr.s3, f"to_{form}")(
        frame, f"s3://{BUCKET}/o/", dataset=True, database=DB, table="other", **asked.get(form, {})
    )
    found = wr.athena.read_sql_query("select id, name from other", DB, ctas_approach=False)
    assert ids(found) == [1, 2]
    assert sorted(found["name"]) == ["a", "b"]


def test_store_parquet_metadata(account: EmulatedAccount) -> None:
    kinds, partitions, values = wr.s3.store_parquet_metadata(f"s3://{BUCKET}/t/", DB, "stored", dataset=True)
    assert (kinds["id"], partitions) == ("bigint", {"day": "string"})
    assert len(values or {}) == 2
    assert account.rows("select count(*) from stored")[1:] == [["3"]]
