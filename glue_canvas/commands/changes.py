"""The commands that compare: diff and text."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from glue_canvas.commands.output import add_command, print_json
from glue_canvas.commands.terminal import clean, show_changes
from glue_canvas.document.canvas import Canvas, CanvasError, parse_canvas, read_canvas
from glue_canvas.document.opened import with_lines
from glue_canvas.drawing.canvas_diff import canvas_changes, diff_picture
from glue_canvas.drawing.mermaid import draw_mermaid


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    added = add_command(commands, "diff", diff, "show what changed between two versions of a canvas")
    added.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="OLD NEW",
        help="two canvas files, or the arguments of a git external diff",
    )
    added.add_argument("--json", action="store_true", help="print the changes as JSON")
    added.add_argument("--mermaid", action="store_true", help="print a drawing of the changes")

    added = add_command(commands, "text", print_readable, "print a canvas with one value on each line, for git")
    added.add_argument("file", type=Path)


def diff(options: argparse.Namespace) -> int:
    """Say what changed."""
    if len(options.files) == 1:  # git's way to say that the file is not merged yet
        print(f"{options.files[0]}: not merged")
        return 0
    files = _versions(options.files)
    try:
        old, new = (_canvas_or_none(path) for path in files)
    except (CanvasError, UnicodeError) as error:
        if len(options.files) == 2:
            raise
        print(clean(f"no canvases to compare: {error}"))  # an error would end git's whole listing
        return 0
    changes = canvas_changes(old, new)
    if options.mermaid:
        sys.stdout.write(draw_mermaid(diff_picture(old, new)))
    elif options.json:
        print_json([asdict(change) for change in changes])
    else:
        show_changes(Console(), changes)
    return 0


def _versions(files: Sequence[Path]) -> tuple[Path, Path]:
    """Return the two files; git's external diff hands over seven or nine arguments, they are the second and fifth."""
    if len(files) == 2:
        return files[0], files[1]
    if len(files) in (7, 9):
        return files[1], files[4]
    raise CanvasError("diff takes two canvases")


def print_readable(options: argparse.Namespace) -> int:
    """Print a canvas with a line for each value."""
    try:
        canvas = read_canvas(options.file)
    except CanvasError:  # git asks for any file of the name, a script job's too
        sys.stdout.write(options.file.read_text(encoding="utf-8", errors="replace"))
        return 0
    definition = {**canvas.definition, "codeGenConfigurationNodes": _readable_nodes(canvas)}
    print(json.dumps(definition, indent=2, ensure_ascii=False))
    return 0


def _readable_nodes(canvas: Canvas) -> dict[str, Any]:
    """Return the nodes by name and id, in the order of their ids: that of their making."""
    nodes = sorted(canvas.nodes.values(), key=lambda node: (len(node.id), node.id))
    return {f"{node.name} ({node.id})": {node.kind: with_lines(node.fields)} for node in nodes}


def _canvas_or_none(path: Path) -> Canvas | None:
    """Return the canvas, None for a file that git says is not there."""
    text = path.read_text(encoding="utf-8")
    return parse_canvas(text, path) if text.strip() else None
