"""Run the STEDI jobs on this machine, in the order that their canvases give: `make run`."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from awsglue_local import GlueLocalError, LocalGlue, ScriptRun
from awsglue_local.job_run.engine import Engine
from glue_canvas import CanvasError
from scripts import stedi
from scripts.run_account import FAILURE, Failure, run_account, write_account, write_failure


def run_jobs(landing: Path, lake: Path, engine: str | Engine, console: Console, count: bool = False) -> list[ScriptRun]:
    """Run every job once and write `<lake>/run.json`, or `<lake>/failure.json` when a job fails.

    Parameters
    ----------
    count
        Whether the records that leave each node are counted.

    Raises
    ------
    GlueLocalError, CanvasError
        Something is wrong with the landing files, the lake, a canvas or a script. Tables of jobs that had not ended
        are as they were.
    """
    start, started = time.perf_counter(), datetime.now(UTC)
    lakehouse = stedi.lakehouse()
    folders = stedi.landing_folders(landing, lakehouse.landing)
    order = lakehouse.graph.order
    name = engine if isinstance(engine, str) else engine.name
    with console.status(f"Starting {name} ...") as status, LocalGlue(lake, engine) as glue:
        try:
            stedi.put_tables(glue.catalog, lakehouse.tables)
            for table, folder in folders:
                glue.lake.put_folder(folder, table.location)
            runs: list[ScriptRun] = []
            for number, job in enumerate(order, 1):
                status.update(f"Job {number} of {len(order)}: {job} ...")
                try:
                    runs.append(glue.run(lakehouse.canvases[job].script_path, count=count))
                except GlueLocalError as error:
                    write_failure(glue.lake.root, Failure(started, name, job, str(error)))
                    raise
            write_account(glue.lake.root, run_account(started, name, time.perf_counter() - start, runs))
        except OSError as error:
            is_landing = landing.resolve() in Path(str(error.filename)).resolve().parents
            what = "the landing files cannot be read" if is_landing else f"the lake {lake} cannot be written"
            raise GlueLocalError(f"{what}: {error.strerror}: {error.filename}") from error
    return runs


def show(runs: list[ScriptRun], console: Console) -> None:
    """Print the table of jobs, and what was left out."""
    table = Table("Job", "Read", "Wrote", "Rows", "Seconds")
    table.columns[3].justify = table.columns[4].justify = "right"
    for run in runs:
        reads = "\n".join(f"{name} ({rows:,})" for name, rows in run.reads.items())
        rows = "\n".join(f"{rows:,}" for rows in run.writes.values())
        table.add_row(run.name, reads, "\n".join(run.writes), rows, f"{run.seconds:.2f}")
    console.print(table)
    empty = [f"{name} has no rows" for run in runs for name, rows in run.writes.items() if not rows]
    for text in dict.fromkeys([*(note for run in runs for note in run.notes()), *empty]):
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="run_jobs", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--engine", default="sail")
    parser.add_argument("--report", action="store_true", help="write a web page about the run")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    start = time.perf_counter()
    try:
        runs = run_jobs(options.landing, options.lake, options.engine, console, count=options.report)
    except (GlueLocalError, CanvasError) as error:
        print(f"run: {error}", file=sys.stderr)
        if options.report and (options.lake / FAILURE).exists():
            _report(options.lake, console)
        return 1
    show(runs, console)
    seconds = time.perf_counter() - start
    console.print(f"{len(runs)} jobs on {options.engine} in {seconds:.1f} s; the tables are in {options.lake}")
    return _report(options.lake, console) if options.report else 0


def _report(lake: Path, console: Console) -> int:
    # what the page needs is slow to import
    from scripts.report.command import report

    return report(lake, console)


if __name__ == "__main__":
    sys.exit(main())
