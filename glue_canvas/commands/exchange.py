"""The commands that bring jobs from elsewhere and take them there: pull, push and import."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from awsglue_local.nearest import instead_of
from glue_canvas.commands.output import add_command, write_job
from glue_canvas.commands.terminal import clean
from glue_canvas.document.canvas import (
    Canvas,
    CanvasError,
    canvas_path,
    job_folders,
    parse_json,
    read_canvas,
    read_text,
)
from glue_canvas.document.job_documents import canvas_from, job_folder, left_out
from glue_canvas.document.other_database import with_database
from glue_canvas.drawing.deployed_diff import push_words
from glue_canvas.script import deployed
from glue_canvas.script.compiler import compile_canvas, script_beside, script_for


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    added = add_command(commands, "pull", pull, "copy jobs of AWS Glue into job folders")
    added.add_argument("jobs", nargs="+", metavar="JOB")
    added.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the job folders are")
    added.add_argument(
        "--canvas-only", action="store_true", help="in an existing file, replace the nodes and keep the job settings"
    )

    added = add_command(commands, "push", push, "copy canvases and their scripts to the jobs of AWS Glue")
    added.add_argument("jobs", nargs="+", metavar="JOB")
    added.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the job folders are")
    added.add_argument("--dry-run", action="store_true", help="show what would change, without changing it")
    added.add_argument("--as", dest="deployed_name", metavar="NAME", help="the job's name in AWS, if it differs")
    added.add_argument("--database", metavar="OLD=NEW", help="the database's name in AWS, if it is another one")
    added.add_argument("--adopt", action="store_true", help="switch jobs in SCRIPT mode to VISUAL")

    summary = "make a job folder from Studio's Download, the output of `aws glue get-job`, or another canvas file"
    added = add_command(commands, "import", import_job, summary)
    added.add_argument("file", type=Path)
    added.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the job folders are")


def pull(options: argparse.Namespace) -> int:
    """Write jobs of AWS Glue into job folders."""
    glue, s3 = deployed.aws_clients()
    for name in options.jobs:
        folder = job_folder(options.folder, name)
        path = folder / f"{folder.name}.json"
        there = deployed.read_deployed(glue, s3, name)
        canvas, script = deployed.pull(there, path)
        say_left_out(there.job)
        if options.canvas_only and path.is_file():
            canvas = Canvas(path, read_canvas(path).definition, canvas.nodes)
        write_job(canvas, script)
    return 0


def push(options: argparse.Namespace) -> int:
    """Put canvases on jobs, after saying what that changes."""
    if options.deployed_name and len(options.jobs) > 1:
        raise CanvasError("--as works with one job")
    canvases = [_folder_canvas(options.folder, name) for name in options.jobs]
    glue, s3 = deployed.aws_clients()
    for folder_canvas in canvases:
        canvas, script = _renamed(folder_canvas, _current_script(folder_canvas), options.database)
        name = options.deployed_name or canvas.job_name
        planned = deployed.plan_push(canvas, script, deployed.read_deployed(glue, s3, name), options.adopt)
        for line in push_words(canvas, planned):
            print(f"{name}: {clean(line)}")
        if planned.is_needed and not options.dry_run:
            of_aws = deployed.push(glue, s3, canvas, planned)
            print(f"{name}: pushed, read back and compared")
            if of_aws:
                print(f"{name}: AWS itself set {', '.join(of_aws)}", file=sys.stderr)
    return 0


def _renamed(canvas: Canvas, script: str, databases: str | None) -> tuple[Canvas, str]:
    """Return canvas and script for an environment whose database has another name, given as OLD=NEW."""
    old, _, new = (databases or "").partition("=")
    if databases and not (old and new):
        raise CanvasError(f"--database {databases!r} is not OLD=NEW")
    if old == new:
        return canvas, script
    renamed = with_database(canvas, old, new)
    return renamed, script_for(renamed, script) or script


def _current_script(canvas: Canvas) -> str:
    """Return the script beside the canvas, which must be what the canvas says."""
    there = script_beside(canvas)
    script = script_for(canvas, there)
    if script is None:
        compile_canvas(canvas)  # raises, and names the kind that is not compiled here
        raise CanvasError(f"{canvas.script_path} is missing")
    if there not in (None, script):
        raise CanvasError(f"{canvas.script_path} differs from its canvas; run `glue-canvas check` to see how")
    return script


def _folder_canvas(directory: Path, name: str) -> Canvas:
    folder = job_folder(directory, name)
    if not folder.is_dir():
        names = [one.name for one in job_folders(directory)]
        raise CanvasError(f"{directory} has no job {name!r}" + instead_of(name, names, "it has"))
    canvas = read_canvas(canvas_path(folder))
    if canvas.job_name != name:
        raise CanvasError(f"{canvas.path}: the job is named {canvas.job_name!r}, its folder {name!r}")
    return canvas


def import_job(options: argparse.Namespace) -> int:
    """Make a job folder of a document."""
    document = parse_json(read_text(options.file), str(options.file))
    canvas = canvas_from(document, options.file)
    folder = job_folder(options.folder, canvas.job_name)
    script = script_for(canvas, None)
    if script is None:
        print(f"{canvas.job_name}: no script is written, because a kind of node is not compiled here", file=sys.stderr)
    say_left_out(document)
    write_job(Canvas(folder / f"{folder.name}.json", canvas.definition, canvas.nodes), script)
    return 0


def say_left_out(document: Any) -> None:
    """Say which members of a job the file has no place for."""
    if lost := left_out(document):
        print(f"left out, because a canvas file cannot hold it: {', '.join(map(clean, lost))}", file=sys.stderr)
