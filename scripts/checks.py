"""The checks of `tests/athena/`: each a query whose rows contradict what it claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from rich.console import Console
from rich.table import Table

from awsglue_local.athena.queries import Answer, Snapshot
from awsglue_local.storage import table as catalog_table
from scripts import privacy, stedi

SHOWN_ROWS = 5


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


def check_queries(definitions: list[catalog_table.Table] | None = None) -> dict[str, str]:
    """Return the queries of all checks by their names, with the personal columns that the tables declare."""
    values = {"personal_values": privacy.personal_values(definitions or stedi.tables())}
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(stedi.CHECKS.glob("*.sql"))}
    return {name: Template(text).substitute(values) for name, text in texts.items()}


def run_checks(lake: Snapshot) -> list[CheckResult]:
    """Run every check of `tests/athena/`."""
    queries = check_queries()
    lake.share(queries.values())
    return [run_check(lake, name, sql) for name, sql in queries.items()]


def run_check(lake: Snapshot, name: str, sql: str) -> CheckResult:
    """Run one check."""
    return CheckResult(name, claim_of(sql), lake.query(sql, stedi.DATABASE))


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
