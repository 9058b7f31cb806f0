"""open and close: a canvas edited in an editor of text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from glue_canvas.cli import main
from glue_canvas.document.canvas import NODES_KEY
from glue_canvas.document.studio_form import studio_form
from scripts import stedi
from tests.glue_canvas.canvases import GOLDEN, golden, keep

JOB = "customer_landing_to_trusted"


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(stedi.JOBS, tmp_path / "jobs"))


def open_file(jobs: Path, job: str = JOB) -> Path:
    assert main(["open", job, "--folder", str(jobs)]) == 0
    return jobs / f"{job}.open.json"


def close(jobs: Path, job: str = JOB) -> int:
    return main(["close", job, "--folder", str(jobs)])


@pytest.mark.parametrize("name", sorted(path.name for path in stedi.JOBS.iterdir() if path.is_dir()))
def test_closed_without_a_change_every_byte_is_as_it_was(name: str, jobs: Path) -> None:
    before = {file: file.read_bytes() for file in (jobs / name).iterdir()}
    opened = open_file(jobs, name)
    assert close(jobs, name) == 0
    assert not opened.exists()
    assert {file: file.read_bytes() for file in (jobs / name).iterdir()} == before


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_canvases_of_every_kind_come_back(name: str, tmp_path: Path) -> None:
    folder = keep(studio_form(golden(name)), tmp_path)
    before = (folder / "job.json").read_bytes()
    assert main(["open", str(folder)]) == 0
    main(["close", str(folder)])  # a golden canvas is a part of one, and some parts are no whole script
    assert (folder / "job.json").read_bytes() == before


def test_a_change_reaches_canvas_script_and_drawing(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_file(jobs)
    whole = json.loads(opened.read_text(encoding="utf-8"))
    nodes = {next(iter(body.values()))["Name"]: next(iter(body.values())) for body in whole[NODES_KEY].values()}
    query = nodes["Still agreed in the latest record"]["SqlQuery"]
    assert isinstance(query, list), "a query is a list of lines"
    query.insert(1, "-- a remark of mine")
    nodes["Consented to research"]["Name"] = "Agreed to research"
    opened.write_text(json.dumps(whole), encoding="utf-8")
    assert close(jobs) == 0
    assert "-- a remark of mine\nselect agreed.*" in (jobs / JOB / f"{JOB}.py").read_text()
    assert "Agreed to research" in (jobs / JOB / f"{JOB}.svg").read_text()
    assert main(["check", str(jobs)]) == 0, capsys.readouterr().out


def test_a_slip_changes_nothing_and_is_told_with_its_line(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (jobs / JOB / f"{JOB}.json").read_bytes()
    opened = open_file(jobs)
    lines = opened.read_text(encoding="utf-8").splitlines()
    number = next(index for index, line in enumerate(lines) if '"Database": "stedi",' in line)
    lines[number] = lines[number].rstrip(",")
    opened.write_text("\n".join(lines), encoding="utf-8")
    assert close(jobs) == 1
    assert f"{opened}: not JSON at line {number + 2}, column " in capsys.readouterr().err
    assert opened.exists()
    opened.write_text(
        "\n".join([*lines[:number], lines[number] + ",", *lines[number + 1 :]]).replace('"Filter"', '"Fliter"')
    )
    assert close(jobs) == 1
    assert "not a kind of node in the Glue API: Fliter; did you mean 'Filter'?" in capsys.readouterr().err
    assert (jobs / JOB / f"{JOB}.json").read_bytes() == before


def test_a_canvas_that_changed_meanwhile_is_not_overwritten(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_file(jobs)
    assert main(["edit", JOB, "--folder", str(jobs), "rename", "Without duplicates", "Distinct"]) == 0
    now = (jobs / JOB / f"{JOB}.json").read_bytes()
    capsys.readouterr()
    assert close(jobs) == 1
    assert "has changed since it was opened" in capsys.readouterr().err
    assert (jobs / JOB / f"{JOB}.json").read_bytes() == now
    assert opened.exists()


def test_what_is_open_is_told(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert close(jobs) == 1
    assert f"{JOB} is not open" in capsys.readouterr().err
    open_file(jobs)
    assert main(["open", JOB, "--folder", str(jobs)]) == 1
    assert "is open already" in capsys.readouterr().err
    main(["check", str(jobs)])
    assert f"it is open in {jobs / f'{JOB}.open.json'}" in capsys.readouterr().out


def test_a_misspelt_job_is_recognized(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open", "custmer_landing_to_trusted", "--folder", str(jobs)]) == 1
    assert f"no job 'custmer_landing_to_trusted'; did you mean '{JOB}'?" in capsys.readouterr().err


def test_what_is_not_right_is_told_when_it_is_put_back(
    jobs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(stedi.DDL, jobs.parent / "ddl")
    monkeypatch.chdir(jobs.parent)
    opened = open_file(jobs)
    opened.write_text(opened.read_text().replace('"Table": "customer_landing"', '"Table": "customer_landin"'))
    assert close(jobs) == 0
    told = capsys.readouterr().err
    assert "no DDL defines stedi.customer_landin; did you mean 'stedi.customer_landing'?" in told
    assert "lets the table have what is written" not in told, "the target's statement is not what is wrong"


def test_a_slip_in_a_node_is_told_of_the_file_that_was_edited(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_file(jobs)
    opened.write_text(
        opened.read_text()
        .replace('"Operation": "GT"', '"Operation": "MORE"')
        .replace('"LogicalOperator": "AND"', '"LogicalOperator": "ADN"')
    )
    assert close(jobs) == 1
    told = capsys.readouterr().err
    assert str(opened) in told
    assert f"{JOB}/{JOB}.json" not in told


def test_an_open_file_that_lost_its_version_is_told(jobs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = open_file(jobs)
    whole = json.loads(opened.read_text())
    del whole["madeOfCanvas"]
    opened.write_text(json.dumps(whole))
    assert close(jobs) == 1
    assert "its member madeOfCanvas is gone" in capsys.readouterr().err
