"""Actions split into statements, and said in the stand-in's dialect."""

from __future__ import annotations

import pytest

from awsglue_local.databases.sql_dialects import statements
from awsglue_local.errors import GlueLocalError


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("", []),
        ("-- nothing\n", []),
        (";;", []),
        ("BEGIN TRANSACTION; COMMIT; END;", []),
        ("begin; delete from begin_t; end", ["DELETE FROM begin_t"]),
        ("delete from t where x = ';'; delete from u", ["DELETE FROM t WHERE x = ';'", "DELETE FROM u"]),
        ("delete from t -- a;b\n; delete from u /* ; */", ["DELETE FROM t /* a;b */", "DELETE FROM u /* ; */"]),
        ("insert into t values ('DISTKEY')", ["INSERT INTO t VALUES ('DISTKEY')"]),
        ("create table s.t (a int distkey)", ["create schema if not exists s", "CREATE TABLE s.t (a INT)"]),
        ("/* done */ COMMIT; -- so\nbegin", []),
        ("set statement_timeout to 1000; delete from t", ["DELETE FROM t"]),
        ("insert into t select distkey from u", ["INSERT INTO t SELECT distkey FROM u"]),
        ("create table t as select sortkey from u", ["CREATE TABLE t AS SELECT sortkey FROM u"]),
        ("create index i on s.t (a)", ["CREATE INDEX i ON s.t(a)"]),
        ("vacuum t; analyze t; grant select on t to group g; delete from t", ["DELETE FROM t"]),
    ],
)
def test_statements(sql: str, expected: list[str]) -> None:
    assert statements(sql, "redshift", "duckdb") == expected


@pytest.mark.parametrize("sql", ["ROLLBACK", "delete from t; rollback", "abort", "set search_path to sales"])
def test_what_would_be_told_otherwise_is_refused(sql: str) -> None:
    with pytest.raises(GlueLocalError, match=r"ROLLBACK|ABORT|SET search_path"):
        statements(sql, "redshift", "duckdb")


def test_distkey_is_a_column_of_others() -> None:
    assert statements("create table t (a int, distkey int)", "mysql", "duckdb") == [
        "CREATE TABLE t (a INT, distkey INT)"
    ]
