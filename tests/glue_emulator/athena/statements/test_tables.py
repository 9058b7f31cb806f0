"""Hive's DDL: databases, tables, partitions, views, and what SHOW and DESCRIBE tell of them."""

from __future__ import annotations

import pytest

from glue_emulator.server import GlueEmulator
from tests.glue_emulator.athena.test_queries import failure
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount


@pytest.fixture
def account(emulator: GlueEmulator) -> EmulatedAccount:
    account = EmulatedAccount(emulator.address)
    account.glue.create_database(DatabaseInput={"Name": "d"})
    return account


def logs(account: EmulatedAccount) -> None:
    """Make a table of JSON lines in two partitions that the catalog does not know yet."""
    account.rows(
        f"""create external table logs (n int) partitioned by (day string, hour int)
        row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://{BUCKET}/logs/'"""
    )
    for day, hour in (("a", 1), ("b", 2)):
        account.put(f"logs/day={day}/hour={hour}/x.json", f'{{"n": {hour}}}\n')


@pytest.mark.parametrize("word", ["database", "schema"])
def test_databases(account: EmulatedAccount, word: str) -> None:
    account.rows(
        f"create {word} if not exists `made` comment 'it''s' location 's3://{BUCKET}/made/' with dbproperties ('a' = 'b')"
    )
    found = account.glue.get_database(Name="made")["Database"]
    assert (found["Description"], found["LocationUri"], found["Parameters"]) == (
        "it's",
        f"s3://{BUCKET}/made/",
        {"a": "b"},
    )
    account.rows(f"alter {word} made set dbproperties ('c' = 'd')")
    assert account.glue.get_database(Name="made")["Database"]["Parameters"] == {"a": "b", "c": "d"}
    assert "already exists" in failure(account, f"create {word} made")
    account.rows(f"create {word} if not exists made")
    assert account.rows(f"show {word}s like 'm*'") == [["made"]]
    account.rows("create table made.t as select 1 as a")
    assert "not empty" in failure(account, f"drop {word} made")
    account.rows(f"drop {word} made cascade")
    account.rows(f"drop {word} if exists made")
    assert "does not exist" in failure(account, f"drop {word} made")
    assert account.rows(f"show {word}s") == [["d"]]


def test_partitions_are_added_renamed_and_dropped(account: EmulatedAccount) -> None:
    logs(account)
    count = "select day, hour, n from logs order by 1"
    assert account.rows(count)[1:] == []
    account.rows("alter table logs add if not exists partition (day = 'a', hour = 1) partition (hour = 2, day = 'b')")
    assert account.rows(count)[1:] == [["a", "1", "1"], ["b", "2", "2"]]
    assert "already exists" in failure(account, "alter table logs add partition (day = 'a', hour = 1)")
    account.rows("alter table logs partition (day = 'a', hour = 1) rename to partition (day = 'z', hour = 9)")
    assert account.rows(count)[1:] == [["b", "2", "2"], ["z", "9", "1"]]
    account.rows(f"alter table logs partition (day = 'z', hour = 9) set location 's3://{BUCKET}/logs/day=b/hour=2/'")
    assert account.rows(count)[1:] == [["b", "2", "2"], ["z", "9", "2"]]
    account.rows("alter table logs drop partition (hour > 5)")
    assert account.rows("show partitions logs") == [["day=b/hour=2"]]
    assert "not found" in failure(account, "alter table logs drop partition (day = 'q')")
    account.rows("alter table logs drop if exists partition (day = 'q')")
    assert "needs the keys day, hour" in failure(account, "alter table logs add partition (day = 'q')")


def test_msck_adds_what_is_named_as_hive_names_it(account: EmulatedAccount) -> None:
    logs(account)
    account.put("logs/c/3/x.json", '{"n": 3}\n')
    told = account.rows("msck repair table `d`.`logs`")
    assert told[0] == ["Partitions not in metastore:\tlogs:day=a/hour=1\tlogs:day=b/hour=2"]
    assert account.rows("select sum(n) from logs")[1:] == [["3"]]
    assert account.rows("msck repair table logs") == []


