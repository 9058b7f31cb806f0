"""Each Athena check: empty on a good lake, shown to fail on a lake spoilt for it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot

from awsglue_local.athena.queries import open_lake
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.lake import Lake, data_files
from awsglue_local.storage.table import Table
from scripts import checks, stedi
from scripts.local import check_lake
from tests.conftest import SAMPLE_LANDING
from tests.lakehouse.tables import DEFINITIONS, records

Row = dict[str, Any]
CHECKS = sorted(path.stem for path in stedi.CHECKS.glob("*.sql"))


def rewrite(lake: Path, name: str, change: Callable[[list[Row]], list[Row]]) -> None:
    """Change the rows of a zone table."""
    folder = Lake(lake).path(DEFINITIONS[name].location)
    table = pa.concat_tables(pq.ParquetFile(file).read() for file in data_files(folder))
    rows = change(table.to_pylist())
    extra = sorted({key for row in rows for key in row} - set(table.schema.names))
    schema = pa.schema([*table.schema, *((key, pa.string()) for key in extra)])
    shutil.rmtree(folder)
    folder.mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "spoilt.parquet")


def first_with(rows: list[Row], **values: Any) -> Row:
    return next(row for row in rows if all(row[key] == value for key, value in values.items()))


def without_first(rows: list[Row]) -> list[Row]:
    return rows[1:]


def doubled(rows: list[Row]) -> list[Row]:
    return [*rows, rows[0]]


def stranger(**values: Any) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [*rows, {**rows[0], **values}]


def swapped_axes(rows: list[Row]) -> list[Row]:
    return [{**rows[0], "x": 7.0}, *rows[1:]]


def ambiguous_added(lake: Path) -> None:
    """Add a training row for a step that two people may have made."""
    with open_lake(lake, stedi.DATABASE) as opened:
        ((serial, time, distance),) = opened.query(
            """select s.serialnumber, s.sensorreadingtime, s.distancefromobject from step_trainer_trusted s
            join customer_landing c on c.serialnumber = s.serialnumber
            join accelerometer_landing a on a."user" = c.email and a."timestamp" = s.sensorreadingtime
            where c.email = 'ambiguous.silent.0@example.com' order by 2 limit 1""",
            stedi.DATABASE,
        ).rows
    row = {"serialnumber": serial, "sensorreadingtime": time, "timestamp": time, "distancefromobject": distance}
    rewrite(lake, "machine_learning_curated", stranger(**row))


def consent_to(value: int | None) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [{**rows[0], "sharewithresearchasofdate": value}, *rows[1:]]


def older_record() -> Row:
    customers = records(SAMPLE_LANDING / "customer" / "landing")
    return next(
        row for row in customers if row["email"] == "withdrawn@example.com" and "sharewithresearchasofdate" in row
    )


def spoil(table: str, change: Callable[[list[Row]], list[Row]]) -> Callable[[Path], None]:
    return lambda lake: rewrite(lake, table, change)


SPOILT: list[tuple[str, Callable[[Path], None]]] = [
    ("customer_trusted_only_consenting", spoil("customer_trusted", consent_to(None))),
    ("customer_trusted_only_consenting", spoil("customer_trusted", consent_to(0))),
    # the one whose e-mail differs only in case never consented
    ("customer_trusted_only_consenting", spoil("customer_trusted", stranger(email="maria.case@example.com"))),
    # who withdrew in a later record, with the consent of the older one
    ("customer_trusted_only_consenting", lambda lake: rewrite(lake, "customer_trusted", stranger(**older_record()))),
    ("customer_trusted_complete", spoil("customer_trusted", without_first)),
    ("customer_trusted_no_duplicates", spoil("customer_trusted", doubled)),
    ("accelerometer_trusted_after_consent", spoil("accelerometer_trusted", stranger(timestamp=1))),
    ("accelerometer_trusted_after_consent", spoil("accelerometer_trusted", stranger(user="maria.case@example.com"))),
    ("accelerometer_trusted_complete", spoil("accelerometer_trusted", without_first)),
    ("accelerometer_trusted_no_duplicates", spoil("accelerometer_trusted", doubled)),
    ("customers_curated_have_readings", spoil("customers_curated", stranger(email="nobody@example.com"))),
    ("customers_curated_complete", spoil("customers_curated", without_first)),
    ("customers_curated_no_duplicates", spoil("customers_curated", stranger(phone="other"))),
    ("step_trainer_trusted_of_curated_customers", spoil("step_trainer_trusted", stranger(serialnumber="unknown"))),
    ("step_trainer_trusted_complete", spoil("step_trainer_trusted", without_first)),
    ("step_trainer_trusted_no_duplicates", spoil("step_trainer_trusted", doubled)),
    ("machine_learning_curated_one_person", ambiguous_added),
    ("machine_learning_curated_one_person", spoil("machine_learning_curated", swapped_axes)),
    ("machine_learning_curated_one_person", spoil("machine_learning_curated", stranger(timestamp=5))),
    ("machine_learning_curated_complete", spoil("machine_learning_curated", without_first)),
    ("machine_learning_curated_no_duplicates", spoil("machine_learning_curated", doubled)),
    ("machine_learning_curated_no_personal_columns", spoil("machine_learning_curated", stranger(email="x"))),
    (
        "machine_learning_curated_no_personal_values",
        spoil("machine_learning_curated", stranger(serialnumber="ambiguous.0@example.com")),
    ),
]


@pytest.mark.parametrize(("check", "spoiler"), SPOILT, ids=[f"{i}-{check}" for i, (check, _) in enumerate(SPOILT)])
def test_check_fails_on_a_lake_spoilt_for_it(
    check: str, spoiler: Callable[[Path], None], sail_sample_lake: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(sail_sample_lake, lake)
    spoiler(lake)
    with open_lake(lake, stedi.DATABASE) as opened:
        assert opened.query(checks.check_queries()[check], stedi.DATABASE).rows


def test_a_check_looks_at_its_own_database(sail_sample_lake: Path, tmp_path: Path) -> None:
    """Two copies in one account share a catalog; what is wrong with one is not wrong with the other."""
    lake = tmp_path / "lake"
    shutil.copytree(sail_sample_lake, lake)
    catalog = FolderCatalog(lake)
    customers = catalog.table(stedi.DATABASE, "customer_trusted").definition
    catalog.put(Table("stedi_dev", {**customers, "Name": "machine_learning_curated"}))
    name = "machine_learning_curated_no_personal_columns"
    with open_lake(lake, stedi.DATABASE) as opened:
        assert opened.query(checks.check_queries()[name], stedi.DATABASE).rows == []
        found = opened.query(checks.check_queries(database="stedi_dev")[name], "stedi_dev").rows
    assert ("machine_learning_curated", "email") in map(tuple, found)


def test_every_check_is_shown_to_fail() -> None:
    assert sorted({check for check, _ in SPOILT}) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_checks_are_athena_sql_that_say_what_they_claim(check: str) -> None:
    sql = checks.check_queries()[check]
    assert checks.claim_of(sql).endswith(".")
    (statement,) = sqlglot.parse(sql, read="athena")
    assert isinstance(statement, sqlglot.exp.Select)
    assert any(check.startswith(table) for table in DEFINITIONS)


def check_command(monkeypatch: pytest.MonkeyPatch, lake: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["check_lake", "--lake", str(lake)])
    return check_lake.main()


def test_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sail_sample_lake: Path, tmp_path: Path
) -> None:
    assert check_command(monkeypatch, sail_sample_lake) == 0
    output = capsys.readouterr().out
    assert f"{len(CHECKS)} checks passed, 0 failed" in output
    # 4 moments of two pairs of people with one serial number, a step each
    assert "16 trusted step readings could belong to several people" in output
    lake = tmp_path / "lake"
    shutil.copytree(sail_sample_lake, lake)
    rewrite(lake, "customers_curated", lambda rows: [{**row, "phone": "twice"} for row in rows[:7]] + rows)
    assert check_command(monkeypatch, lake) == 1
    output = capsys.readouterr().out
    assert "customers_curated_no_duplicates" in output
    assert "and 2 more" in output


def test_the_command_refuses_a_lake_that_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from awsglue_local.storage.catalog import FolderCatalog

    assert check_command(monkeypatch, tmp_path / "none") == 1
    assert "there is no lake at" in capsys.readouterr().err
    stedi.put_tables(FolderCatalog(tmp_path), stedi.tables())
    assert check_command(monkeypatch, tmp_path) == 1
    assert "customer_landing has no rows" in capsys.readouterr().err


def test_a_check_that_cannot_be_answered_is_told_with_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sail_sample_lake: Path, tmp_path: Path
) -> None:
    spoilt = Path(shutil.copytree(sail_sample_lake, tmp_path / "lake"))
    folder = Lake(spoilt).path(DEFINITIONS["step_trainer_trusted"].location)
    for file in data_files(folder):
        pq.write_table(pq.ParquetFile(file).read().rename_columns({"sensorreadingtime": "time"}), file)
    monkeypatch.setenv("COLUMNS", "100")
    assert check_command(monkeypatch, spoilt) == 1
    told = capsys.readouterr()
    assert told.err == ""
    answered = [check for check in CHECKS if f"{check} " in told.out and f"{check}: " not in told.out]
    assert len(answered) > 8, "the others are answered"
    assert "step_trainer_trusted_no_duplicates: no table of the query has a column 'sensorreadingtime'" in told.out
    assert "not answered" in told.out
