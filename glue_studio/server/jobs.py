"""Jobs as folders: made, copied, renamed, deleted; the statements of the tables that they write."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.document.studio_form import studio_form
from glue_canvas.editing.ddl_folder import written_statement, written_tables
from glue_canvas.editing.new_job import first_canvas
from glue_canvas.flow.job_order import Table
from glue_studio.server.canvases import CanvasText
from glue_studio.server.workspace import Workspace

NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"


class TableName(BaseModel):
    """A table of the Data Catalog."""

    database: Annotated[str, Field(pattern=r"^\w+$")]
    table: Annotated[str, Field(pattern=r"^\w+$")]

    @property
    def pair(self) -> Table:
        """The table as the compiler names it."""
        return self.database.lower(), self.table.lower()


class NewJob(BaseModel):
    """A job to be made; one that writes no table yet has its sources alone."""

    name: Annotated[str, Field(pattern=f"^{NAME}$")]
    reads: Annotated[list[TableName], Field(min_length=1)]
    writes: TableName | None = None


class OtherName(BaseModel):
    """The name of a copy, or a new name."""

    name: Annotated[str, Field(pattern=f"^{NAME}$")]


def job_routes(workspace: Workspace) -> APIRouter:
    """Return the routes about jobs."""
    routes = APIRouter(prefix="/api/jobs", tags=["jobs"])

    @routes.post("/{job}/statements")
    def write_statements(job: str, body: CanvasText) -> list[str]:
        return _write_statements(workspace, workspace.canvas_of(job, body.text))

    @routes.post("", status_code=201)
    def new_job(body: NewJob) -> list[str]:
        reads, writes = [one.pair for one in body.reads], body.writes.pair if body.writes else None
        canvas = first_canvas(workspace.jobs, body.name, reads, writes, workspace.tables())
        written = [file.name for file in workspace.save(canvas, canvas.to_text())]
        return [*written, *_write_statements(workspace, canvas)]

    @routes.post("/{job}/copy", status_code=201)
    def copy_job(job: str, body: OtherName) -> list[str]:
        return [file.name for file in _save_as(workspace, job, body.name)]

    @routes.post("/{job}/rename")
    def rename_job(job: str, body: OtherName) -> list[str]:
        written = _save_as(workspace, job, body.name)
        shutil.rmtree(workspace.path_of(job).parent)
        return [file.name for file in written]

    @routes.delete("/{job}")
    def delete_job(job: str) -> None:
        workspace.text_of(job)  # raises where there is no such job
        shutil.rmtree(workspace.path_of(job).parent)

    return routes


def _write_statements(workspace: Workspace, canvas: Canvas) -> list[str]:
    """Write the statements of the tables that a job writes and nothing defines yet."""
    written = []
    for table in written_tables(canvas):
        file = workspace.ddl_folder / f"{table[1]}.sql"
        if table not in workspace.tables() and not file.exists():
            statement = written_statement(canvas, workspace.ddl_folder, table, workspace.tables())
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(statement, encoding="utf-8")
            written.append(file.name)
    workspace.define_tables()
    return written


def _save_as(workspace: Workspace, job: str, name: str) -> list[Path]:
    canvas = workspace.canvas_of(job, workspace.text_of(job))
    path = workspace.path_of(name)
    if path.parent.exists():
        raise CanvasError(f"there is a job {name!r} already")
    named = studio_form(Canvas(path, {**canvas.definition, "name": name}, canvas.nodes))
    return list(workspace.save(named, named.to_text()))
