"""Run the STEDI jobs on this machine: `make run`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from awsglue_local.process import run_process
from awsglue_local.storage.lake import SCHEME
from scripts.report.beside import PAGE, PageBeside

if TYPE_CHECKING:
    from rich.console import Console

    from awsglue_local import ScriptRun


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="run_jobs", description=__doc__)
    parser.add_argument("--landing", type=Path, help="required for a lake folder")
    parser.add_argument("--lake", required=True, help="a folder, or s3://bucket/prefix for a cluster")
    parser.add_argument("--engine", default=os.environ.get("ENGINE") or "sail", help="default: ENGINE, or sail")
    parser.add_argument("--report", action="store_true", help="write a web page about the run")
    parser.add_argument("--catalog", choices=("folder", "glue"), default="folder", help="of a lake on S3")
    options = parser.parse_args()
    if options.lake.startswith(SCHEME):
        return _run_on_cluster(options)
    if options.landing is None:
        parser.error("--landing names the folder with the landing files")
    options.lake = Path(options.lake)
    if not options.report:
        return _run(options, None)
    with PageBeside(options.landing, options.lake) as page:
        return _run(options, page)


def _run_on_cluster(options: argparse.Namespace) -> int:
    start = time.perf_counter()
    from awsglue_local import GlueLocalError
    from awsglue_local.terminal import plain_console
    from glue_canvas import CanvasError
    from scripts.local.run_on_cluster import run_on_cluster

    console = plain_console()
    try:
        runs = run_on_cluster(options.landing, options.lake, options.engine, console, options.catalog == "glue")
    except (GlueLocalError, CanvasError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    _tell_runs(runs, options, start, console)
    return 0


def _run(options: argparse.Namespace, page: PageBeside | None) -> int:
    start, began = time.perf_counter(), time.time_ns()
    # only now, so that the page's process loads meanwhile
    from awsglue_local import GlueLocalError
    from awsglue_local.runner.run_account import FAILURE
    from awsglue_local.terminal import plain_console
    from glue_canvas import CanvasError
    from scripts.local.run_jobs import run_jobs

    console = plain_console()
    try:
        runs = run_jobs(options.landing, options.lake, options.engine, console, page)
    except (GlueLocalError, CanvasError) as error:
        print(f"run: {error}", file=sys.stderr)
        failure = options.lake / FAILURE
        failed_now = failure.exists() and failure.stat().st_mtime_ns >= began
        if page and failed_now and not page.end(succeeded=False):
            _tell_page(options.lake, console)
        return 1
    _tell_runs(runs, options, start, console)
    if page is None:
        return 0
    if page.exit_code:
        return 1
    _tell_page(options.lake, console)
    return 0


def _tell_runs(runs: list[ScriptRun], options: argparse.Namespace, start: float, console: Console) -> None:
    from awsglue_local.job_run.engine import public_name
    from scripts.local.run_jobs import show

    show(runs, console)
    seconds = time.perf_counter() - start
    console.print(
        f"{len(runs)} jobs on {public_name(options.engine)} in {seconds:.1f} s; the tables are in {options.lake}"
    )


def _tell_page(lake: Path, console: Console) -> None:
    console.print(f"Open {lake / PAGE} in a browser to see what the run did", soft_wrap=True)


if __name__ == "__main__":
    run_process(main)
