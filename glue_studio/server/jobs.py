"""Jobs as folders: made, copied, renamed, deleted; the statements of the tables that they write."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from awsglue_local.storage.whole_file import write_file, write_together
from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.document.studio_form import studio_form
from glue_canvas.editing.ddl_folder import written_statement, written_tables
from glue_canvas.editing.new_job import first_canvas
from glue_canvas.flow.job_order import Table
from glue_canvas.script.compiler import script_beside
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
        return [file.name for file in _rename(workspace, job, body.name)]

    @routes.delete("/{job}")
    def delete_job(job: str) -> None:
        workspace.require_closed(workspace.canvas_on_disk(job))
        shutil.rmtree(workspace.path_of(job).parent)

    return routes


def _write_statements(workspace: Workspace, canvas: Canvas) -> list[str]:
    """Write the statements of the tables that a job writes and nothing defines yet.

    Raises
    ------
    CanvasError
        A column or table has a name that no statement can have.
    """
    written = []
    for table in written_tables(canvas):
        if table not in workspace.tables():
            statement = written_statement(canvas, workspace.ddl_folder, table, workspace.tables())
            file = _free_file(workspace.ddl_folder, table)
            file.parent.mkdir(parents=True, exist_ok=True)
            write_file(file, statement)
            written.append(file.name)
    workspace.define_tables()
    return written


def _free_file(folder: Path, table: Table) -> Path:
    """Return a file for a table's statement: another database may have a table of that name."""
    file = folder / f"{table[1]}.sql"
    return file if not file.exists() else folder / f"{table[0]}.{table[1]}.sql"


def _renamed(workspace: Workspace, canvas: Canvas, name: str) -> Canvas:
    path = workspace.path_of(name)
    if path.parent.exists():
        raise CanvasError(f"there is a job {name!r} already")
    return studio_form(Canvas(path, {**canvas.definition, "name": name}, canvas.nodes))


def _save_as(workspace: Workspace, job: str, name: str) -> list[Path]:
    canvas = workspace.canvas_on_disk(job)
    copy = _renamed(workspace, canvas, name)
    written = workspace.save(copy, copy.to_text())
    script = script_beside(canvas)
    # what is not compiled here has a script of its own, from AWS
    if script is not None and not copy.script_path.exists():
        written += write_together({copy.script_path: script})
    return written


def _rename(workspace: Workspace, job: str, name: str) -> list[Path]:
    """Rename a job's folder with all that is in it, and write its canvas under the new name."""
    before = workspace.canvas_on_disk(job)
    workspace.require_closed(before)
    after = _renamed(workspace, before, name)
    os.rename(before.path.parent, after.path.parent)
    for old in (before.path, before.script_path, before.path.with_suffix(".svg")):
        there = after.path.parent / old.name
        if there.exists():
            there.rename(after.path.with_suffix(old.suffix))
    return workspace.save(after, after.to_text())
