"""What Sail answers otherwise than Spark, and no rule can say otherwise: for `docs/runtime.md`, and for the tests.

A rule sees an expression's words, not the types of its columns. Where Sail fails, the error says `--engine spark`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """An expression and what it gives; `fails` on Sail where it ends in an error."""

    expression: str
    on_sail: str
    on_spark: str
    why: str

    @property
    def fails(self) -> bool:
        """Whether Sail stops with an error, which names the way out."""
        return self.on_sail == "an error"


ERROR = "an error"
DIFFERENCES = (
    Difference("cast(1e7D as string)", "10000000.0", "1.0E7", "doubles below 0.001 and from 10,000,000 as text"),
    Difference("round(1.005D, 2)", "1.0", "1.01", "doubles in the middle of two, as they are written"),
    Difference("date'2024-03-01' - date'2024-02-01'", "29", "29 days, 0:00:00", "a difference of dates; use datediff"),
    Difference(
        "cast(1 as decimal(10,2)) / cast(3 as decimal(10,2))",
        "0.333333",
        "0.3333333333333",
        "digits of decimal quotients",
    ),
    Difference("split('a|b', '|')", "['', 'a', '|', 'b', '']", "['a', '|', 'b', '']", "a pattern that fits nothing"),
    Difference("cast(9999999999 as int)", ERROR, "1410065407", "numbers too large for a type"),
    Difference("'5' + 1", ERROR, "6.0", "text in arithmetic, avg, trim of a number"),
    Difference("coalesce(1.5D, 'x')", ERROR, "1.5", "values of different kinds in one column"),
    Difference(
        "zip_with(array(1), array(2), (x, y) -> x + y)", ERROR, "[3]", "zip_with, transform_keys, transform_values"
    ),
    Difference(
        "1 as a, a + 1", ERROR, "1", "columns that name others of their list; group by all, pivot, cluster by in SQL"
    ),
    Difference("approx_percentile(1, array(0.5))", ERROR, "[1]", "approx_percentile, percentile_approx, bround"),
)


def table() -> str:
    """Return a line for each difference."""
    lines = ["| expression | Sail | Spark | the kind |", "|---|---|---|---|"]
    for one in DIFFERENCES:
        cells = (f"`{one.expression}`", one.on_sail, one.on_spark, one.why)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"