def test_columns_properties_and_location_are_changed(account: EmulatedAccount) -> None:
    logs(account)
    account.rows("alter table `d`.`logs` add columns (m bigint, tags array<struct<a:int>>)")
    account.rows("alter table logs set tblproperties ('classification' = 'json', 'x' = 'it''s')")
    assert [str(row[0]).strip() for row in account.rows("show columns in logs")] == ["n", "m", "tags", "day", "hour"]
    assert account.rows("show tblproperties logs('x')") == [["it's"]]
    assert "Duplicate column" in failure(account, "alter table logs add columns (n int)")
    account.rows("alter table logs replace columns (n bigint)")
    assert [row[0].split() for row in account.rows("describe logs") if row[0]][:3] == [
        ["n", "bigint"],
        ["day", "string"],
        ["hour", "int"],
    ]
    account.put("elsewhere/day=a/hour=1/x.json", '{"n": 7}\n')
    account.rows(f"alter table logs set location 's3://{BUCKET}/elsewhere/'")
    account.rows("msck repair table logs")
    assert account.rows("select n from logs")[1:] == [["7"]]


def test_what_show_create_table_says_makes_the_table_again(account: EmulatedAccount) -> None:
    logs(account)
    account.rows("alter table logs set tblproperties ('k' = 'v')")
    before = account.glue.get_table(DatabaseName="d", Name="logs")["Table"]
    text = "\n".join(str(row[0]) for row in account.rows("show create table logs"))
    account.rows("drop table logs")
    account.rows(text)
    after = account.glue.get_table(DatabaseName="d", Name="logs")["Table"]
    for member in ("StorageDescriptor", "PartitionKeys", "TableType"):
        assert after[member] == before[member]
    assert after["Parameters"]["k"] == "v"


def test_views(account: EmulatedAccount) -> None:
    account.rows("create table t as select * from (values (1, 'a'), (2, 'b')) as x (id, name)")
    account.rows('create or replace view "awsdatacatalog"."d"."v" as select id, upper(name) as loud from t')
    assert account.rows("select * from v order by id")[1:] == [["1", "A"], ["2", "B"]]
    assert account.rows("select count(*) from v join t on v.id = t.id where loud = 'A'")[1:] == [["1"]]
    assert account.rows("show views") == [["v"]]
    assert account.rows("show create view v")[1:] == [["select id, upper(name) as loud from t"]]
    table = account.glue.get_table(DatabaseName="d", Name="v")["Table"]
    assert (table["TableType"], table["Parameters"]["presto_view"]) == ("VIRTUAL_VIEW", "true")
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "int"},
        {"Name": "loud", "Type": "varchar(1)"},
    ]
    assert "already exists" in failure(account, "create view v as select 1 as x")
    assert "already exists" in failure(account, "create or replace view t as select 1 as x")
    account.rows("create or replace view v as select 5 as five")
    assert account.rows("select * from v") == [["five"], ["5"]]
    kinds = account.rows(
        "select table_name, table_type from information_schema.tables where table_schema = 'd' order by 1"
    )
    assert kinds[1:] == [["t", "BASE TABLE"], ["v", "VIEW"]]
    assert "is a table" in failure(account, "drop view t")
    account.rows("drop view v")
    assert failure(account, "select * from v").startswith("TABLE_NOT_FOUND")


def test_one_table_that_cannot_be_read_breaks_no_other(account: EmulatedAccount) -> None:
    account.rows("create table good as select 1 as a")
    broken = {"Name": "broken", "StorageDescriptor": {"Columns": [], "SerdeInfo": {"SerializationLibrary": "x.Y"}}}
    account.glue.create_table(DatabaseName="d", TableInput=broken)
    columns = "select table_name, column_name, data_type from information_schema.columns where table_schema = 'd'"
    assert account.rows(columns)[1:] == [["good", "a", "integer"]]


def test_the_tutorials_table_of_regular_expressions(account: EmulatedAccount) -> None:
    """As the user guide's "Getting started" makes one of CloudFront's logs, with the columns of the first groups."""
    account.put("cf/x", "2014-07-05\t20:00:00\tLHR3\t4260\n#comment\n2014-07-05\t20:00:02\tLHR3\tmany\n")
    account.rows(
        f"""CREATE EXTERNAL TABLE IF NOT EXISTS cloudfront_logs (`Date` DATE, Time STRING, Location STRING, Bytes BIGINT)
        ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
        WITH SERDEPROPERTIES ("input.regex" = "^(?!#)([^ \\t]+)\\\\s+([^ \\t]+)\\\\s+([^ \\t]+)\\\\s+([^ \\t]+)$")
        LOCATION 's3://{BUCKET}/cf/'"""
    )
    assert account.rows('select "date", time, location, bytes from cloudfront_logs order by 2')[1:] == [
        ["2014-07-05", "20:00:00", "LHR3", "4260"],
        ["2014-07-05", "20:00:02", "LHR3", None],
        [None, None, None, None],
    ]


