"""The command `glue-canvas`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from glue_canvas import aws_commands, commands
from glue_canvas.canvas import CanvasError
from glue_canvas.eras import ERAS
from glue_canvas.terminal import clean


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 for what is wrong or cannot be done."""
    options = make_parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (CanvasError, OSError, UnicodeError) as error:
        print(f"glue-canvas: {clean(str(error))}", file=sys.stderr)
        return 1


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="glue-canvas", description="Glue Studio canvases as source code.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Any], int], summary: str) -> argparse.ArgumentParser:
        added = subparsers.add_parser(name, help=summary, description=summary)
        added.set_defaults(run=run)
        return added

    added = command(
        "compile", commands.compile_scripts, "write the scripts that Studio generates beside their canvases"
    )
    added.add_argument("place", type=Path, metavar="JOB.json|DIR", help="a canvas, or a folder of job folders")
    added.add_argument("-o", "--output", type=Path, metavar="JOB.py", help="the script's file; - prints it")
    added.add_argument("--era", choices=ERAS, default="current", help="whose text: today's, or that until 2024")
    added.add_argument("--sql-base", type=_count, default=0, metavar="N", help="number of the first SqlQuery variable")

    added = command("check", commands.check, "compare scripts with their canvases and look for faults in both")
    added.add_argument("places", type=Path, nargs="+", metavar="DIR", help="job folders, or folders of job folders")
    added.add_argument("--fix", action="store_true", help="write the scripts that differ anew")
    added.add_argument("--json", action="store_true", help="print the findings for a machine")

    added = command("draw", commands.draw, "draw canvases, and the jobs and tables of a repository")
    added.add_argument("place", type=Path, metavar="JOB.json|DIR", help="a canvas, or a folder of job folders")
    added.add_argument("--format", choices=commands.DRAWERS, default="svg", help="svg (the default) or mermaid")
    added.add_argument("-o", "--output", type=Path, help="one canvas: the drawing's file instead of the terminal")

    added = command("diff", commands.diff, "say what changed between two versions of a canvas")
    added.add_argument("files", type=Path, nargs="+", metavar="OLD NEW", help="two canvases, or what git hands over")
    added.add_argument("--json", action="store_true", help="print the changes for a machine")
    added.add_argument("--mermaid", action="store_true", help="print a drawing of the changes")

    added = command("text", commands.text, "print a canvas with a line for each value: git's textconv")
    added.add_argument("file", type=Path)

    added = command("graph", commands.graph, "print jobs, the tables they read and write, and their order")
    added.add_argument("place", type=Path, metavar="DIR", help="a folder of job folders")
    added.add_argument("--json", action="store_true", help="print it for a machine")
    added.add_argument("--mermaid", action="store_true", help="print it as a drawing")

    added = command("lineage", commands.lineage, "print where the columns of the tables come from")
    added.add_argument("place", type=Path, metavar="DIR", help="a folder of job folders")
    added.add_argument("--table", metavar="DATABASE.TABLE", help="only this table's columns")
    added.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="DATABASE.TABLE.COLUMN",
        help="exit with 1, and print the way, if a column comes from this one",
    )
    added.add_argument("--json", action="store_true", help="print it for a machine")
    added = command("pull", aws_commands.pull, "write jobs of AWS Glue into job folders")
    added.add_argument("jobs", nargs="+", metavar="JOB")
    added.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the job folders are")
    added.add_argument("--canvas-only", action="store_true", help="keep the rest of a file that is there")

    added = command("push", aws_commands.push, "put canvases and their scripts on the jobs of AWS Glue")
    added.add_argument("jobs", nargs="+", metavar="JOB")
    added.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the job folders are")
    added.add_argument("--dry-run", action="store_true", help="say what would be done")
    added.add_argument("--as", dest="deployed_name", metavar="NAME", help="the job's name in AWS, where it is another")
    added.add_argument("--database", metavar="OLD=NEW", help="the database's name in AWS, where it is another")
    added.add_argument("--adopt", action="store_true", help="make jobs in SCRIPT mode visual ones")

    added = command(
        "import", commands.import_job, "make a job folder of Studio's Download or of `aws glue get-job` output"
    )
    added.add_argument("file", type=Path)
    added.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where the job folders are")

    added = command("studio", commands.studio, "write one page with the drawings of all jobs")
    added.add_argument("place", type=Path, metavar="DIR", help="a folder of job folders")
    added.add_argument("-o", "--output", type=Path, required=True, metavar="PAGE.html")
    return parser
