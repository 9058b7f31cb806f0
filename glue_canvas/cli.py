"""The command `glue-canvas`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from glue_canvas.commands import by_hand, changes, drawings, editing, exchange, flows, scripts
from glue_canvas.commands.terminal import clean
from glue_canvas.document.canvas import CanvasError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 for what is wrong or cannot be done."""
    options = make_parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (CanvasError, OSError, UnicodeError) as error:
        print(f"glue-canvas: {clean(str(error))}", file=sys.stderr)
        return 1


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="glue-canvas", description="Glue Studio canvases as source code.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (scripts, editing, by_hand, drawings, changes, flows, exchange):
        module.add_commands(commands)
    return parser
