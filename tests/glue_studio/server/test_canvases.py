"""A canvas opened, edited, saved: every request carries its whole text."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from glue_canvas.cli import main
from glue_canvas.document.canvas import Canvas, read_canvas
from glue_canvas.script.compiler import compile_canvas
from glue_studio.server.workspace import Workspace
from tests.glue_canvas.canvases import GOLDEN, golden, keep
from tests.glue_studio.studios import Client, client_of, files_below

JOB = "customer_landing_to_trusted"


def node_named(opened: dict[str, Any], name: str) -> dict[str, Any]:
    return next(node for node in opened["inspection"]["nodes"] if node["name"] == name)


def test_every_job_saved_unchanged_has_the_same_bytes(client: Client, workspace: Workspace) -> None:
    before = files_below(workspace.jobs)
    for job in workspace.names():
        opened = client.get(f"/api/jobs/{job}")
        saved = client.ask("PUT", f"/api/jobs/{job}", {"text": opened["text"], "version": opened["version"]})
        assert saved["files"] == []
    assert files_below(workspace.jobs) == before


def test_every_golden_canvas_saved_unchanged_has_the_same_bytes(tmp_path: Path) -> None:
    jobs = tmp_path / "jobs"
    for file in sorted(GOLDEN.glob("*.json")):
        canvas = golden(file.stem)
        named = Canvas(canvas.path, {**canvas.definition, "name": file.stem}, canvas.nodes)
        keep(named, jobs)
    before = {name: text for name, text in files_below(jobs).items() if name.endswith(".json")}
    with client_of(Workspace(jobs, tmp_path / "lake")) as client:
        for file in sorted(GOLDEN.glob("*.json")):
            opened = client.get(f"/api/jobs/{file.stem}")
            # a source whose columns a canvas of one node declares nowhere is no error here
            client.ask("PUT", f"/api/jobs/{file.stem}", {"text": opened["text"], "version": opened["version"]})
    after = files_below(jobs)
    assert {name: after[name] for name in before} == before


def test_the_consent_rule_changed_and_saved(client: Client, workspace: Workspace) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    condition = {
        "Negated": False,
        "Operation": "GT",
        "Values": [
            {"Type": "COLUMNEXTRACTED", "Value": ["sharewithresearchasofdate"]},
            {"Type": "CONSTANT", "Value": ["1700000000000"]},
        ],
    }
    node = next(one for one in opened["inspection"]["nodes"] if one["kind"] == "Filter")
    edited = client.edit(JOB, opened["text"], do="fields", node=node["id"], fields={"Filters": [condition]})
    assert "1700000000000" in edited["inspection"]["script"]
    saved = client.ask("PUT", f"/api/jobs/{JOB}", {"text": edited["text"], "version": opened["version"]})
    assert sorted(saved["files"]) == [f"{JOB}.json", f"{JOB}.py"]
    canvas = read_canvas(workspace.path_of(JOB))
    assert canvas.script_path.read_text(encoding="utf-8") == compile_canvas(canvas)
    assert main(["check", str(workspace.jobs)]) == 0


def test_each_change_is_that_of_the_editor(client: Client) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    first = next(one for one in opened["inspection"]["nodes"] if one["role"] == "Data source")
    after = client.edit(JOB, opened["text"], do="add", kind="Filter", name="New", after=first["id"])
    made = after["selected"][0]
    assert node_named(after, "New")["inputs"] == [first["id"]]
    renamed = client.edit(JOB, after["text"], do="rename", node=made, name="Other")
    assert node_named(renamed, "Other")["id"] == made
    copied = node_named(renamed, "Other")
    pasted = client.edit(
        JOB, renamed["text"], do="paste", nodes=[{key: copied[key] for key in ("id", "kind", "fields")}]
    )
    assert node_named(pasted, "Other copy")["inputs"] == []
    lone = pasted["selected"][0]
    connected = client.edit(JOB, pasted["text"], do="connect", source=made, target=lone)
    assert node_named(connected, "Other copy")["inputs"] == [made]
    apart = client.edit(JOB, connected["text"], do="disconnect", source=made, target=lone)
    assert node_named(apart, "Other copy")["inputs"] == []
    inserted = client.edit(JOB, apart["text"], do="insert", node=lone, between=[first["id"], made])
    assert (node_named(inserted, "Other copy")["inputs"], node_named(inserted, "Other")["inputs"]) == (
        [first["id"]],
        [lone],
    )
    settings = client.edit(JOB, inserted["text"], do="settings", settings={"timeout": 30, "description": None})
    assert settings["inspection"]["settings"]["timeout"] == 30
    assert "description" not in settings["inspection"]["settings"]
    gone = client.edit(JOB, inserted["text"], do="remove", nodes=[made, lone])
    assert gone["text"] == opened["text"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"do": "add", "kind": "Filtr"}, "did you mean 'Filter'?"),
        ({"do": "rename", "node": "node-1", "name": "x"}, "there is no node 'node-1'"),
        ({"do": "settings", "settings": {"timeout": "soon"}}, "Invalid type"),
        ({"do": "settings", "settings": {"workerType": "Z.9X"}}, "workerType cannot be 'Z.9X'"),
        ({"do": "settings", "settings": {"name": "other"}}, "a job has no setting 'name'"),
        ({"do": "dance"}, "does not match any of the expected tags"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(client: Client, change: dict[str, Any], words: str) -> None:
    text = client.get(f"/api/jobs/{JOB}")["text"]
    assert words in json.dumps(
        client.post(f"/api/jobs/{JOB}/edit", {"text": text, "change": change}, status=422)
    ).replace('\\"', '"')


def test_problems_name_the_node_of_an_unsaved_canvas(client: Client) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    assert opened["inspection"]["problems"] == []
    node = next(one for one in opened["inspection"]["nodes"] if one["kind"] == "Filter")
    values = [{"Type": "COLUMNEXTRACTED", "Value": ["nobody"]}, {"Type": "CONSTANT", "Value": ["1"]}]
    wrong = [{"Negated": False, "Operation": "EQ", "Values": values}]
    problems = client.edit(JOB, opened["text"], do="fields", node=node["id"], fields={"Filters": wrong})["inspection"][
        "problems"
    ]
    assert [(one["level"], one["node"]) for one in problems] == [("error", node["id"])]
    assert "nobody" in problems[0]["message"]


def test_a_file_that_changed_on_disk_is_not_overwritten(client: Client, workspace: Workspace) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    edited = client.edit(JOB, opened["text"], do="settings", settings={"timeout": 30})
    path = workspace.path_of(JOB)
    other = opened["text"].replace('"timeout" : 15', '"timeout" : 45')
    path.write_bytes(other.encode())
    before = files_below(workspace.jobs)
    body = {"text": edited["text"], "version": opened["version"]}
    assert "has changed on disk" in client.ask("PUT", f"/api/jobs/{JOB}", body, status=409)["detail"]
    assert files_below(workspace.jobs) == before
    assert client.get(f"/api/jobs/{JOB}/version") != opened["version"]
    comparison = client.post(f"/api/jobs/{JOB}/compare", {"text": edited["text"]})
    assert comparison["changes"] == [{"change": "changed", "node": "", "words": ["timeout: 45 → 30"]}]
    assert comparison["picture"].startswith("<svg")
    client.ask("PUT", f"/api/jobs/{JOB}", {"text": edited["text"], "version": ""})
    assert read_canvas(path).definition["timeout"] == 30


def test_what_cannot_be_compiled_is_not_saved_in_part(client: Client, workspace: Workspace) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    edited = client.edit(JOB, opened["text"], do="add", kind="Join", name="Half")
    assert "Half" in edited["inspection"]["script_error"]
    before = files_below(workspace.jobs)
    body = {"text": edited["text"], "version": opened["version"]}
    assert "Half" in client.ask("PUT", f"/api/jobs/{JOB}", body, status=422)["detail"]
    assert files_below(workspace.jobs) == before


def test_of_two_that_save_at_once_one_is_told(client: Client, workspace: Workspace) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    texts = [
        client.edit(JOB, opened["text"], do="rename", node="Consented to research", name=name)["text"]
        for name in ("One", "Other")
    ]
    for _ in range(5):
        workspace.path_of(JOB).write_text(opened["text"], encoding="utf-8")
        with ThreadPoolExecutor(2) as pool:
            bodies = [{"text": text, "version": opened["version"]} for text in texts]
            answers = list(pool.map(lambda body: client.http.put(f"/api/jobs/{JOB}", json=body).status_code, bodies))
        assert sorted(answers) == [200, 409]


def test_a_job_that_is_no_more_does_not_come_back(client: Client, workspace: Workspace) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    client.post(f"/api/jobs/{JOB}/rename", {"name": "renamed"})
    body = {"text": opened["text"], "version": opened["version"]}
    assert client.http.put(f"/api/jobs/{JOB}", json=body).status_code == 409
    assert not (workspace.jobs / JOB).exists()
    client.ask("PUT", f"/api/jobs/{JOB}", {**body, "version": ""})
    assert (workspace.jobs / JOB).exists()


def test_where_one_file_cannot_be_written_none_is(client: Client, workspace: Workspace) -> None:
    opened = client.get(f"/api/jobs/{JOB}")
    text = client.edit(JOB, opened["text"], do="rename", node="Consented to research", name="Mine")["text"]
    drawing = workspace.path_of(JOB).with_suffix(".svg")
    drawing.unlink()
    drawing.mkdir()
    (drawing / "kept").touch()
    before = files_below(workspace.jobs)
    client.ask("PUT", f"/api/jobs/{JOB}", {"text": text, "version": opened["version"]}, status=422)
    assert files_below(workspace.jobs) == before


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "", "change": {"do": "settings", "settings": {"maxCapacity": NaN}}}',
        '{"text": 1e999, "change": {}}',
        '{"text": "\\ud800", "change": {"do": "remove", "nodes": []}}',
        "{",
    ],
)
def test_odd_requests_are_answered_in_words(client: Client, body: str) -> None:
    answer = client.http.post(f"/api/jobs/{JOB}/edit", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (422, 500)
    assert answer.json()["detail"]
