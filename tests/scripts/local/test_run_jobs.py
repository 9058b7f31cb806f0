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
    shutil.rmtree(landing / "step_trainer" / "landing")
    (landing / "step_trainer" / "landing").mkdir()
    (landing / "step_trainer" / "landing" / ".hidden").write_text("")
    assert "step_trainer/landing has no data files" in fails(monkeypatch, capsys, landing, lake)


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


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("job.commit()", "job.commit("), "syntax error"),
        (
            lambda text: text.replace('table_name="customer_landing"', 'table_name="customers"'),
            "no table stedi.customers",
        ),
    ],
)
def test_a_broken_script(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    lake: Path,
    change: Callable[[str], str],
    words: str,
) -> None:
    jobs = tmp_path / "jobs"
    shutil.copytree(stedi.JOBS, jobs)
    script = jobs / "customer_landing_to_trusted" / "customer_landing_to_trusted.py"
    script.write_text(change(script.read_text()))
    monkeypatch.setattr(stedi, "JOBS", jobs)
    message = fails(monkeypatch, capsys, SAMPLE_LANDING, lake)
    assert words in message
    assert "customer_landing_to_trusted.py, line" in message
    assert 'node "customer' in message


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
