"""Scripts that read and write tables of databases: the same on a DuckDB file and on a real PostgreSQL server."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.databases.connections import Settings, read_settings
from awsglue_local.databases.duckdb_file import open_file
from awsglue_local.databases.postgresql import is_near
from awsglue_local.errors import GlueLocalError
from awsglue_local.job_run.engine import Engine
from awsglue_local.storage.table import Table
from tests.awsglue_local.databases.servers import postgresql_server
from tests.awsglue_local.lake_files import parquet
from tests.conftest import STUDIO_HEADER

Ask = Callable[[str], list[Any]]
ROWS = "DynamicFrame.fromDF(spark.createDataFrame({rows!r}, {schema!r}), glueContext, 'rows')"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Give a PostgreSQL server's URL."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(params=["duckdb", "postgresql"])
def stand_in(request: pytest.FixtureRequest) -> str:
    """Give each stand-in in turn."""
    return str(request.param)


@pytest.fixture
def engine(sail: Engine) -> Engine:
    """Give one engine: rows come to it, and from it, as Parquet files."""
    return sail


@pytest.fixture
def warehouse(stand_in: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Give a settings file in which the connection `warehouse` leads to the stand-in, which is empty."""
    settings = tmp_path / "connections.toml"
    if stand_in == "postgresql":
        url = request.getfixturevalue("server")
        settings.write_text(f'[warehouse]\nurl = "{url}"\ndialect = "redshift"\n', encoding="utf-8")
        for statement in ("drop schema public cascade", "drop schema if exists sales cascade", "create schema public"):
            _ask_server(url, statement)
    return settings


@pytest.fixture
def glue(engine: Engine, tmp_path: Path, warehouse: Path) -> Iterator[LocalGlue]:
    """Give a local Glue whose connection is the stand-in."""
    with LocalGlue(tmp_path / "lake", engine, connections=warehouse) as opened:
        yield opened


def _ask_server(url: str, sql: str) -> list[Any]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as client:
        cursor = client.execute(sql)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def ask(stand_in: str, glue: LocalGlue, request: pytest.FixtureRequest) -> Ask:
    """Give a function that asks the database directly, past what is tested."""

    def ask_file(sql: str) -> list[Any]:
        with open_file(glue.database_folder / "warehouse.duckdb") as client:
            return list(client.execute(sql).fetchall())

    return ask_file if stand_in == "duckdb" else lambda sql: _ask_server(request.getfixturevalue("server"), sql)


def write(rows: list[tuple[Any, ...]], schema: str, **options: str) -> str:
    given = {"dbtable": "public.users", "connectionName": "warehouse", "redshiftTmpDir": "s3://t/", **options}
    frame = ROWS.format(rows=rows, schema=schema)
    return (
        f"rows = {frame}\nglueContext.write_dynamic_frame.from_options("
        f"frame=rows, connection_type='redshift', connection_options={given!r}, transformation_ctx='sink')\n"
    )


def read(**options: Any) -> str:
    given = {"connectionName": "warehouse", "useConnectionProperties": "true", **options}
    return (
        "source = glueContext.create_dynamic_frame.from_options(connection_type='redshift', "
        f"connection_options={given!r}, transformation_ctx='source')\n"
        "glueContext.write_dynamic_frame.from_options(source, 's3', {'path': 's3://bucket/out/'}, 'parquet')\njob.commit()\n"
    )


