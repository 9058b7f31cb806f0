"""Spark's own calls on catalog tables, on both engines: as with Glue's catalog, in the script's transaction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from tests.awsglue_local.lake_files import parquet
from tests.awsglue_local.spark.test_catalog_sql import people

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
