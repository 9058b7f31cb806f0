"""Jobs made, copied, renamed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from glue_canvas.cli import main
from glue_studio.server.workspace import Workspace
from tests.glue_studio.studios import Client, files_below

READS = [{"database": "stedi", "table": "customer_trusted"}]
NEW = {"name": "eighties", "reads": READS, "writes": {"database": "stedi", "table": "customers_of_the_eighties"}}


def test_a_new_job_comes_with_script_drawing_and_statement(client: Client, workspace: Workspace) -> None:
    written = client.post("/api/jobs", NEW, status=201)
    assert sorted(written) == ["customers_of_the_eighties.sql", "eighties.json", "eighties.py", "eighties.svg"]
    assert main(["check", str(workspace.jobs)]) == 0
    assert client.get("/api/jobs/eighties")["inspection"]["problems"] == []
    tables = {(one["database"], one["name"]) for one in client.get("/api/tables")}
    assert ("stedi", "customers_of_the_eighties") in tables


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"name": "machine_learning_curated"}, "is there already"),
        ({"reads": [{"database": "stedi", "table": "customer_trustd"}]}, "did you mean 'stedi.customer_trusted'?"),
        ({"writes": READS[0]}, "writes stedi.customer_trusted already"),
        ({"name": "../outside"}, "String should match pattern"),
    ],
)
def test_a_new_job_that_cannot_be(client: Client, workspace: Workspace, over: dict[str, Any], words: str) -> None:
    before = files_below(workspace.jobs.parent)
    assert words in client.post("/api/jobs", {**NEW, **over}, status=422)["detail"].__str__()
    assert files_below(workspace.jobs.parent) == before


def test_copy_rename_and_delete(client: Client, workspace: Workspace) -> None:
    statements = files_below(workspace.ddl_folder)
    client.post("/api/jobs/machine_learning_curated/copy", {"name": "second"}, status=201)
    assert "is written by two jobs" in client.get("/api/flow")["problem"]
    client.post("/api/jobs/second/rename", {"name": "third"})
    assert "third" in workspace.names()
    assert "second" not in workspace.names()
    assert client.get("/api/jobs/third")["inspection"]["job"] == "third"
    assert main(["check", str(workspace.jobs)]) == 0
    assert "already" in client.refused("/api/jobs/third/rename", {"name": "machine_learning_curated"})
    client.ask("DELETE", "/api/jobs/third")
    assert len(workspace.names()) == 5
    assert files_below(workspace.ddl_folder) == statements


def test_a_folder_that_is_not_there_yet_begins_with_a_job(client: Client, workspace: Workspace) -> None:
    for job in workspace.names():
        client.ask("DELETE", f"/api/jobs/{job}")
    assert client.get("/api/flow") == {"jobs": [], "problem": ""}
    client.post("/api/jobs", NEW, status=201)
    assert [job["name"] for job in client.get("/api/flow")["jobs"]] == ["eighties"]


def test_a_broken_canvas_is_told_and_the_others_are_shown(client: Client, workspace: Workspace) -> None:
    workspace.path_of("machine_learning_curated").write_text("{", encoding="utf-8")
    jobs = {job["name"]: job for job in client.get("/api/flow")["jobs"]}
    assert "not JSON" in jobs["machine_learning_curated"]["broken"]
    assert jobs["customer_landing_to_trusted"]["writes"] == ["stedi.customer_trusted"]
    assert "not JSON" in client.ask("GET", "/api/jobs/machine_learning_curated", status=422)["detail"]
