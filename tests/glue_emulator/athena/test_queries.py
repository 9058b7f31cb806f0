"""Athena of the emulator: queries that answer, DDL that changes the catalog, results where Athena puts them."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from tests.glue_emulator.emulated import BUCKET, EmulatedAccount, wait


@pytest.fixture
def account(account: EmulatedAccount) -> EmulatedAccount:
    """Give an account with the table d.people of three rows."""
    account.rows("create database d")
    account.rows(
        f"create external table d.people (name string, age int, `user` string) stored as parquet location 's3://{BUCKET}/people/'"
    )
    stream = io.BytesIO()
    ages = pa.array([44, None, 12], pa.int32())
    pq.write_table(pa.table({"name": ["ann", 'b"o,b', "cyd"], "age": ages, "user": ["a", "b", "c"]}), stream)
    account.put("people/a.parquet", stream.getvalue())
    return account


def wide() -> bytes:
    """Return a Parquet file of more than 10 MB."""
    stream = io.BytesIO()
    names = [str(number) * 1_200_000 for number in range(1, 10)]
    pq.write_table(pa.table({"name": names}), stream, compression="none", use_dictionary=False)
    return stream.getvalue()


def failure(account: EmulatedAccount, sql: str, **asked: Any) -> str:
    query = account.query(sql, **asked)
    assert query["Status"]["State"] == "FAILED", query
    return str(query["Status"]["StateChangeReason"])


def test_a_query_answers(account: EmulatedAccount) -> None:
    query = account.query('select name, age, "user" from people order by name')
    assert query["Status"]["State"] == "SUCCEEDED"
    assert (query["StatementType"], query["WorkGroup"]) == ("DML", "primary")
    key = f"results/{query['QueryExecutionId']}.csv"
    assert query["ResultConfiguration"]["OutputLocation"] == f"s3://{BUCKET}/{key}"
    assert account.get(key).decode() == '"name","age","user"\n"ann","44","a"\n"b""o,b",,"b"\n"cyd","12","c"\n'
    answer = account.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])["ResultSet"]
    assert [one["Type"] for one in answer["ResultSetMetadata"]["ColumnInfo"]] == ["varchar", "integer", "varchar"]
    assert answer["Rows"][2]["Data"] == [{"VarCharValue": 'b"o,b'}, {}, {"VarCharValue": "b"}]
    assert 0 < query["Statistics"]["DataScannedInBytes"] < len(account.get("people/a.parquet"))


@pytest.mark.parametrize(
    ("expression", "text", "kind"),
    [
        ("1e10", "1.0E10", "double"),
        ("0.5e0", "0.5", "double"),
        ("1e0 / 3", "0.3333333333333333", "double"),
        ("cast(123456789e0 as double)", "1.23456789E8", "double"),
        ("cast(1.5 as decimal(5, 2))", "1.50", "decimal"),
        ("date '2024-02-29'", "2024-02-29", "date"),
        ("timestamp '2024-02-29 01:02:03.456'", "2024-02-29 01:02:03.456", "timestamp"),
        ("from_unixtime(0)", "1970-01-01 00:00:00.000 UTC", "timestamp with time zone"),
        ("true", "true", "boolean"),
        ("array[1, 2]", "[1, 2]", "array"),
        ("map(array['k'], array[1])", "{k=1}", "map"),
        ("cast(null as varchar)", None, "varchar"),
        ("count(*)", "1", "bigint"),
        ("sum(cast(3 as bigint))", "3", "bigint"),
        ("approx_distinct(1)", "1", "bigint"),
        ("regexp_like('abc', '^a')", "true", "boolean"),
        ("date_diff('day', date '2024-01-01', date '2024-03-01')", "60", "bigint"),
        ("element_at(array['x', 'y'], 2)", "y", "varchar"),
    ],
)
def test_values_are_written_as_athena_writes_them(
    account: EmulatedAccount, expression: str, text: str, kind: str
) -> None:
    query = account.query(f"select {expression} as v")
    assert query["Status"]["State"] == "SUCCEEDED", query["Status"]
    answer = account.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])["ResultSet"]
    assert answer["Rows"][1]["Data"] == [{} if text is None else {"VarCharValue": text}]
    assert answer["ResultSetMetadata"]["ColumnInfo"][0]["Type"] == kind


def test_pages_of_results(account: EmulatedAccount) -> None:
    query = account.query("select x from unnest(sequence(1, 2500)) as t(x)")
    first = account.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])
    assert len(first["ResultSet"]["Rows"]) == 1000
    assert "NextToken" in first
    assert len(account.rows("select x from unnest(sequence(1, 2500)) as t(x)")) == 2501


def test_errors_have_athenas_words(account: EmulatedAccount) -> None:
    assert failure(account, "select * from nothing") == (
        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.d.nothing' does not exist"
    )
    assert failure(account, "select nothing from people").startswith(
        "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved"
    )
    assert failure(account, "selec 1").startswith("SYNTAX_ERROR")
    assert failure(account, "select no_such_function(1)").startswith("FUNCTION_NOT_FOUND")
    assert failure(account, "select cast('x' as integer)").startswith("INVALID_CAST_ARGUMENT")
    assert failure(account, "select 1; select 2").startswith("SYNTAX_ERROR")
    assert failure(account, "create view v as select 1").startswith("MISSING_COLUMN_NAME")
    query = account.query("select * from nothing")
    with pytest.raises(ClientError, match="Query did not finish successfully"):
        account.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])
    with pytest.raises(ClientError, match="No output location provided"):
        account.athena.start_query_execution(QueryString="select 1")
    with pytest.raises(ClientError, match="WorkGroup nobody is not found"):
        account.athena.start_query_execution(QueryString="select 1", WorkGroup="nobody")


def test_no_query_reads_a_file_of_this_machine(account: EmulatedAccount) -> None:
    for sql in ("select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')"):
        assert failure(account, sql).startswith("FUNCTION_NOT_FOUND: line 1:15: Table function")
    assert account.query('select * from "/etc/passwd"')["Status"]["State"] == "FAILED"


def test_ddl_makes_shows_and_drops(account: EmulatedAccount) -> None:
    account.rows(
        f"""create external table if not exists numbers (n bigint) partitioned by (kind string)
        row format serde 'org.openx.data.jsonserde.JsonSerDe'
        stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat'
        outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
        location 's3://{BUCKET}/numbers/'"""
    )
    account.put("numbers/kind=odd/a.json", '{"n": 1}\n{"n": 3}\n')
    account.rows("msck repair table numbers")
    assert account.rows("show partitions numbers") == [["kind=odd"]]
    assert account.rows("select kind, sum(n) from numbers group by 1")[1:] == [["odd", "4"]]
    assert account.rows("show tables") == [["numbers"], ["people"]]
    assert account.rows("show tables in d 'num*'") == [["numbers"]]
    assert account.rows("show databases") == [["d"]]
    assert [row[0].split() for row in account.rows("describe people") if row[0]] == [
        ["name", "string"],
        ["age", "int"],
        ["user", "string"],
    ]
    shown = "\n".join(str(row[0]) for row in account.rows("show create table people"))
    assert "CREATE EXTERNAL TABLE `d.people`(" in shown
    account.rows("drop table if exists numbers")
    account.rows("drop table if exists numbers")
    assert "Table not found numbers" in failure(account, "drop table numbers")
    assert "not empty" in failure(account, "drop database d")
    account.rows("drop database d cascade")
    assert account.rows("show databases") == []


def test_create_table_as_and_insert(account: EmulatedAccount) -> None:
    query = account.query(
        f"create table grown with (format = 'PARQUET', external_location = 's3://{BUCKET}/grown/') as "
        "select name, age * 2 as twice from people where age > 20"
    )
    assert query["Status"]["State"] == "SUCCEEDED", query["Status"]
    manifest = query["Statistics"]["DataManifestLocation"].removeprefix(f"s3://{BUCKET}/")
    (file,) = account.get(manifest).decode().split()
    assert file.removeprefix(f"s3://{BUCKET}/") in account.keys("grown/")
    account.rows("insert into grown select 'dan', 7")
    assert account.rows("select * from grown order by 1")[1:] == [["ann", "88"], ["dan", "7"]]
    table = account.glue.get_table(DatabaseName="d", Name="grown")["Table"]
    assert [(one["Name"], one["Type"]) for one in table["StorageDescriptor"]["Columns"]] == [
        ("name", "string"),
        ("twice", "int"),
    ]
    assert failure(account, "insert into nothing select 1").startswith("TABLE_NOT_FOUND")


def test_values_for_question_marks(account: EmulatedAccount) -> None:
    sql = "select name from people where age = ? and name = ?"
    assert account.rows(sql, ExecutionParameters=["44", "'ann'"]) == [["name"], ["ann"]]
    assert "2 question marks" in failure(account, sql, ExecutionParameters=["44"])
    account.athena.create_prepared_statement(
        StatementName="by_age", WorkGroup="primary", QueryStatement="select name from people where age = ?"
    )
    assert account.rows("execute by_age using 12") == [["name"], ["cyd"]]
    account.athena.delete_prepared_statement(StatementName="by_age", WorkGroup="primary")
    assert account.athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"] == []


def test_a_workgroup_has_its_place_and_its_limit(account: EmulatedAccount) -> None:
    account.athena.create_work_group(
        Name="small",
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/small/"},
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )
    query = account.query("select 1", WorkGroup="small")
    assert query["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{BUCKET}/small/")
    account.put("people/b.parquet", wide())
    status = account.query("select name from people", WorkGroup="small")["Status"]
    assert status["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in status["StateChangeReason"]
    updates = {"BytesScannedCutoffPerQuery": 100_000_000, "ResultConfigurationUpdates": {"RemoveOutputLocation": True}}
    account.athena.update_work_group(WorkGroup="small", ConfigurationUpdates=updates)
    assert account.rows("select count(name) from people", WorkGroup="small")[1] == ["12"]
    assert account.athena.list_query_executions(WorkGroup="small")["QueryExecutionIds"]


def test_a_query_sees_the_files_of_now(account: EmulatedAccount) -> None:
    assert account.rows("select count(*) from people")[1:] == [["3"]]
    account.s3.delete_object(Bucket=BUCKET, Key="people/a.parquet")
    assert account.rows("select count(*) from people")[1:] == [["0"]]


def test_the_catalog_is_glues(account: EmulatedAccount) -> None:
    athena = account.athena
    assert [one["Name"] for one in athena.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]] == ["d"]
    table = athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="d", TableName="people")[
        "TableMetadata"
    ]
    assert [one["Name"] for one in table["Columns"]] == ["name", "age", "user"]


def test_saved_queries_can_be_deleted(account: EmulatedAccount) -> None:
    made = account.athena.create_named_query(Name="q", Database="d", QueryString="select 1")["NamedQueryId"]
    account.athena.delete_named_query(NamedQueryId=made)
    assert account.athena.list_named_queries()["NamedQueryIds"] == []


def test_values_are_bound_in_the_order_of_the_text(account: EmulatedAccount) -> None:
    sql = "select * from (values (1, 2, 3)) as t(a, b, c) where a = ? and (b = ? or b = ?) and c = ?"
    assert account.rows(sql, ExecutionParameters=["1", "2", "9", "3"])[1:] == [["1", "2", "3"]]
    assert "is not a value for a question mark" in failure(
        account, "select ?", ExecutionParameters=["1 union select 2"]
    )
    assert "is not a value for a question mark" in failure(account, "select ?", ExecutionParameters=["1, 2"])


def test_statements_as_tools_write_them(account: EmulatedAccount) -> None:
    assert account.rows('-- words\n/* more */ select 7 / 2, count(*) from "AwsDataCatalog"."d"."people"') == [
        ["_col0", "_col1"],
        ["3", "3"],
    ]
    query = account.query("/* words */ show tables")
    assert query["StatementType"] == "UTILITY"
    token = "a token that is at least 32 letters long"
    assert (
        account.query("select 1", ClientRequestToken=token)["QueryExecutionId"]
        == (account.query("select 1", ClientRequestToken=token)["QueryExecutionId"])
    )


def test_a_table_that_could_not_be_read_can_be_read_again(account: EmulatedAccount) -> None:
    account.rows(
        f"""create external table t (n int) row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
        stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat'
        outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' location 's3://{BUCKET}/t/'"""
    )
    account.put("t/a.csv", "1\n2\n")
    account.put("t/b.csv", "no number\n")
    failure(account, "select * from t")
    account.s3.delete_object(Bucket=BUCKET, Key="t/b.csv")
    assert account.rows("select sum(n) from t")[1:] == [["3"]]


