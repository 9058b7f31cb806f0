"""A run killed at any point leaves each table old or new, never half, and the next run puts everything right."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.stedi import ROOT
from tests.conftest import SAMPLE_LANDING, run_all
from tests.lakehouse.tables import expected_rows, zone_rows
from tests.lakehouse.test_lakehouse import withdraw

KILLS = 12
NEVER = 10**9


def run(kill_at: int, landing: Path, lake: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.lakehouse.kill_at", str(kill_at), str(landing), str(lake)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.long
def test_killed_runs(tmp_path: Path) -> None:
    old_landing, new_landing, lake = SAMPLE_LANDING, tmp_path / "landing", tmp_path / "lake"
    shutil.copytree(old_landing, new_landing)
    for email in sorted(row[1] for row in expected_rows(old_landing)["customers_curated"])[:5]:
        withdraw(new_landing, email)
    old, new = expected_rows(old_landing), expected_rows(new_landing)
    assert all(old[name] != new[name] for name in ("customer_trusted", "customers_curated"))

    run_all(old_landing, lake, "sail")
    steps = int(run(NEVER, old_landing, lake).stdout)
    points = sorted(random.Random(7).sample(range(1, steps + 1), KILLS))
    for number, point in enumerate(points):
        landing = new_landing if number % 2 == 0 else old_landing
        assert run(point, landing, lake).returncode == -signal.SIGKILL
        for name, rows in zone_rows(lake).items():
            assert rows in (old[name], new[name]), f"{name} is half, killed at step {point} of {steps}"
    run_all(new_landing, lake, "sail")
    assert zone_rows(lake) == new
    assert sorted(path.name for path in (lake / "_work").iterdir()) == ["lock"]
