"""A run killed at any point leaves each table old or new, never half, and the next run puts everything right."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.stedi import ROOT
from tests.conftest import SAMPLE_LANDING, run_all
from tests.lakehouse.tables import expected_rows, zone_rows
from tests.lakehouse.test_lakehouse import withdraw

KILLS = 12
NEVER = 10**9


@pytest.fixture
def killer() -> Iterator[Callable[[int, Path, Path], tuple[int, int]]]:
    """Give a function that runs the jobs and kills them before the n-th step; see `kill_at`."""
    command = [sys.executable, "-m", "tests.lakehouse.kill_at"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        asked, told = process.stdin, process.stdout

        def run(kill_at: int, landing: Path, lake: Path) -> tuple[int, int]:
            print(kill_at, landing, lake, file=asked, flush=True)
            code, steps = json.loads(told.readline())
            return code, steps

        yield run
        asked.close()


@pytest.mark.long
def test_killed_runs(tmp_path: Path, killer: Callable[[int, Path, Path], tuple[int, int]]) -> None:
    old_landing, new_landing, lake = SAMPLE_LANDING, tmp_path / "landing", tmp_path / "lake"
    shutil.copytree(old_landing, new_landing)
    for email in sorted(row[1] for row in expected_rows(old_landing)["customers_curated"])[:5]:
        withdraw(new_landing, email)
    old, new = expected_rows(old_landing), expected_rows(new_landing)
    assert all(old[name] != new[name] for name in ("customer_trusted", "customers_curated"))

    run_all(old_landing, lake, "sail")
    ended, steps = killer(NEVER, old_landing, lake)
    assert ended == 0
    points = sorted(random.Random(7).sample(range(1, steps + 1), KILLS))
    for number, point in enumerate(points):
        landing = new_landing if number % 2 == 0 else old_landing
        assert killer(point, landing, lake) == (-signal.SIGKILL, 0)
        for name, rows in zone_rows(lake).items():
            assert rows in (old[name], new[name]), f"{name} is half, killed at step {point} of {steps}"
    run_all(new_landing, lake, "sail")
    assert zone_rows(lake) == new
    assert sorted(path.name for path in (lake / "_work").iterdir()) == ["lock"]