def test_only_partitions_that_the_catalog_knows_are_read(account: EmulatedAccount) -> None:
    account.rows(
        f"create external table parts (n int) partitioned by (month string) stored as parquet location 's3://{BUCKET}/parts/'"
    )
    stream = io.BytesIO()
    pq.write_table(pa.table({"n": pa.array([1], pa.int32())}), stream)
    for place in ("parts/month=01", "parts/month=02", "elsewhere"):
        account.put(f"{place}/a.parquet", stream.getvalue())
    assert account.rows("select count(*) from parts")[1:] == [["0"]]
    account.rows("msck repair table parts")
    assert account.rows("select month, n from parts order by 1")[1:] == [["01", "1"], ["02", "1"]]
    storage = account.glue.get_table(DatabaseName="d", Name="parts")["Table"]["StorageDescriptor"]
    account.glue.create_partition(
        DatabaseName="d",
        TableName="parts",
        PartitionInput={"Values": ["a b/c"], "StorageDescriptor": {**storage, "Location": f"s3://{BUCKET}/elsewhere/"}},
    )
    assert account.rows("select month from parts order by 1")[1:] == [["01"], ["02"], ["a b/c"]]


def test_an_insert_fits_its_table(account: EmulatedAccount) -> None:
    account.rows("create table pairs as select 1 as x, 'a' as y")
    account.rows("insert into pairs (y, x) select 'b', 2")
    account.rows("insert into pairs (x) values (3)")
    assert account.rows("select x, y from pairs order by x")[1:] == [["1", "a"], ["2", "b"], ["3", None]]
    assert failure(account, "insert into pairs select 'c', 'd'").startswith("TYPE_MISMATCH")
    assert failure(account, "insert into pairs select 1").startswith("TYPE_MISMATCH")
    assert failure(account, "insert into pairs (z) select 1").startswith("COLUMN_NOT_FOUND")
    assert len(account.rows("select * from pairs")) == 4


