"""The folders that a Studio works on: jobs, statements, lake, saved queries. No other file is read or written."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.lake import Lake
from awsglue_local.storage.table import Table as CatalogTable
from awsglue_local.storage.whole_file import write_together
from glue_canvas.document.canvas import Canvas, CanvasError, job_folders, parse_canvas
from glue_canvas.document.job_documents import job_folder
from glue_canvas.document.opened import opened_path
from glue_canvas.drawing.picture import canvas_picture
from glue_canvas.drawing.svg import draw_svg
from glue_canvas.editing.ddl_folder import FOLDER, AnyValue, defined_table
from glue_canvas.flow.job_order import Table
from glue_canvas.kinds.column_flow import Columns
from glue_canvas.script.compiler import script_beside, script_for

GONE = "gone"
"""The version of a canvas that is no more."""
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
        Writes the page about a run of all jobs into the lake; returns what is to be said of the tables.
    """

    jobs: Path
    lake: Path
    engine: str = "sail"
    ddl: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    queries: Callable[[], Mapping[str, str]] = dict
    make_report: Callable[[], str] | None = None
    _tables: tuple[object, tuple[dict[Table, Columns], list[str]]] | None = None
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _defined: tuple[object, dict[Table, CatalogTable]] | None = None

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
        path = folder / f"{folder.name}.json"
        if folder.is_symlink() or not all(map(self._is_inside, (folder, path, path.with_suffix(".py")))):
            raise CanvasError(f"the job folder {folder} leads out of {self.jobs}")
        return path

    def names(self) -> list[str]:
        """Return the names of the jobs, sorted; none where there is no folder yet."""
        try:
            folders = job_folders(self.jobs)
        except CanvasError:
            return []
        return [
            folder.name
            for folder in folders
            if self._is_inside(folder) and self._is_inside(folder / f"{folder.name}.json")
        ]

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.jobs.resolve())

    def canvases(self) -> list[Canvas]:
        """Return the jobs' canvases as they are on disk, sorted by name."""
        return [self.canvas_on_disk(name) for name in self.names()]

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

    def canvas_on_disk(self, job: str) -> Canvas:
        """Return the canvas of a job as its file has it.

        Raises
        ------
        CanvasError
            There is no such job, or its file is no canvas of it.
        """
        return self.canvas_of(job, self.text_of(job))

    def require_closed(self, canvas: Canvas) -> None:
        """Refuse a canvas that lies open for an editor of text.

        Raises
        ------
        CanvasError
            It does.
        """
        opened = opened_path(canvas)
        if opened.exists():
            raise CanvasError(f"the canvas is open in {opened}; close it with `glue-canvas close {canvas.job_name}`")

    def tables(self) -> dict[Table, Columns]:
        """Return the columns of the tables: those that statements define, and those of the lake's catalog besides."""
        return self._tables_and_problems()[0]

    def table_problems(self) -> list[str]:
        """Return why statements cannot be read, a sentence each."""
        return self._tables_and_problems()[1]

    def _tables_and_problems(self) -> tuple[dict[Table, Columns], list[str]]:
        state = _state_of([*self.ddl_folder.glob("*.sql"), *(self.lake / "_catalog").glob("*/*.json")])
        if self._tables is None or self._tables[0] != state:
            found, problems = self._defined_tables(AnyValue())
            columns = {(one.database, one.name): dict([*one.columns, *one.partition_keys]) for one in found}
            self._tables = state, ({**_of_catalog(self.lake), **columns}, problems)
        return self._tables[1]

    def _defined_tables(self, values: dict[str, str]) -> tuple[list[CatalogTable], list[str]]:
        """Return the tables that statements define, and what is wrong with the other statements."""
        found, problems = [], []
        for file in sorted(self.ddl_folder.glob("*.sql")):
            try:
                found.append(defined_table(file, values))
            except CanvasError as error:
                problems.append(str(error))
        return found, problems

    def define_tables(self) -> None:
        """Put into the lake's catalog the tables that it lacks, and those whose statements have changed meanwhile.

        A statement with a placeholder that has no value says nothing of this lake.

        Raises
        ------
        GlueLocalError
            A run is using the lake.
        """
        state = _state_of(self.ddl_folder.glob("*.sql"))
        if self._defined is not None and self._defined[0] == state:
            return
        before = self._defined[1] if self._defined else {}
        found = {(one.database, one.name): one for one in self._defined_tables(dict(self.values))[0]}
        catalog = FolderCatalog(self.lake)
        there = {(database, name) for database in catalog.databases() for name in catalog.table_names(database)}
        wanted = [
            table
            for name, table in found.items()
            if name not in there or (name in before and before[name].definition != table.definition)
        ]
        if wanted:
            with Lake(self.lake).locked():
                for table in wanted:
                    catalog.put(table)
        self._defined = state, found

    def save_over(self, canvas: Canvas, text: str, version: str) -> list[Path] | None:
        """Save unless the canvas on disk is another version by now, for which None is returned.

        Parameters
        ----------
        version
            Empty for whatever is there.

        Raises
        ------
        CanvasError, OSError
            As for `save`.
        """
        with self._writing:
            there = version_of(self.text_of(canvas.job_name)) if canvas.path.exists() else GONE
            return self.save(canvas, text) if version in ("", there) else None

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
    return {file.stem: file.read_text(encoding="utf-8", errors="replace") for file in files}


def version_of(text: str) -> str:
    """Return what tells one version of a file from another."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _state_of(files: Iterable[Path]) -> list[tuple[Path, int, int]]:
    return [(file, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(files) if file.is_file()]


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
                found[(table.database, table.name)] = dict([*table.columns, *table.partition_keys])
            except (GlueLocalError, ValueError, KeyError, TypeError, AttributeError):
                continue  # a damaged file is told where the table is read
    return found
