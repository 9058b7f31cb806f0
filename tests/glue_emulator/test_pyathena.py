"""PyAthena at the emulator: its cursors, parameters, SQLAlchemy's dialect and pandas."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from pyathena import connect
from pyathena.async_cursor import AsyncCursor
from pyathena.cursor import DictCursor
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor
from pyathena.pandas.util import to_sql

from glue_emulator.server import GlueEmulator
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount

DB, REGION = "d", "eu-west-1"
STAGING = f"s3://{BUCKET}/staging/"
SELECT = "select id, name, x, day from t order by id"
ROWS: list[tuple[Any, ...]] = [
    (1, "a", 1.5, datetime.date(2024, 1, 31)),
    (2, "b", None, datetime.date(2024, 2, 29)),
    (3, "c", 2.5, None),
]


@pytest.fixture
def connection(emulator: GlueEmulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give a connection to an account with the table `d.t` of three rows."""
    account = EmulatedAccount(emulator.address)
    account.glue.create_database(DatabaseInput={"Name": DB})
    values = "(1, 'a', 1.5e0, date '2024-01-31'), (2, 'b', null, date '2024-02-29'), (3, 'c', 2.5e0, null)"
    account.rows(f"create table t as select * from (values {values}) as v (id, name, x, day)")
    for name, value in {
        "AWS_ENDPOINT_URL": emulator.address,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }.items():
        monkeypatch.setenv(name, value)
    with connect(s3_staging_dir=STAGING, region_name=REGION, schema_name=DB, poll_interval=0.05) as made:
        yield made


@pytest.fixture
def engine(connection: Any) -> Iterator[sa.Engine]:
    del connection  # it has made the table and the settings
    address = f"awsathena+rest://:@athena.{REGION}.amazonaws.com:443/{DB}"
    made = sa.create_engine(f"{address}?s3_staging_dir={STAGING}&poll_interval=0.05")
    yield made
    made.dispose()


def test_cursor(connection: Any) -> None:
    cursor = connection.cursor().execute(SELECT)
    assert cursor.fetchone() == ROWS[0]
    assert cursor.fetchmany(1) == [ROWS[1]]
    assert list(cursor) == [ROWS[2]]
    assert [one[:2] for one in cursor.description] == [
        ("id", "integer"),
        ("name", "varchar"),
        ("x", "double"),
        ("day", "date"),
    ]
    assert (cursor.statement_type, cursor.substatement_type, cursor.state) == ("DML", "SELECT", "SUCCEEDED")


def test_types(connection: Any) -> None:
    sql = """select cast(1 as tinyint), cast(1.25 as decimal(10, 2)), real '1.5', true, null, x'ab',
        timestamp '2020-01-01 01:02:03.123', array[1, 2], map(array['k'], array[1]), cast(row(1, 'x') as row(a int, b varchar)),
        json_parse('{"a": 1}'), time '01:02:03.500'"""
    found = connection.cursor().execute(sql).fetchone()
    assert found[:7] == (
        1,
        decimal.Decimal("1.25"),
        1.5,
        True,
        None,
        b"\xab",
        datetime.datetime(2020, 1, 1, 1, 2, 3, 123000),
    )
    assert found[7] in ([1, 2], "[1, 2]")
    assert found[10] == {"a": 1}
    assert found[11] == datetime.time(1, 2, 3, 500000)


def test_dict_cursor(connection: Any) -> None:
    assert connection.cursor(DictCursor).execute("select id, name from t where id = 1").fetchone() == {
        "id": 1,
        "name": "a",
    }


@pytest.mark.parametrize("is_unloaded", [False, True])
def test_pandas_cursor(connection: Any, is_unloaded: bool) -> None:
    frame = connection.cursor(PandasCursor, unload=is_unloaded).execute(SELECT).as_pandas()
    assert frame["id"].tolist() == [1, 2, 3]
    assert frame["x"].isna().tolist() == [False, True, False]
    chunks = connection.cursor(PandasCursor).execute("select id from t", chunksize=2).as_pandas()
    assert [len(one) for one in chunks] == [2, 1]


def test_async_cursor(connection: Any) -> None:
    cursor = connection.cursor(AsyncCursor)
    _, future = cursor.execute("select 1")
    assert future.result().fetchall() == [(1,)]
    many = "unnest(sequence(1, 10000))"
    query, future = cursor.execute(f"select count(*) from {many} a(x), {many} b(y), {many} c(z) where x > y and y > z")
    cursor.cancel(query).result()
    assert future.result().state == "CANCELLED"


