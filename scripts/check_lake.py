"""Run the Athena checks over a lake folder: `make check`. A row that a check returns is a failure."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from awsglue_local.athena_sql import Answer, AthenaSql, open_lake
from awsglue_local.errors import GlueLocalError
from scripts import stedi

SHOWN_ROWS = 5
AMBIGUOUS_STEPS = stedi.QUERIES / "ambiguous_steps.sql"


@dataclass(frozen=True)
class CheckResult:
    """A check's name, what it says of the data (its first comment), and the rows that contradict it."""

    name: str
    claim: str
    offending: Answer

    @property
    def passed(self) -> bool:
        """Whether no row contradicts the claim."""
        return not self.offending.rows


def run_checks(lake: AthenaSql) -> list[CheckResult]:
    """Run every check of `tests/athena/`."""
    results = []
    for path in sorted(stedi.CHECKS.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        results.append(CheckResult(path.stem, claim_of(sql), lake.query(sql, stedi.DATABASE)))
    return results


def require_rows(lake: AthenaSql) -> None:
    """Refuse a lake without landing data, in which every check would pass and prove nothing.

    Raises
    ------
    GlueLocalError
        `customer_landing` has no rows.
    """
    if lake.query("select count(*) from customer_landing", stedi.DATABASE).rows == [(0,)]:
        raise GlueLocalError("the lake holds no customers, so the checks would prove nothing; run `make run` first")


def claim_of(sql: str) -> str:
    """Return the comment that a check begins with."""
    lines = sql.splitlines()
    count = next((index for index, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return " ".join(line.removeprefix("--").strip() for line in lines[:count])


def show(results: list[CheckResult], console: Console) -> None:
    """Print a table of the checks, and the first offending rows of each that failed."""
    table = Table("Check", "Claim", "Offending rows")
    table.columns[2].justify = "right"
    for result in results:
        mark = "[green]0[/]" if result.passed else f"[red]{len(result.offending.rows):,}[/]"
        table.add_row(result.name, result.claim, mark)
    console.print(table)
    for result in results:
        if not result.passed:
            console.print(rows_table(result.name, result.offending.columns, result.offending.rows))


def rows_table(name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    """Return the first rows that contradict a check."""
    table = Table(*columns, title=name, title_justify="left")
    for row in rows[:SHOWN_ROWS]:
        table.add_row(*map(str, row))
    if len(rows) > SHOWN_ROWS:
        table.caption = f"and {len(rows) - SHOWN_ROWS:,} more"
    return table


def main() -> int:
    """Run the command and return its exit code: 1 when a check failed."""
    parser = argparse.ArgumentParser(prog="check_lake", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        with open_lake(options.lake, stedi.DATABASE) as lake:
            require_rows(lake)
            results = run_checks(lake)
            ambiguous = lake.query(AMBIGUOUS_STEPS.read_text(encoding="utf-8"), stedi.DATABASE).rows[0][0]
    except GlueLocalError as error:
        print(f"check: {error}", file=sys.stderr)
        return 1
    show(results, console)
    failed = sum(not result.passed for result in results)
    console.print(f"{len(results) - failed} checks passed, {failed} failed", highlight=False)
    console.print(
        f"{ambiguous:,} trusted step readings fit several people and are left out of machine_learning_curated",
        highlight=False,
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