def test_a_created_table_can_be_read(account: EmulatedAccount) -> None:
    sql = "select array[1, 2] a, map(array['k'], array[1]) m, timestamp '2024-01-02 03:04:05' t, cast(1.5 as decimal(5, 2)) d"
    account.rows(f"create table kinds as {sql}")
    assert account.rows("select * from kinds")[1:] == [["[1, 2]", "{k=1}", "2024-01-02 03:04:05.000", "1.50"]]
    assert failure(account, "create table kinds as select 1 as x").startswith("TABLE_ALREADY_EXISTS")
    account.rows("create table if not exists kinds as select 1 as x")
    keys = "with (partitioned_by = array['x'])"
    assert failure(account, f"create table b {keys} as select 1 as x, 2 as y").startswith("HIVE_COLUMN_ORDER_MISMATCH")
    place = f"with (external_location = 's3://{BUCKET}/people/')"
    assert failure(account, f"create table b {place} as select 1 as x").startswith("HIVE_PATH_ALREADY_EXISTS")
    assert failure(account, "create table b as select 1").startswith("MISSING_COLUMN_NAME")
    assert failure(account, "create table b as select now() as x").startswith("NOT_SUPPORTED")


def test_a_cancelled_query_ends_and_writes_nothing(account: EmulatedAccount) -> None:
    account.rows("create table sums as select cast(1 as bigint) as n")
    many = "unnest(sequence(1, 10000))"
    slow = f"insert into sums select count(*) from {many} a(x), {many} b(y), {many} c(z) where x > y and y > z"
    output = {"OutputLocation": f"s3://{BUCKET}/results/"}
    context = {"Database": "d"}
    started = account.athena.start_query_execution(
        QueryString=slow, QueryExecutionContext=context, ResultConfiguration=output
    )
    query_id = started["QueryExecutionId"]
    wait(
        lambda: account.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"],
        lambda status: status["State"] == "RUNNING",
    )
    account.athena.stop_query_execution(QueryExecutionId=query_id)
    assert account.rows("select * from sums") == [["n"], ["1"]]
    status = account.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
    assert status["State"] == "CANCELLED"