def test_a_new_table_has_the_frames_columns_and_types(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    run = run_body(write([(1, "x", 2.5, True), (2, None, None, None)], "Id int, name string, d double, b boolean"))
    assert run.writes == {"warehouse: public.users": 2}
    assert sorted(ask("select id, name, d, b from public.users")) == [(1, "x", 2.5, True), (2, None, None, None)]
    types = "select column_name, lower(data_type) from information_schema.columns where table_name = 'users' order by 1"
    assert {str(name).lower(): kind for name, kind in ask(types)} in (
        {"id": "integer", "name": "varchar", "d": "double", "b": "boolean"},
        {"id": "integer", "name": "text", "d": "double precision", "b": "boolean"},
    )


def test_rows_are_added_by_name(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    ask("create table public.users (name varchar(10), id int, seen date)")
    run_body(write([(1, "x")], "id int, name string"))
    assert ask("select * from public.users") == [("x", 1, None)]


@pytest.mark.parametrize(
    "merge",
    [
        # as Studio writes it for "Merge data into target table"
        "MERGE INTO public.users USING public.users_temp_k1 ON users.id = users_temp_k1.id WHEN MATCHED THEN UPDATE SET "
        "id = users_temp_k1.id, name = users_temp_k1.name WHEN NOT MATCHED THEN INSERT VALUES "
        "(users_temp_k1.id, users_temp_k1.name)",
        # as it did before Redshift had MERGE
        "DELETE FROM public.users USING public.users_temp_k1 WHERE public.users.id = public.users_temp_k1.id; "
        "INSERT INTO public.users SELECT * FROM public.users_temp_k1",
    ],
)
def test_studios_merge(run_body: Callable[..., ScriptRun], ask: Ask, merge: str) -> None:
    actions = {
        "preactions": "CREATE TABLE IF NOT EXISTS public.users (id INTEGER, name VARCHAR); DROP TABLE IF EXISTS "
        "public.users_temp_k1; CREATE TABLE public.users_temp_k1 (id INTEGER, name VARCHAR);",
        "postactions": f"BEGIN; {merge}; DROP TABLE public.users_temp_k1; END;",
        "dbtable": "public.users_temp_k1",
    }
    run_body(write([(1, "a"), (2, "b")], "id int, name string", **actions))
    run_body(write([(2, "B"), (3, "c")], "id int, name string", **actions))
    assert sorted(ask("select id, name from public.users")) == [(1, "a"), (2, "B"), (3, "c")]
    assert ask("select table_name from information_schema.tables where table_name like 'users_temp%'") == []


@pytest.mark.parametrize(
    "statement",
    [
        "create table public.other (id bigint encode az64 distkey, name varchar(max), more super) diststyle key sortkey(id)",
        "create table public.other (like public.users)",
        "create table dev.public.other as select top 1 id, nvl(name, 'none') as name, getdate() as seen from dev.public.users",
        "create table public.other (id int); vacuum public.other; grant select on public.other to group analysts; analyze",
    ],
)
def test_redshifts_own_words(run_body: Callable[..., ScriptRun], ask: Ask, statement: str) -> None:
    run_body(write([(1, "a")], "id int, name string", postactions=statement))
    assert ask("select count(*) from public.other")[0][0] in (0, 1)


def test_a_script_that_fails_leaves_the_database_as_it_was(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    ask("create table public.users (id int, name varchar(10))")
    ask("insert into public.users values (1, 'a')")
    body = write([(2, "b")], "id int, name string", preactions="truncate table public.users")
    with pytest.raises(ScriptError, match="no such thing"):
        run_body(f"{body}raise ValueError('no such thing')\n")
    with pytest.raises(ScriptError, match=r"the connection 'warehouse': .*nothing_there"):
        run_body(write([(2, "b")], "id int, name string", postactions="delete from nothing_there"))
    assert ask("select * from public.users") == [(1, "a")]


def test_what_a_script_wrote_it_reads(run_body: Callable[..., ScriptRun], glue: LocalGlue) -> None:
    run_body(write([(1, "a"), (2, "b")], "id int, name string") + read(dbtable="public.users"))
    assert parquet(glue, "s3://bucket/out/") == [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]


def test_types_come_as_glue_has_them(run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue) -> None:
    ask(
        "create table public.users (s smallint, i int, l bigint, f real, d double precision, n numeric(10,2), b boolean, "
        "t varchar(10), day date, seen timestamp, tz timestamptz, nothing int)"
    )
    ask(
        "insert into public.users values (1, 2, 3, 1.5, 2.5, 12.30, true, 'x', date '2024-02-29', "
        "timestamp '2024-02-29 10:00:00', timestamptz '2024-02-29 10:00:00+02', null)"
    )
    run_body(f"{read(dbtable='public.users')}\nprint(source.toDF().dtypes)\n")
    utc = datetime.UTC
    assert parquet(glue, "s3://bucket/out/") == [
        {
            "s": 1,
            "i": 2,
            "l": 3,
            "f": 1.5,
            "d": 2.5,
            "n": Decimal("12.30"),
            "b": True,
            "t": "x",
            "day": datetime.date(2024, 2, 29),
            "seen": datetime.datetime(2024, 2, 29, 10, tzinfo=utc),
            "tz": datetime.datetime(2024, 2, 29, 8, tzinfo=utc),
            "nothing": None,
        }
    ]


def test_types_that_engines_lack_come_as_text(run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue) -> None:
    ask("create table public.users (u uuid, j json, t time)")
    ask("insert into public.users values ('7f3b3b0e-0d3c-4f0e-9d55-0f4a4f1d2a11', '{\"a\":1}', time '10:00:00')")
    run_body(read(dbtable="public.users"))
    (row,) = parquet(glue, "s3://bucket/out/")
    assert (row["u"], json.loads(row["j"]), row["t"][:8]) == (
        "7f3b3b0e-0d3c-4f0e-9d55-0f4a4f1d2a11",
        {"a": 1},
        "10:00:00",
    )


@pytest.mark.parametrize("option", ["query", "sampleQuery"])
def test_queries(run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue, option: str) -> None:
    ask("create table public.users (id int, name varchar(10))")
    ask("insert into public.users values (1, 'a'), (2, null)")
    query = "select id + 1 as next, nvl(name, 'none') as name from dev.public.users where id > 1;"
    run_body(read(**{option: query, "dbtable": "public.users"}))
    assert parquet(glue, "s3://bucket/out/") == [{"next": 3, "name": "none"}]


def test_an_empty_table(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    ask("create table public.users (id int)")
    assert run_body(read(dbtable="public.users")).reads == {"warehouse: public.users": 0}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"jobBookmarkKeys": ["id"]}, [[1, 2], [3]]),
        ({}, [[1, 2], [3]]),
        ({"jobBookmarkKeys": ["name", "id"]}, [[1, 2], [3]]),
        ({"jobBookmarkKeys": ["id"], "jobBookmarkKeysSortOrder": "desc"}, [[1, 2], [0]]),
    ],
)
def test_bookmark_keys(
    run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue, options: dict[str, Any], expected: list[list[int]]
) -> None:
    ask("create table public.users (id int primary key, name varchar(10))")
    found = []
    for rows in ("(1, 'a'), (2, 'b')", "(3, 'b'), (0, 'a')", ""):
        if rows:
            ask(f"insert into public.users values {rows}")
        body = "glueContext.purge_s3_path('s3://bucket/out/', {'retentionPeriod': 0})\n"
        run_body(body + read(dbtable="public.users", **options), "--job-bookmark-option", "job-bookmark-enable")
        found.append([row["id"] for row in parquet(glue, "s3://bucket/out/")])
    assert found == [*expected, []]


