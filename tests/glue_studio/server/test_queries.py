"""The query page: Athena's answers over the lake, and nothing changed."""

from __future__ import annotations

import pytest

from glue_studio.server.workspace import Workspace
from scripts import stedi
from tests.glue_studio.studios import Client, files_below


def test_an_answer_has_types_time_and_bytes(filled: Client) -> None:
    answer = filled.post("/api/query", {"sql": "select count(*) as n, max(serialnumber) s from customer_trusted"})
    assert [(one["name"], one["type"]) for one in answer["columns"]] == [("n", "bigint"), ("s", "varchar")]
    assert answer["rows"][0][0] > 0
    assert answer["bytes_scanned"] > 0
    assert not answer["more"]


def test_saved_queries_are_those_of_the_files_and_all_are_answered(filled: Client) -> None:
    saved = filled.get("/api/queries")
    files = [*stedi.CHECKS.glob("*.sql"), *stedi.QUERIES.glob("*.sql")]
    assert {one["name"] for one in saved} == {file.stem for file in files}
    for one in saved:
        assert filled.post("/api/query", {"sql": one["sql"]})["columns"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("drop table customer_trusted", "only queries"),
        ("insert into customer_trusted select * from customer_trusted", "only queries"),
        ("select 1; select 2", "expected one statement, found 2"),
        ("selec 1", "does not parse"),
        ("select serial from customer_trusted", "did you mean 'serialnumber'?"),
        ("select * from nowhere", "no table stedi.nowhere"),
        ("select * from read_text('/etc/hostname')", "Table function 'read_text' not registered"),
    ],
)
def test_what_is_refused(filled: Client, filled_workspace: Workspace, sql: str, words: str) -> None:
    before = files_below(filled_workspace.lake)
    assert words in filled.refused("/api/query", {"sql": sql})
    assert files_below(filled_workspace.lake) == before


def test_tables_are_those_of_the_statements_and_of_the_catalog(filled: Client, filled_workspace: Workspace) -> None:
    tables = {one["name"]: one for one in filled.get("/api/tables")}
    assert set(tables) == {file.stem for file in filled_workspace.ddl_folder.glob("*.sql")}
    assert all(one["in_lake"] for one in tables.values())
    assert ("serialnumber", "string") in [(one["name"], one["type"]) for one in tables["customer_trusted"]["columns"]]
