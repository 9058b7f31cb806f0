"""A canvas in the browser: opened, edited, compared, saved. Each request carries the whole text of its file."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from glue_canvas.document.canvas import Canvas
from glue_canvas.drawing.canvas_diff import canvas_changes, diff_picture
from glue_canvas.drawing.svg import draw_svg
from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_studio.server.changes import Change, apply
from glue_studio.server.inspection import Inspection, inspection
from glue_studio.server.workspace import Workspace, version_of


class Opened(BaseModel):
    """A job's canvas as it lies on disk, in `file`; `version` tells whether it has changed since."""

    file: str
    text: str
    version: str
    inspection: Inspection


class CanvasText(BaseModel):
    """A canvas under edit."""

    text: str


class Edit(CanvasText):
    """A canvas under edit, and what is done to it."""

    change: Change


class Edited(CanvasText):
    """The canvas after a change, and the nodes to select."""

    inspection: Inspection
    selected: list[str]


class Saving(CanvasText):
    """A canvas to be written over a version of the file; an empty version overwrites whatever is there."""

    version: str


class Saved(BaseModel):
    """What was written."""

    version: str
    files: list[str]
    inspection: Inspection


class CanvasDifference(BaseModel):
    """One difference; `node` is empty for the job itself."""

    change: str
    node: str
    words: list[str]


class Comparison(BaseModel):
    """What differs between two versions of a canvas: in words, and as a picture in SVG."""

    changes: list[CanvasDifference]
    picture: str


def canvas_routes(workspace: Workspace) -> APIRouter:
    """Return the routes about one canvas."""
    routes = APIRouter(prefix="/api/jobs/{job}", tags=["canvas"])

    @routes.get("")
    def open_job(job: str) -> Opened:
        text = workspace.text_of(job)
        canvas = workspace.canvas_of(job, text)
        file = workspace.path_of(job).resolve()
        return Opened(
            file=file.as_posix(), text=text, version=version_of(text), inspection=inspection(workspace, canvas, text)
        )

    @routes.get("/version")
    def job_version(job: str) -> str:
        return version_of(workspace.text_of(job))

    @routes.post("/inspect")
    def inspect_canvas(job: str, body: CanvasText) -> Inspection:
        return inspection(workspace, workspace.canvas_of(job, body.text), body.text)

    @routes.post("/edit")
    def edit_canvas(job: str, body: Edit) -> Edited:
        editor = CanvasEditor(workspace.canvas_of(job, body.text), workspace.tables())
        selected = apply(editor, body.change)
        text = editor.canvas.to_text()
        return Edited(text=text, inspection=inspection(workspace, editor.canvas, text), selected=selected)

    @routes.put("")
    def save_canvas(job: str, body: Saving) -> Saved:
        canvas = workspace.canvas_of(job, body.text)
        workspace.require_closed(canvas)
        written = workspace.save_over(canvas, body.text, body.version)
        if written is None:
            raise HTTPException(409, f"{canvas.path.name} has changed on disk since it was opened")
        return Saved(
            version=version_of(body.text),
            files=[file.name for file in written],
            inspection=inspection(workspace, canvas, body.text),
        )

    @routes.post("/compare")
    def compare_with_disk(job: str, body: CanvasText) -> Comparison:
        return comparison(workspace.canvas_on_disk(job), workspace.canvas_of(job, body.text))

    return routes


def comparison(old: Canvas, new: Canvas) -> Comparison:
    """Compare two canvases."""
    changes = [CanvasDifference(change=one.change, node=one.node, words=one.words) for one in canvas_changes(old, new)]
    return Comparison(changes=changes, picture=draw_svg(diff_picture(old, new)))
