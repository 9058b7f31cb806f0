from __future__ import annotations

import json
from pathlib import Path

import pytest

from glue_canvas import Canvas, CanvasError, build_graph, read_canvas, read_job_folders
from scripts import stedi
from tests.glue_canvas.canvases import canvas_of, golden
from tests.lakehouse.tables import FIVE, of_the_five

LANDING = [("d", "landing")]


def job(name: str, reads: list[str], writes: list[str]) -> Canvas:
    sources = [(str(n), "CatalogSource", {"Name": f"r{n}", "Database": "d", "Table": t}) for n, t in enumerate(reads)]
    targets = [
        (str(50 + n), "CatalogTarget", {"Name": f"w{n}", "Inputs": ["0"], "Database": "d", "Table": t})
        for n, t in enumerate(writes)
    ]
    canvas = canvas_of(*sources, *targets)
    canvas.definition["name"] = name
    return canvas


def test_order_of_the_stedi_jobs() -> None:
    assert of_the_five(stedi.lakehouse().graph.order) == FIVE


def test_jobs_of_a_stage_can_run_at_once() -> None:
    canvases = [
        job("d", ["b", "c"], ["e"]),
        job("c", ["a"], ["c"]),
        job("b", ["a"], ["b"]),
        job("a", ["landing"], ["a"]),
    ]
    assert build_graph(canvases, LANDING).stages == [["a"], ["b", "c"], ["d"]]


def test_two_writers_are_named() -> None:
    with pytest.raises(CanvasError, match=r"d\.a is written by two jobs: one and two"):
        build_graph([job("one", ["landing"], ["a"]), job("two", ["landing"], ["a"])], LANDING)


def test_a_circle_is_named() -> None:
    canvases = [job("one", ["b"], ["a"]), job("two", ["a"], ["b"])]
    with pytest.raises(CanvasError, match=r"in a circle: (one -> two -> one|two -> one -> two)"):
        build_graph(canvases)


def test_a_table_that_nobody_writes_is_named() -> None:
    with pytest.raises(CanvasError, match=r"one reads d\.nothing, which no job writes"):
        build_graph([job("one", ["nothing"], ["a"])], LANDING)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON at line 1, column 2: "),
        ("[]", "not a canvas"),
        ('{"name": "j"}', "not a canvas"),
        ('{"name": "j", "codeGenConfigurationNodes": "{}"}', "has no nodes"),
        ('{"name": "j", "codeGenConfigurationNodes": "{\\"node-1\\": {}}"}', "node-1 is not a node of the form"),
        ('{"name": "j", "codeGenConfigurationNodes": "{\\"node-1\\": {\\"Filter\\": {}}}"}', "has no Name"),
    ],
)
def test_what_is_no_canvas_is_refused_with_its_path(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text(text)
    with pytest.raises(CanvasError, match=message) as error:
        read_canvas(path)
    assert str(path) in str(error.value)


def test_a_dangling_input_is_refused(tmp_path: Path) -> None:
    nodes = {"node-1": {"DropFields": {"Name": "D", "Inputs": ["node-9"], "Paths": []}}}
    path = tmp_path / "job.json"
    path.write_text(json.dumps({"name": "job", "codeGenConfigurationNodes": json.dumps(nodes)}))
    with pytest.raises(CanvasError, match='node "D": its input node-9 does not exist'):
        read_canvas(path)


def test_job_folders_must_agree_with_their_canvases(tmp_path: Path) -> None:
    with pytest.raises(CanvasError, match="no job folders"):
        read_job_folders(tmp_path)
    (tmp_path / "a").mkdir()
    with pytest.raises(CanvasError, match=r"canvas a\.json is missing"):
        read_job_folders(tmp_path)
    nodes = {"node-1": {"CatalogSource": {"Name": "S", "Database": "d", "Table": "t"}}}
    (tmp_path / "a" / "a.json").write_text(json.dumps({"name": "b", "codeGenConfigurationNodes": json.dumps(nodes)}))
    with pytest.raises(CanvasError, match="named 'b', its folder 'a'"):
        read_job_folders(tmp_path)


def test_files_that_a_job_writes_by_path_are_its_tables() -> None:
    from glue_canvas.flow.job_order import job_tables

    assert job_tables(golden("s3_direct_target")).writes == [("", "s3://b/o/")]
    assert job_tables(golden("s3_direct_target_catalog")).writes == [("db", "t")]
    assert job_tables(golden("s3_json_source")).reads == [("", "s3://b/x/"), ("", "s3://b/y/")]