def test_prepared_statements(account: EmulatedAccount) -> None:
    account.rows("prepare twice from select ? * 2 as n, ? as s")
    assert account.rows("execute twice using 21, 'x'")[1:] == [["42", "x"]]
    listed = account.athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert [one["StatementName"] for one in listed] == ["twice"]
    account.rows("deallocate prepare twice")
    with pytest.raises(account.athena.exceptions.ResourceNotFoundException):
        account.athena.get_prepared_statement(StatementName="twice", WorkGroup="primary")
    assert failure(account, "deallocate prepare twice").startswith("NOT_FOUND")


def test_explain(account: EmulatedAccount) -> None:
    assert account.rows("explain (type validate) select 1") == [["true"]]
    account.rows("create table t as select 1 as a")
    plan = "\n".join(str(row[0]) for row in account.rows("explain select max(a) from t"))
    assert "Aggregate" in plan, plan
    assert failure(account, "explain select nope").startswith("COLUMN_NOT_FOUND")


def test_a_view_of_itself_is_refused(account: EmulatedAccount) -> None:
    account.rows("create view v as select 1 as a")
    account.rows("create view w as select a from v")
    assert failure(account, "create or replace view v as select * from v").startswith("VIEW_IS_RECURSIVE")
    account.rows("create or replace view v as with v as (select 2 as a) select a from v")
    assert account.rows("select a from w")[1:] == [["2"]]
    account.rows("create or replace view v as select a from w")
    assert failure(account, "select a from w").startswith("VIEW_IS_RECURSIVE")


@pytest.mark.parametrize(
    "statement",
    [
        "insert overwrite t select 2 as a",
        "insert overwrite table t select 2 as a",
        "insert into t values (2) returning a",
        "insert into t default values",
        "show tables '['",
        "show databases '['",
        "insert into nowhere values (1)",
        "insert into v values (1)",
    ],
)
def test_statements_that_athena_has_not_change_nothing(account: EmulatedAccount, statement: str) -> None:
    account.rows("create table t as select 1 as a")
    account.rows("create view v as select 1 as a")
    assert "INTERNAL" not in failure(account, statement)
    assert account.rows("select a from t")[1:] == [["1"]]


def test_comments_before_execute(account: EmulatedAccount) -> None:
    account.rows("prepare p from select ? as a")
    assert account.rows("-- why\n/* and how */ execute p using 7")[1:] == [["7"]]


def test_what_cannot_be_a_pattern_or_a_token_is_refused(account: EmulatedAccount) -> None:
    where = {"CatalogName": "AwsDataCatalog", "DatabaseName": "d"}
    with pytest.raises(account.athena.exceptions.InvalidRequestException):
        account.athena.list_table_metadata(**where, Expression="[")
    with pytest.raises(account.athena.exceptions.InvalidRequestException):
        account.athena.list_table_metadata(**where, NextToken="²")


def test_a_database_that_is_not_there_is_named_once(account: EmulatedAccount) -> None:
    assert failure(account, "show tables in nowhere").startswith("SCHEMA_NOT_FOUND: Database nowhere not found")


def test_show_create_table_keeps_quotes_and_backslashes(account: EmulatedAccount) -> None:
    account.rows(
        f"""create external table q (a string comment 'it\\'s') row format delimited fields terminated by '|'
        escaped by '\\\\' location 's3://{BUCKET}/q/'"""
    )
    before = account.glue.get_table(DatabaseName="d", Name="q")["Table"]
    assert before["StorageDescriptor"]["Columns"][0]["Comment"] == "it's"
    text = "\n".join(str(row[0]) for row in account.rows("show create table q"))
    account.rows("drop table q")
    account.rows(text)
    after = account.glue.get_table(DatabaseName="d", Name="q")["Table"]
    assert after["StorageDescriptor"] == before["StorageDescriptor"]
