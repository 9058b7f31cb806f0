"""Bad input to `make run`: a clear message, exit code 1, the old tables as they were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from awsglue_local import LocalGlue
from awsglue_local.job_run.engine import Engine
from awsglue_local.runner.run_account import RUN
from scripts import stedi
from scripts.local import run_command
from tests.conftest import SAMPLE_LANDING, STUDIO_HEADER, run_all
from tests.lakehouse.tables import zone_rows


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE_LANDING, tmp_path / "landing")
    return tmp_path / "landing"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    run_all(SAMPLE_LANDING, tmp_path / "lake", "sail")
    return tmp_path / "lake"


def run(monkeypatch: pytest.MonkeyPatch, landing: Path, lake: Path, engine: str = "sail") -> int:
    given = ["run_jobs", "--landing", str(landing), "--lake", str(lake), "--engine", engine]
    monkeypatch.setattr(sys, "argv", given)
    return run_command.main()


def fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], landing: Path, lake: Path, engine: str = "sail"
) -> str:
    """Run, expect a failure that leaves the tables alone, and return the message."""
    before = zone_rows(lake)
    account = (lake / "run.json").read_text()
    assert run(monkeypatch, landing, lake, engine) == 1
    assert zone_rows(lake) == before
    assert (lake / "run.json").read_text() == account
    message = capsys.readouterr().err
    assert message.startswith("run: ")
    assert len(message.splitlines()) == 1
    return message


def test_landing_folder_missing_or_empty(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], landing: Path, lake: Path
) -> None:
    message = fails(monkeypatch, capsys, landing / "nowhere", lake)
    assert (
        "nowhere/accelerometer/landing does not exist; LANDING must name a folder that contains accelerometer/landing"
        in message
    )
    assert "No job writes" not in message, "the folder is the wrong one, no table is to go"
    shutil.rmtree(landing / "step_trainer" / "landing")
    (landing / "step_trainer" / "landing").mkdir()
    (landing / "step_trainer" / "landing" / ".hidden").write_text("")
    message = fails(monkeypatch, capsys, landing, lake)
    assert "step_trainer/landing has no data files" in message
    assert "No job writes stedi.step_trainer_landing: if its job is gone, delete the file in ddl" in message


def test_a_broken_line_is_counted_and_named_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], landing: Path, lake: Path
) -> None:
    file = landing / "customer" / "landing" / "customer-0.json"
    file.write_text('{"email": "half\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
    before = zone_rows(lake)
    assert run(monkeypatch, landing, lake) == 0
    output = capsys.readouterr().out
    assert "customer_landing: skipped 2 lines that are not JSON objects:" in output
    assert "s3://stedi-lake/customer/landing/customer-0.json, line 1: not JSON" in output
    assert json.loads((lake / "run.json").read_text())["bad_records"]["customer_landing"] == 2
    assert zone_rows(lake) == before


@pytest.mark.parametrize(
    ("source", "key", "value", "words"),
    [
        ("accelerometer", "timestamp", '"noon"', "column 'timestamp' is bigint, but the value is \"noon\""),
        ("accelerometer", "x", '{"g": 1}', "column 'x' is double"),
        ("step_trainer", "distanceFromObject", "2.5", "column 'distancefromobject' is int, but the value is 2.5"),
        ("customer", "shareWithResearchAsOfDate", '"yes"', "column 'sharewithresearchasofdate' is bigint"),
    ],
)
def test_a_field_of_a_wrong_type(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    landing: Path,
    lake: Path,
    source: str,
    key: str,
    value: str,
    words: str,
) -> None:
    file = landing / source / "landing" / f"{source}-0.json"
    lines = file.read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[4])
    record[key] = "@"
    lines[4] = json.dumps(record).replace('"@"', value)
    file.write_text("\n".join(lines), encoding="utf-8")
    # jobs before the failing one end well; on equal landing data they write equal tables
    message = fails(monkeypatch, capsys, landing, lake)
    assert words in message
    assert f"{source}-0.json, line 5" in message
    assert 'node "' in message


def test_an_unwritable_lake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    assert run(monkeypatch, SAMPLE_LANDING, tmp_path / "file" / "lake") == 1
    assert "file/lake cannot be written: Not a directory" in capsys.readouterr().err


def test_an_unknown_engine(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lake: Path) -> None:
    assert "no engine 'flink'" in fails(monkeypatch, capsys, SAMPLE_LANDING, lake, "flink")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(
            "only root can make a small file system; tests/awsglue_local/storage/test_lake.py fills one up in name only"
        )
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small_disk: Path, landing: Path
) -> None:
    lake = small_disk / "lake"
    run_all(SAMPLE_LANDING, lake, "sail")
    with open(small_disk / "filler", "wb") as filler:
        free = os.statvfs(small_disk)
        filler.write(b"x" * (free.f_bavail * free.f_bsize))
    assert "No space left on device" in fails(monkeypatch, capsys, landing, lake)


FIRST = "customer_landing_to_trusted"


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the jobs, which a run takes instead of the repository's."""
    copy = Path(shutil.copytree(stedi.JOBS, tmp_path / "jobs"))
    monkeypatch.setattr(stedi, "JOBS", copy)
    return copy


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("change_script", [lambda text: text.replace("job.commit()", "job.commit("), None])
def test_a_script_that_is_not_its_canvas_is_not_run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    jobs: Path,
    lake: Path,
    change_script: Callable[[str], str] | None,
) -> None:
    script = jobs / FIRST / f"{FIRST}.py"
    before = change_script(script.read_text()) if change_script else None
    if before is None:
        script.unlink()
    else:
        script.write_text(before)
    assert run(monkeypatch, SAMPLE_LANDING, lake) == 0
    told = capsys.readouterr().out
    assert f"{FIRST}: its script is not what the canvas says, so the canvas is run; `make compile`" in told
    assert "88" in told
    assert (script.read_text() if script.exists() else None) == before, "a run does not change a script"


