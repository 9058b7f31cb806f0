"""A canvas with kinds of nodes that are not compiled here is carried by every command but compile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glue_canvas import read_canvas
from glue_canvas.cli import main
from glue_canvas.document.node_shapes import api_shape, known_kinds, shape_faults
from glue_canvas.document.studio_form import studio_form
from glue_canvas.drawing.canvas_diff import canvas_changes
from glue_canvas.drawing.picture import canvas_picture
from glue_canvas.drawing.svg import draw_svg
from glue_canvas.flow.lineage import Spot, column_lineage
from glue_canvas.kinds import KINDS
from glue_canvas.script.checks import check_folder
from glue_canvas.script.compiler import script_for
from tests.glue_canvas.canvases import canvas_of, keep

CARRIED = sorted(known_kinds() - set(KINDS))


def least(shape: Any) -> Any:
    """Return the least value that a shape takes."""
    match shape.type_name:
        case "structure":
            return {name: least(shape.members[name]) for name in shape.required_members}
        case "list":
            return [least(shape.member)] * max(shape.metadata.get("min", 0), 0)
        case "map":
            return {}
        case "boolean":
            return False
        case "string":
            return (shape.enum or ["x"])[0]
    return 1


def job_with(kind: str) -> Any:
    """Return a canvas in which a node of a kind stands between a source and a target, or in place of one."""
    fields = least(api_shape("CodeGenConfigurationNode").members[kind]) | {"Name": "odd"}
    inputs = ["1"] if "Inputs" in fields or kind.endswith("Target") else []
    if inputs:
        fields["Inputs"] = ["1"] * len(fields.get("Inputs") or inputs)
    canvas = canvas_of(
        ("1", "CatalogSource", {"Database": "d", "Name": "s", "Table": "a"}),
        ("2", kind, fields),
        (
            "3",
            "CatalogTarget",
            {"Database": "d", "Inputs": ["1" if kind.endswith("Target") else "2"], "Name": "t", "Table": "b"},
        ),
    )
    return studio_form(canvas)


@pytest.mark.parametrize("kind", CARRIED)
def test_every_kind_of_the_api_is_carried(kind: str, tmp_path: Path) -> None:
    canvas = job_with(kind)
    assert shape_faults(kind, canvas.nodes["node-2"].fields) == []
    folder = keep(canvas, tmp_path, "# what Studio made of it\n")
    read = read_canvas(folder / "job.json")
    assert read.nodes == canvas.nodes
    assert "odd" in draw_svg(canvas_picture(read))
    assert canvas_changes(read, canvas) == []
    assert script_for(read, "# what is there") == "# what is there"
    assert script_for(read, None) is None
    report = check_folder(folder)
    assert [one.message for one in report.findings if one.level == "error"] == []
    assert f"{kind} is not compiled here" in " ".join(one.message for one in report.findings)


@pytest.mark.parametrize("kind", ["PIIDetection", "FillMissingValues", "Merge", "Spigot"])
def test_anything_may_come_of_it(kind: str) -> None:
    found = column_lineage([job_with(kind)], {("d", "a"): {"email": "string", "n": "bigint"}})
    assert Spot("d.a", "email") in found.origins(Spot("d.b", "*"))


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    canvas = job_with("PIIDetection")
    export = tmp_path / "export.json"
    export.write_text(
        json.dumps({"Job": {"Name": "job", "JobMode": "VISUAL", "CodeGenConfigurationNodes": canvas.bodies}})
    )
    jobs = tmp_path / "jobs"
    assert main(["import", str(export), "--folder", str(jobs)]) == 0
    assert "no script is written, because a kind of node is not compiled here" in capsys.readouterr().err
    assert sorted(path.name for path in (jobs / "job").iterdir()) == ["job.json"]
    keep(canvas_of(("1", "CatalogSource", {"Database": "d", "Name": "s", "Table": "a"}), name="other"), jobs)
    for command in (["draw"], ["graph"], ["lineage"], ["page", "-o", str(tmp_path / "page.html")], ["format"]):
        assert main([command[0], str(jobs), *command[1:]]) == 0, command
    assert main(["diff", str(jobs / "job" / "job.json"), str(export)]) == 1
    assert main(["lineage", str(jobs), "--without", "d.a.email"]) == 1, "what cannot be known may have reached it"
    assert "d.a.* must not reach d.b" in capsys.readouterr().err
    assert main(["compile", str(jobs)]) == 1
    assert 'node "odd": not supported yet: PIIDetection' in capsys.readouterr().err
    assert (jobs / "other" / "other.py").exists(), "the other jobs are compiled"