def _unread_of(run_body: Callable[..., ScriptRun], glue: LocalGlue, **options: Any) -> list[Any]:
    body = "glueContext.purge_s3_path('s3://bucket/out/', {'retentionPeriod': 0})\n"
    run_body(body + read(**options), "--job-bookmark-option", "job-bookmark-enable")
    return sorted(row["id"] for row in parquet(glue, "s3://bucket/out/") if row["id"] is not None)


def test_bookmark_keys_are_compared_as_numbers_and_know_no_null(
    run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue
) -> None:
    """As texts, 95 comes after 123, and a null would be the newest of all."""
    options = {"dbtable": "public.users", "jobBookmarkKeys": ["id", "seen"]}
    ask("create table public.users (id int, seen timestamp)")
    for first, last in ((95, 123), (124, 130)):
        numbers = list(range(first, last + 1))
        ask(
            "insert into public.users values " + ", ".join(f"({n}, timestamp '2024-02-29 10:00:00.5')" for n in numbers)
        )
        ask("insert into public.users values (null, null)")
        assert _unread_of(run_body, glue, **options) == numbers
    assert _unread_of(run_body, glue, **options) == []


def test_an_empty_frame_makes_its_table(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    run_body(write([], "id int, name string"))
    assert ask("select id, name from public.users") == []


def test_the_key_of_a_table_is_that_of_its_schema(
    run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue
) -> None:
    ask("create schema sales")
    ask("create table sales.users (id int, name varchar(10) primary key)")
    ask("create table public.users (id int primary key, name varchar(10))")
    ask("insert into public.users values (1, 'b')")
    assert _unread_of(run_body, glue, dbtable="public.users") == [1]
    ask("insert into public.users values (2, 'a')")
    assert _unread_of(run_body, glue, dbtable="public.users") == [2]


def test_two_connections_to_one_place_see_each_other(server: str, engine: Engine, tmp_path: Path) -> None:
    for statement in ("drop schema public cascade", "create schema public"):
        _ask_server(server, statement)
    settings, script = tmp_path / "c.toml", tmp_path / "job.py"
    settings.write_text(f'[a]\nurl = "{server}"\n[b]\nurl = "{server}"\ndialect = "mysql"\n', encoding="utf-8")
    body = write([(1,)], "id int", connectionName="a", dbtable="t") + read(
        connectionName="b", query="select `id` from t"
    )
    script.write_text(STUDIO_HEADER + body, encoding="utf-8")
    with LocalGlue(tmp_path / "lake", engine, connections=settings) as glue:
        glue.run(script)
        assert parquet(glue, "s3://bucket/out/") == [{"id": 1}]


def test_a_statement_that_failed_is_not_passed_over(
    stand_in: str, run_body: Callable[..., ScriptRun], ask: Ask
) -> None:
    body = "try:\n    spark.read.jdbc('jdbc:redshift://warehouse.connection', '(select nothing from nowhere) t')\n"
    body = write([(1,)], "id int") + body + "except Exception:\n    pass\njob.commit()\n"
    if stand_in == "duckdb":
        run_body(body)
        assert ask("select id from public.users") == [(1,)]
        return
    with pytest.raises(ScriptError, match="a statement failed before, so nothing"):
        run_body(body)


@pytest.mark.parametrize("stand_in", ["duckdb"])
def test_no_file_of_this_machine_is_read(run_body: Callable[..., ScriptRun], tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    for sql in (f"select * from read_text('{tmp_path}/secret.txt')", f"select * from '{tmp_path}/secret.txt'"):
        with pytest.raises(ScriptError, match="the connection 'warehouse'"):
            run_body(read(query=sql))


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("postgresql://u:p@localhost:5432/dev", True),
        ("postgresql://u@[::1]/dev", True),
        ("postgresql:///dev?host=/run/postgresql", True),
        ("postgresql:///dev?host=evil.example.com", False),
        ("postgresql://localhost/dev?hostaddr=192.0.2.7", False),
        ("postgresql://localhost,db.example.com/dev", False),
        ("postgresql:///dev?service=far", False),
        ("postgresql://db.example.com/dev?sslmode=disable", False),
    ],
)
def test_which_urls_lead_to_this_machine(url: str, near: bool) -> None:
    assert is_near(url) is near


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("jdbc:mysql://db.example.com:3306/shop?useSSL=true", "db.example.com-shop"),
        ("jdbc:oracle:thin:@//db.example.com:1521/ORCL", "db.example.com-ORCL"),
        ("jdbc:oracle:thin:@db.example.com:1521:ONE", "db.example.com-ONE"),
        ("jdbc:oracle:thin:scott/t1ger@db.example.com:1521:TWO", "db.example.com-TWO"),
        ("jdbc:sqlserver://db.example.com:1433;databaseName=shop;user=u;password=s3cret", "db.example.com-shop"),
        ("jdbc:redshift://u:s3;cr?t@cluster.example.com:5439/dev", "cluster.example.com-dev"),
        ("jdbc:snowflake://acct.snowflakecomputing.com/?user=u&db=DEV", "acct.snowflakecomputing.com-DEV"),
        ("jdbc:postgresql://warehouse.connection/dev", "warehouse"),
    ],
)
def test_names_of_jdbc_urls(url: str, name: str, tmp_path: Path) -> None:
    connection = Settings(tmp_path / "c.toml", {}).connection("", {"url": url})
    assert connection.name == name


