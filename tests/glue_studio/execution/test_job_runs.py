"""Runs of jobs: live, stopped, kept, and the account that they leave."""

from __future__ import annotations

import json
import time
from typing import Any

from awsglue_local.runner.run_account import RUN
from glue_studio.server.workspace import Workspace
from tests.conftest import SAMPLE_LANDING, run_all
from tests.glue_studio.studios import Client, client_of, files_below

LAST = "machine_learning_curated"


def watched(client: Client, run_id: str) -> list[dict[str, Any]]:
    """Return the states of a run as they are told, until it ends."""
    with client.http.stream("GET", f"/api/runs/{run_id}/events") as lines:
        return [json.loads(line[len("data: ") :]) for line in lines.iter_lines() if line.startswith("data: ")]


def test_all_jobs_run_as_make_run_runs_them(filled: Client, filled_workspace: Workspace) -> None:
    expected = json.loads((filled_workspace.lake / RUN).read_text(encoding="utf-8"))
    (filled_workspace.lake / RUN).unlink()
    run = filled.post("/api/runs", {"which": "all"}, status=201)
    states = watched(filled, run["id"])
    assert states[-1]["state"] == "succeeded"
    assert len({str(one) for one in states}) == len(states) > 10
    account = json.loads((filled_workspace.lake / RUN).read_text(encoding="utf-8"))
    assert account["tables"] == expected["tables"]
    assert [job["name"] for job in account["jobs"]] == [job["name"] for job in expected["jobs"]]
    assert [job["nodes"][-1]["name"] for job in account["jobs"]] == [
        job["nodes"][-1]["name"] for job in expected["jobs"]
    ]
    flow = {job["name"]: job for job in filled.get("/api/flow")["jobs"]}
    assert flow[LAST]["state"] == "succeeded"
    assert flow[LAST]["rows"][LAST] == expected["tables"][LAST]


def test_a_job_with_what_feeds_it(filled: Client) -> None:
    run = filled.post("/api/runs", {"which": "upstream", "job": "customer_trusted_to_curated"}, status=201)
    names = [job["name"] for job in watched(filled, run["id"])[-1]["jobs"]]
    assert names == ["customer_landing_to_trusted", "accelerometer_landing_to_trusted", "customer_trusted_to_curated"]
    (listed,) = filled.get("/api/runs")
    assert [job["nodes"] for job in listed["jobs"]] == [[], [], []], "a list holds no details"
    assert filled.get(f"/api/runs/{run['id']}")["jobs"][0]["nodes"]


def test_a_failing_job_leaves_its_table_and_ends_the_run(filled: Client, filled_workspace: Workspace) -> None:
    job = "customer_landing_to_trusted"
    opened = filled.get(f"/api/jobs/{job}")
    source = next(one["id"] for one in opened["inspection"]["nodes"] if one["role"] == "Data source")
    fields = {"ClassName": "Mine", "Code": "raise ValueError('not today')"}
    text = filled.edit(job, opened["text"], do="add", kind="CustomCode", name="Mine", fields=fields, inputs=[source])[
        "text"
    ]
    filled.ask("PUT", f"/api/jobs/{job}", {"text": text, "version": opened["version"]})
    before = files_below(filled_workspace.lake)
    run = filled.post("/api/runs", {"which": "all"}, status=201)
    last = watched(filled, run["id"])[-1]
    assert last["state"] == "failed"
    assert (last["jobs"][0]["state"], last["jobs"][0]["failed_node"]) == ("failed", "Mine")
    assert "not today" in last["jobs"][0]["error"]
    assert {one["state"] for one in last["jobs"][1:]} == {"waiting"}
    after = files_below(filled_workspace.lake)
    assert {name: after.get(name) for name in before} == before


def test_a_run_is_stopped_and_the_next_one_works(filled: Client, filled_workspace: Workspace) -> None:
    job = "customer_landing_to_trusted"
    opened = filled.get(f"/api/jobs/{job}")
    source = next(one["id"] for one in opened["inspection"]["nodes"] if one["role"] == "Data source")
    fields = {"ClassName": "Mine", "Code": "import time\ntime.sleep(600)"}
    slow = filled.edit(job, opened["text"], do="add", kind="CustomCode", name="Mine", fields=fields, inputs=[source])[
        "text"
    ]
    filled.ask("PUT", f"/api/jobs/{job}", {"text": slow, "version": opened["version"]})
    run = filled.post("/api/runs", {"job": job}, status=201)
    assert "another run is going on" in filled.refused("/api/runs", {"job": LAST})
    while filled.get(f"/api/runs/{run['id']}")["state"] == "running":
        time.sleep(0.5)
        filled.post(f"/api/runs/{run['id']}/stop")
    assert watched(filled, run["id"])[-1]["jobs"][0]["state"] == "stopped"
    filled.ask("PUT", f"/api/jobs/{job}", {"text": opened["text"], "version": ""})
    again = filled.post("/api/runs", {"job": job}, status=201)
    assert watched(filled, again["id"])[-1]["state"] == "succeeded"
    assert [one["state"] for one in filled.get("/api/runs")] == ["succeeded", "stopped"]
    with client_of(filled_workspace) as later:
        assert [one["id"] for one in later.get("/api/runs")] == [again["id"], run["id"]]


def test_the_state_of_a_run_that_was_started_elsewhere(workspace: Workspace) -> None:
    run_all(SAMPLE_LANDING, workspace.lake, "sail")
    with client_of(workspace) as client:
        assert {job["state"] for job in client.get("/api/flow")["jobs"]} == {"succeeded"}
