"""SQL that names catalog tables, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.spark.catalog_sql import with_views
from awsglue_local.storage.table import Table, storage_formats

Run = Callable[..., ScriptRun]


@pytest.fixture
def people(glue: LocalGlue) -> Path:
    """Give a catalog with d.people, two of them, and d.copies, which is empty."""
    for name, form in (("people", "json"), ("copies", "parquet")):
        columns = [{"Name": "name", "Type": "string"}, {"Name": "user", "Type": "int"}]
        storage = {"Columns": columns, "Location": f"s3://bucket/{name}/", **storage_formats(form)}
        definition = {"Name": name, "StorageDescriptor": storage, "Parameters": {"classification": form}}
        glue.catalog.put(Table("d", definition))
    folder = glue.lake.path("s3://bucket/people/")
    folder.mkdir(parents=True)
    (folder / "a.json").write_text('{"name": "ann", "user": 1}\n{"name": "bob", "user": 2}\n')
    return folder


def test_a_query_names_a_catalog_table(people: Path, run_body: Run) -> None:
    body = """
found = spark.sql('''
    -- people of d.people, not 'd.people'
    select p.name, p.user from d.people p join `d`.`people` q on p.name = q.name where q.user > 1;
''')
frame = DynamicFrame.fromDF(found, glueContext, "found")
glueContext.write_dynamic_frame.from_catalog(frame=frame, database="d", table_name="copies")
assert spark.sql("select count(*) as n from d.copies").collect()[0]["n"] == 1
"""
    run = run_body(body)
    assert run.writes == {"copies": 1}
    assert run.reads["people"] == 2
    assert people.is_dir()


def test_what_the_catalog_has_not_is_the_engines_to_say(people: Path, run_body: Run) -> None:
    with pytest.raises(ScriptError, match=r"(?i)not.found|cannot be found"):
        run_body("spark.sql('select * from d.nobody').collect()")
    del people


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("select * from d.t", "select * from V"),
        ("select t.x from t ;", "select t.x from t "),
        ("select d.t from d", "select d.t from d"),
        ("select 'from d.t' from `d`.`t` as a, D.T b", "select 'from d.t' from V as a, V b"),
        (
            "with x as (select * from d.t) select * from x join d.t on true",
            "with x as (select * from V) select * from x join V on true",
        ),
        ("not sql d.t (", "not sql d.t ("),
    ],
)
def test_names_are_replaced_where_they_are_tables(query: str, wanted: str) -> None:
    assert (
        with_views(query, lambda database, name: "V" if (database.lower(), name.lower()) == ("d", "t") else None)
        == wanted
    )