def test_settings_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text('[a]\ndialect = "db2"\n', encoding="utf-8")
    with pytest.raises(GlueLocalError, match="has the dialect 'db2'; use one of redshift, "):
        read_settings(file)
    with pytest.raises(GlueLocalError, match=r"there is no file .*typo\.toml"):
        read_settings(tmp_path / "typo.toml")


def test_a_catalog_table_of_a_database(run_body: Callable[..., ScriptRun], ask: Ask, glue: LocalGlue) -> None:
    ask("create schema sales")
    ask("create table sales.orders (id int, name varchar(10))")
    ask("insert into sales.orders values (1, 'a')")
    definition = {
        "Name": "dev_sales_orders",
        "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "int"}], "Location": "dev.sales.orders"},
        "Parameters": {"classification": "redshift", "connectionName": "warehouse", "typeOfData": "table"},
    }
    glue.catalog.put(Table("db", definition))
    run_body(
        "frame = glueContext.create_dynamic_frame.from_catalog(database='db', table_name='dev_sales_orders', "
        "redshift_tmp_dir='s3://t/', transformation_ctx='frame')\n"
        "more = frame.map(lambda row: {**row, 'id': row['id'] + 1})\n"
        "glueContext.write_dynamic_frame.from_catalog(more, 'db', 'dev_sales_orders', redshift_tmp_dir='s3://t/')\n"
    )
    assert sorted(ask("select id, name from sales.orders")) == [(1, "a"), (2, "a")]


