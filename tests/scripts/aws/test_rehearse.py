"""`make rehearse`: the whole deployment on this machine, as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from scripts.stedi import ROOT
from tests import tools
from tests.lakehouse.tables import of_the_zones
from tests.terraform import who_may_what
from tests.terraform.judging import allowed, calls_of, idle, statements_of_person

SAMPLE = {
    "customer_trusted": 88,
    "accelerometer_trusted": 900,
    "customers_curated": 68,
    "step_trainer_trusted": 888,
    "machine_learning_curated": 878,
}
REAL = {
    "customer_trusted": 482,
    "accelerometer_trusted": 32_025,
    "customers_curated": 464,
    "step_trainer_trusted": 13_920,
    "machine_learning_curated": 32_025,
}
STEPS = [
    "start the emulator",
    "make a deployer and an engineer",
    "terraform apply",
    "upload-landing",
    "run-workflow",
    "athena-check",
    "restore a table that was emptied",
    "an analyst asks",
    "change a canvas, push it, pull it back",
    "a second plan",
    "terraform destroy",
]


@pytest.mark.emulator
@pytest.mark.usefixtures("terraform")
def test_the_deployment_works(tmp_path: Path) -> None:
    """On the real data where it is, else on the sample data."""
    landing, rows = (tools.REAL_LANDING, REAL) if tools.REAL_LANDING.is_dir() else (ROOT / "sample_data", SAMPLE)
    kept = ("PATH", "LANG", "TF_PLUGIN_DIR", "TF_CLI_CONFIG_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": str(tmp_path)}
    # what of the caller's must not get in the way, or be reached
    environment |= {"AWS_PROFILE": "production", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "TF_VAR_environment": "prod"}
    before, calls = status(), tmp_path / "calls.jsonl"
    done = subprocess.run(
        ["make", "--no-print-directory", "rehearse", "JSON=1", f"LANDING={landing}", f"CALLS={calls}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rehearsal = json.loads(done.stdout)
    assert [step["name"] for step in rehearsal["steps"]] == STEPS
    assert all(step["passed"] for step in rehearsal["steps"])
    assert of_the_zones(rehearsal["tables"]) == rows
    assert sum(step["seconds"] for step in rehearsal["steps"]) < 180
    assert status() == before, "a rehearsal changes nothing in the repository"
    engineer = statements_of_person("engineer")
    needed = who_may_what.ENGINEER_CALLS
    assert [f"{one.action} on {one.resource}" for one in needed if not allowed(engineer, one)] == []
    assert idle(engineer, [*calls_of("engineer", calls), *needed]) == [], "nothing is allowed that nobody needs"


def status() -> str:
    done = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout
