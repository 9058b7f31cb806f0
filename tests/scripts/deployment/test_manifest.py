"""The manifest that Terraform reads: current, made of any layout of DDL, and not made of what does not go together."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from awsglue_local import GlueLocalError
from glue_canvas import CanvasError
from scripts.deployment.manifest import MANIFEST, manifest, text_of, triggers
from scripts.stedi import lakehouse
from tests.lakehouse.tables import LANDING, ZONES
from tests.terraform.job_repositories import DDL, write_worlds


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of small repositories."""
    folder = tmp_path_factory.mktemp("worlds")
    write_worlds(folder)
    return folder


def test_the_manifest_is_current() -> None:
    assert MANIFEST.read_text(encoding="utf-8") == text_of(manifest()), "run `make compile`"


def test_what_it_says_of_the_lakehouse() -> None:
    made = manifest()
    assert made["database"] == "stedi"
    assert made["landing_tables"] == ["accelerometer_landing", "customer_landing", "step_trainer_landing"]
    assert made["jobs"]["machine_learning_curated"]["upstream"] == [
        "accelerometer_landing_to_trusted",
        "step_trainer_landing_to_trusted",
    ]
    assert made["tables"]["customer_trusted"]["folder"] == "customer/trusted/"
    assert {
        name: made["tables"][name]["personal"] for name in [*ZONES, *LANDING] if made["tables"][name]["personal"]
    } == {
        "customer_landing": ["customername", "email", "phone", "birthday"],
        "customer_trusted": ["customername", "email", "phone", "birthday"],
        "customers_curated": ["customername", "email", "phone", "birthday"],
        "accelerometer_landing": ["user"],
        "accelerometer_trusted": ["user"],
    }


def test_the_layout_of_a_statement_does_not_matter(worlds: Path) -> None:
    tables = json.loads((worlds / "diamond" / "lakehouse.json").read_text())["tables"]
    for name in ("b", "c"):
        same = {key: value for key, value in tables[name].items() if key not in ("statement", "folder", "comment")}
        assert same == {key: value for key, value in tables["a"].items() if key in same} | {
            "columns": [{**tables["a"]["columns"][0], "comment": same["columns"][0]["comment"]}]
        }
    assert tables["e"]["partition_keys"] == [{"name": "day", "type": "string", "comment": None}]
    assert [tables[name]["folder"] for name in "abce"] == ["a/", "b/", "c/", "e/"]
    assert "`${database}.e`" in tables["e"]["statement"]
    assert all("${database}" in table["statement"] for table in tables.values())


def test_jobs_that_wait_for_the_same_share_a_trigger(worlds: Path) -> None:
    assert json.loads((worlds / "diamond" / "lakehouse.json").read_text())["triggers"] == {
        "left-and-right": {"after": ["left", "right"], "jobs": ["bottom"]},
        "top": {"after": ["top"], "jobs": ["left", "right"]},
    }


def test_a_trigger_of_many_jobs_has_a_name_that_glue_takes() -> None:
    graph = lakehouse().graph
    many = [f"job_with_a_long_name_{number}" for number in range(20)]
    graph.upstream["last"] = many
    (name,) = [name for name, one in triggers(graph).items() if one["jobs"] == ["last"]]
    assert len(name) < 165


@pytest.mark.parametrize(
    ("world", "sentence"),
    [
        ("two_writers", "d.e is written by two jobs: bottom and rival"),
        ("circle", "jobs wait for each other in a circle: one -> two -> one|two -> one -> two"),
        ("unknown_table", "stray reads d.nowhere, which no job writes and nothing else defines"),
    ],
)
def test_what_does_not_go_together_has_no_manifest(world: str, sentence: str, worlds: Path) -> None:
    with pytest.raises(CanvasError, match=sentence):
        manifest(worlds / world / "studio_jobs", worlds / "diamond" / "ddl")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (DDL.format(table="other"), r"table other: there is no .*other\.sql; a file is named after its table"),
        (DDL.format(table="f").replace("d.f", "elsewhere.f"), "several databases: d, elsewhere; name one"),
        (DDL.format(table="f").replace("${bucket}/f/", "fixed/f/"), r"f\.sql: the location is 's3://fixed/f/'"),
        (DDL.format(table="f").replace("/f/'", "/f'"), r"expected a folder, s3://\$\{bucket\}/<folder>/"),
        (
            DDL.format(table="f").replace("('cl", "('personal.columns' = 'id, mail', 'cl"),
            "table f: personal.columns names 'mail', which is not one of its columns, id",
        ),
    ],
)
def test_a_statement_that_does_not_fit_is_named(statement: str, sentence: str, worlds: Path, tmp_path: Path) -> None:
    ddl = tmp_path / "ddl"
    shutil.copytree(worlds / "diamond" / "ddl", ddl)
    (ddl / "f.sql").write_text(statement)
    with pytest.raises((GlueLocalError, CanvasError), match=sentence):
        manifest(worlds / "diamond" / "studio_jobs", ddl)
