"""The STEDI jobs, run on this machine in the order that their canvases give."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.status import Status

from awsglue_local import GlueLocalError, LocalGlue, ScriptRun
from awsglue_local.job_run.engine import Engine, public_name
from awsglue_local.runner.run_account import Failure, job_result, run_account, write_account, write_failure
from awsglue_local.storage.catalog import CATALOG_FOLDER
from awsglue_local.terminal import fitted_table
from scripts import stedi
from scripts.local.current_scripts import current_scripts
from scripts.report.beside import PageBeside

KEPT_DDL = "ddl.json"
NOT_CURRENT = (
    "its script is not what the canvas says, so the canvas is run; `make compile` brings the script up to date"
)


def run_jobs(
    landing: Path, lake: Path, engine: str | Engine, console: Console, page: PageBeside | None = None
) -> list[ScriptRun]:
    """Run every job once and write `<lake>/run.json`, or `<lake>/failure.json` when a job fails.

    Parameters
    ----------
    page
        What makes a page about the run meanwhile.

    Raises
    ------
    GlueLocalError, CanvasError
        Something is wrong with the landing files, the lake, a canvas or a script. Tables of jobs that had not ended
        are as they were.
    """
    start, started = time.perf_counter(), datetime.now(UTC)
    lakehouse = stedi.lakehouse(kept=lake / CATALOG_FOLDER / KEPT_DDL)
    folders = stedi.landing_folders(landing, lakehouse.landing)
    name = public_name(engine) if isinstance(engine, str) else engine.name
    with console.status(f"Starting {name} ...") as status, LocalGlue(lake, engine) as glue:
        try:
            stedi.put_tables(glue.catalog, lakehouse.tables)
            for table, folder in folders:
                glue.lake.put_folder(folder, table.location)
            runs = run_in_order(glue, lakehouse, Telling(started, start, name, lake, console, status), page)
            if page:
                status.update("Writing the page about the run ...")
                page.end(succeeded=True)
        except OSError as error:
            is_landing = landing.resolve() in Path(str(error.filename)).resolve().parents
            what = "the landing files cannot be read" if is_landing else f"the lake {lake} cannot be written"
            raise GlueLocalError(f"{what}: {error.strerror}: {error.filename}") from error
    return runs


@dataclass(frozen=True)
class Telling:
    """Where a run tells of itself.

    Attributes
    ----------
    started, start
        When it began: the time, and what `perf_counter` said.
    engine
        The engine's name.
    notes
        The folder for `run.json` and `failure.json`.
    """

    started: datetime
    start: float
    engine: str
    notes: Path
    console: Console
    status: Status


def run_in_order(
    glue: LocalGlue, lakehouse: stedi.Lakehouse, telling: Telling, page: PageBeside | None = None
) -> list[ScriptRun]:
    """Run the jobs in the order that their canvases give, and write the account of the run.

    Raises
    ------
    GlueLocalError, CanvasError
        Something is wrong with a canvas or a script.
    """
    order = lakehouse.graph.order
    scripts = current_scripts(lakehouse.canvases.values(), glue.lake.work_folder("scripts"))
    for job, script in scripts.items():
        if script != lakehouse.canvases[job].script_path:
            telling.console.print(f"{job}: {NOT_CURRENT}", markup=False, highlight=False, soft_wrap=True)
    runs: list[ScriptRun] = []
    for number, job in enumerate(order, 1):
        telling.status.update(f"Job {number} of {len(order)}: {job} ...")
        try:
            glue.engine.begin_session()
            runs.append(glue.run(scripts[job]))
        except GlueLocalError as error:
            write_failure(telling.notes, Failure(telling.started, telling.engine, job, str(error)))
            raise
        if page:
            page.tell_final([*runs[-1].reads, *runs[-1].writes], glue.stage)
    seconds = time.perf_counter() - telling.start
    write_account(telling.notes, run_account(telling.started, telling.engine, seconds, list(map(job_result, runs))))
    return runs


def show(runs: list[ScriptRun], console: Console) -> None:
    """Print the table of jobs, and what was left out."""
    lines = []
    for run in runs:
        reads = "\n".join(f"{name} ({rows:,})" for name, rows in run.reads.items())
        rows = "\n".join(f"{rows:,}" for rows in run.holds.values())
        lines.append((run.name, reads, "\n".join(run.writes), rows, f"{run.seconds:.2f}"))
    columns = "Job", "Read", "Wrote", "Rows", "Seconds"
    console.print(fitted_table(columns, lines, console.width, drop=("Read", "Seconds"), right=("Rows", "Seconds")))
    empty = [name for run in runs for name, rows in run.holds.items() if not rows]
    last = [f"{', '.join(empty)} {'has' if len(empty) == 1 else 'have'} no rows"] if empty else []
    for text in dict.fromkeys([*(note for run in runs for note in run.notes()), *last]):
        console.print(text, markup=False, highlight=False, soft_wrap=True)
