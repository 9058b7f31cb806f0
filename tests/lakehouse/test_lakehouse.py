"""The five jobs, whole: on sample data and on the real data, on both engines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from awsglue_local.athena.queries import open_lake
from awsglue_local.job_run.engine import Engine
from scripts import checks, stedi
from tests.conftest import SAMPLE_LANDING, run_all
from tests.lakehouse.tables import FIVE, ZONES, expected_rows, of_the_five, of_the_zones, records, zone_rows

REAL_COUNTS = {
    "customer_trusted": 482,
    "accelerometer_trusted": 32_025,
    "customers_curated": 464,
    "step_trainer_trusted": 13_920,
    "machine_learning_curated": 32_025,
}


def failed_checks(lake: Path) -> list[str]:
    with open_lake(lake, stedi.DATABASE) as opened:
        return [result.name for result in checks.run_checks(opened) if not result.passed]


def run_file(lake: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((lake / "run.json").read_text())
    return content


def test_sample_data_gives_the_expected_tables(engine: Engine, tmp_path: Path) -> None:
    expected = expected_rows(SAMPLE_LANDING)
    run_all(SAMPLE_LANDING, tmp_path, engine)
    for name, rows in zone_rows(tmp_path).items():
        assert rows == expected[name], name
    assert failed_checks(tmp_path) == []


def test_real_data_gives_the_expected_tables(engine: Engine, tmp_path: Path, real_landing: Path) -> None:
    run_all(real_landing, tmp_path, engine)
    assert of_the_zones(run_file(tmp_path)["tables"]) == REAL_COUNTS
    expected = expected_rows(real_landing)
    for name, rows in zone_rows(tmp_path).items():
        assert rows.total() == REAL_COUNTS[name]
        assert rows == expected[name], name
    assert failed_checks(tmp_path) == []


def test_run_file_accounts_for_the_run(engine: Engine, tmp_path: Path) -> None:
    run_all(SAMPLE_LANDING, tmp_path, engine)
    account = run_file(tmp_path)
    assert sorted(account) == ["bad_records", "engine", "jobs", "seconds", "started", "tables"]
    assert account["engine"] == engine.name
    assert of_the_zones(account["tables"]) == {name: rows.total() for name, rows in zone_rows(tmp_path).items()}
    assert account["bad_records"] == {"customer_landing": 1, "accelerometer_landing": 1, "step_trainer_landing": 1}
    assert of_the_five(job["name"] for job in account["jobs"]) == FIVE
    (second,) = [job for job in account["jobs"] if job["name"] == FIVE[1]]
    reads = second["reads"]
    assert reads == {
        "accelerometer_landing": len(records(SAMPLE_LANDING / "accelerometer" / "landing")),
        "customer_trusted": account["tables"]["customer_trusted"],
    }
    assert second["writes"] == {"accelerometer_trusted": account["tables"]["accelerometer_trusted"]}


def test_a_second_run_replaces(engine: Engine, tmp_path: Path) -> None:
    run_all(SAMPLE_LANDING, tmp_path, engine)
    first = zone_rows(tmp_path)
    run_all(SAMPLE_LANDING, tmp_path, engine)
    assert zone_rows(tmp_path) == first


def test_who_withdraws_is_gone(engine: Engine, tmp_path: Path) -> None:
    landing, lake = tmp_path / "landing", tmp_path / "lake"
    shutil.copytree(SAMPLE_LANDING, landing)
    run_all(landing, lake, engine)
    leaving = sorted(row[1] for row in zone_rows(lake)["customers_curated"])[0]
    withdraw(landing, leaving)
    run_all(landing, lake, engine)
    after = zone_rows(lake)
    assert after == expected_rows(landing)
    for name in ("customer_trusted", "accelerometer_trusted", "customers_curated"):
        assert not any(leaving in row for row in after[name]), name


def test_who_withdraws_by_a_new_record_is_gone(engine: Engine, tmp_path: Path) -> None:
    landing, lake = tmp_path / "landing", tmp_path / "lake"
    shutil.copytree(SAMPLE_LANDING, landing)
    customers = records(landing / "customer" / "landing")
    later, same_time = [
        c for c in customers if c["email"].startswith("customer.") and c.get("sharewithresearchasofdate")
    ][:2]
    added = [{"email": later["email"], "lastUpdateDate": later["lastupdatedate"] + 1}]
    added += [{"email": same_time["email"], "lastUpdateDate": same_time["lastupdatedate"]}]
    text = "".join(f"{json.dumps(record)}\n" for record in added)
    (landing / "customer" / "landing" / "later.json").write_text(text)
    run_all(landing, lake, engine)
    found = zone_rows(lake)
    assert found == expected_rows(landing)
    for name in ("customer_trusted", "accelerometer_trusted", "customers_curated"):
        assert not any({later["email"], same_time["email"]} & set(row) for row in found[name]), name
    assert failed_checks(lake) == []


def withdraw(landing: Path, email: str) -> None:
    """Take the consent out of a customer's landing records."""
    for file in (landing / "customer" / "landing").iterdir():
        lines = file.read_text(encoding="utf-8").splitlines()
        for index, line in enumerate(lines):
            if f'"email": "{email}"' in line:
                record = json.loads(line)
                record.pop("shareWithResearchAsOfDate")
                lines[index] = json.dumps(record, ensure_ascii=False)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize("name", ZONES)
def test_zone_tables_are_snappy_parquet(name: str, sample_lake: Path) -> None:
    import pyarrow.parquet as pq

    from awsglue_local.storage.lake import Lake, data_files
    from tests.lakehouse.tables import DEFINITIONS

    files = data_files(Lake(sample_lake).path(DEFINITIONS[name].location))
    assert files
    for file in files:
        metadata = pq.read_metadata(file)
        codecs = {
            metadata.row_group(group).column(column).compression
            for group in range(metadata.num_row_groups)
            for column in range(metadata.num_columns)
        }
        assert codecs == {"SNAPPY"}, file
        assert file.name.endswith(".snappy.parquet")