def test_a_workgroup_that_was_used_is_deleted_with_what_it_holds_or_not_at_all(account: EmulatedAccount) -> None:
    """As the API reference describes DeleteWorkGroup's RecursiveDeleteOption."""
    place = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/used/"}}
    account.athena.create_work_group(Name="used", Configuration=place)
    account.athena.create_named_query(Name="q", Database="d", QueryString="select 1", WorkGroup="used")
    account.athena.start_query_execution(QueryString="select 1", WorkGroup="used")
    with pytest.raises(ClientError, match="WorkGroup used is not empty"):
        account.athena.delete_work_group(WorkGroup="used")
    account.athena.delete_work_group(WorkGroup="used", RecursiveDeleteOption=True)
    assert "used" not in {one["Name"] for one in account.athena.list_work_groups()["WorkGroups"]}
    assert account.athena.list_named_queries()["NamedQueryIds"] == []
    account.athena.create_work_group(Name="used", Configuration=place)
    account.athena.delete_work_group(WorkGroup="used")
    with pytest.raises(ClientError, match="primary"):
        account.athena.delete_work_group(WorkGroup="primary")


def test_prepared_statements_belong_to_their_workgroup(account: EmulatedAccount) -> None:
    for number, group in enumerate(("one", "two")):
        account.athena.create_work_group(Name=group, Configuration={"ResultConfiguration": {}})
        account.athena.create_prepared_statement(
            StatementName="p", WorkGroup=group, QueryStatement=f"select {number} as n"
        )
    assert account.rows("execute p", WorkGroup="one")[1:] == [["0"]]
    assert account.rows('execute "p"', WorkGroup="two")[1:] == [["1"]]
    with pytest.raises(ClientError, match="InvalidRequestException"):
        account.query("execute p using 'a", WorkGroup="one")
