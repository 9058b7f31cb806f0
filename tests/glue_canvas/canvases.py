"""Canvases for tests, made of a few values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from glue_canvas import Canvas
from glue_canvas.document.canvas import canvas_of as make
from glue_canvas.document.java_hash import hash_map_order

GOLDEN = Path(__file__).parent / "kinds" / "golden"
PATH = Path("job.json")


def canvas_of(*nodes: tuple[str, str, dict[str, Any]], name: str = "job") -> Canvas:
    """Make a canvas of (number, kind, fields); `Inputs` are numbers too."""
    made = {}
    for number, kind, fields in nodes:
        inputs = {"Inputs": [f"node-{i}" for i in fields["Inputs"]]} if "Inputs" in fields else {}
        made[f"node-{number}"] = {kind: {**fields, **inputs}}
    return canvas_of_nodes(made, name)


def canvas_of_nodes(nodes: dict[str, Any], name: str = "job") -> Canvas:
    """Make a canvas of nodes as the API has them."""
    return make(
        PATH, {"name": name, "codeGenConfigurationNodes": ""}, {key: nodes[key] for key in hash_map_order(nodes)}
    )


def golden(name: str) -> Canvas:
    """Return the canvas of a golden file."""
    return canvas_of_nodes(json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8")))


def keep(canvas: Canvas, directory: Path, script: str | None = None) -> Path:
    """Write a canvas, and a script beside it, into a job folder, and return the folder."""
    folder = directory / canvas.job_name
    folder.mkdir(parents=True)
    (folder / f"{canvas.job_name}.json").write_bytes(canvas.to_text().encode())
    if script is not None:
        (folder / f"{canvas.job_name}.py").write_bytes(script.encode())
    return folder
