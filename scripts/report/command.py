"""Write the page about the last run of a lake, with all that can be found out about it: `make report`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.status import Status

from awsglue_local import GlueLocalError, LocalGlue
from awsglue_local.athena.queries import AthenaSql
from awsglue_local.process import run_process
from awsglue_local.runner.run_account import is_counted, rewrite_account
from awsglue_local.terminal import plain_console
from scripts.report.findings import find_all
from scripts.report.page import Page, accounts_of
from scripts.report.recount import copied, recount

NOT_COUNTED = "Not all records at nodes could be counted: a script, or the lake, is not as it was in the last run"


def write_page(lake: Path, status: Status) -> Path:
    """Write the page, and return its path.

    Raises
    ------
    GlueLocalError
        There was no run in the lake, the lake cannot be read, or another run uses it.
    OSError
        The page cannot be written.
    """
    account, failure = accounts_of(lake)
    page = Page(lake)
    if failure or account is None:
        # after a failure the tables may be of two runs
        return page.write(None, None)
    with copied(lake) as copy, LocalGlue(copy) as glue:
        sql = AthenaSql(glue.lake, glue.catalog, copy, as_in_files=True, stage=glue.stage)
        if not is_counted(account):
            status.update("Counting the records that leave each node ...")
            account = recount(glue, page.lakehouse, account)
            rewrite_account(lake, account)
            if not is_counted(account):
                status.console.print(NOT_COUNTED, soft_wrap=True)
        status.update("Asking the tables ...")
        with sql.snapshot() as tables:
            return page.write(find_all(tables, page.lakehouse.tables), tables)


def report(lake: Path, console: Console) -> int:
    """Write the page and say where it is; return the exit code."""
    try:
        with console.status("Writing the page about the run ...") as status:
            page = write_page(lake, status)
    except GlueLocalError as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"report: the page cannot be written into the lake {lake}: {error.strerror}", file=sys.stderr)
        return 1
    console.print(f"Open {page} in a browser to see what the run did", soft_wrap=True)
    return 0


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    options = parser.parse_args()
    return report(options.lake, plain_console())


if __name__ == "__main__":
    run_process(main)
