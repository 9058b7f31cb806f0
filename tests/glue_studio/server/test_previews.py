"""The data at a node of an unsaved canvas; nothing of it stays."""

from __future__ import annotations

import threading
import time
from typing import Any

from glue_studio.server.workspace import Workspace
from tests.glue_studio.studios import Client, files_below

JOB = "machine_learning_curated"
CODE = "node-1793619690000"


def node_of(opened: dict[str, Any], name: str) -> str:
    return str(next(node["id"] for node in opened["inspection"]["nodes"] if node["name"] == name))


def preview(client: Client, text: str, node: str, rows: int = 200) -> Any:
    return client.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": node, "rows": rows})


def custom(client: Client, text: str, after: str, code: str) -> tuple[str, str]:
    """Add a Custom Transform; return the text and its id."""
    edited = client.edit(
        JOB, text, do="add", kind="CustomCode", name="Mine", after=after, fields={"ClassName": "Mine", "Code": code}
    )
    return edited["text"], edited["selected"][0]


def test_every_node_shows_its_rows_and_the_lake_stays(filled: Client, filled_workspace: Workspace) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    before = files_below(filled_workspace.lake)
    counts = {one["node"]: one["rows"] for one in filled.post(f"/api/jobs/{JOB}/counts", {"text": opened["text"]})}
    for node in opened["inspection"]["nodes"]:
        (frame,) = preview(filled, opened["text"], node["id"])["frames"]
        # what comes into the target is what leaves the node before it
        assert frame["total"] == counts[node["id"] if node["id"] in counts else node["inputs"][0]]
        assert len(frame["rows"]) == min(frame["total"], 200)
        if node["columns"] is not None:
            assert [column["name"] for column in frame["columns"]] == [column["name"] for column in node["columns"]]
    assert files_below(filled_workspace.lake) == before


def test_the_last_node_has_the_rows_of_the_table(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    (frame,) = preview(filled, opened["text"], node_of(opened, "Select From Collection"), rows=1000)["frames"]
    names = [column["name"] for column in frame["columns"]]
    answer = filled.post("/api/query", {"sql": f"select {', '.join(names)} from {JOB}"})
    assert frame["total"] == len(answer["rows"]) > 0
    assert sorted(map(str, frame["rows"])) == sorted(map(str, answer["rows"]))


def test_a_node_that_fails_says_so_and_what_is_before_it_can_be_seen(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "raise ValueError('no such thing')")
    failed = filled.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": mine}, status=422)
    assert (failed["node"], failed["stopped"]) == ("Mine", False)
    assert "ValueError: no such thing" in failed["detail"]
    assert preview(filled, text, source)["frames"][0]["total"] > 0


def test_what_a_transform_writes_or_purges_is_thrown_away(filled: Client, filled_workspace: Workspace) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    code = (
        'glueContext.purge_table(database="stedi", table_name="customer_trusted", options={"retentionPeriod": 0})\n'
        "frame = dfc.select(list(dfc.keys())[0])\n"
        "glueContext.write_dynamic_frame.from_catalog(frame, 'stedi', 'step_trainer_trusted')\n"
        "print('printed')\nreturn dfc"
    )
    text, mine = custom(filled, opened["text"], node_of(opened, "step_trainer_trusted"), code)
    before = files_below(filled_workspace.lake)
    assert preview(filled, text, mine)["frames"][0]["total"] > 0
    assert files_below(filled_workspace.lake) == before


def test_a_hanging_transform_is_stopped_and_the_next_preview_works(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "import time\ntime.sleep(600)\nreturn dfc")
    answers: list[Any] = []
    body = {"text": text, "node": mine}
    asked = threading.Thread(target=lambda: answers.append(filled.post(f"/api/jobs/{JOB}/preview", body, status=422)))
    asked.start()
    while asked.is_alive():
        time.sleep(0.5)
        filled.post(f"/api/jobs/{JOB}/preview/stop")
    assert answers[0] == {"detail": "stopped", "node": "", "stopped": True}
    assert preview(filled, text, source)["frames"][0]["total"] > 0


def test_a_transform_that_ends_the_process_does_not_end_the_studio(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    source = node_of(opened, "step_trainer_trusted")
    text, mine = custom(filled, opened["text"], source, "import os\nos._exit(3)")
    failed = filled.post(f"/api/jobs/{JOB}/preview", {"text": text, "node": mine}, status=422)
    assert failed["detail"] == "the script ended the process that ran it, with code 3"
    assert preview(filled, text, source)["frames"][0]["total"] > 0


def test_what_cannot_be_shown_is_a_sentence(filled: Client) -> None:
    opened = filled.get(f"/api/jobs/{JOB}")
    edited = filled.edit(JOB, opened["text"], do="add", kind="CatalogTarget", name="Lone")
    refused = filled.refused(f"/api/jobs/{JOB}/preview", {"text": edited["text"], "node": edited["selected"][0]})
    assert "nothing feeds it yet" in refused
    half = filled.edit(JOB, opened["text"], do="add", kind="Join", name="Half")
    refused = filled.refused(f"/api/jobs/{JOB}/preview", {"text": half["text"], "node": half["selected"][0]})
    assert "2 inputs" in refused or "inputs" in refused
    assert preview(filled, half["text"], node_of(opened, "step_trainer_trusted"))["frames"][0]["total"] > 0
