"""The checks of `tests/athena/`: each a query whose rows contradict what it claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from rich.console import Console
from rich.text import Text

from awsglue_local.athena.queries import Answer, Snapshot
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage import table as catalog_table
from awsglue_local.terminal import fitted_table, rows_shown
from scripts import privacy, stedi

SHOWN_ROWS = 5


@dataclass(frozen=True)
class CheckResult:
    """A check's name, what it says of the data (its first comment), and the rows that contradict it.

    Attributes
    ----------
    error
        Why the check could not be answered; empty where it was.
    """

    name: str
    claim: str
    offending: Answer
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether the check was answered, and no row contradicts the claim."""
        return not self.offending.rows and not self.error


def check_queries(
    definitions: list[catalog_table.Table] | None = None, database: str = stedi.DATABASE
) -> dict[str, str]:
    """Return the queries of all checks of a database by names, with the personal columns that the tables declare."""
    values = {"personal_values": privacy.personal_values(definitions or stedi.tables()), "database": database}
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(stedi.CHECKS.glob("*.sql"))}
    return {name: Template(text).substitute(values) for name, text in texts.items()}


def run_checks(lake: Snapshot) -> list[CheckResult]:
    """Run every check of `tests/athena/`."""
    queries = check_queries()
    lake.share(queries.values())
    return [run_check(lake, name, sql) for name, sql in queries.items()]


def run_check(lake: Snapshot, name: str, sql: str) -> CheckResult:
    """Run one check; one that cannot be answered, for want of a column say, has failed."""
    try:
        return CheckResult(name, claim_of(sql), lake.query(sql, stedi.DATABASE))
    except GlueLocalError as error:
        return CheckResult(name, claim_of(sql), Answer([], []), str(error))


def claim_of(sql: str) -> str:
    """Return the comment that a check begins with."""
    lines = sql.splitlines()
    count = next((index for index, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return " ".join(line.removeprefix("--").strip() for line in lines[:count])


def show(results: list[CheckResult], console: Console) -> None:
    """Print a table of the checks, and the first offending rows of each that failed."""
    rows = [(result.name, result.claim, _mark(result)) for result in results]
    columns, numbers = ("Check", "Claim", "Offending rows"), ("Offending rows",)
    console.print(fitted_table(columns, rows, console.width, drop=("Claim",), right=numbers))
    for result in results:
        if result.error:
            console.print(f"{result.name}: {result.error}", style="red", markup=False, highlight=False, soft_wrap=True)
        elif not result.passed:
            show_rows(result.name, result.offending.columns, result.offending.rows, console)


def _mark(result: CheckResult) -> Text:
    if result.error:
        return Text("not answered", style="red")
    return Text(f"{len(result.offending.rows):,}", style="green" if result.passed else "red")


def show_rows(name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], console: Console) -> None:
    """Print the first rows that contradict a check."""
    console.print(rows_shown(columns, rows[:SHOWN_ROWS], console.width, title=name))
    if len(rows) > SHOWN_ROWS:
        console.print(f"and {len(rows) - SHOWN_ROWS:,} more", style="italic")
