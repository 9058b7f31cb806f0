"""Iceberg tables: rows and columns change, earlier versions stay; PyIceberg reads what Athena's statements wrote.

The statements are those of the user guide's "Query Apache Iceberg tables".
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyiceberg.catalog import load_catalog

from glue_emulator.server import GlueEmulator
from tests.glue_emulator.athena.test_queries import failure
from tests.glue_emulator.emulated import BUCKET, REGION, EmulatedAccount

COLUMNS = "id int, name string, at timestamp, n decimal(10, 2)"


@pytest.fixture
def account(emulator: GlueEmulator) -> EmulatedAccount:
    account = EmulatedAccount(emulator.address)
    account.glue.create_database(DatabaseInput={"Name": "d"})
    return account


def create(account: EmulatedAccount, name: str = "t", partitioned: str = "bucket(4, id), day(at)") -> None:
    account.rows(
        f"create table {name} ({COLUMNS}) partitioned by ({partitioned}) location 's3://{BUCKET}/{name}/' "
        "tblproperties ('table_type' = 'ICEBERG', 'format' = 'parquet')"
    )
    account.rows(
        f"insert into {name} values (1, 'a', timestamp '2024-01-01 10:00:00.000000', 1.5), (2, 'b', null, 2.25)"
    )


def rows(account: EmulatedAccount, more: str = "") -> list[list[str | None]]:
    return account.rows(f"select id, name, n from t {more} order by id")[1:]


def test_rows_are_deleted_and_updated(account: EmulatedAccount) -> None:
    create(account)
    account.rows("update t set name = upper(name), n = decimal '4.5' where id = 2")
    assert rows(account) == [["1", "a", "1.50"], ["2", "B", "4.50"]]
    account.rows("delete from t where at < current_timestamp")
    assert rows(account) == [["2", "B", "4.50"]]
    account.rows("delete from t")
    assert rows(account) == []


def test_merge_does_the_first_when_that_is_true(account: EmulatedAccount) -> None:
    create(account)
    account.rows(
        "create table s as select * from (values (1, 'gone'), (2, 'new'), (3, 'ins'), (4, 'no')) as s (id, name)"
    )
    account.rows(
        """merge into t as target using (select id, name from s) as source on target.id = source.id
        when matched and source.name = 'gone' then delete
        when matched then update set name = source.name || target.name
        when not matched and source.id < 4 then insert (id, name) values (source.id, source.name)"""
    )
    assert rows(account) == [["2", "newb", "2.25"], ["3", "ins", None]]


def test_merge_refuses_two_source_rows_for_one_row(account: EmulatedAccount) -> None:
    create(account)
    account.rows("create table s as select * from (values (1, 'x'), (1, 'y')) as s (id, name)")
    words = "One MERGE target table row matched more than one source row"
    assert words in failure(account, "merge into t using s on t.id = s.id when matched then update set name = s.name")
    assert rows(account) == [["1", "a", "1.50"], ["2", "b", "2.25"]]


def test_earlier_versions_are_read(account: EmulatedAccount) -> None:
    create(account)
    history = 'select snapshot_id, made_current_at from "t$history" order by made_current_at'
    first, at = account.rows(history)[1]
    account.rows("delete from t where id = 1")
    assert [one[0] for one in rows(account)] == ["2"]
    assert [one[0] for one in rows(account, f"for version as of {first}")] == ["1", "2"]
    moment = str(at).replace(" UTC", "")
    assert [one[0] for one in rows(account, f"for timestamp as of timestamp '{moment} UTC'")] == ["1", "2"]
    assert [one[0] for one in rows(account, "for timestamp as of current_timestamp")] == ["2"]
    assert "INVALID_ARGUMENTS" in failure(
        account, "select * from t for timestamp as of timestamp '2020-01-01 00:00:00 UTC'"
    )
    assert "INVALID_ARGUMENTS" in failure(account, "select * from t for version as of 1")


def test_columns_and_names_change(account: EmulatedAccount) -> None:
    create(account)
    account.rows("alter table t add columns (extra bigint)")
    account.rows("alter table t change column id number bigint")
    account.rows("alter table t drop column name")
    assert [str(row[0]).strip() for row in account.rows("show columns in t")] == ["number", "at", "n", "extra"]
    account.rows("insert into t values (3, null, 7.5, 9)")
    account.rows("update t set extra = 1 where number = 1")
    assert account.rows("select number, n, extra from t order by number")[1:] == [
        ["1", "1.50", "1"],
        ["2", "2.25", None],
        ["3", "7.50", "9"],
    ]
    assert failure(account, "alter table t drop column nope").startswith("ICEBERG_VALIDATION_ERROR")
    account.rows("alter table t rename to d.u")
    assert account.rows("select count(*) from u")[1:] == [["3"]]
    assert account.rows("show tables") == [["u"]]


def test_create_as_select(account: EmulatedAccount) -> None:
    place = f"table_type = 'ICEBERG', is_external = false, location = 's3://{BUCKET}/c/'"
    text = (
        f"create table c with ({place}, partitioning = array['bucket(id, 4)', 'day(at)']) as select 1 as id, {{}} as at"
    )
    assert 'Use "timestamp(6)" instead' in failure(account, text.format("localtimestamp"))
    account.rows(text.format("cast(timestamp '2024-01-01 10:00:00' as timestamp(6))"))
    assert account.rows("select id, at from c")[1:] == [["1", "2024-01-01 10:00:00.000000"]]


def test_pyiceberg_reads_the_table(account: EmulatedAccount, emulator: GlueEmulator) -> None:
    create(account)
    account.rows("update t set name = 'c' where id = 2")
    keys = {f"client.{key}": "testing" for key in ("access-key-id", "secret-access-key")}
    places = {"s3.endpoint": emulator.address, "glue.endpoint": emulator.address}
    given = {**keys, **places, "client.region": REGION}
    table = load_catalog("emulated", type="glue", **given).load_table("d.t")
    assert sorted(table.scan().to_arrow()["name"].to_pylist()) == ["a", "c"]
    assert [str(one.transform) for one in table.spec().fields] == ["bucket[4]", "day"]


def test_optimize_and_vacuum_are_taken(account: EmulatedAccount) -> None:
    create(account)
    assert "nothing to do" in str(account.rows("optimize t rewrite data using bin_pack"))
    assert "nothing to do" in str(account.rows("vacuum t"))


@pytest.mark.parametrize("field", ["nope", "odd(id)", "day(nope)"])
def test_a_partitioning_that_cannot_be_makes_no_table(account: EmulatedAccount, field: str) -> None:
    place = f"location 's3://{BUCKET}/p/' tblproperties ('table_type' = 'ICEBERG')"
    assert failure(account, f"create table p (id int) partitioned by ({field}) {place}").startswith(
        "INVALID_TABLE_PROPERTY"
    )
    assert account.rows("show tables") == []


@pytest.mark.parametrize(
    "statement",
    ["delete from h where id = 1", "update h set id = 2", "vacuum h", "alter table h drop column id"],
)
def test_rows_of_other_tables_stay(account: EmulatedAccount, statement: str) -> None:
    account.rows("create table h as select 1 as id")
    assert "only supported for transactional tables" in failure(account, statement)
    assert account.rows("select id from h")[1:] == [["1"]]


@pytest.mark.parametrize("scheme", ["file://", ""])
def test_files_of_this_machine_are_neither_written_nor_read(
    account: EmulatedAccount, tmp_path: Path, scheme: str
) -> None:
    outside = tmp_path / "outside"
    given = f"location '{scheme}{outside}' tblproperties ('table_type' = 'ICEBERG')"
    assert failure(account, f"create table out (id int) {given}").startswith("ICEBERG_FILESYSTEM_ERROR")
    assert not outside.exists()
    create(account)
    table = account.glue.get_table(DatabaseName="d", Name="t")["Table"]
    elsewhere = {**table["Parameters"], "metadata_location": f"{scheme}{outside}/x.metadata.json"}
    changed = {"Name": "t", "TableType": "EXTERNAL_TABLE", "Parameters": elsewhere}
    account.glue.update_table(DatabaseName="d", TableInput={**changed, "StorageDescriptor": table["StorageDescriptor"]})
    assert failure(account, "select * from t").startswith("ICEBERG_FILESYSTEM_ERROR")


def test_a_tables_properties_do_not_say_how_files_are_reached(account: EmulatedAccount) -> None:
    elsewhere = "'py-io-impl' = 'os.path.X', 's3.endpoint' = 'http://127.0.0.9:1'"
    account.rows(
        f"create table g (id int) location 's3://{BUCKET}/g/' tblproperties ('table_type' = 'ICEBERG', {elsewhere})"
    )
    account.rows("insert into g values (1)")
    assert account.rows("select id from g")[1:] == [["1"]]


def test_expressions_mean_what_they_mean_in_a_query(account: EmulatedAccount) -> None:
    """Subscripts and typed literals are kept as the parser understood them; conditions keep their parentheses."""
    account.rows(
        f"create table a (id int, s string, r array<string>, p decimal(10, 2)) location 's3://{BUCKET}/a/' "
        "tblproperties ('table_type' = 'ICEBERG')"
    )
    account.rows(
        "insert into a select 1, 'k', array['x', 'y'], decimal '1.10' union all select 2, 'k', array['y', 'x'], 2.20"
    )
    account.rows("update d.a set s = r[1] where d.a.p = decimal '1.10' or false")
    assert account.rows("select id, s from a order by id")[1:] == [["1", "x"], ["2", "k"]]
    account.rows(
        "merge into a using (values (1, array['m', 'n']), (9, array['z', 'w'])) as v (id, r) on a.id = v.id "
        "when matched and v.id = 7 or a.s = 'k' then delete when matched then update set s = v.r[1] "
        "when not matched then insert (id, s) values (v.id, split('p,q', ',')[2])"
    )
    assert account.rows("select id, s from a order by id")[1:] == [["1", "m"], ["2", "k"], ["9", "q"]]
    account.rows("delete from a where r[1] = 'y' or split(s, ',')[1] = 'q'")
    assert account.rows("select id, s from a order by id")[1:] == [["1", "m"]]


def test_how_many_rows_changed(account: EmulatedAccount) -> None:
    create(account)
    account.rows("create table s as select 2 as id")

    def changed(sql: str) -> int:
        query = account.query(sql)["QueryExecutionId"]
        return int(account.athena.get_query_results(QueryExecutionId=query)["UpdateCount"])

    merge = "merge into t using s on t.id = s.id when matched then update set name = 'm'"
    assert changed(merge) == 1
    assert changed("update t set name = 'u' where id < 9") == 2
    assert changed("delete from t where id = 2") == 1
    assert changed(f"{merge} when not matched then insert (id) values (s.id)") == 1


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("update t set id = 99999999999", "TYPE_MISMATCH"),
        ("update t set id = 1, id = 2", "Multiple assignments"),
        ("update t set nope = 1", "COLUMN_NOT_FOUND"),
        ("insert into t (id, id) values (1, 2)", "DUPLICATE_COLUMN_NAME"),
        ("merge into t using s on t.id = s.id when not matched then insert (nope) values (1)", "COLUMN_NOT_FOUND"),
        ("merge into t using s on t.id = s.id when not matched then insert (id, name) values (1)", "TYPE_MISMATCH"),
        ("merge into t using s on t.id = s.id when not matched then insert (id) values ('7')", "TYPE_MISMATCH"),
        ("alter table t replace columns (a int)", "NOT_SUPPORTED"),
        (f"alter table t set location 's3://{BUCKET}/u/'", "NOT_SUPPORTED"),
        ("alter table t add columns (name string)", "COLUMN_ALREADY_EXISTS"),
        ("alter table t change column id id string", "ICEBERG_VALIDATION_ERROR"),
        ("alter table t change column id id bigint comment 'c'", "NOT_SUPPORTED"),
    ],
)
def test_what_does_not_fit_changes_nothing(account: EmulatedAccount, statement: str, word: str) -> None:
    create(account)
    account.rows("create table s as select 5 as id")
    assert word in failure(account, statement)
    assert rows(account) == [["1", "a", "1.50"], ["2", "b", "2.25"]]
    assert account.rows("describe t")[0] == ["id\tint\t"] or "id" in str(account.rows("describe t")[0])


def test_what_show_create_table_says_makes_the_table_again(account: EmulatedAccount) -> None:
    create(account, partitioned="bucket(4, id), day(at), name")
    account.rows("alter table t drop column n")
    text = "\n".join(str(row[0]) for row in account.rows("show create table t"))
    account.rows("drop table t")
    assert account.keys("t/") == []
    account.rows(text)
    account.rows("insert into t values (1, 'a', timestamp '2024-01-01 10:00:00.000000')")
    assert account.rows("select * from t") == [["id", "name", "at"], ["1", "a", "2024-01-01 10:00:00.000000"]]
    assert "\n".join(str(row[0]) for row in account.rows("show create table t")) == text
    assert "PARTITIONED BY (bucket(4, id), day(at), name)" in text
