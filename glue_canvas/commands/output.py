"""What commands share: how one is added, files written and said, JSON printed, canvases read."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from awsglue_local.storage.whole_file import write_file
from glue_canvas.document.canvas import Canvas, read_canvas, read_job_folders


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


def canvases_at(place: Path) -> list[Canvas]:
    """Return the canvas of a file, or those of a folder of job folders."""
    return [read_canvas(place)] if place.is_file() else read_job_folders(place)


def write_job(canvas: Canvas, script: str) -> None:
    """Write a canvas and its script, and say so."""
    write(canvas.path, canvas.to_text())
    write(canvas.script_path, script)


def write(path: Path, text: str) -> None:
    """Write a file and say so, unless it is the same already."""
    if write_file(path, text):
        print(f"wrote {path}")


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
