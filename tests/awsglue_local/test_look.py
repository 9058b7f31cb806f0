"""`awsglue-local query` and `show`: what a person asks of the tables, and what cannot be answered."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from awsglue_local.cli import main
from awsglue_local.databases.duckdb_file import open_file
from tests.conftest import SAMPLE_LANDING, run_all
from tests.lakehouse.tables import zone_rows


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a lake with the tables of the sample data."""
    lake = tmp_path_factory.mktemp("look") / "lake"
    run_all(SAMPLE_LANDING, lake, "sail")
    return lake


def asked(capsys: pytest.CaptureFixture[str], lake: Path, *arguments: str) -> str:
    assert main([*arguments, "--lake", str(lake)]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], lake: Path, *arguments: str) -> str:
    assert main([*arguments, "--lake", str(lake)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "\x1b" not in told.err
    return told.err


def test_the_database_of_a_connection(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with open_file(tmp_path / "_connections" / "ware house.duckdb") as database:
        database.execute("create table orders as select 1 as id, null as name")
    ask = ("query", "--connection", "ware house")
    query = "select top 1 id, nvl(name, 'none') as name from public.orders"
    assert json.loads(asked(capsys, tmp_path, *ask, query, "--json")) == [{"id": 1, "name": "none"}]
    assert "is no query" in refused(capsys, tmp_path, *ask, "drop table orders")
    words = refused(capsys, tmp_path, "query", "--connection", "warehouse", "select 1")
    assert words == (
        "awsglue-local: no script has used the connection 'warehouse' yet; those with a database: ware house\n"
    )
    assert [file.name for file in (tmp_path / "_connections").iterdir()] == ["ware house.duckdb"]


COUNTS = "select user, count(*) as n from accelerometer_trusted group by user order by n desc, user"


def test_a_query_as_table_json_and_csv(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counted: dict[str, int] = {}
    for row, times in zone_rows(lake)["accelerometer_trusted"].items():
        counted[row[0]] = counted.get(row[0], 0) + times
    expected = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    assert [(one["user"], one["n"]) for one in json.loads(asked(capsys, lake, "query", COUNTS, "--json"))] == expected
    header, *rows = csv.reader(io.StringIO(asked(capsys, lake, "query", COUNTS, "--csv")))
    assert header == ["user", "n"]
    assert [(user, int(n)) for user, n in rows] == expected
    printed = asked(capsys, lake, "query", f"{COUNTS} limit 2").splitlines()
    assert [line.split("│")[1].strip() for line in printed if "@" in line] == [user for user, _ in expected[:2]]


def test_a_null_is_told_apart(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "select cast(null as varchar) as a, '' as b, 'NULL' as c"
    assert json.loads(asked(capsys, lake, "query", query, "--json")) == [{"a": None, "b": "", "c": "NULL"}]
    assert asked(capsys, lake, "query", query, "--csv") == "a,b,c\n,,NULL\n"


def test_show_tells_how_many_there_are(
    lake: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = asked(capsys, lake, "show", "customer_trusted", "--rows", "2")
    assert told.endswith("2 of 88 rows of stedi.customer_trusted\n")
    assert told.count("serialnumber   ") == 2, "a row that is too wide is a block of lines"
    assert max(map(len, told.splitlines())) <= 80
    assert "878 rows of stedi.machine_learning_curated" in asked(capsys, lake, "show", "STEDI.machine_learning_curated")
    assert len(json.loads(asked(capsys, lake, "show", "step_trainer_trusted", "--json", "--rows", "5"))) == 5


def test_nothing_can_be_changed(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = zone_rows(lake)
    for statement in (
        "drop table customer_trusted",
        "delete from customer_trusted",
        "insert into customer_trusted values (1)",
    ):
        assert "only queries (select ..., with ...) are answered" in refused(capsys, lake, "query", statement)
    assert zone_rows(lake) == before


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select emial from customer_trusted", "has a column 'emial'; did you mean 'email'?"),
        ("select * from custmer_trusted", "no table stedi.custmer_trusted in the catalog"),
        ("select * from custmer_trusted", "did you mean 'customer_trusted'?"),
        ("selct 1", "the query does not parse"),
        ("select 1; select 2", "expected one statement, found 2"),
        ("select * from read_text('/etc/passwd')", "Table function 'read_text' not registered"),
    ],
)
def test_a_slip_is_told_in_one_line_or_two(
    query: str, words: str, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(capsys, lake, "query", query)
    assert words in told
    assert "root:" not in told


def test_a_lake_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"there is no lake at {tmp_path / 'none'}" in refused(capsys, tmp_path / "none", "show", "t")


def test_a_database_that_the_lake_does_not_have(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(capsys, lake, "show", "sted.customer_trusted")
    assert f"the lake {lake} has no database 'sted'; did you mean 'stedi'?" in told
