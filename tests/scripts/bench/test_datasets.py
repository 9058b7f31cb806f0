"""Large landing data: as many lines as asked for, with people of their own, in both kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from awsglue_local.storage.lake import data_files
from scripts.bench import datasets
from scripts.bench.datasets import EXPORTED, KINDS, MOVED, SOURCES, Dataset, make_dataset
from tests.conftest import SAMPLE_LANDING


def lines(landing: Path, source: str) -> list[str]:
    return [line for file in data_files(landing / source / "landing") for line in file.read_text().splitlines()]


def records(landing: Path, source: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(landing, source) if line.startswith("{") and line.endswith("}")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_line_is_there_so_many_times(kind: str, tmp_path: Path) -> None:
    make_dataset(SAMPLE_LANDING, Dataset(3, kind), tmp_path)
    for source in SOURCES:
        assert len(lines(tmp_path, source)) == 3 * len(lines(SAMPLE_LANDING, source))
    before, after = ({one["email"] for one in records(place, "customer")} for place in (SAMPLE_LANDING, tmp_path))
    assert len(after) == 3 * len(before)


def test_as_an_exporter_writes_it(tmp_path: Path) -> None:
    make_dataset(SAMPLE_LANDING, Dataset(3, EXPORTED), tmp_path)
    customers = records(tmp_path, "customer")
    assert len({tuple(one) for one in customers}) == 1
    assert any(one["shareWithResearchAsOfDate"] is None for one in customers)
    times = {one["timestamp"] for one in records(tmp_path, "accelerometer")}
    assert times == {one["timestamp"] for one in records(SAMPLE_LANDING, "accelerometer")}


def test_with_times_of_their_own(tmp_path: Path) -> None:
    make_dataset(SAMPLE_LANDING, Dataset(3, MOVED), tmp_path)
    before, after = (
        {one["timestamp"] for one in records(place, "accelerometer")} for place in (SAMPLE_LANDING, tmp_path)
    )
    assert len(after) > 2 * len(before)


def test_a_folder_that_is_there_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["datasets", "--landing", str(SAMPLE_LANDING), "--times", "2", "--output", str(tmp_path)]
    monkeypatch.setattr("sys.argv", given)
    assert datasets.main() == 1
    assert "is there already" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