def test_odd_types_and_names_of_postgresql(server: str, engine: Engine, tmp_path: Path) -> None:
    _ask_server(server, "drop schema public cascade")
    _ask_server(server, "create schema public")
    _ask_server(server, 'create table odd ("Id" int, arr int[], m money, bits bit(3))')
    _ask_server(server, "insert into odd values (1, '{1,2}', 3.5, B'101')")
    settings, script = tmp_path / "c.toml", tmp_path / "job.py"
    settings.write_text(f'[warehouse]\nurl = "{server}"\n', encoding="utf-8")
    script.write_text(STUDIO_HEADER + read(dbtable="odd") + write([(2,)], "id int", dbtable="odd"), encoding="utf-8")
    with LocalGlue(tmp_path / "lake", engine, connections=settings) as glue:
        glue.run(script)
        assert parquet(glue, "s3://bucket/out/") == [{"Id": 1, "arr": "[1,2]", "m": "$3.50", "bits": "101"}]
    assert _ask_server(server, 'select "Id" from odd order by 1') == [(1,), (2,)]


def test_from_jdbc_conf(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    frame = ROWS.format(rows=[(1, "a")], schema="id int, name string")
    run_body(
        "glueContext.write_dynamic_frame.from_jdbc_conf("
        f"frame={frame}, catalog_connection='warehouse', connection_options={{'dbtable': 'sales.new', 'database': 'dev'}}, "
        "redshift_tmp_dir='s3://t/', transformation_ctx='sink')\n"
    )
    assert ask("select * from sales.new") == [(1, "a")]


def test_a_column_that_the_table_lacks_is_an_error(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    ask("create table public.users (id int)")
    with pytest.raises(ScriptError, match=r"the connection 'warehouse': insert into public.users: .*other"):
        run_body(write([(1, "a")], "id int, other string"))
    assert ask("select * from public.users") == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (write([(1,)], "id int", postactions="copy public.users from 's3://a/b' iam_role 'r'"), "the statement COPY"),
        (write([(1,)], "id int", postactions="call refresh()"), "the statement 'call refresh\\(\\)'"),
        (write([(1,)], "id int", extracopyoptions="TRUNCATECOLUMNS"), '"extracopyoptions" is not supported'),
        (write([([1],)], "id array<int>"), "column 'id' is array<int>, which a column of public.users cannot hold"),
        (write([(1,)], "id int", dbtable=""), 'has no "dbtable"'),
        (read(), 'neither "dbtable" nor "query"'),
        (read(query="drop table x"), "is no query"),
        (read(query="select 1 as a, 2 as A"), "several columns called 'a'"),
        (read(dbtable="nothing_there"), "warehouse: nothing_there: there is no such table"),
        (read(connectionName="", dbtable="t"), 'give "connectionName", or "url"'),
    ],
)
def test_what_is_refused(run_body: Callable[..., ScriptRun], body: str, words: str) -> None:
    with pytest.raises(ScriptError, match=words):
        run_body(body)


