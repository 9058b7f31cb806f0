"""`make run` on a cluster of Sail's worker processes, with the lake on the emulator's S3: sample data, and what fails."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from awsglue_local import GlueLocalError, ScriptRun
from awsglue_local.cluster import cluster_writer, executors
from awsglue_local.job_run.engine import Engine
from awsglue_local.runner import lakes
from awsglue_local.storage.lake import data_files
from glue_emulator import GlueEmulator
from scripts import stedi
from scripts.local import run_on_cluster
from scripts.local.run_command import main
from scripts.local.run_jobs import run_jobs
from tests.awsglue_local.cluster.lake_on_s3 import LakeOnS3
from tests.conftest import SAMPLE_LANDING

ZONES = (
    "customer/trusted",
    "accelerometer/trusted",
    "customer/curated",
    "step_trainer/trusted",
    "machine_learning/curated",
)
REFUSED_ONE_IN = 50


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is known of lakes on S3 in a folder of the test's own."""
    monkeypatch.setattr(lakes, "DEFAULT_LAKE", tmp_path / "local")
    return tmp_path / "local"


@pytest.fixture(scope="module")
def rows_on_sail(engines: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Give the rows of the five tables that Sail in this process makes of the sample data."""
    lake = tmp_path_factory.mktemp("sail")
    run_jobs(SAMPLE_LANDING, lake, engines("sail"), Console(quiet=True))
    folders = {zone: lake / stedi.LOCAL_BUCKET / zone for zone in ZONES}
    return {zone: texts(map(pq.read_table, data_files(folder))) for zone, folder in folders.items()}


def texts(tables: Iterable[pa.Table]) -> list[str]:
    """Return rows as sorted texts."""
    return sorted(json.dumps(row, sort_keys=True, default=str) for table in tables for row in table.to_pylist())


def run(lake: LakeOnS3, landing: Path | None = SAMPLE_LANDING, in_glue: bool = False) -> list[ScriptRun]:
    return run_on_cluster.run_on_cluster(landing, lake.uri, lake.cluster.address, Console(quiet=True), in_glue)


def rows_of(lake: LakeOnS3) -> dict[str, list[str]]:
    return {zone: texts([lake.table(f"{zone}/")]) for zone in ZONES}


def test_the_tables_are_those_of_sail_and_nothing_else_is_left(
    s3_lake: LakeOnS3, rows_on_sail: dict[str, list[str]], notes: Path
) -> None:
    runs = run(s3_lake)
    assert rows_of(s3_lake) == rows_on_sail
    assert [run.name for run in runs] == list(stedi.lakehouse().graph.order)
    (bad,) = runs[0].bad_records["customer_landing"]
    assert bad.file == f"{s3_lake.uri}/customer/landing/customer-0.json"
    assert bad.line == 73
    account = json.loads((notes / "_on_s3" / s3_lake.bucket / "lake" / "run.json").read_text())
    assert account["tables"]["machine_learning_curated"] == len(rows_on_sail["machine_learning/curated"])
    assert {key.split("/")[0] for key in s3_lake.names()} == {
        "customer", "accelerometer", "step_trainer", "machine_learning",
    }  # fmt: skip
    assert s3_lake.uploads() == []
    # once more, with the landing files that are there
    before = s3_lake.names()
    run(s3_lake, landing=None)
    assert rows_of(s3_lake) == rows_on_sail
    assert len(s3_lake.names()) == len(before)


def test_landing_files_of_the_lake_are_replaced_by_those_that_somebody_names_alone(s3_lake: LakeOnS3) -> None:
    s3_lake.put_json("customer/landing/mine.json", {"email": "mine@example.com"})
    run(s3_lake)
    assert s3_lake.names("customer/landing/") == [
        f"customer/landing/{file.name}" for file in data_files(SAMPLE_LANDING / "customer" / "landing")
    ]


def test_a_lake_without_landing_files_is_refused(s3_lake: LakeOnS3) -> None:
    empty = f"{s3_lake.uri}/empty"
    with pytest.raises(
        GlueLocalError, match=f"there are no landing files at {empty}/accelerometer/landing/; .*LANDING=DIR"
    ):
        run_on_cluster.run_on_cluster(None, empty, s3_lake.cluster.address, Console(quiet=True))


def test_the_catalog_may_be_glues(s3_lake: LakeOnS3, rows_on_sail: dict[str, list[str]]) -> None:
    glue = s3_lake.endpoint.client("glue")
    glue.create_database(DatabaseInput={"Name": "stedi"})
    run(s3_lake, in_glue=True)
    assert rows_of(s3_lake) == rows_on_sail
    there = glue.get_table(DatabaseName="stedi", Name="customer_trusted")["Table"]
    assert there["StorageDescriptor"]["Location"] == f"{s3_lake.uri}/customer/trusted/"
    elsewhere = f"s3://{s3_lake.bucket}/other"
    with pytest.raises(GlueLocalError, match=f"of the Data Catalog lies at {s3_lake.uri}/.* which is not in the lake"):
        run_on_cluster.run_on_cluster(SAMPLE_LANDING, elsewhere, s3_lake.cluster.address, Console(quiet=True), True)


def test_a_worker_is_killed_in_each_job_and_the_run_ends_well(
    s3_lake: LakeOnS3, rows_on_sail: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[str] = []

    def killing(*arguments: Any) -> Any:
        job = os.environ["JOB_THAT_RUNS"]
        if job not in killed:
            killed.append(job)
            threading.Timer(0.02, kill, [s3_lake.cluster.processes[-1:]]).start()
        return with_rows(*arguments)

    with_rows = executors.with_rows
    monkeypatch.setattr(cluster_writer, "with_rows", killing)
    noting_jobs(monkeypatch)
    runs = run(s3_lake)
    assert len(killed) == 5
    assert rows_of(s3_lake) == rows_on_sail
    again = [run.name for run in runs if any("because the cluster lost a worker" in one for one in run.warnings)]
    assert len(again) >= 3, "most kills come before the rows are written"


def kill(processes: Iterable[int]) -> None:
    for process in processes:
        os.kill(process, signal.SIGKILL)


def noting_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let JOB_THAT_RUNS name the job."""
    from awsglue_local.runner import script

    run_script = script.run

    def noted(path: Path, *arguments: Any) -> None:
        monkeypatch.setenv("JOB_THAT_RUNS", path.stem)
        run_script(path, *arguments)

    monkeypatch.setattr(script, "run", noted)


def test_a_run_whose_workers_die_again_and_again_leaves_each_table_old_or_new(
    s3_lake: LakeOnS3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(s3_lake)
    old = rows_of(s3_lake)
    withdrawn = tmp_path / "withdrawn"
    shutil.copytree(SAMPLE_LANDING, withdrawn)
    customers = withdrawn / "customer" / "landing" / "customer-0.json"
    customers.write_bytes(b"".join(customers.read_bytes().splitlines(keepends=True)[:20]))

    def killing(*arguments: Any) -> Any:
        threading.Timer(0.01, kill, [s3_lake.cluster.processes]).start()
        time.sleep(0.03)
        return with_rows(*arguments)

    with_rows = executors.with_rows
    monkeypatch.setattr(cluster_writer, "with_rows", killing)
    with pytest.raises(GlueLocalError, match=r"_(trusted|curated)\.py, line \d+"):
        run(s3_lake, landing=withdrawn)
    monkeypatch.setattr(cluster_writer, "with_rows", with_rows)
    after = rows_of(s3_lake)
    run(s3_lake, landing=withdrawn)
    new = rows_of(s3_lake)
    assert new["customer/trusted"] != old["customer/trusted"]
    assert all(after[zone] in (old[zone], new[zone]) for zone in ZONES)
    assert after["machine_learning/curated"] == old["machine_learning/curated"]
    assert s3_lake.names("_runs/") == []


@pytest.fixture
def refusing(emulator: GlueEmulator) -> Iterator[list[int]]:
    """Let the emulator refuse one request in fifty as S3 does when it is busy; give how many it has refused."""
    server = emulator._server
    answer, lock = server.app, threading.Lock()
    seen, refused = [0], [0]

    def sometimes(environ: Any, start_response: Any) -> Any:
        with lock:
            seen[0] += 1
            is_refused = seen[0] % REFUSED_ONE_IN == 0
            refused[0] += is_refused
        if not is_refused:
            return answer(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("503 Slow Down", [("Content-Type", "application/xml"), ("x-amz-request-id", "1")])
        return [b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"]

    server.app = sometimes
    yield refused
    server.app = answer


def test_s3_refuses_one_request_in_fifty_and_the_run_ends_well(
    s3_lake: LakeOnS3, rows_on_sail: dict[str, list[str]], refusing: list[int]
) -> None:
    run(s3_lake)
    assert refusing[0] > 3
    assert rows_of(s3_lake) == rows_on_sail


def test_the_command_says_where_the_tables_are(
    s3_lake: LakeOnS3, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--landing", str(SAMPLE_LANDING), "--lake", s3_lake.uri, "--engine", s3_lake.cluster.address]
    monkeypatch.setattr("sys.argv", ["run_command", *arguments, "--report"])
    assert main() == 0
    assert f"the tables are in {s3_lake.uri}" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["run_command", "--lake", s3_lake.uri, "--engine", "sail"])
    assert main() == 1
    assert "is on S3, where the engine sail does not read and write" in capsys.readouterr().err


def test_landing_files_that_are_missing_are_named_before_anything_is_uploaded(
    s3_lake: LakeOnS3, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLE_LANDING / "customer", tmp_path / "customer")
    with pytest.raises(GlueLocalError, match="accelerometer/landing does not exist"):
        run(s3_lake, landing=tmp_path)
