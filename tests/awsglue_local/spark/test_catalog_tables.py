"""Spark's own calls on catalog tables, on both engines: as with Glue's catalog, in the script's transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.job_run.engine import Engine
from tests.awsglue_local.lake_files import parquet
from tests.awsglue_local.spark.test_catalog_sql import people
from tests.conftest import STUDIO_HEADER

__all__ = ["people"]
Run = Callable[..., ScriptRun]


def test_tables_are_read_by_their_names(people: Path, run_body: Run) -> None:
    del people
    run_body(
        """
assert spark.table("d.people").count() == spark.read.table("`d`.`people`").count() == 2
assert glueContext.table("D.People").count() == spark.table("spark_catalog.d.people").count() == 2
spark.range(3).createOrReplaceTempView("people")
assert spark.table("people").count() == 3
spark.sql("use d")
assert spark.catalog.currentDatabase() == "d"
assert spark.table("people").count() == 3, "a view of the script's own comes first"
assert spark.sql("select count(*) as n from people").collect()[0]["n"] == 3
spark.catalog.dropTempView("people")
assert spark.table("people").count() == 2
assert spark.sql("with p as (select * from people), q as (select * from p) select count(*) as n from q").collect()[0]["n"] == 2
"""
    )


def test_the_catalog_is_glues(people: Path, run_body: Run) -> None:
    del people
    run_body(
        """
