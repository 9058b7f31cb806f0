"""The commands about scripts: compile and check."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from awsglue_local.storage.whole_file import write_file
from glue_canvas.commands.output import add_command, add_ddl, canvases_at, print_json, write
from glue_canvas.commands.terminal import clean, show_reports
from glue_canvas.document.canvas import CanvasError, read_canvas
from glue_canvas.document.studio_form import studio_form
from glue_canvas.editing.ddl_folder import tables_for
from glue_canvas.flow.node_order import UnsupportedKindError
from glue_canvas.flow.output_schemas import with_schemas
from glue_canvas.kinds.eras import ERAS, Style
from glue_canvas.script.checks import Tables, check_folder, check_places
from glue_canvas.script.compiler import compile_as, compile_canvas, script_beside


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this module."""
    added = add_command(commands, "compile", compile_scripts, "write the scripts that Studio generates for canvases")
    added.add_argument("place", type=Path, metavar="JOB.json|DIR", help="a canvas, or a folder of job folders")
    added.add_argument("-o", "--output", type=Path, metavar="JOB.py", help="the script's file; - prints it")
    added.add_argument(
        "--era", choices=ERAS, default="current", help="which version of the generator; current is the default"
    )
    added.add_argument("--sql-base", type=_number, default=0, metavar="N", help="number of the first SqlQuery variable")

    added = add_command(commands, "check", check, "compare scripts with their canvases and look for faults in both")
    added.add_argument("places", type=Path, nargs="+", metavar="DIR", help="job folders, or folders of job folders")
    added.add_argument("--fix", action="store_true", help="rewrite canvases that another tool wrote, and old scripts")
    added.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_ddl(added)


def compile_scripts(options: argparse.Namespace) -> int:
    """Write or print scripts."""
    style = Style(ERAS[options.era], options.sql_base)
    canvases, compiled, refused = canvases_at(options.place), [], []
    if options.output and len(canvases) > 1:
        raise CanvasError("--output works with one canvas, not with a folder")
    for canvas in canvases:
        try:
            compiled.append((canvas, compile_canvas(canvas, style)))
        except UnsupportedKindError as error:  # the other jobs have their scripts all the same
            refused.append(str(error))
    for canvas, script in compiled:
        if options.output == Path("-"):
            sys.stdout.write(script)
        else:
            write(options.output or canvas.script_path, script)
    for words in refused:
        print(f"glue-canvas: {clean(words)}", file=sys.stderr)
    return 1 if refused else 0


def check(options: argparse.Namespace) -> int:
    """Check job folders; exit code 1 for an error."""
    folders = check_places(options.places)
    tables = tables_for(folders, options.ddl)
    if options.fix:
        _fix(folders, tables)
    reports = [check_folder(folder, tables) for folder in folders]
    if options.json:
        print_json({"passed": all(one.passed for one in reports), "jobs": [one.to_json() for one in reports]})
    else:
        show_reports(Console(), reports)
    return 0 if all(report.passed for report in reports) else 1


def _fix(folders: Sequence[Path], tables: Tables) -> None:
    """Write canvases in Studio's form, and the scripts of those that compile, in the style of the scripts there."""
    for folder in folders:
        try:
            canvas = with_schemas(studio_form(read_canvas(folder / f"{folder.name}.json")), tables)
            _say_fixed(canvas.path, canvas.to_text())
            _say_fixed(canvas.script_path, compile_as(canvas, script_beside(canvas)))
        except CanvasError:
            continue  # the check that follows says why


def _say_fixed(path: Path, text: str) -> None:
    if write_file(path, text):
        print(f"wrote {path}", file=sys.stderr)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)
