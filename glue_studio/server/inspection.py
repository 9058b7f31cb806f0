"""What is known of a canvas under edit: its nodes, the columns that leave each, what is wrong, and its script."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from glue_canvas.document.canvas import NODES_KEY, Canvas, CanvasError, Node
from glue_canvas.drawing.picture import ROLES, node_box
from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.kinds.column_flow import Columns
from glue_canvas.script.checks import ERROR, Finding, check_canvas
from glue_canvas.script.compiler import script_beside, script_for
from glue_studio.server.workspace import Workspace, without_path


class Column(BaseModel):
    """A column and its type; the type is empty where it is not known."""

    name: str
    type: str


class NodeView(BaseModel):
    """A node as the page shows it; `columns` is None where nobody can know them."""

    id: str
    name: str
    kind: str
    label: str
    role: str
    inputs: list[str]
    fields: dict[str, Any]
    columns: list[Column] | None


class Problem(BaseModel):
    """Something that is wrong (`error`) or may be (`warning`); `node` is an id, empty for the whole job."""

    level: str
    rule: str
    node: str
    message: str


class Inspection(BaseModel):
    """What the page shows of a canvas's text; `script_error` says why there is no script."""

    job: str
    nodes: list[NodeView]
    settings: dict[str, Any]
    problems: list[Problem]
    script: str | None
    script_error: str
    script_saved: str | None


def inspection(workspace: Workspace, canvas: Canvas, text: str) -> Inspection:
    """Return what is known of a canvas whose file would have this text."""
    tables = workspace.tables()
    leaving = _leaving(canvas, workspace)
    saved = script_beside(canvas)
    script, why = None, ""
    try:
        script = script_for(canvas, saved)
    except CanvasError as error:
        why = without_path(error, canvas.path)
    problems = [_problem(canvas, finding) for finding in check_canvas(canvas, tables, text)]
    if why and not any(one.message in why for one in problems if one.level == ERROR):
        problems.append(Problem(level=ERROR, rule="script", node="", message=why))
    return Inspection(
        job=canvas.job_name,
        nodes=[_view(node, leaving.get(node.id)) for node in canvas.nodes.values()],
        settings={key: value for key, value in canvas.definition.items() if key != NODES_KEY},
        problems=problems,
        script=script,
        script_error=why,
        script_saved=saved,
    )


def _leaving(canvas: Canvas, workspace: Workspace) -> dict[str, Columns | None]:
    try:
        return canvas_columns(canvas, workspace.tables()).leaving
    except CanvasError:  # a circle, which is among the problems
        return {}


def _view(node: Node, columns: Columns | None) -> NodeView:
    box = node_box(node)
    return NodeView(
        id=node.id,
        name=node.name,
        kind=node.kind,
        label=box.label,
        role=ROLES[box.role],
        inputs=node.inputs,
        fields=node.fields,
        columns=None if columns is None else columns_of(columns),
    )


def columns_of(columns: Columns) -> list[Column]:
    """Return columns as the page gets them."""
    return [Column(name=name, type=kind or "") for name, kind in columns.items()]


def _problem(canvas: Canvas, finding: Finding) -> Problem:
    found = next((node.id for node in canvas.nodes.values() if node.name == finding.node), "")
    return Problem(level=finding.level, rule=finding.rule, node=found, message=finding.message)
