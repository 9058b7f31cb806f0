"""Jobs made, copied, renamed and deleted."""

from __future__ import annotations

import json
import shutil
from typing import Any

import pytest

from awsglue_local.runner.run_account import RUN
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


def test_a_rename_keeps_what_else_is_in_the_folder(client: Client, workspace: Workspace) -> None:
    folder = workspace.path_of("machine_learning_curated").parent
    (folder / "NOTES.md").write_text("mine", encoding="utf-8")
    client.post("/api/jobs/machine_learning_curated/rename", {"name": "renamed"})
    there = files_below(workspace.jobs / "renamed")
    assert set(there) == {"NOTES.md", "renamed.json", "renamed.py", "renamed.svg"}
    assert not folder.exists()
    assert main(["check", str(workspace.jobs)]) == 0


def test_an_open_canvas_is_not_renamed_or_deleted(client: Client, workspace: Workspace) -> None:
    assert main(["open", "machine_learning_curated", "--folder", str(workspace.jobs)]) == 0
    before = files_below(workspace.jobs)
    assert "the canvas is open" in client.refused("/api/jobs/machine_learning_curated/rename", {"name": "renamed"})
    client.ask("DELETE", "/api/jobs/machine_learning_curated", status=422)
    assert files_below(workspace.jobs) == before


def test_a_statement_can_be_read_whatever_its_columns_are_called(client: Client) -> None:
    client.post("/api/jobs", {**NEW, "name": "odd", "writes": {"database": "stedi", "table": "odd"}}, status=201)
    opened = client.get("/api/jobs/odd")
    source = next(one for one in opened["inspection"]["nodes"] if one["role"] == "Data source")
    names = ["select", "case", "with", "order", "any", "like", "user", "timestamp", "with space"]
    query = "select " + ", ".join(f"1 as `{name}`" for name in names)
    target = next(one for one in opened["inspection"]["nodes"] if one["role"] == "Data target")
    text = client.edit("odd", opened["text"], do="add", kind="SparkSQL", name="Q", after=source["id"])["text"]
    text = client.edit("odd", text, do="fields", node="Q", fields={"SqlQuery": query})["text"]
    text = client.edit("odd", text, do="connect", source="Q", target=target["id"])["text"]
    text = client.edit("odd", text, do="disconnect", source=target["inputs"][0], target=target["id"])["text"]
    text = client.edit("odd", text, do="fields", node=target["id"], fields={"Table": "select"})["text"]
    assert client.post("/api/jobs/odd/statements", {"text": text}) == ["select.sql"]
    columns = next(one for one in client.get("/api/tables") if one["name"] == "select")["columns"]
    assert [column["name"] for column in columns] == names


def test_tables_of_one_name_in_two_databases_have_a_statement_each(client: Client) -> None:
    body = {**NEW, "name": "elsewhere", "writes": {"database": "other", "table": "customer_trusted"}}
    assert "other.customer_trusted.sql" in client.post("/api/jobs", body, status=201)
    names = [(one["database"], one["name"]) for one in client.get("/api/tables")]
    assert ("other", "customer_trusted") in names
    assert ("stedi", "customer_trusted") in names


@pytest.mark.parametrize("fault", ["Paths", "Columns", "description"])
def test_an_odd_canvas_does_not_hide_the_others(client: Client, workspace: Workspace, fault: str) -> None:
    path = workspace.path_of("machine_learning_curated")
    definition = json.loads(path.read_text(encoding="utf-8"))
    nodes = json.loads(definition["codeGenConfigurationNodes"])
    body = next(iter(nodes.values()))
    fields = next(iter(body.values()))
    fields["OutputSchemas"] = (
        [{"Columns": [{"Type": "int"}]}] if fault == "Columns" else fields.get("OutputSchemas", [])
    )
    if fault == "Paths":
        body["DropFields"] = body.pop(next(iter(body))) | {"Paths": 5}
    if fault == "description":
        definition["description"] = 5
    path.write_text(json.dumps({**definition, "codeGenConfigurationNodes": json.dumps(nodes)}), encoding="utf-8")
    assert len(client.get("/api/flow")["jobs"]) == 5


def test_damaged_files_beside_the_jobs_are_told_or_passed_over(filled: Client, filled_workspace: Workspace) -> None:
    (filled_workspace.ddl_folder / "bad.sql").write_text("create table", encoding="utf-8")
    (filled_workspace.ddl_folder / "gone.sql").symlink_to("nowhere")
    (filled_workspace.lake / "_catalog" / "stedi" / "bad.json").write_text("[]", encoding="utf-8")
    for text in ("{", "{}", "[]"):
        (filled_workspace.lake / RUN).write_text(text, encoding="utf-8")
        flow = filled.get("/api/flow")
        assert len(flow["jobs"]) == 5
        assert "bad.sql" in flow["problem"]
    assert len(filled.get("/api/tables")) == 8
    assert filled.get("/api/jobs/machine_learning_curated")["inspection"]["script"]


def test_folders_and_files_that_lead_out_are_not_followed(
    client: Client, workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "linked"
    shutil.copytree(workspace.jobs / "machine_learning_curated", outside)
    (workspace.jobs / "linked").symlink_to(outside)
    secret = outside / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    script = workspace.path_of("customer_landing_to_trusted").with_suffix(".py")
    script.unlink()
    script.symlink_to(secret)
    names = [job["name"] for job in client.get("/api/flow")["jobs"]]
    assert "linked" not in names
    assert "leads out of" in client.ask("GET", "/api/jobs/customer_landing_to_trusted", status=422)["detail"]


def test_a_canvas_of_another_name_is_told_and_not_run(client: Client, workspace: Workspace) -> None:
    path = workspace.path_of("machine_learning_curated")
    text = path.read_text(encoding="utf-8").replace('"machine_learning_curated"', '"other"', 1)
    path.write_text(text, encoding="utf-8")
    jobs = {job["name"]: job for job in client.get("/api/flow")["jobs"]}
    assert "the job is named 'other'" in jobs["machine_learning_curated"]["broken"]
    assert "the job is named 'other'" in client.refused("/api/runs", {"which": "all"})


def test_a_page_about_a_run_that_leads_out_is_not_shown(client: Client, workspace: Workspace) -> None:
    secret = workspace.jobs.parent / "secret.html"
    secret.write_text("secret", encoding="utf-8")
    workspace.lake.mkdir(exist_ok=True)
    (workspace.lake / "report.html").symlink_to(secret)
    assert client.http.get("/report").status_code == 404
