"""The data that leaves a node of a canvas under edit; nothing that the script does stays."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from glue_canvas.document.canvas import Canvas, CanvasError, Node
from glue_canvas.flow.node_order import emission_order
from glue_canvas.flow.upstream import is_target, leading_to, without_targets
from glue_canvas.script.compiler import compile_canvas
from glue_studio.execution.job_runs import Runs
from glue_studio.execution.messages import Message
from glue_studio.execution.worker import Worker, WorkFailed
from glue_studio.server.inspection import Column
from glue_studio.server.workspace import Workspace, arguments_of

MOST_ROWS = 1_000
BOOKMARKS = frozenset({"--job-bookmark-option"})


class PreviewOf(BaseModel):
    """A canvas under edit, a node, and how many of its rows are wanted.

    `page` is the page that asks: its preview takes the place of the one that it asked for before.
    """

    text: str
    node: str
    page: str = ""
    rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 200


class Frame(BaseModel):
    """The beginning of a frame; `name` is its name in a collection, `total` how many records it has."""

    name: str
    columns: list[Column]
    rows: list[list[Any]]
    total: int


class Preview(BaseModel):
    """What leaves a node; for a target, what comes in."""

    frames: list[Frame]
    seconds: float
    notes: list[str]


class CountOf(BaseModel):
    """A canvas under edit."""

    text: str


class NodeCount(BaseModel):
    """How many records leave a node."""

    node: str
    rows: int


def preview_routes(workspace: Workspace, worker: Worker, runs: Runs) -> APIRouter:
    """Return the routes about data on a canvas."""

    def ask(request: Message, of: str) -> Any:
        if runs.is_going():
            raise WorkFailed("a run is going on; data is shown again when it has ended", stopped=True)
        workspace.define_tables()
        return worker.ask_newest(request, of)

    routes = APIRouter(prefix="/api/jobs/{job}", tags=["data"])

    @routes.post("/preview")
    def preview(job: str, body: PreviewOf) -> Preview:
        canvas = workspace.canvas_of(job, body.text)
        if body.node not in canvas.nodes:
            raise CanvasError(f"there is no node {body.node}")
        node = canvas.nodes[body.node]
        shown = node.inputs[:1] if is_target(node.kind) else [node.id]
        if not shown:
            raise canvas.error(node, "nothing feeds it yet")
        request = {"do": "preview", "rows": body.rows, **_request(leading_to(canvas, shown))}
        try:
            answer = ask({**request, "node": canvas.nodes[shown[0]].name}, f"preview {body.page}")
        except WorkFailed as error:
            # what fails when rows are read fails at the node whose rows they are
            failed = "" if error.stopped else error.node or node.name
            raise WorkFailed(str(error), failed, error.stopped) from error
        frames = [
            Frame(**{**frame, "columns": [Column(name=name, type=kind) for name, kind in frame["columns"]]})
            for frame in answer["frames"]
        ]
        return Preview(frames=frames, seconds=answer["seconds"], notes=answer["notes"])

    @routes.post("/counts")
    def counts(job: str, body: CountOf) -> list[NodeCount]:
        whole = without_targets(workspace.canvas_of(job, body.text))
        if not whole.nodes:
            return []
        found = ask({"do": "count", **_request(whole)}, "counts")
        return _by_id(emission_order(whole), found)

    @routes.post("/preview/stop")
    async def stop_preview(job: str) -> None:  # noqa: ARG001 - part of the address
        worker.stop()

    return routes


def _by_id(nodes: list[Node], found: list[tuple[str, int | None]]) -> list[NodeCount]:
    """Return counts by node; nodes of one name cannot be told apart where the script has other ones than the canvas."""
    found = found[-len(nodes) :]  # functions of Custom Transforms come first, below the names of their nodes
    names = [name for name, _ in found]
    if names == [node.name for node in nodes]:
        pairs = zip(nodes, [rows for _, rows in found], strict=True)
    else:
        counts = {name: rows for name, rows in found if names.count(name) == 1}
        pairs = zip(nodes, [counts.get(node.name) for node in nodes], strict=True)
    return [NodeCount(node=node.id, rows=rows) for node, rows in pairs if rows is not None]


def _request(canvas: Canvas) -> Message:
    return {
        "job": canvas.job_name,
        "script": compile_canvas(canvas),
        "arguments": arguments_of(canvas, without=BOOKMARKS),
    }
