"""The pytest plugin: the page's quick-start runs as it stands, and differences are shown."""

from __future__ import annotations

import re

import pytest

from awsglue_local.testing import assert_rows
from scripts.stedi import ROOT
from tests.conftest import STUDIO_HEADER

ADULTS = (
    STUDIO_HEADER
    + """
assert getResolvedOptions(sys.argv, ["year"])["year"] == "2026"
people = glueContext.create_dynamic_frame.from_catalog(database="shop", table_name="people")
adults = Filter.apply(frame=people, f=lambda row: row["age"] >= 18)
glueContext.write_dynamic_frame.from_catalog(frame=adults, database="shop", table_name="adults")
"""
)


def test_the_quick_start_of_the_page(pytester: pytest.Pytester) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "testing.md").read_text(), re.DOTALL)
    pytester.makepyfile(code)
    (pytester.path / "adults.py").write_text(ADULTS)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_files_and_a_failing_comparison(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pathlib import Path
        from awsglue_local.testing import assert_rows

        def test_it(glue):
            glue.table("shop.people", Path("people.csv"), columns={"name": "string", "age": "int"})
            glue.files("s3://bucket/more/", [{"a": 1}])
            assert glue.rows("s3://bucket/more/") == [{"a": 1}]
            glue.table("shop.ragged", [{"a": 1}, {"a": 2, "b": "x"}])
            assert glue.rows("shop.ragged") == [{"a": 1, "b": None}, {"a": 2, "b": "x"}]
            glue.table("shop.adults", columns={"name": "string", "age": "int"})
            glue.run("adults.py", "--year", "2026")
            assert_rows(glue.rows("shop.adults"), [{"name": "ann", "age": 45}])
        """
    )
    (pytester.path / "people.csv").write_text("name,age\nann,44\nbob,3\n")
    (pytester.path / "adults.py").write_text(ADULTS)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--glue-engine", "sail")
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines([r".*actual\W+44\W+'ann'.*", r".*expected\W+45\W+'ann'.*"])


def test_a_database(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(glue):
            database = glue.connection("my warehouse")
            database.execute("create table orders (id int)")
            database.execute("insert into orders values (1), (2)")
            glue.run("orders.py")
            assert database.execute("select id from copies order by id").fetchall() == [(1,), (2,)]
        """
    )
    # what a person's settings file says does not reach tests
    (pytester.path / "connections.toml").write_text('["my warehouse"]\nurl = "postgresql://db.example.com/dev"\n')
    (pytester.path / "orders.py").write_text(
        "from awsglue.context import GlueContext\n"
        "from pyspark.context import SparkContext\n"
        "glue = GlueContext(SparkContext())\n"
        "orders = glue.create_dynamic_frame.from_options('redshift', "
        "{'connectionName': 'my warehouse', 'query': 'select id from orders'})\n"
        "glue.write_dynamic_frame.from_jdbc_conf(orders, 'my warehouse', {'dbtable': 'copies'})\n"
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_rows_are_compared() -> None:
    assert_rows([{"a": 1, "b": None}, {"a": 2}], [{"a": 2}, {"a": 1}])
    with pytest.raises(AssertionError, match="2 rows, expected 1"):
        assert_rows([{"a": 1}, {"a": 1}], [{"a": 1}])
    with pytest.raises(AssertionError, match="not in this order"):
        assert_rows([{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}], ordered=True)
