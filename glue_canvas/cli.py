"""The command `glue-canvas`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from glue_canvas.canvas import Canvas, CanvasError, read_canvas, read_job_folders
from glue_canvas.compiler import compile_canvas


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 for a canvas that cannot be compiled."""
    parser = argparse.ArgumentParser(prog="glue-canvas", description="Glue Studio canvases as source code.")
    commands = parser.add_subparsers(required=True)
    compiler = commands.add_parser("compile", help="write the scripts that Studio generates beside their canvases")
    compiler.add_argument("place", type=Path, metavar="JOB.json|DIR", help="a canvas, or a folder of job folders")
    options = parser.parse_args(argv)
    try:
        for canvas, script in [(canvas, compile_canvas(canvas)) for canvas in _canvases(options.place)]:
            _write(canvas, script)
    except CanvasError as error:
        print(f"glue-canvas: {error}", file=sys.stderr)
        return 1
    return 0


def _canvases(place: Path) -> list[Canvas]:
    return [read_canvas(place)] if place.is_file() else read_job_folders(place)


def _write(canvas: Canvas, script: str) -> None:
    data = script.encode()
    if not canvas.script_path.is_file() or canvas.script_path.read_bytes() != data:
        canvas.script_path.write_bytes(data)
        print(f"wrote {canvas.script_path}")
