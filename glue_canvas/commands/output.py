"""What commands share: how one is added, files written and said, JSON printed, canvases read."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from awsglue_local.nearest import instead_of
from awsglue_local.storage.whole_file import write_file
from glue_canvas.commands.terminal import clean
from glue_canvas.document.canvas import Canvas, CanvasError, canvas_path, job_folders, read_canvas, read_job_folders
from glue_canvas.document.job_documents import job_folder
from glue_canvas.drawing.picture import canvas_picture
from glue_canvas.drawing.svg import draw_svg
from glue_canvas.script.checks import ERROR, Tables, check_canvas
from glue_canvas.script.compiler import script_beside, script_for

STUDIO_JOBS = Path("studio_jobs")


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
) -> argparse.ArgumentParser:
    """Add a command to the command line, and return its parser for the arguments."""
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(run=run)
    return parser


def add_job(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name one job."""
    parser.add_argument("job", metavar="JOB", help="a job's name, its folder or its canvas file")
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="where the job folders are (default studio_jobs, if it is here)"
    )


def add_ddl(parser: argparse.ArgumentParser) -> None:
    """Add the argument that names the folder."""
    parser.add_argument(
        "--ddl",
        type=Path,
        metavar="DIR",
        help="CREATE EXTERNAL TABLE statements, a file a table (default: the folder ddl beside that of the jobs)",
    )


def jobs_here(folder: Path | None) -> Path:
    """Return the folder of job folders that is meant where none is named."""
    return folder or (STUDIO_JOBS if STUDIO_JOBS.is_dir() else Path())


def canvas_named(job: str, folder: Path | None) -> Canvas:
    """Return the canvas of a job's name, of a job folder, or of a file.

    Raises
    ------
    CanvasError
        There is none.
    """
    place = Path(job)
    if place.is_file():
        return read_canvas(place)
    if place.is_dir() and (place.resolve() / f"{place.resolve().name}.json").is_file():
        return read_canvas(place / f"{place.resolve().name}.json")
    there = jobs_here(folder)
    named = job_folder(there, job)
    if not named.is_dir():
        names = [one.name for one in job_folders(there)]
        raise CanvasError(f"{there} has no job {job!r}{instead_of(job, names, 'it has')}")
    return read_canvas(canvas_path(named))


def canvases_at(place: Path) -> list[Canvas]:
    """Return the canvas of a file, or those of a folder of job folders."""
    return [read_canvas(place)] if place.is_file() else read_job_folders(place)


def write_job(canvas: Canvas, script: str | None) -> None:
    """Write a canvas and its script, if it has one, and say so."""
    write(canvas.path, canvas.to_text())
    if script is not None:
        write(canvas.script_path, script)


def write_changed(canvas: Canvas, before: Canvas) -> None:
    """Write a changed canvas, its script and, if there is one already, its drawing.

    Raises
    ------
    CanvasError
        It cannot be compiled; nothing is written.
    """
    script = script_for(canvas, script_beside(before))
    write_job(canvas, script)
    if canvas.path.with_suffix(".svg").exists():
        write_drawing(canvas)


def write_drawing(canvas: Canvas) -> None:
    """Write the drawing of a canvas beside it."""
    write(canvas.path.with_suffix(".svg"), draw_svg(canvas_picture(canvas)))


def print_findings(canvas: Canvas, tables: Tables, told: str = "") -> None:
    """Say what is not right yet with a canvas that was written.

    Parameters
    ----------
    told
        What was said already.
    """
    findings = [one for one in check_canvas(canvas, tables) if one.message not in told]
    for finding in findings:
        place = f'node "{finding.node}": ' if finding.node else ""
        print(clean(f"{place}{finding.level}: {finding.message}"), file=sys.stderr)
    targets = {node.name for node in canvas.nodes.values() if node.kind.endswith("Target")}
    wrong = [one for one in findings if one.level == ERROR and one.rule != "rows"]
    # a table should follow a canvas only where nothing before the target is wrong
    if wrong and all(one.rule == "table" and one.node in targets for one in wrong):
        print(f"`glue-canvas ddl {canvas.job_name} --write` lets the table have what is written", file=sys.stderr)


def write(path: Path, text: str) -> None:
    """Write a file and say so, unless it is the same already."""
    if write_file(path, text):
        print(f"wrote {path}")


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
