"""The command `awsglue-local`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from awsglue_local.errors import GlueLocalError
from awsglue_local.session import DEFAULT_LAKE, ScriptRun, run_script


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 when the script failed."""
    given = list(sys.argv[1:] if argv is None else argv)
    cut = given.index("--") if "--" in given else len(given)
    options = _parser().parse_args(given[:cut])
    try:
        run = run_script(options.script, given[cut + 1 :], options.lake, options.engine)
    except GlueLocalError as error:
        print(f"awsglue-local: {error}", file=sys.stderr)
        return 1
    print(json.dumps(asdict(run), indent=2)) if options.json else _show(run)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="awsglue-local", description="Run AWS Glue scripts on this machine.")
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="run one script, unmodified; its own arguments follow after --")
    run.add_argument("script", type=Path, metavar="SCRIPT")
    run.add_argument("--engine", default="sail", help="sail (default), spark or sc://HOST:PORT")
    run.add_argument("--lake", type=Path, default=DEFAULT_LAKE, metavar="DIR", help="the lake folder (default .lake)")
    run.add_argument("--json", action="store_true", help="print the account as JSON")
    return parser


def _show(run: ScriptRun) -> None:
    table = Table("", "Table", "Rows", title=f"{run.name}: {run.seconds:.2f} s", title_justify="left")
    table.columns[2].justify = "right"
    for name, rows in run.reads.items():
        table.add_row("read", name, f"{rows:,}")
    for name, rows in run.writes.items():
        table.add_row("wrote", name, f"{rows:,}")
    console = Console()
    console.print(table)
    for text in notes(run):
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def notes(run: ScriptRun, shown: int = 3) -> list[str]:
    """Return what a person should know of a run besides the numbers: lines left out (the first few), warnings."""
    lines = list(run.warnings)
    for name, bad in run.bad_records.items():
        if bad:
            count = "1 line is no record and was" if len(bad) == 1 else f"{len(bad):,} lines are no records and were"
            lines.append(f"{name}: {count} left out:")
            lines.extend(f"  {record.file}, line {record.line}: {record.reason}" for record in bad[:shown])
            lines.extend(["  ..."] if len(bad) > shown else [])
    return lines
