"""The folders that a Studio works on: jobs, statements, lake, saved queries. No other file is read or written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.whole_file import write_together
from glue_canvas.document.canvas import Canvas, CanvasError, job_folders, parse_canvas, read_job_folders
from glue_canvas.document.job_documents import job_folder
from glue_canvas.drawing.picture import canvas_picture
from glue_canvas.drawing.svg import draw_svg
from glue_canvas.editing.ddl_folder import FOLDER, defined_tables, tables_for
from glue_canvas.flow.job_order import Table
from glue_canvas.kinds.column_flow import Columns
from glue_canvas.script.compiler import script_beside, script_for

MARK = "\ufeff"
"""What some editors put before a file of UTF-8."""


@dataclass
class Workspace:
    """The folders, and what is in them.

    Attributes
    ----------
    jobs
        The folder of job folders.
    lake
        The lake folder.
    engine
        What runs scripts, as `start_engine` takes it.
    ddl
        The folder of CREATE EXTERNAL TABLE statements; the folder `ddl` beside that of the jobs where none is named.
    values
        What stands for `${name}` in the statements, such as the bucket.
    queries
        Gives the saved queries by name.
    make_report
        Writes the page about a run of all jobs into the lake; says whether it did.
    """

    jobs: Path
    lake: Path
    engine: str = "sail"
    ddl: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    queries: Callable[[], Mapping[str, str]] = dict
    make_report: Callable[[], bool] | None = None
    _tables: tuple[object, dict[Table, Columns]] | None = None
    _defined: object = None

    @property
    def ddl_folder(self) -> Path:
        """Where the statements are."""
        return self.ddl or self.jobs.resolve().parent / FOLDER

    def path_of(self, job: str) -> Path:
        """Return where the canvas of a job lies.

        Raises
        ------
        CanvasError
            The name would lead elsewhere.
        """
        folder = job_folder(self.jobs, job)
        if folder.is_symlink() or not folder.resolve().is_relative_to(self.jobs.resolve()):
            raise CanvasError(f"the job folder {folder} leads out of {self.jobs}")
        return folder / f"{folder.name}.json"

    def names(self) -> list[str]:
        """Return the names of the jobs, sorted; none where there is no folder yet."""
        try:
            return [folder.name for folder in job_folders(self.jobs)]
        except CanvasError:
            return []

    def canvases(self) -> list[Canvas]:
        """Return the jobs' canvases as they are on disk, sorted by name."""
        return read_job_folders(self.jobs) if self.names() else []

    def text_of(self, job: str) -> str:
        """Return the text of a job's canvas file.

        Raises
        ------
        CanvasError
            There is no such job, or the file is not UTF-8.
        """
        try:
            return self.path_of(job).read_bytes().decode("utf-8")
        except FileNotFoundError as error:
            raise CanvasError(f"there is no job {job!r}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise CanvasError(f"the canvas of {job!r} cannot be read: {error}") from error

    def canvas_of(self, job: str, text: str) -> Canvas:
        """Return the canvas of a text, which stands for that of a job's file.

        Raises
        ------
        CanvasError
            It is none, or its job has another name.
        """
        path = self.path_of(job)
        canvas = parse_canvas(text.removeprefix(MARK), path)
        if canvas.job_name != job:
            raise CanvasError(f"{path}: the job is named {canvas.job_name!r}, its folder {job!r}")
        return canvas

    def tables(self) -> dict[Table, Columns]:
        """Return the columns of the tables: those that statements define, and those of the lake's catalog besides."""
        state = _state_of([*self.ddl_folder.glob("*.sql"), *(self.lake / "_catalog").glob("*/*.json")])
        if self._tables is None or self._tables[0] != state:
            defined = tables_for([], self.ddl_folder) if self.ddl_folder.is_dir() else {}
            self._tables = state, {**_of_catalog(self.lake), **defined}
        return self._tables[1]

    def define_tables(self) -> None:
        """Put the tables that statements define into the lake's catalog, as a run of all jobs does.

        Raises
        ------
        CanvasError
            A statement cannot be read.
        """
        state = _state_of(self.ddl_folder.glob("*.sql"))
        if self._defined != state:
            catalog = FolderCatalog(self.lake)
            for table in defined_tables(self.ddl_folder, self.values):
                catalog.put(table)
            self._defined = state

    def save(self, canvas: Canvas, text: str) -> list[Path]:
        """Write canvas, script and drawing, or nothing; return what was written.

        Raises
        ------
        CanvasError
            The canvas cannot be compiled.
        OSError
            A file cannot be written.
        """
        files: dict[Path, str | bytes] = {canvas.path: text}
        script = script_for(canvas, script_beside(canvas))
        if script is not None:
            files[canvas.script_path] = script
        drawing = canvas.path.with_suffix(".svg")
        if drawing.exists() or not canvas.path.exists():
            files[drawing] = draw_svg(canvas_picture(canvas))
        return write_together(files)


def queries_in(folders: Sequence[Path]) -> dict[str, str]:
    """Return the queries of folders, a file each, by the files' names."""
    files = [file for folder in folders for file in sorted(folder.glob("*.sql"))]
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def version_of(text: str) -> str:
    """Return what tells one version of a file from another."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _state_of(files: Iterable[Path]) -> list[tuple[Path, int, int]]:
    return [(file, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(files)]


def arguments_of(canvas: Canvas, without: Mapping[str, object] | frozenset[str] = frozenset()) -> list[str]:
    """Return a job's default arguments as its script gets them."""
    arguments = canvas.definition.get("defaultArguments") or {}
    return [word for key, value in arguments.items() if key not in without for word in (key, str(value))]


def without_path(error: Exception, canvas_path: Path) -> str:
    """Return an error's words without the file's path before them."""
    return str(error).removeprefix(f"{canvas_path}: ")


def _of_catalog(lake: Path) -> dict[Table, Columns]:
    catalog, found = FolderCatalog(lake), {}
    for database in catalog.databases():
        for name in catalog.table_names(database):
            try:
                table = catalog.table(database, name)
            except GlueLocalError:  # a damaged file is told where the table is read
                continue
            found[(table.database, table.name)] = dict([*table.columns, *table.partition_keys])
    return found
