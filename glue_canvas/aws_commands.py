"""The commands that talk to AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError

from glue_canvas import deployed
from glue_canvas.canvas import Canvas, CanvasError, read_canvas
from glue_canvas.canvas_diff import canvas_changes
from glue_canvas.commands import say_left_out, write_job
from glue_canvas.compiler import compile_as, script_beside
from glue_canvas.job_definition import canvas_from, job_folder
from glue_canvas.renaming import with_database
from glue_canvas.terminal import clean


def pull(options: Any) -> int:
    """Write jobs of AWS Glue into job folders."""
    glue, s3 = _clients()
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


def push(options: Any) -> int:
    """Put canvases on jobs, after saying what that changes."""
    if options.deployed_name and len(options.jobs) > 1:
        raise CanvasError("--as names one job")
    canvases = [_folder_canvas(options.folder, name) for name in options.jobs]
    glue, s3 = _clients()
    for folder_canvas in canvases:
        canvas, script = _renamed(folder_canvas, _current_script(folder_canvas), options.database)
        name = options.deployed_name or canvas.job_name
        planned = deployed.plan_push(canvas, script, deployed.read_deployed(glue, s3, name), options.adopt)
        for line in _push_words(canvas, planned):
            print(f"{name}: {clean(line)}")
        if planned.is_needed and not options.dry_run:
            deployed.push(glue, s3, canvas, planned)
            print(f"{name}: pushed, read back and compared")
    return 0


def _renamed(canvas: Canvas, script: str, databases: str | None) -> tuple[Canvas, str]:
    """Return canvas and script for an environment whose database has another name, given as OLD=NEW."""
    old, _, new = (databases or "").partition("=")
    if old == new:
        return canvas, script
    renamed = with_database(canvas, old, new)
    return renamed, compile_as(renamed, script)


def _push_words(canvas: Canvas, planned: deployed.Push) -> list[str]:
    job = planned.deployed.job
    lines = []
    if planned.sets_canvas and job.get("CodeGenConfigurationNodes"):
        old = canvas_from(
            {"Name": job["Name"], "CodeGenConfigurationNodes": job["CodeGenConfigurationNodes"]}, canvas.path
        )
        changes = canvas_changes(old, Canvas(canvas.path, old.definition, canvas.nodes))
        lines += [f"{change.change} {change.node}: {'; '.join(change.words)}" for change in changes]
    elif planned.sets_canvas:
        lines.append("the job gets its canvas")
    if planned.sets_mode:
        lines.append(f"JobMode {job.get('JobMode')} → VISUAL")
    if planned.writes_script:
        lines.append(f"the script {job['Command']['ScriptLocation']} is written")
    return lines or ["is up to date"]


def _current_script(canvas: Canvas) -> str:
    """Return the script beside the canvas, which must be what the canvas says."""
    there = script_beside(canvas)
    script = compile_as(canvas, there)
    if there not in (None, script):
        raise CanvasError(f"{canvas.script_path} is not what its canvas says: see `glue-canvas check`")
    return script


def _folder_canvas(directory: Path, name: str) -> Canvas:
    folder = job_folder(directory, name)
    canvas = read_canvas(folder / f"{folder.name}.json")
    if canvas.job_name != name:
        raise CanvasError(f"{canvas.path}: the job is named {canvas.job_name!r}, its folder {name!r}")
    return canvas


def _clients() -> tuple[Any, Any]:
    """Return clients of AWS Glue and S3, configured as everywhere: AWS_ENDPOINT_URL, profile, region."""
    try:
        return boto3.client("glue"), boto3.client("s3")
    except BotoCoreError as error:
        hint = "set AWS_REGION, and AWS_PROFILE or what else the AWS CLI takes; AWS_ENDPOINT_URL leads to an emulator"
        raise CanvasError(f"cannot reach AWS: {error} {hint}") from error
