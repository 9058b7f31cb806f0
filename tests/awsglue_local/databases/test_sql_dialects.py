"""Actions split into statements, and said in the stand-in's dialect."""

from __future__ import annotations

import pytest

from awsglue_local.databases.sql_dialects import statements


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
        ("vacuum t; analyze t; grant select on t to group g; delete from t", ["DELETE FROM t"]),
    ],
)
def test_statements(sql: str, expected: list[str]) -> None:
    assert statements(sql, "redshift", "duckdb") == expected
