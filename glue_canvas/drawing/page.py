"""One page with the canvases of a repository: self-contained, for a browser without a network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader

from glue_canvas.document.canvas import Canvas
from glue_canvas.drawing.layout import lay_out
from glue_canvas.drawing.picture import Picture, canvas_picture, jobs_picture, kind_label
from glue_canvas.drawing.svg import draw_svg, visible
from glue_canvas.flow.job_order import JobTables
from glue_canvas.script.compiler import COMMENT, script_beside, script_for
from glue_canvas.script.script_blocks import blocks

PHONE_WIDTH = 340
"""Pixels that a phone has for a drawing."""
NO_SCRIPT = "# a kind of node in this job is not compiled here"


@dataclass(frozen=True)
class NodePart:
    """A node and its part of the script."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True)
class JobPart:
    """A job's part of the page."""

    name: str
    description: str
    drawing: str
    is_wide: bool
    nodes: list[NodePart]


def canvases_page(canvases: Iterable[Canvas], jobs: Sequence[JobTables]) -> str:
    """Return the page as HTML; whatever stands in a canvas is shown, never obeyed.

    Raises
    ------
    CanvasError
        A canvas is mistaken.
    """
    parts = {canvas.job_name: _job_part(canvas) for canvas in canvases}
    environment = Environment(loader=PackageLoader("glue_canvas.drawing"), autoescape=True, keep_trailing_newline=True)
    return environment.get_template("page.html").render(
        order=[visible(job.job) for job in jobs],
        drawing=draw_svg(jobs_picture(jobs)),
        is_wide=is_wide(jobs_picture(jobs)),
        jobs=[parts[job.job] for job in jobs],
    )


def _job_part(canvas: Canvas) -> JobPart:
    kinds = {node.id.removeprefix("node-"): kind_label(node.kind) for node in canvas.nodes.values()}
    script = script_for(canvas, None) or script_beside(canvas) or ""
    nodes = [
        NodePart(visible(block.name), kinds[block.key], block.text.removeprefix(COMMENT + block.name).strip())
        for block in blocks(script)
        if block.key in kinds
    ]
    if not nodes:
        nodes = [NodePart(visible(node.name), kind_label(node.kind), NO_SCRIPT) for node in canvas.nodes.values()]
    description = visible(str(canvas.definition.get("description") or ""))
    picture = canvas_picture(canvas)
    return JobPart(visible(canvas.job_name), description, draw_svg(picture), is_wide(picture), nodes)


def is_wide(picture: Picture) -> bool:
    """Say whether a drawing is wider than a phone, so that people scroll it there."""
    return lay_out(picture).width > PHONE_WIDTH