def test_sparks_own_jdbc_source_and_sink(run_body: Callable[..., ScriptRun], ask: Ask) -> None:
    run_body(
        "conf = glueContext.extract_jdbc_conf('warehouse')\n"
        "df = spark.createDataFrame([(1, 'a'), (2, 'b')], 'id int, name string')\n"
        "df.write.format('jdbc').option('url', conf['url']).option('dbtable', 'public.users').mode('append').save()\n"
        "df.write.jdbc(conf['fullUrl'], 'public.users', 'append', {'user': conf['user'], 'password': conf['password']})\n"
        "df.limit(0).write.mode('ignore').jdbc(conf['url'], 'public.users')\n"
        "read = spark.read.format('jdbc').options(url=conf['url'], dbtable='(select id from public.users) as t').load()\n"
        "assert sorted(row.id for row in read.collect()) == [1, 1, 2, 2]\n"
        "assert spark.read.jdbc(conf['url'], 'public.users').count() == 4\n"
        "redshift = 'io.github.spark_redshift_community.spark.redshift'\n"
        "df.filter('id = 2').write.format(redshift).option('url', conf['url']).option('dbtable', 'public.users')"
        ".option('tempdir', 's3://t/').mode('overwrite').save()\n"
    )
    assert ask("select id, name from public.users") == [(2, "b")]
    with pytest.raises(ScriptError, match="is there already; use mode"):
        run_body("spark.range(1).write.jdbc('jdbc:redshift://warehouse.connection', 'public.users')\n")


def test_spark_itself_reads_and_writes_databases(spark: Engine, tmp_path: Path, warehouse: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(
        STUDIO_HEADER
        + "url = 'jdbc:redshift://warehouse.connection'\n"
        + "spark.range(3).write.jdbc(url, 'public.users', mode='overwrite')\n"
        + "assert spark.read.format('jdbc').option('URL', url).option('dbTable', 'public.users').load().count() == 3\n"
        + write([(4,)], "id bigint")
        + read(dbtable="public.users"),
        encoding="utf-8",
    )
    with LocalGlue(tmp_path / "lake", spark, connections=warehouse) as glue:
        assert glue.run(script).reads == {"warehouse: public.users": 4}


def test_a_jdbc_url_names_a_database_by_host_and_name(glue: LocalGlue, run_body: Callable[..., ScriptRun]) -> None:
    options = {"url": "jdbc:mysql://db.example.com:3306/shop", "user": "u", "password": "s3cret", "dbtable": "orders"}
    body = f"rows = {ROWS.format(rows=[(1,)], schema='id int')}\n"
    run = run_body(
        f"{body}glueContext.write_dynamic_frame.from_options(rows, 'mysql', {options!r})\n"
        f"print(glueContext.create_dynamic_frame.from_options('mysql', {options!r}).count())\n"
    )
    assert run.reads == {"db.example.com-shop: orders": 1}
    assert (glue.database_folder / "db.example.com-shop.duckdb").is_file()
    assert "s3cret" not in repr(run)


def test_snowflakes_options(glue: LocalGlue, run_body: Callable[..., ScriptRun]) -> None:
    """As Studio writes them for a Snowflake target."""
    actions = "CREATE TABLE IF NOT EXISTS yami.spot (track string, played string);"
    options = {"autopushdown": "on", "dbtable": "spot", "connectionName": "Snowflake connection", "preactions": actions}
    options |= {"sfDatabase": "DEV", "sfSchema": "yami"}
    body = f"rows = {ROWS.format(rows=[('a', '1')], schema='track string, played string')}\n"
    run = run_body(f"{body}glueContext.write_dynamic_frame.from_options(rows, 'snowflake', {options!r})\n")
    assert run.writes == {"Snowflake connection: yami.spot": 1}
    assert run.warnings == []
    with open_file(glue.database_folder / "Snowflake connection.duckdb") as client:
        assert client.execute("select * from yami.spot").fetchall() == [("a", "1")]


def test_another_machine_needs_permission(tmp_path: Path, engine: Engine) -> None:
    settings, script = tmp_path / "c.toml", tmp_path / "job.py"
    settings.write_text('[far]\nurl = "postgresql://u:${FAR_PASSWORD}@db.example.com/dev"\n', encoding="utf-8")
    script.write_text(STUDIO_HEADER + read(connectionName="far", dbtable="t"), encoding="utf-8")
    with LocalGlue(tmp_path / "lake", engine, connections=settings) as glue:
        with pytest.raises(ScriptError, match="needs the environment variable FAR_PASSWORD"):
            glue.run(script)
        os.environ["FAR_PASSWORD"] = "s3cret"
        try:
            with pytest.raises(ScriptError, match="leads to another machine; add --yes") as error:
                glue.run(script)
        finally:
            del os.environ["FAR_PASSWORD"]
    assert "s3cret" not in str(error.value)
