"""The commands for an editor of text: open, close and format."""

from __future__ import annotations

import argparse
from pathlib import Path

from awsglue_local.storage.whole_file import write_file
from glue_canvas.commands.output import (
    add_command,
    add_job,
    canvas_named,
    canvases_at,
    print_findings,
    write,
    write_changed,
)
from glue_canvas.document.canvas import CanvasError, read_text
from glue_canvas.document.opened import closed_canvas, opened_path, opened_text
from glue_canvas.document.studio_form import studio_form
from glue_canvas.editing.ddl_folder import tables_for


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    summary = "lay a canvas open for an editor: readable JSON, with queries and code as lines"
    add_job(add_command(commands, "open", open_canvas, summary))
    add_job(add_command(commands, "close", close_canvas, "put an open canvas back, with its script and its drawing"))
    summary = "rewrite canvases as Studio's git integration writes them: order, spacing, escapes"
    added = add_command(commands, "format", format_canvases, summary)
    added.add_argument("places", type=Path, nargs="+", metavar="JOB.json|DIR", help="canvases, or folders of jobs")


def open_canvas(options: argparse.Namespace) -> int:
    """Write the open file beside the canvas."""
    canvas = canvas_named(options.job, options.folder)
    path = opened_path(canvas)
    if path.exists():
        raise CanvasError(f"{path} is open already; `glue-canvas close {canvas.job_name}` puts it back")
    write_file(path, opened_text(canvas, canvas.path.read_bytes()))
    print(f"Edit {path}, then run `glue-canvas close {options.job}`")
    return 0


def close_canvas(options: argparse.Namespace) -> int:
    """Write the canvas of the open file, its script and its drawing, and remove the open file."""
    before = canvas_named(options.job, options.folder)
    path = opened_path(before)
    if not path.exists():
        raise CanvasError(f"{before.job_name} is not open; `glue-canvas open {options.job}` opens it")
    canvas = closed_canvas(read_text(path), path, before.path)
    tables = tables_for([before.path.parent], None)
    try:
        write_changed(canvas, before)
    except CanvasError as error:
        # the slip is in the file that was edited
        raise CanvasError(str(error).replace(str(before.path), str(path), 1)) from error
    path.unlink()
    print_findings(canvas, tables)
    return 0


def format_canvases(options: argparse.Namespace) -> int:
    """Write canvases in Studio's form."""
    for place in options.places:
        for canvas in canvases_at(place):
            write(canvas.path, studio_form(canvas).to_text())
    return 0
