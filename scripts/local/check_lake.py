"""Run the Athena checks over a lake folder: `make check`. A row that a check returns is a failure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from awsglue_local.athena.queries import Snapshot, open_lake
from awsglue_local.athena.trino.errors import QueryError
from awsglue_local.errors import GlueLocalError
from awsglue_local.process import run_process
from awsglue_local.terminal import plain_console
from scripts import stedi
from scripts.checks import run_checks, show

AMBIGUOUS_STEPS = stedi.QUERIES / "ambiguous_steps.sql"


def require_rows(lake: Snapshot) -> None:
    """Refuse a lake without landing data, in which every check would pass and prove nothing.

    Raises
    ------
    GlueLocalError
        `customer_landing` has no rows.
    """
    if not lake.rows_of(stedi.DATABASE, "customer_landing"):
        raise GlueLocalError("customer_landing has no rows, so the checks would prove nothing; run `make run` first")


def _ambiguous_steps(lake: Snapshot) -> int | None:
    """Return how many trusted readings could be of several people; None where that cannot be answered."""
    try:
        return int(lake.query(AMBIGUOUS_STEPS.read_text(encoding="utf-8"), stedi.DATABASE).rows[0][0])
    except QueryError:
        return None  # a check that asks for the same columns has said so


def main() -> int:
    """Run the command and return its exit code: 1 when a check failed."""
    parser = argparse.ArgumentParser(prog="check_lake", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    options = parser.parse_args()
    console = plain_console()
    try:
        with open_lake(options.lake, stedi.DATABASE) as lake:
            require_rows(lake)
            results = run_checks(lake)
            ambiguous = _ambiguous_steps(lake)
    except GlueLocalError as error:
        print(f"check: {error}", file=sys.stderr)
        return 1
    show(results, console)
    failed = sum(not result.passed for result in results)
    console.print(f"{len(results) - failed} checks passed, {failed} failed", highlight=False)
    if ambiguous is not None:
        words = "trusted step readings could belong to several people, so machine_learning_curated leaves them out"
        console.print(f"{ambiguous:,} {words}", highlight=False)
    return 1 if failed else 0


if __name__ == "__main__":
    run_process(main)
