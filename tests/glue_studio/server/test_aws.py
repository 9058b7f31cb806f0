"""Pull, compare and push, against the emulator with the deployed lakehouse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from glue_canvas.cli import main
from glue_canvas.script import deployed
from glue_studio.server import aws
from glue_studio.server.workspace import Workspace
from scripts import stedi
from scripts.deployment.outputs import Deployment
from tests.glue_emulator.emulated import EmulatedAccount
from tests.glue_studio.studios import Client, files_below

JOB = "customer_landing_to_trusted"
FILTER = "Consented to research"


@pytest.fixture
def visual(deployment: Deployment) -> None:
    """Have the job in AWS be a visual one, as it is after `make push-canvas`."""
    assert deployment
    assert main(["push", JOB, "--folder", str(stedi.JOBS), "--adopt"]) == 0


def renamed(client: Client, name: str = "Mine") -> str:
    """Return the text of the job's canvas with a node renamed."""
    opened = client.get(f"/api/jobs/{JOB}")
    return str(client.edit(JOB, opened["text"], do="rename", node=FILTER, name=name)["text"])


def node_names(glue: Any) -> set[str]:
    nodes = glue.get_job(JobName=JOB)["Job"]["CodeGenConfigurationNodes"]
    return {fields["Name"] for node in nodes.values() for fields in node.values()}


@pytest.mark.usefixtures("visual")
def test_a_push_changes_what_was_shown_and_is_pulled_back(client: Client, workspace: Workspace) -> None:
    glue, _ = deployed.aws_clients()
    before = files_below(workspace.jobs)
    text = renamed(client)
    plan = client.post(f"/api/jobs/{JOB}/aws/plan", {"text": text, "name": JOB})
    assert plan["is_needed"]
    assert any("Mine" in line for line in plan["words"])
    assert plan["comparison"]["picture"].startswith("<svg")
    assert FILTER in node_names(glue), "looking changes nothing"
    pushed = client.post(f"/api/jobs/{JOB}/aws/push", {"text": text, "name": JOB, "seen": plan["seen"]})
    assert pushed["words"] == plan["words"]
    assert "Mine" in node_names(glue)
    again = client.post(f"/api/jobs/{JOB}/aws/plan", {"text": text, "name": JOB})
    assert (again["is_needed"], again["words"]) == (False, ["up to date"])
    pulled = client.post(f"/api/jobs/{JOB}/aws/pull", {"text": text, "name": JOB})["text"]
    nodes = json.loads(json.loads(pulled)["codeGenConfigurationNodes"])
    assert any(fields["Name"] == "Mine" for node in nodes.values() for fields in node.values())
    assert files_below(workspace.jobs) == before, "nothing is saved unasked"


@pytest.mark.usefixtures("deployment")
def test_a_job_in_script_mode_is_switched_only_if_asked(client: Client) -> None:
    glue, _ = deployed.aws_clients()
    text = client.get(f"/api/jobs/{JOB}")["text"]
    plan = client.post(f"/api/jobs/{JOB}/aws/plan", {"text": text, "name": JOB})
    assert "JobMode SCRIPT → VISUAL" in plan["words"]
    body = {"text": text, "name": JOB, "seen": plan["seen"]}
    assert "SCRIPT mode" in client.refused(f"/api/jobs/{JOB}/aws/push", body)
    assert glue.get_job(JobName=JOB)["Job"]["JobMode"] == "SCRIPT"
    client.post(f"/api/jobs/{JOB}/aws/push", {**body, "adopt": True})
    assert FILTER in node_names(glue)


@pytest.mark.usefixtures("visual")
def test_a_job_that_changed_since_it_was_shown_is_not_pushed(client: Client) -> None:
    glue, _ = deployed.aws_clients()
    text = renamed(client)
    plan = client.post(f"/api/jobs/{JOB}/aws/plan", {"text": text, "name": JOB})
    job = glue.get_job(JobName=JOB)["Job"]
    update = {key: job[key] for key in ("Role", "Command", "JobMode", "CodeGenConfigurationNodes")}
    glue.update_job(JobName=JOB, JobUpdate={**update, "Description": "theirs"})
    body = {"text": text, "name": JOB, "seen": plan["seen"]}
    assert "has changed in AWS since you looked" in client.post(f"/api/jobs/{JOB}/aws/push", body, 409)["detail"]
    assert FILTER in node_names(glue)


@pytest.mark.usefixtures("visual")
def test_a_job_of_aws_becomes_one_here(client: Client, workspace: Workspace) -> None:
    before = files_below(workspace.jobs)
    assert "already" in client.refused("/api/aws/jobs", {"name": JOB})
    client.ask("DELETE", f"/api/jobs/{JOB}")
    written = client.post("/api/aws/jobs", {"name": JOB}, 201)
    assert sorted(written) == [f"{JOB}.json", f"{JOB}.py", f"{JOB}.svg"]
    assert files_below(workspace.jobs)[f"{JOB}/{JOB}.py"] == before[f"{JOB}/{JOB}.py"]
    refused = client.post(f"/api/jobs/{JOB}/aws/plan", {"text": renamed(client), "name": "no_such_job"}, 422)
    assert "no_such_job" in refused["detail"]


def test_aws_that_cannot_be_reached_is_a_sentence(
    client: Client, account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.address)
    text = client.get(f"/api/jobs/{JOB}")["text"]
    refused = client.post(f"/api/jobs/{JOB}/aws/plan", {"text": text, "name": JOB}, 422)
    assert "set AWS_REGION" in refused["detail"]


def test_it_is_offered_where_credentials_may_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in aws.SIGNS:
        monkeypatch.delenv(name, raising=False)
    assert not aws.has_credentials()
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").touch()
    assert aws.has_credentials()
    (tmp_path / ".aws" / "config").unlink()
    monkeypatch.setenv("AWS_PROFILE", "mine")
    assert aws.has_credentials()
