"""The five canvases: Studio's format, botocore's node shapes, and the scripts compiled from them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import botocore.session
import pytest
from botocore.validate import ParamValidator

from glue_canvas import Canvas, compile_canvas, read_canvas
from glue_canvas.document.java_hash import hash_map_order
from glue_canvas.script.checks import check_canvas
from scripts import stedi
from tests.lakehouse.tables import DEFINITIONS, FIVE

CANVASES = sorted(stedi.JOBS.glob("*/*.json"))


@pytest.fixture(params=CANVASES, ids=lambda path: path.stem)
def canvas(request: pytest.FixtureRequest) -> Canvas:
    return read_canvas(request.param)


def test_there_are_the_five_jobs() -> None:
    assert {path.stem for path in CANVASES} >= set(FIVE)
    assert all(path.parent.name == path.stem for path in CANVASES)


def test_reading_and_writing_gives_the_same_bytes(canvas: Canvas) -> None:
    assert canvas.to_text().encode() == canvas.path.read_bytes()
    assert not canvas.path.read_bytes().endswith(b"\n")


def test_top_level_keys_are_in_studios_order(canvas: Canvas) -> None:
    order = [
        "name",
        "jobMode",
        "description",
        "role",
        "executionProperty",
        "command",
        "defaultArguments",
        "connections",
        "maxRetries",
        "allocatedCapacity",
        "timeout",
        "maxCapacity",
        "glueVersion",
        "numberOfWorkers",
        "workerType",
        "executionClass",
        "codeGenConfigurationNodes",
        "sourceControlDetails",
    ]
    assert list(canvas.definition) == [key for key in order if key in canvas.definition]


def test_nodes_are_in_hash_map_order_and_their_fields_in_the_alphabets(canvas: Canvas) -> None:
    assert list(canvas.nodes) == hash_map_order(canvas.nodes)
    for node in canvas.nodes.values():
        assert list(node.fields) == sorted(node.fields), node.name
        assert re.fullmatch(r"node-\d{13}", node.id)


def test_names_and_ids_are_unique(canvas: Canvas) -> None:
    names = [node.name for node in canvas.nodes.values()]
    assert len(set(names)) == len(names)


def test_botocore_accepts_every_node(canvas: Canvas) -> None:
    shape = botocore.session.get_session().get_service_model("glue").shape_for("CodeGenConfigurationNode")
    for node in canvas.nodes.values():
        report = ParamValidator().validate({node.kind: node.fields}, shape)
        assert not report.has_errors(), report.generate_report()


def test_script_is_the_compiled_canvas(canvas: Canvas) -> None:
    assert canvas.script_path.read_bytes() == compile_canvas(canvas).encode(), "run `make compile`"


def test_no_bucket_and_no_account(canvas: Canvas) -> None:
    for path in (canvas.path, canvas.script_path):
        text = path.read_text()
        assert "s3://" not in text
        assert "arn:" not in text
        assert not re.search(r"\b\d{12}\b", text)


def test_runs_small_and_short(canvas: Canvas) -> None:
    definition = canvas.definition
    assert definition["workerType"] == "G.1X"
    assert definition["numberOfWorkers"] == 2
    assert definition["glueVersion"] == "5.1"
    assert definition["timeout"] <= 30
    assert definition["defaultArguments"]["--job-bookmark-option"] == "job-bookmark-disable"


def test_source_schemas_are_the_tables(canvas: Canvas) -> None:
    for node in canvas.nodes.values():
        if node.kind == "CatalogSource":
            columns = node.fields["OutputSchemas"][0]["Columns"]
            assert [(column["Name"], column["Type"]) for column in columns] == DEFINITIONS[node.fields["Table"]].columns


def test_what_is_written_is_what_the_tables_have_and_a_run_replaces_it(canvas: Canvas) -> None:
    tables = {(one.database, one.name): dict([*one.columns, *one.partition_keys]) for one in stedi.tables()}
    assert [one.message for one in check_canvas(canvas, tables)] == []


@pytest.mark.parametrize("job", FIVE)
def test_target_is_purged_just_before_the_write(job: str) -> None:
    canvas = read_canvas(stedi.JOBS / job / f"{job}.json")
    (target,) = [node for node in canvas.nodes.values() if node.kind == "CatalogTarget"]
    (selected,) = target.inputs
    (purge,) = canvas.nodes[selected].inputs
    assert canvas.nodes[selected].kind == "SelectFromCollection"
    assert canvas.nodes[purge].kind == "CustomCode"
    assert f'purge_table(database="stedi", table_name="{target.fields["Table"]}"' in canvas.nodes[purge].fields["Code"]


def test_sql_stands_only_where_no_visual_node_can_say_it() -> None:
    of_five = [read_canvas(path) for path in CANVASES if path.stem in FIVE]
    queries = {node.name for canvas in of_five for node in canvas.nodes.values() if node.kind == "SparkSQL"}
    assert queries == {
        "Still agreed in the latest record",
        "On or after the consent",
        "Devices with one wearer at a time",
    }


def test_unknown_top_level_keys_are_kept(tmp_path: Path) -> None:
    definition = json.loads(CANVASES[0].read_text())
    definition["futureKey"] = {"empty": {}, "list": [], "text": "é"}
    path = tmp_path / "job.json"
    path.write_text(json.dumps(definition))
    text = read_canvas(path).to_text()
    assert '"futureKey" : {\n    "empty" : { },\n    "list" : [ ],\n    "text" : "é"\n  }' in text
    assert json.loads(text) == definition
