"""The Studio of this lakehouse: `make studio`. Its landing files and tables are put into the lake first."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from awsglue_local.athena.queries import open_lake
from awsglue_local.errors import GlueLocalError
from awsglue_local.process import run_process
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.lake import Lake, data_files
from glue_canvas.document.canvas import CanvasError
from glue_studio.cli import add_options, serve
from glue_studio.server.workspace import Workspace, queries_in
from scripts import stedi
from scripts.checks import check_queries, run_checks

VALUES = {"bucket": stedi.LOCAL_BUCKET}
"""What stands for the placeholders of `ddl/`, as `make run` has it."""


def main() -> int:
    """Serve until interrupted; return the exit code."""
    parser = argparse.ArgumentParser(prog="studio", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    add_options(parser)
    options = parser.parse_args()
    try:
        fill_lake(options.lake, options.landing)
    except (GlueLocalError, CanvasError) as error:
        print(f"studio: {error}", file=sys.stderr)
        return 1
    workspace = Workspace(stedi.JOBS, options.lake, options.engine, values=VALUES, queries=saved_queries)
    workspace.make_report = lambda: report(options.lake.resolve())
    return serve(workspace, options.port, opens_browser=not options.no_browser)


def fill_lake(lake: Path, landing: Path) -> None:
    """Define the lakehouse's tables in a lake, and copy landing files for those that have none.

    Raises
    ------
    GlueLocalError
        There are no landing files, or a run is using the lake.
    """
    lakehouse = stedi.lakehouse()
    catalog, there = FolderCatalog(lake), Lake(lake)
    missing = [table for table in lakehouse.landing if not data_files(there.path(table.location))]
    folders = stedi.landing_folders(landing, missing)
    with there.locked():
        stedi.put_tables(catalog, lakehouse.tables)
        for table, folder in folders:
            there.put_folder(folder, table.location)


def saved_queries() -> dict[str, str]:
    """Return the checks and the queries for people, by name."""
    return {**check_queries(), **queries_in([stedi.QUERIES])}


def report(lake: Path) -> str:
    """Write the page about the last run; return how many checks pass. A process of its own keeps the server small."""
    command = [sys.executable, "-m", "scripts.report.command", "--lake", str(lake)]
    subprocess.run(command, cwd=stedi.ROOT, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
    with open_lake(lake, stedi.DATABASE) as tables:
        results = run_checks(tables)
    failed = [result.name for result in results if not result.passed]
    words = f"{len(results) - len(failed)} of {len(results)} checks pass"
    return f"{words}; these do not: {', '.join(failed)}" if failed else words


if __name__ == "__main__":
    run_process(main)