def test_an_edited_canvas_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: Path, lake: Path
) -> None:
    change(jobs / FIRST / f"{FIRST}.json", "sharewithresearchasofdate", "shareWithResearchAsOfDate")
    assert run(monkeypatch, SAMPLE_LANDING, lake) == 0
    told = capsys.readouterr().out
    near = "did you mean 'sharewithresearchasofdate'?"
    assert f"Filter: no record has the key 'shareWithResearchAsOfDate'; {near}" in told
    assert 'no record leaves the node "Consented to research", so customer_trusted gets no rows' in told
    assert told.count("no record leaves") == 1, "the jobs after it are not to blame"
    assert told.count("no rows\n") == 2


def test_a_canvas_that_writes_a_misspelt_table_is_blamed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: Path, lake: Path
) -> None:
    change(jobs / FIRST / f"{FIRST}.json", r"\"Table\":\"customer_trusted\"", r"\"Table\":\"custmer_trusted\"")
    message = fails(monkeypatch, capsys, SAMPLE_LANDING, lake)
    assert f"{FIRST}.json: node " in message
    assert "no DDL defines stedi.custmer_trusted; did you mean 'stedi.customer_trusted'?" in message


def test_a_canvas_that_reads_a_misspelt_table_is_blamed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: Path, lake: Path
) -> None:
    change(jobs / FIRST / f"{FIRST}.json", r"\"Table\":\"customer_landing\"", r"\"Table\":\"customers_landing\"")
    message = fails(monkeypatch, capsys, SAMPLE_LANDING, lake)
    assert f"{FIRST} reads stedi.customers_landing" in message
    assert "did you mean 'stedi.customer_landing'?" in message


def test_rows_of_earlier_runs_that_stay_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: Path, lake: Path
) -> None:
    change(jobs / FIRST / f"{FIRST}.json", "glueContext.purge_table", "# glueContext.purge_table")
    assert run(monkeypatch, SAMPLE_LANDING, lake) == 0
    told = capsys.readouterr().out
    assert "customer_trusted: 88 rows were added to 88 of earlier runs" in told
    assert "it holds 176" in told
    assert json.loads((lake / RUN).read_text())["tables"]["customer_trusted"] == 176


def test_a_wrong_engine_opens_no_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: Path, lake: Path
) -> None:
    change(jobs / FIRST / f"{FIRST}.json", r"glueContext.purge_table(", r"nonsense.purge_table(")
    assert "nonsense" in fails(monkeypatch, capsys, SAMPLE_LANDING, lake), "a failure of before is on the page"
    monkeypatch.setattr(
        "sys.argv", ["run_jobs", "--landing", str(SAMPLE_LANDING), "--lake", str(lake), "--engine", "sprak", "--report"]
    )
    assert run_command.main() == 1
    told = capsys.readouterr()
    assert "no engine 'sprak'; did you mean 'spark'?" in told.err
    assert "Open" not in told.out


def test_a_line_of_64_mib_is_one_bad_record(tmp_path: Path, sail: Engine) -> None:
    with LocalGlue(tmp_path / "lake", sail) as glue:
        folder = glue.lake.path("s3://bucket/in/")
        folder.mkdir(parents=True)
        with (folder / "a.json").open("wb") as file:
            file.write(b'{"a": 1}\n{"a": "' + b"x" * (64 << 20) + b'\n{"a": 2}\n')
        script = tmp_path / "job.py"
        script.write_text(
            STUDIO_HEADER
            + "frame = glueContext.create_dynamic_frame.from_options('s3', {'paths': ['s3://bucket/in/']}, 'json')\n"
            + "assert frame.count() == 2\n"
        )
        run = glue.run(script)
    ((bad,),) = run.bad_records.values()
    assert bad.line == 2
    assert len(bad.reason) < 200


def test_a_thread_that_a_script_leaves_behind_holds_up_nothing(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(
        STUDIO_HEADER
        + "import threading, time\n"
        + "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        + "print('done')\n"
    )
    command = [str(Path(sys.executable).parent / "awsglue-local"), "run", str(script), "--lake", str(tmp_path / "lake")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "done")
