"""new, edit and ddl, as a person types them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from glue_canvas import read_canvas
from glue_canvas.cli import main
from glue_canvas.editing.ddl_folder import tables_for
from glue_canvas.flow.node_order import emission_order
from scripts import stedi
from tests.lakehouse.tables import DEFINITIONS

JOB = "made_by_a_test"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a repository with the five jobs and their tables."""
    shutil.copytree(stedi.JOBS, tmp_path / "studio_jobs")
    shutil.copytree(stedi.DDL, tmp_path / "ddl")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*more: str) -> int:
    return main(["new", JOB, "--reads", "stedi.customer_trusted", "--writes", f"stedi.{JOB}", *more])


def edit(*change: str) -> int:
    return main(["edit", JOB, *change])


def columns(here: Path) -> dict[str, str]:
    return tables_for([here / "studio_jobs" / JOB], None)["stedi", JOB]


def test_a_new_job_replaces_its_table_and_passes_the_check(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new() == 0
    told = capsys.readouterr().out
    for name in (f"studio_jobs/{JOB}/{JOB}.json", f"studio_jobs/{JOB}/{JOB}.py", f"ddl/{JOB}.sql"):
        assert f"wrote {name}" in told
        assert (here / name).is_file()
    assert main(["check", "studio_jobs"]) == 0, capsys.readouterr().out
    canvas = read_canvas(here / "studio_jobs" / JOB / f"{JOB}.json")
    assert [node.kind for node in emission_order(canvas)] == [
        "CatalogSource",
        "CustomCode",
        "SelectFromCollection",
        "CatalogTarget",
    ]
    assert canvas.definition["role"] == "stedi-glue-job", "settings are those of the jobs beside it"
    assert list(columns(here)) == [name for name, _ in DEFINITIONS["customer_trusted"].columns]
    assert "COMMENT 'Telephone number'" in (here / "ddl" / f"{JOB}.sql").read_text()


def test_edits_and_the_statement_that_follows(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new()
    assert (
        edit("add", "Filter", "Eighties", "--after", "customer_trusted", "--set", "Filters=birthday matches 198.*") == 0
    )
    assert (
        edit("add", "RenameField", "--after", "Eighties", "--set", "SourcePath=phone", "--set", "TargetPath=telephone")
        == 0
    )
    told = capsys.readouterr().err
    assert f"stedi.{JOB} has no column 'telephone'; did you mean 'phone'?" in told
    assert f"no value is written to the column 'phone' of stedi.{JOB}" in told
    assert main(["check", "studio_jobs"]) == 1
    assert main(["ddl", JOB, "--write"]) == 0
    assert "telephone" in columns(here)
    statement = (here / "ddl" / f"{JOB}.sql").read_text()
    assert re.search(r"telephone +string COMMENT 'Telephone number'", statement), "a renamed column keeps its comment"
    assert main(["check", "studio_jobs"]) == 0
    assert edit("set", "Eighties", "Filters=birthday matches 199.*") == 0
    assert '"199.*"' in (here / "studio_jobs" / JOB / f"{JOB}.py").read_text()
    assert edit("rename", "Eighties", "Nineties") == 0
    assert edit("remove", "RenameField") == 0
    capsys.readouterr()
    assert main(["ddl", JOB]) == 0
    statement = capsys.readouterr().out
    assert statement.startswith(f"CREATE EXTERNAL TABLE IF NOT EXISTS stedi.{JOB} (\n  customername ")
    assert "phone                     string COMMENT 'Telephone number'" in statement
    assert "LOCATION 's3://${bucket}/made_by_a_test/'" in statement


def test_a_canvas_that_is_not_whole_yet_is_kept_and_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new()
    script = here / "studio_jobs" / JOB / f"{JOB}.py"
    before = script.read_bytes()
    assert edit("add", "Join", "With steps", "--after", "customer_trusted") == 0
    assert (
        'the script is as it was: node "With steps": a Join node has 2 inputs, but this one has 1'
        in capsys.readouterr().err
    )
    assert script.read_bytes() == before
    assert edit("add", "CatalogSource", "steps", "--set", "Database=stedi", "--set", "Table=step_trainer_landing") == 0
    assert edit("connect", "steps", "With steps") == 0
    assert edit("set", "With steps", "Columns=serialnumber=serialnumber") == 0
    assert b'keys1=["serialnumber"], keys2=["serialnumber"]' in script.read_bytes()
    assert edit("disconnect", "steps", "With steps") == 0


def test_several_tables_go_through_a_query(here: Path) -> None:
    assert new("--reads", "stedi.step_trainer_trusted") == 0
    script = (here / "studio_jobs" / JOB / f"{JOB}.py").read_text()
    assert "select * from customer_trusted" in script
    assert '"step_trainer_trusted":' in script


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            ["new", JOB, "--reads", "stedi.custmer_trusted", "--writes", "stedi.x"],
            "did you mean 'stedi.customer_trusted'?",
        ),
        (
            ["new", "machine_learning_curated", "--reads", "stedi.customer_trusted", "--writes", "stedi.x"],
            "is there already",
        ),
        (
            ["new", JOB, "--reads", "stedi.customer_trusted", "--writes", "stedi.customer_trusted"],
            "a table has one writer",
        ),
        (["new", "../x", "--reads", "stedi.customer_trusted", "--writes", "stedi.x"], "cannot be the name of a folder"),
        (["edit", "machine_learning_curate", "remove", "x"], "did you mean 'machine_learning_curated'?"),
        (["ddl", "machine_learning_curated", "--ddl", "nowhere"], "there is no such folder of statements"),
    ],
)
def test_what_cannot_be_is_told(command: list[str], words: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(here.rglob("*"))
    assert main(command) == 1
    assert words in capsys.readouterr().err
    assert sorted(here.rglob("*")) == before


@pytest.mark.usefixtures("here")
def test_a_table_follows_only_where_nothing_else_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    edit = ["edit", "customer_landing_to_trusted", "add"]
    assert main([*edit, "SelectFields", "Two", "--after", "customer_landing"]) == 0
    told = capsys.readouterr().err
    assert told.count("error:") == 1, "what follows from it is not told"
    assert 'node "Two": error: it names no column to keep: set its Paths' in told
    assert main(["edit", "customer_landing_to_trusted", "set", "Two", "Paths=phoen; email"]) == 0
    assert "lets the table have" not in capsys.readouterr().err


def test_no_statement_is_written_where_no_column_arrives(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new() == 0
    every = ", ".join(columns(here))
    assert edit("add", "DropFields", "Nothing left", "--after", "customer_trusted", "--set", f"Paths={every}") == 0
    before = (here / "ddl" / f"{JOB}.sql").read_text()
    capsys.readouterr()
    assert main(["ddl", JOB, "--write"]) == 1
    assert f"no column reaches the target of stedi.{JOB}" in capsys.readouterr().err
    assert (here / "ddl" / f"{JOB}.sql").read_text() == before
