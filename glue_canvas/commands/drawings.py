"""The commands that draw: draw and page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from glue_canvas.commands.output import add_command, write
from glue_canvas.document.canvas import Canvas, CanvasError, read_canvas, read_job_folders
from glue_canvas.drawing.mermaid import draw_mermaid
from glue_canvas.drawing.page import canvases_page
from glue_canvas.drawing.picture import Picture, canvas_picture, jobs_picture
from glue_canvas.drawing.svg import draw_svg
from glue_canvas.flow.job_order import JobTables, graph_of, job_tables

DRAWERS: dict[str, tuple[str, Callable[[Picture], str]]] = {
    "svg": (".svg", draw_svg),
    "mermaid": (".mmd", draw_mermaid),
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    added = add_command(commands, "draw", draw, "draw canvases, and the jobs and tables of a repository")
    added.add_argument("place", type=Path, metavar="JOB.json|DIR", help="a canvas, or a folder of job folders")
    added.add_argument("--format", choices=DRAWERS, default="svg", help="svg (the default) or mermaid")
    added.add_argument(
        "-o", "--output", type=Path, help="write the drawing of one canvas to this file instead of printing it"
    )

    added = add_command(commands, "page", page, "write one web page with the drawings of all jobs")
    added.add_argument("place", type=Path, metavar="DIR", help="a folder of job folders")
    added.add_argument("-o", "--output", type=Path, required=True, metavar="PAGE.html")


def draw(options: argparse.Namespace) -> int:
    """Draw one canvas, or all and the repository."""
    suffix, drawer = DRAWERS[options.format]
    if options.place.is_file():
        drawing = drawer(canvas_picture(read_canvas(options.place)))
        if options.output and options.output != Path("-"):
            write(options.output, drawing)
        else:
            sys.stdout.write(drawing)
        return 0
    if options.output:
        raise CanvasError("--output works with one canvas, not with a folder")
    canvases = read_job_folders(options.place)
    drawings = [(canvas.path.with_suffix(suffix), drawer(canvas_picture(canvas))) for canvas in canvases]
    drawings.append((options.place / f"jobs{suffix}", drawer(jobs_picture(_in_order(canvases)))))
    for path, drawing in drawings:
        write(path, drawing)
    return 0


def page(options: argparse.Namespace) -> int:
    """Write the page."""
    canvases = read_job_folders(options.place)
    write(options.output, canvases_page(canvases, _in_order(canvases)))
    return 0


def _in_order(canvases: Sequence[Canvas]) -> list[JobTables]:
    """Return what the jobs read and write, in the order in which they run; in that of their names if they have none."""
    try:
        graph = graph_of(canvases)
    except CanvasError:
        return [job_tables(canvas) for canvas in canvases]
    return [graph.tables[job] for job in graph.order]