spark.range(1).createOrReplaceTempView("mine")
assert [one.name for one in spark.catalog.listDatabases()] == ["d", "default"]
assert spark.catalog.databaseExists("d") and not spark.catalog.databaseExists("e")
listed = [(one.name, one.isTemporary) for one in spark.catalog.listTables("d")]
assert listed[:2] == [("copies", False), ("people", False)] and ("mine", True) in listed
assert [one.name for one in spark.catalog.listTables("d", "p*") if not one.isTemporary] == ["people"]
assert spark.catalog.tableExists("d.people") and spark.catalog.tableExists("people", "d")
assert spark.catalog.tableExists("mine") and not spark.catalog.tableExists("d.nobody")
assert [(one.name, one.dataType) for one in spark.catalog.listColumns("d.people")] == [("name", "string"), ("user", "int")]
assert spark.catalog.getTable("d.people").namespace == ["d"]
spark.catalog.refreshTable("d.people")
assert [row["tableName"] for row in spark.sql("show tables in d like 'c*'").collect()] == ["copies"]
assert [row[0] for row in spark.sql("show databases").collect()] == ["d", "default"]
assert [row[0] for row in spark.sql("show columns in people from d").collect()] == ["name", "user"]
assert [row[:2] for row in spark.sql("-- what is it?\\ndescribe table d.people").collect()] == [("name", "string"), ("user", "int")]
spark.sql("msck repair table d.people")
spark.catalog.setCurrentDatabase("d")
assert [row["tableName"] for row in spark.sql("show tables").collect()] == ["copies", "people"]
"""
    )


def test_rows_are_inserted_by_place_and_in_the_tables_types(people: Path, glue: LocalGlue, run_body: Run) -> None:
    del people
    run_body("spark.sql('insert into d.copies select user as name, user + 1L from d.people')")
    assert parquet(glue, "s3://bucket/copies/") == [{"name": "1", "user": 2}, {"name": "2", "user": 3}]
    run_body("spark.sql('INSERT OVERWRITE TABLE d.copies (user) select user from d.copies')")
    assert parquet(glue, "s3://bucket/copies/") == [{"name": None, "user": 2}, {"name": None, "user": 3}]
    run_body("spark.table('d.people').write.insertInto('d.copies', overwrite=True)")
    run_body("spark.table('d.people').where('user = 1').write.mode('append').insertInto('d.copies')")
    assert [row["user"] for row in parquet(glue, "s3://bucket/copies/")] == [1, 1, 2]
    run_body("spark.sql('truncate table d.copies')")
    assert parquet(glue, "s3://bucket/copies/") == []


def test_tables_are_made_and_replaced(people: Path, glue: LocalGlue, run_body: Run) -> None:
    del people
    run_body(
        "spark.table('d.people').write.option('path', 's3://bucket/made/').partitionBy('user').saveAsTable('d.made')"
    )
    table = glue.catalog.table("d", "made")
    assert (table.columns, table.partition_keys, table.format) == ([("name", "string")], [("user", "int")], "parquet")
    run_body("assert spark.table('d.made').where('user = 2').collect()[0]['name'] == 'bob'")
    run_body("spark.table('d.people').write.mode('append').saveAsTable('d.made')")
    run_body("assert spark.table('d.made').count() == 4")
    run_body("spark.sql('select name, 9L as n from d.people').write.mode('overwrite').saveAsTable('d.made')")
    assert glue.catalog.table("d", "made").columns == [("name", "string"), ("n", "bigint")]
    run_body(
        "spark.table('d.people').write.mode('ignore').saveAsTable('d.made')\nassert spark.table('d.made').count() == 2"
    )
    run_body(
        "spark.sql(\"create table if not exists d.third using json location 's3://bucket/third/' as select 1 as a\")"
    )
    run_body(
        "spark.sql('create table if not exists d.third as select 2 as a')\nassert spark.table('d.third').collect()[0]['a'] == 1"
    )
    run_body("spark.range(2).writeTo('d.fourth').tableProperty('location', 's3://bucket/fourth/').create()")
    run_body("spark.range(2).writeTo('d.fourth').append()\nassert spark.table('d.fourth').count() == 4")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("spark.range(1).write.saveAsTable('d.made')", "the new table d.made has no place: give .option('path'"),
        ("spark.table('d.people').write.saveAsTable('d.copies')", "d.copies exists already; use mode('append')"),
        ("spark.sql('insert into d.copies select 1')", "d.copies takes 2 columns (name, user), and the query gives 1"),
        ("spark.sql('insert into d.copies partition (user=1) select 1')", "INSERT with PARTITION is not supported"),
        ("spark.range(1).write.insertInto('d.none')", "no table d.none in the catalog; saveAsTable makes one"),
        ("spark.sql(\"insert into d.copies (name, usr) values ('a', 1)\")", "d.copies has no column 'usr'; its columns are name, user"),
        ("spark.sql(\"insert into d.copies values ('a', 'b')\")", "d.copies: 'user' is int, and the rows have text; cast it"),
        ("spark.sql('select 1 as user, 2 as more').write.mode('append').saveAsTable('d.copies')", "has no column 'more'"),
        ("spark.sql('use nowhere')", "no database 'nowhere' in the catalog; it has d, default"),
        ("spark.sql('drop table if exists d.people')", "DROP TABLE of the catalog table d.people is not supported"),
        ("spark.sql('delete from d.people where user = 1')", "DELETE FROM of the catalog table d.people"),
        ("spark.sql('merge into d.copies using d.people on true when matched then delete')", "MERGE INTO of the catalog"),
        ("spark.table('glue_catalog.d.people')", "the catalog glue_catalog of the table"),
        ("spark.range(1).writeTo('d.people').overwritePartitions()", "writeTo(...).overwritePartitions is not supported"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told(people: Path, glue: LocalGlue, run_body: Run, statement: str, words: str) -> None:
    with pytest.raises(ScriptError) as error:
        run_body(statement)
    assert words in str(error.value)
    assert glue.catalog.table_names("d") == ["copies", "people"]
    assert people.is_dir()


def test_a_script_that_fails_has_written_no_table(people: Path, glue: LocalGlue, run_body: Run) -> None:
    del people
    with pytest.raises(ScriptError):
        run_body("spark.range(1).write.option('path', 's3://bucket/m/').saveAsTable('d.m')\nraise ValueError('no')")
    assert glue.catalog.table_names("d") == ["copies", "people"]


def test_what_spark_connect_has_not_is_refused_by_name(glue: LocalGlue, run_body: Run) -> None:
    if not glue.engine.is_connect:
        run_body("assert spark.range(3).rdd.count() == 3")
        return
    for statement in ("spark.range(1).rdd", "spark.sparkContext.parallelize([1])", "sc.parallelize([1])"):
        with pytest.raises(ScriptError, match=r"is not supported.*--engine spark"):
            run_body(statement)


def test_a_view_is_gone_when_the_script_has_ended(people: Path, run_body: Run) -> None:
    """In AWS each job has a session of its own."""
    del people
    run_body(
        "spark.sql('create temporary view more as select 1 as a')\n"
        "spark.range(7).createOrReplaceTempView('people')\nspark.table('d.people').createOrReplaceTempView('other')"
    )
    run_body("spark.sql('use d')\nassert spark.table('people').count() == 2")
    for view in ("other", "more"):
        with pytest.raises(ScriptError, match=f"(?i){view}"):
            run_body(f"spark.table('{view}').collect()")


def test_a_table_is_overwritten_with_its_own_rows(people: Path, engine: Engine, tmp_path: Path) -> None:
    """The new rows are written before the old ones go, also where a job writes at once."""
    del people
    text = "select id, id * 2 as twice from (select *, row_number() over (partition by id order by id) as n from d.own) where n = 1"
    bodies = [
        "spark.range(4).selectExpr('id', 'id as twice').write.option('path', 's3://bucket/own/').saveAsTable('d.own')",
        f"spark.sql('insert overwrite table d.own {text}')",
        "spark.table('d.own').where('id > 0').write.mode('overwrite').saveAsTable('d.own')",
        "assert sorted(map(tuple, spark.table('d.own').collect())) == [(1, 2), (2, 4), (3, 6)]",
    ]
    for at_once in (True, False):
        with LocalGlue(tmp_path / str(at_once), engine, write_at_once=at_once) as glue:
            script = tmp_path / "own.py"
            for body in bodies:
                script.write_text(f"{STUDIO_HEADER}\n{body}\n", encoding="utf-8")
                glue.run(script, ["--JOB_NAME", "own"])


def test_views_and_tables_of_one_name(people: Path, run_body: Run) -> None:
    del people
    run_body(
        """
