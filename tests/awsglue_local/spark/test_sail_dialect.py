"""Expressions that Sail takes otherwise than Spark: by the rules both give the same, in SQL and by PySpark's functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyspark.errors import PySparkException

from awsglue_local import GlueLocalError, LocalGlue, ScriptError, ScriptRun
from awsglue_local.job_run.engine import Engine
from awsglue_local.spark.sail_dialect import rewritten, sail_dialect
from scripts.docs.sail_differences import DIFFERENCES, Difference
from tests.conftest import STUDIO_HEADER

SQL = [
    "to_timestamp(1700000000)", "to_timestamp('2024-01-31T10:00:00.123Z')", "to_timestamp('x')", "to_timestamp(d)",
    "to_timestamp('31.01.2024', 'dd.MM.yyyy')",
    "to_date('2024-01-31T10:00:00Z')", "to_date('2024-01-31 10:00:00')", "to_date('x')", "to_date('2024-1-3')",
    "to_date(timestamp'2024-01-31 10:00:00')", "to_date(d)", "cast('2024-01-31T10:00:00Z' as date)", "cast(s as date)",
    "to_date('31/01/2024', 'dd/MM/yyyy')",
    "rint(x)", "rint(2.5)", "rint(-3.5)", "rint(i)", "log(10)", "log(2, 8)", "log(0)",
    "from_unixtime('1700000000')", "from_unixtime(1700000000, 'yyyy-MM')", "from_unixtime(i)",
    "element_at(array(1, 2), 5)", "element_at(array(1, 2), -1)", "element_at(map('a', 1), 'b')",
    "make_date(2024, 2, 30)", "make_date(2024, 2, 29)", "make_date(null, 1, 1)", "make_date(i, 1, 1)",
    "datediff(date'2024-03-01', date'2024-02-01')", "datediff('2024-02-01', '2024-01-01')",
    "initcap('o''neil mc-donald')", "initcap(s)", "initcap(null)", "left('abc', -1)", "left('abc', 2)",
    "chr(321)", "char(65)", "chr(-1)", "decode(i, 1, 'a', 2, 'b', 'c')", "decode(i, 1, 'a')", "decode(null, null, 'n')",
    "decode(encode('a', 'utf-8'), 'utf-8')",
    "left(s, n)", "substring(s, n, 2)", "substr(s, 1, n)", "substring(s, 2, 3)", "substring('abc', -2, 5)",
    "array_contains(array(s, null), 'a')", "array_contains(array(s, null), '1.5')", "array_contains(split(s, ' '), 'y')",
    "array_contains(array(1, 2), 2)", "isnan(x)", "isnan(cast(n as double))", "isnan(cast('NaN' as double))",
    "cast('a1' as double)", "cast('' as double)", "cast('1e3' as double)", "cast(' 5 ' as float)", "cast(s as double)",
    "cast(s as decimal(10,2))", "cast(s as bigint)", "cast('5.7' as bigint)", "cast(s as boolean)", "cast('yes' as boolean)",
    "cast(x as bigint)", "cast(true as bigint)", "cast(timestamp'2024-01-31 10:00:00' as bigint)", "cast(i as double)",
    "cast(at as bigint)", "cast(at as double)", "cast(at as decimal(20,2))", "cast(at as date)",
    "cast(i as decimal(10,2))", "cast(i as boolean)", "cast(12345678901234567 as double)", "cast('99' as decimal(3,2))",
    "cast('1e3' as bigint)", "cast('9007199254740993.5' as bigint)", "cast('1e3' as decimal(10,2))", "cast('1d' as double)",
    "cast('1.5f' as float)", "cast('inf' as double)", "cast('off' as boolean)",
    "to_date(' 2024-01-31 ')", "date_part('dow', d)", "date_part('year', d)", "decode(s, '1.5', 1, 'x', 2)",
    "initcap(left('ab-c d', 4))", "initcap(substring_index('ab c,d', ',', 1))", "char(null)", "substr('hello', 2, -1)",
    "isnan('x')", "isnan('NaN')", "cast(s as char(3))", "cast(s as varchar(2))",
    "left(concat(',', s, '('), 3)", "cast(regexp_replace(s, '[(]', ',') as double)", "substring(concat(')', s), 1, 2)",
    "to_date(concat('2024-01-3', '1T(1),'))", "cast(cast(s as double) as int)", "upper(cast(to_date('2024-01-31T1') as string))", "extract(dow from date'2024-01-31')",
    "if(cast(s as double) > 1, 'much', 'little')", "concat(',', to_date('2024-01-31T1'), ')')",
]  # fmt: skip
TABLE = (
    "(select 1 as i, cast(null as int) as n, 'Mc-x y' as s, 2.5D as x, date'2024-02-29' as d, timestamp'2024-02-29 10:00:00.5' as at "
    "union all select 2, 2, '1.5', 3.5D, null, null) t"
)
STATEMENTS = [
    "select to_date('2024-01-31T1') from {t}",
    "select distinct cast(s as double), x from {t} order by cast(s as double), x",
    "select cast(s as double) as v, count(*) from {t} group by cast(s as double) order by 1",
    "select * from {t} where cast(s as double) > 1 and i in (cast('1' as bigint), cast('2' as bigint), 3)",
    "select k, v from (select map('a', 1) as m) lateral view explode(m) e as k, v",
    "select k, v from (select map('a', 1) as m) lateral view outer explode(m) e k, v",
    "select e from (select array(1, 2) as m) lateral view explode(m) as e",
    "select n.c from (select cast(s as double) as c from {t}) n where n.c is not null -- to_date(x)",
    "select t.s, cast(t.s as double), cast(s as string -- as text\n), left(s, 1 -- first\n) from {t} -- end",
    "select cast(1.5 as decimal(10,0)), cast(null as double), cast(x as double) from {t} order by x limit 5",
    "select named_struct('c', '7') as st, cast(s as double) from {t} where x > 1 order by i",
    "with log(a) as (select 1), q as (select log(10) as b) select a, b from log, q",
    "select k, v from (select map('a', 1) as m) lateral view explode(m) as k, v",
    "select to_json(struct(cast(s as double), to_date(d))) as j from {t}",
    "select i from {t} where i is not distinct from cast('1' as bigint) group by i having count(*) > 0",
    "select 'cast(x as double)' as text, `to_date(y)` from (select 1 as `to_date(y)`)",
]


@pytest.fixture
def on_sail(sail: Engine) -> Iterator[Any]:
    """Give Sail's session with the rules."""
    with sail.in_use(), sail_dialect(sail.session):
        yield sail.session


