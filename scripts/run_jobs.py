"""Run the STEDI jobs on this machine, in the order that their canvases give: `make run`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from awsglue_local import GlueLocalError, LocalGlue, ScriptRun
from awsglue_local.cli import notes
from awsglue_local.engine import Engine
from glue_canvas import CanvasError
from scripts import stedi

RUN_FILE = "run.json"


def run_jobs(landing: Path, lake: Path, engine: str | Engine, console: Console) -> list[ScriptRun]:
    """Run every job once and write `<lake>/run.json`.

    Raises
    ------
    GlueLocalError, CanvasError
        Something is wrong with the landing files, the lake, a canvas or a script. Tables of jobs that had not ended
        are as they were.
    """
    start = time.perf_counter()
    definitions = stedi.tables()
    canvases, graph = stedi.jobs(definitions)
    folders = stedi.landing_folders(landing, definitions)
    name = engine if isinstance(engine, str) else engine.name
    with console.status(f"Starting {name} ...") as status, LocalGlue(lake, engine) as glue:
        try:
            stedi.put_tables(glue.catalog, definitions)
            for table, folder in folders:
                glue.lake.put_folder(folder, table.location)
            runs = []
            for number, job in enumerate(graph.order, 1):
                status.update(f"Job {number} of {len(graph.order)}: {job} ...")
                runs.append(glue.run(canvases[job].script_path))
            account = run_account(name, time.perf_counter() - start, runs)
            write_account(glue.lake.root / RUN_FILE, account)
        except OSError as error:
            raise GlueLocalError(f"the lake {lake} cannot be written: {error.strerror}: {error.filename}") from error
    return runs


def run_account(engine: str, seconds: float, runs: list[ScriptRun]) -> dict[str, Any]:
    """Return the account of a run, as `run.json` holds it."""
    return {
        "engine": engine,
        "seconds": round(seconds, 3),
        "jobs": [
            {"name": run.name, "seconds": round(run.seconds, 3), "reads": run.reads, "writes": run.writes}
            for run in runs
        ],
        "tables": {table: rows for run in runs for table, rows in run.writes.items()},
        "bad_records": {table: len(bad) for run in runs for table, bad in run.bad_records.items()},
    }


def write_account(path: Path, account: dict[str, Any]) -> None:
    """Write the account, whole or not at all."""
    aside = path.with_suffix(".json.new")
    aside.write_text(json.dumps(account, indent=2) + "\n", encoding="utf-8")
    os.replace(aside, path)


def show(runs: list[ScriptRun], console: Console) -> None:
    """Print the table of jobs, and what was left out."""
    table = Table("Job", "Read", "Wrote", "Rows", "Seconds")
    table.columns[3].justify = table.columns[4].justify = "right"
    for run in runs:
        reads = "\n".join(f"{name} ({rows:,})" for name, rows in run.reads.items())
        rows = "\n".join(f"{rows:,}" for rows in run.writes.values())
        table.add_row(run.name, reads, "\n".join(run.writes), rows, f"{run.seconds:.2f}")
    console.print(table)
    for text in dict.fromkeys(note for run in runs for note in notes(run)):
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="run_jobs", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--engine", default="sail")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    start = time.perf_counter()
    try:
        runs = run_jobs(options.landing, options.lake, options.engine, console)
    except (GlueLocalError, CanvasError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    show(runs, console)
    seconds = time.perf_counter() - start
    console.print(f"{len(runs)} jobs on {options.engine} in {seconds:.1f} s; the tables are in {options.lake}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