spark.sql("use d")
spark.sql("create or replace temp view people as select * from d.people where user = 2")
assert spark.sql("select count(*) as n from people").collect()[0]["n"] == 1
assert spark.sql("select count(*) as n from d.people").collect()[0]["n"] == 2
assert [row[0] for row in spark.sql("describe d.people").collect()] == ["name", "user"]
spark.range(1).createOrReplaceTempView("copies")
assert [one.name for one in spark.catalog.listColumns("copies")] == ["id"]
assert [one.name for one in spark.catalog.listColumns("copies", "d")] == ["name", "user"]
"""
    )


def test_names_that_look_alike_are_two_tables(people: Path, run_body: Run) -> None:
    del people
    for database, table, rows in (("a_b", "t", 1), ("a", "b_t", 2)):
        place = f"option('path', 's3://bucket/{database}/{table}/')"
        run_body(f"spark.range({rows}).write.{place}.saveAsTable('{database}.{table}')")
    query = "select (select count(*) from a_b.t) as one, (select count(*) from a.b_t) as two"
    run_body(f"assert tuple(spark.sql('{query}').collect()[0]) == (1, 2)")


def test_a_table_takes_the_place_that_it_is_given(people: Path, glue: LocalGlue, run_body: Run) -> None:
    del people
    run_body("spark.range(3).write.parquet('s3://bucket/old/')")
    run_body("spark.range(2).write.mode('overwrite').option('path', 's3://bucket/old/').saveAsTable('d.placed')")
    assert len(parquet(glue, "s3://bucket/old/")) == 2, "an overwrite leaves nothing of what was there"
    run_body("spark.range(1).write.mode('overwrite').option('path', 's3://bucket/new/').saveAsTable('d.placed')")
    assert len(parquet(glue, "s3://bucket/old/")) == 2, "the old place is left alone, as Spark leaves it"
    run_body("assert spark.table('d.placed').count() == 1")
    year = "spark.sql('select 1 as n, 2026 as Year').write.option('path', 's3://bucket/y/')"
    run_body(f"{year}.partitionBy('year').saveAsTable('d.years')")
    run_body("assert spark.table('d.years').where('year = 2026').count() == 1")
    with pytest.raises(ScriptError, match="partitionOverwriteMode=dynamic is not supported"):
        run_body(
            "spark.conf.set('spark.sql.sources.partitionOverwriteMode', 'dynamic')\ntry:\n"
            "    spark.table('d.years').write.mode('overwrite').insertInto('d.years')\n"
            "finally:\n    spark.conf.set('spark.sql.sources.partitionOverwriteMode', 'static')\n"
        )