def answer(session: Any, sql: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in session.sql(sql).collect()), key=repr)


@pytest.mark.parametrize("expression", SQL)
def test_sql_gives_what_spark_gives(on_sail: Any, spark: Engine, expression: str) -> None:
    sql = f"select {expression} as v from {TABLE}"
    assert answer(on_sail, sql) == answer(spark.session, sql)
    kinds = [one.sql(sql).schema.fields[0].dataType for one in (on_sail, spark.session)]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements_give_what_spark_gives(on_sail: Any, spark: Engine, statement: str) -> None:
    sql = statement.format(t=TABLE)
    assert answer(on_sail, sql) == answer(spark.session, sql)
    assert [name.lower() for name in on_sail.sql(sql).columns] == [
        name.lower() for name in spark.session.sql(sql).columns
    ]


COLUMNS: dict[str, Callable[[Any, Any], Any]] = {
    "to_timestamp": lambda F, _: F.to_timestamp(F.col("i") * 1700000000),
    "to_timestamp of text": lambda F, _: F.to_timestamp("s"),
    "to_date": lambda F, _: F.to_date(F.lit("2024-01-31T10:00:00Z")),
    "to_date of a column": lambda F, _: F.to_date("s"),
    "to_date with a format": lambda F, _: F.to_date(F.lit("31/01/2024"), "dd/MM/yyyy"),
    "rint": lambda F, _: F.rint("x"),
    "log": lambda F, _: F.log("x"),
    "from_unixtime": lambda F, _: F.from_unixtime(F.lit("1700000000")),
    "element_at": lambda F, _: F.element_at(F.array("i"), 5),
    "make_date": lambda F, _: F.make_date(F.lit(2024), F.lit(2), F.lit(30)),
    "datediff": lambda F, _: F.datediff(F.lit("2024-03-01"), "d"),
    "initcap": lambda F, _: F.initcap("s"),
    "cast double": lambda F, _: F.col("s").cast("double"),
    "cast of a frame's column": lambda _, df: df["s"].cast("double"),
    "cast of a frame's column to bigint": lambda _, df: df.s.cast("bigint"),
    "cast boolean": lambda _, df: df.s.cast("boolean"),
    "cast decimal": lambda F, _: F.col("t.s").astype("decimal(10,2)"),
    "cast date": lambda F, _: F.col("s").cast("date"),
    "substring": lambda F, _: F.substring("s", 1, 2),
    "substr": lambda F, _: F.col("s").substr(F.col("n"), F.lit(2)),
    "array_contains": lambda F, _: F.array_contains(F.array("s", "n"), "1.5"),
    "isnan": lambda F, _: F.isnan("x"),
    "cast of a dotted name": lambda F, _: F.col("`a.b`").cast("double"),
    "cast of a frame's dotted name": lambda _, df: df["`a.b`"].cast("double"),
    "cast of a field": lambda F, _: F.col("st.c").cast("double"),
    "cast in a struct": lambda F, _: F.to_json(F.struct(F.col("s").cast("double"), F.to_date("d"), F.col("i"))),
    "cast of an array's values": lambda F, _: F.filter(
        F.array("s", F.lit("1")), lambda x: x.cast("double").isNotNull()
    ),
    "by name": lambda F, _: F.call_function("to_date", F.lit("2024-01-31T1")),
    "isnan of text": lambda F, _: F.isnan("s"),
    "cast 1d": lambda F, _: F.coalesce(F.col("s"), F.lit("1d")).cast("string"),
    "cast of a time": lambda F, _: F.col("at").cast("bigint"),
    "cast of a frame's time": lambda _, df: df["at"].cast("long"),
    "cast of a frame's time to double": lambda _, df: df["at"].cast("double"),
    "cast of a frame's number": lambda _, df: df["i"].cast("decimal(10,2)"),
    "cast of a frame's time to a date": lambda _, df: df["at"].cast("date"),
    "cast and more": lambda F, _: F.coalesce(F.col("s").cast("double"), F.lit(0)) + 1,
    "expr": lambda F, _: F.expr("cast(s as double) + 1"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_functions_give_what_spark_gives(on_sail: Any, sail: Engine, spark: Engine, name: str) -> None:
    from pyspark.sql import functions as F

    found = []
    for engine, session in ((sail, on_sail), (spark, spark.session)):
        with engine.in_use():
            df = session.sql(
                f"select *, '3' as `a.b`, named_struct('b', '99') as a, named_struct('c', s) as st from {TABLE}"
            )
            df = df.alias("t")
            rows = df.select(COLUMNS[name](F, df)).collect()
            used = df.withColumn("n", COLUMNS[name](F, df)).orderBy(F.col("n").desc(), "i").select("n").collect()
        found.append((sorted(map(repr, map(tuple, rows))), [tuple(row) for row in used]))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "sql", ["select 1", "select to_date", "select cast(1", "", "select a.to_date(b)", "describe t"]
)
def test_what_needs_no_rule_stays_as_it_is(sql: str) -> None:
    assert rewritten(sql) == sql


def test_names_are_sparks(on_sail: Any, sail: Engine, spark: Engine) -> None:
    from pyspark.sql import functions as F

    found = []
    for engine, session in ((sail, on_sail), (spark, spark.session)):
        with engine.in_use():
            df = session.sql(sqlQuery=f"select s, x, d, '3' as `a.b` from {TABLE}")
            columns = [F.col("s").cast("double"), df["x"].cast("bigint"), F.col("`a.b`").cast("double"), F.to_date("d")]
            found.append(df.select(*columns, F.rint("x"), F.substring("s", 1, 2)).columns)
    assert found[0] == found[1]


def test_a_view_of_a_functions_name(on_sail: Any) -> None:
    on_sail.sql("create or replace temp view log(a) as select 1")
    assert answer(on_sail, "select a from log") == [(1,)]
    on_sail.sql("drop view log")


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.expression)
def test_the_differences_that_the_page_names(on_sail: Any, spark: Engine, one: Difference) -> None:
    sql = f"select {one.expression} as v"
    assert str(spark.session.sql(sql).collect()[0][0]) == one.on_spark
    if one.fails:
        with pytest.raises((PySparkException, GlueLocalError)):
            on_sail.sql(sql).collect()
    else:
        assert str(on_sail.sql(sql).collect()[0][0]) == one.on_sail


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("spark.sql(\"select '5' + 1\").collect()", "; Spark may take this: run it with --engine spark"),
        ("spark.sql('select bround(2.5)')", "bround on Sail is not supported here yet; run it with --engine spark"),
        ("spark.sql('select input_file_name()')", r"input_file_name\(\) on Sail is not supported here yet"),
    ],
)
def test_what_sail_lacks_says_the_way_out(run_on_sail: Callable[[str], ScriptRun], body: str, words: str) -> None:
    with pytest.raises(ScriptError, match=rf"job.py, line \d+: .*{words}"):
        run_on_sail(body + "\n")


def test_columns_that_only_sail_calls_alike_are_refused(run_on_sail: Callable[[str], ScriptRun]) -> None:
    with pytest.raises(ScriptError, match="several columns are called 'in_list' on Sail"):
        run_on_sail("DynamicFrame.fromDF(spark.sql('select id in (1), id in (2) from range(3)'), glueContext, 'x')\n")


@pytest.fixture
def run_on_sail(sail: Engine, tmp_path: Any) -> Callable[[str], ScriptRun]:
    """Give a function that runs statements below Studio's header, on Sail."""

    def run(body: str) -> ScriptRun:
        script = tmp_path / "job.py"
        script.write_text(STUDIO_HEADER + body, encoding="utf-8")
        with LocalGlue(tmp_path / "lake", sail) as glue:
            return glue.run(script)

    return run
