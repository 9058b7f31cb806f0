"""The dbt project of docs/dbt on the emulator's Athena: every command, twice where a second one does something else."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from glue_emulator.server import GlueEmulator
from scripts import stedi
from scripts.local.run_jobs import run_jobs
from tests import tools
from tests.conftest import SAMPLE_LANDING
from tests.glue_emulator.emulated import EmulatedAccount, deploy_stedi

PROJECT = stedi.ROOT / "docs" / "dbt"
COMMANDS = ["debug", "seed", "run", "run", "snapshot", "snapshot", "test", "docs generate", "seed --full-refresh"]
DRIVER = """
import json, sys
from dbt.cli.main import dbtRunner
done = []
for command in json.loads(sys.argv[1]):
    found = dbtRunner().invoke([*command.split(), "--quiet"])
    results = getattr(found.result, "results", None) or []
    failed = [f"{one.node.name}: {one.message}" for one in results if getattr(one, "status", "") in ("error", "fail")]
    done.append({"command": command, "success": found.success, "count": len(results), "failed": failed, "error": str(found.exception or "")})
json.dump(done, open(sys.argv[2], "w"))
"""
"""Runs dbt's commands in one process: to import dbt takes seconds."""


@pytest.fixture(scope="module")
def account(emulator: GlueEmulator, tmp_path_factory: pytest.TempPathFactory) -> EmulatedAccount:
    """Give an account with the lakehouse's tables, filled from the sample data."""
    made = EmulatedAccount(emulator.address)
    deploy_stedi(made)
    lake = tmp_path_factory.mktemp("lake")
    run_jobs(SAMPLE_LANDING, lake, "sail", Console(quiet=True))
    bucket = lake / stedi.LOCAL_BUCKET
    for file in bucket.rglob("*.parquet"):
        made.s3.upload_file(str(file), stedi.LOCAL_BUCKET, file.relative_to(bucket).as_posix())
    return made


@pytest.fixture(scope="module")
def done(account: EmulatedAccount, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Run all commands, one after another, and give what came of each."""
    folder = tmp_path_factory.mktemp("dbt")
    told = folder / "told.json"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_ENDPOINT_URL": account.address,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "DO_NOT_TRACK": "1",
        "DBT_BUCKET": stedi.LOCAL_BUCKET,
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = [str(tools.dbt_python()), "-c", DRIVER, json.dumps(COMMANDS), str(told)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, cwd=folder)
    assert told.exists(), ended.stdout[-3000:] + ended.stderr[-3000:]
    return list(json.loads(told.read_text()))


@pytest.mark.parametrize(
    "number", range(len(COMMANDS)), ids=[f"{place}-{name}" for place, name in enumerate(COMMANDS, 1)]
)
def test_command(done: list[dict[str, Any]], number: int) -> None:
    found = done[number]
    assert found["success"], found
    assert found["failed"] == []


def test_every_model_and_every_test_was_run(done: list[dict[str, Any]]) -> None:
    counts = {one["command"]: one["count"] for one in done}
    models = list((PROJECT / "models").rglob("*.sql"))
    assert counts["run"] == len(models) == 7
    assert counts["test"] > 20


def test_what_dbt_made_is_in_athena(done: list[dict[str, Any]], account: EmulatedAccount) -> None:
    assert done[-1]["success"]
    (rows,) = account.rows("select count(*) from stedi.machine_learning_curated")[1:]
    (counted,) = account.rows("select sum(readings) from stedi_dbt.readings_by_day")[1:]
    (latest,) = account.rows("select sum(readings) from stedi_dbt.device_latest")[1:]
    assert rows == counted == latest
    runs = account.rows("select readings from stedi_dbt.reading_counts")[1:]
    assert runs == [rows, rows], "one row a run"
    kinds = account.rows(
        "select table_name, table_type from information_schema.tables where table_schema = 'stedi_dbt'"
    )
    assert ["stg_readings", "VIEW"] in kinds
    assert account.rows("show partitions stedi_dbt.readings_by_day")
    table = account.glue.get_table(DatabaseName="stedi_dbt", Name="device_latest")["Table"]
    assert table["Parameters"]["table_type"] == "ICEBERG"


def test_the_project_has_no_secrets_and_no_addresses() -> None:
    for path in sorted(PROJECT.rglob("*")):
        if path.is_file() and Path("target") not in path.relative_to(PROJECT).parents:
            text = path.read_text(encoding="utf-8").lower()
            assert "http" not in text.replace("https://", "") or path.suffix == ".md", path
            assert not any(word in text for word in ("secret_access", "aws_access_key_id:", "password")), path
