"""Run the checks of `tests/athena/` on Athena: `make athena-check`. A row that a check returns is a failure."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from awsglue_local.errors import GlueLocalError
from awsglue_local.terminal import fitted_table, plain_console
from scripts import stedi
from scripts.aws.athena import Athena, QueryAnswer
from scripts.checks import check_queries, claim_of, show_rows
from scripts.deployment.outputs import FAILURES, Deployment, deployment, words_of

AT_ONCE = 5
"""Athena queues what is more than an account may run at once."""


@dataclass(frozen=True)
class AthenaCheck:
    """A check's name, what it says of the data, and what Athena answered."""

    name: str
    claim: str
    answer: QueryAnswer

    @property
    def passed(self) -> bool:
        """Whether no row contradicts the claim."""
        return not self.answer.rows


def run_checks(there: Deployment, table: str, console: Console) -> list[AthenaCheck]:
    """Run the checks of a table, or all where `table` is empty.

    Raises
    ------
    GlueLocalError
        No check is of that table, there is no landing data, or Athena refuses a query.
    """
    queries = check_queries(database=there.database)
    sql = {name: text for name, text in queries.items() if name.startswith(table)}
    if not sql:
        names = sorted({one.name for one in stedi.tables()})
        raise GlueLocalError(f"no checks for table {table!r}; the tables are {', '.join(names)}")
    athena = Athena(there)
    if athena.query("select count(*) from customer_landing").rows == [("0",)]:
        raise GlueLocalError(
            "customer_landing has no rows, so the checks would prove nothing; run `make upload-landing` first"
        )
    with console.status(f"Running {len(sql)} checks on Athena ..."), ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(athena.query, sql.values()))
    return [
        AthenaCheck(name, claim_of(text), answer) for (name, text), answer in zip(sql.items(), answers, strict=True)
    ]


def show(checks: list[AthenaCheck], console: Console) -> None:
    """Print a table of the checks, and the first offending rows of each that failed."""
    numbers = ("Offending rows", "Scanned", "Dollars", "Seconds")
    rows = []
    for check in checks:
        mark = Text(f"{len(check.answer.rows):,}", style="green" if check.passed else "red")
        answer = check.answer
        rows.append(
            (check.name, check.claim, mark, f"{answer.scanned:,}", f"{answer.dollars:.5f}", f"{answer.seconds:.2f}")
        )
    columns, drop = ("Check", "Claim", *numbers), ("Claim", "Seconds", "Scanned")
    console.print(fitted_table(columns, rows, console.width, drop=drop, right=numbers))
    for check in checks:
        if not check.passed:
            show_rows(check.name, check.answer.columns, check.answer.rows, console)
    failed = sum(not check.passed for check in checks)
    dollars = sum(check.answer.dollars for check in checks)
    console.print(f"{len(checks) - failed} checks passed, {failed} failed; ${dollars:.5f}", highlight=False)


def main() -> int:
    """Run the command and return its exit code: 1 when a check failed."""
    parser = argparse.ArgumentParser(prog="athena_check", description=__doc__)
    parser.add_argument("--table", default="", help="only the checks of this table")
    parser.add_argument("--json", action="store_true", help="print the checks as JSON")
    options = parser.parse_args()
    console = plain_console(stderr=options.json)
    try:
        checks = run_checks(deployment(), options.table, console)
    except FAILURES as error:
        print(f"athena-check: {words_of(error)}", file=sys.stderr)
        return 1
    if options.json:
        described = [{"name": one.name, "claim": one.claim, **vars(one.answer)} for one in checks]
        print(json.dumps(described, indent=2))
    else:
        show(checks, console)
    return 0 if all(check.passed for check in checks) else 1


if __name__ == "__main__":
    sys.exit(main())