def test_parameters(connection: Any) -> None:
    cursor = connection.cursor()
    named = "select id from t where name in %(names)s and day < %(day)s order by id"
    assert cursor.execute(named, {"names": ["a", "b"], "day": datetime.date(2024, 2, 1)}).fetchall() == [(1,)]
    values = {"a": None, "b": decimal.Decimal("1.5"), "c": True, "d": "it's"}
    assert cursor.execute("select %(a)s, %(b)s, %(c)s, %(d)s", values).fetchone() == (
        None,
        decimal.Decimal("1.5"),
        True,
        "it's",
    )
    marks = cursor.execute("select id from t where name = ? and id = ?", ["'a'", "1"], paramstyle="qmark")
    assert marks.fetchall() == [(1,)]
    assert cursor.execution_parameters == ["'a'", "1"]


def test_rows_that_are_written_are_counted(connection: Any) -> None:
    cursor = connection.cursor()
    assert cursor.execute("create table made as select id from t").rowcount == 3
    assert cursor.execute("insert into made values (9)").rowcount == 1
    cursor.executemany("insert into made values (%(a)s)", [{"a": 10}, {"a": 11}])
    assert cursor.execute("select count(*) from made").fetchone() == (6,)


def test_utilities(connection: Any) -> None:
    cursor = connection.cursor()
    assert cursor.execute("show tables").fetchall() == [("t",)]
    assert len(cursor.execute("describe t").fetchall()) == 4
    assert cursor.execute("explain select max(id) from t").fetchall()
    assert [one.name for one in cursor.list_databases("awsdatacatalog")] == [DB]
    table = cursor.get_table_metadata("t", "awsdatacatalog", DB)
    assert [one.name for one in table.columns] == ["id", "name", "x", "day"]


def test_errors(connection: Any) -> None:
    with pytest.raises(OperationalError, match="TABLE_NOT_FOUND"):
        connection.cursor().execute("select * from nope")


def test_to_sql_of_pandas(connection: Any) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "s": ["x", "y", None], "day": ["d1", "d2", "d1"]})
    place = f"s3://{BUCKET}/pandas/"
    to_sql(frame, "written", connection, place, schema=DB, index=False, if_exists="replace", partitions=["day"])
    to_sql(frame, "written", connection, place, schema=DB, index=False, if_exists="append", partitions=["day"])
    found = connection.cursor().execute("select day, count(*), sum(a) from written group by day order by day")
    assert found.fetchall() == [("d1", 4, 8), ("d2", 2, 4)]


def test_sqlalchemy_reads(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        table = sa.Table("t", sa.MetaData(), autoload_with=connection, schema=DB)
        assert connection.execute(sa.select(table).order_by(table.c.id)).fetchall() == ROWS
        counted = sa.select(sa.func.count(), sa.func.max(table.c.x)).where(table.c.name.in_(["a", "c"]))
        assert connection.execute(counted).fetchone() == (2, 2.5)
        bound = connection.execute(sa.text("select id from t where name = :name"), {"name": "b"})
        assert bound.fetchall() == [(2,)]
        assert pd.read_sql(sa.text("select id from t order by id"), connection)["id"].tolist() == [1, 2, 3]


def test_sqlalchemy_inspects(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("create or replace view v as select id, name from t"))
    inspector = sa.inspect(engine)
    assert DB in inspector.get_schema_names()
    assert "t" in inspector.get_table_names(DB)
    assert inspector.get_view_names(DB) == ["v"]
    assert "select" in str(inspector.get_view_definition("v", DB)).lower()
    assert [one["name"] for one in inspector.get_columns("t", DB)] == ["id", "name", "x", "day"]
    assert (inspector.has_table("t", DB), inspector.has_table("nope", DB)) == (True, False)


@pytest.mark.parametrize("kind", ["parquet", "partitioned", "iceberg"])
def test_sqlalchemy_makes_tables(engine: sa.Engine, kind: str) -> None:
    options: dict[str, Any] = {"awsathena_location": f"s3://{BUCKET}/{kind}/"}
    columns: list[Any] = [sa.Column("a", sa.Integer), sa.Column("s", sa.String)]
    if kind == "iceberg":
        options["awsathena_tblproperties"] = {"table_type": "ICEBERG"}
    else:
        options["awsathena_file_format"] = "parquet"
    if kind == "partitioned":
        columns.append(sa.Column("day", sa.String, awsathena_partition=True))
    table = sa.Table("made", sa.MetaData(schema=DB), *columns, **options)
    table.metadata.create_all(engine)
    values = {"a": 1, "s": "x"} | ({"day": "d1"} if kind == "partitioned" else {})
    with engine.connect() as connection:
        connection.execute(table.insert().values(**values))
        assert connection.execute(sa.select(table)).fetchall() == [tuple(values.values())]
    table.drop(engine)
    assert not sa.inspect(engine).has_table("made", DB)
