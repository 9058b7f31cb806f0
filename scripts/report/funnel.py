"""Why rows left on the way from landing to the training data: a query a stage, whose counts have to add up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from awsglue_local.athena.queries import Snapshot
from scripts import stedi

QUERIES = Path(__file__).parent / "queries"
BROKEN = "broken record"


@dataclass(frozen=True)
class Passage:
    """The way of rows from one table to the next.

    Attributes
    ----------
    query
        The file in `queries/` that tells the reasons apart.
    source
        The table that the rows are in; empty for pairs of rows of two tables.
    target
        The table for which they are kept.
    unit
        What a row stands for.
    counts_target
        Whether as many rows are kept as the target has.
    """

    query: str
    source: str
    target: str
    unit: str
    counts_target: bool = True


STAGES = [
    Passage("customer_records", "customer_landing", "customer_trusted", "customer records"),
    Passage("trusted_customers", "customer_trusted", "customers_curated", "trusted customers"),
    Passage("readings", "accelerometer_landing", "accelerometer_trusted", "accelerometer readings"),
    Passage("steps", "step_trainer_landing", "step_trainer_trusted", "step readings"),
    # a step can be with several accelerometer readings, so that there are more rows than steps
    Passage("trusted_steps", "step_trainer_trusted", stedi.TRAINING_TABLE, "trusted steps", counts_target=False),
    Passage("training_rows", "", stedi.TRAINING_TABLE, "pairs of a step and a reading"),
]


@dataclass(frozen=True)
class Reasons:
    """A stage with its counts.

    Attributes
    ----------
    kept
        Rows that went on.
    left
        Reason to the rows that left, most first.
    total
        Rows there were, broken records included, counted apart from the reasons.
    faults
        Sentences about counts that do not add up; none if all is well.
    """

    stage: Passage
    kept: int
    left: dict[str, int]
    total: int
    faults: list[str]


def query_of(stage: Passage) -> str:
    """Return the query that tells what became of the rows of a stage."""
    return (QUERIES / f"{stage.query}.sql").read_text(encoding="utf-8")


def became(lake: Snapshot, stage: Passage) -> dict[str, int]:
    """Return what became of the rows of a stage: target or reason, and how many they are."""
    return {str(name): int(count) for name, count in lake.query(query_of(stage), stedi.DATABASE).rows}


def reasons(lake: Snapshot, stage: Passage, became: dict[str, int], bad_records: dict[str, int]) -> Reasons:
    """Return a stage with its counts, and what does not add up.

    Parameters
    ----------
    became
        See the function of that name.
    bad_records
        Table to the lines that are no records, which no query sees.
    """
    broken = bad_records.get(stage.source, 0)
    kept = became.get(stage.target, 0)
    others = {reason: count for reason, count in became.items() if reason != stage.target}
    left = dict(sorted({**others, BROKEN: broken}.items(), key=lambda item: (-item[1], item[0])))
    left = {reason: count for reason, count in left.items() if count}
    named = kept + sum(left.values())
    total = lake.rows_of(stedi.DATABASE, stage.source) + broken if stage.source else named
    faults = []
    if named != total:
        faults.append(f"the reasons account for {named:,} {stage.unit}, but there are {total:,}")
    if stage.counts_target and kept != (rows := lake.rows_of(stedi.DATABASE, stage.target)):
        faults.append(f"{kept:,} {stage.unit} should be in {stage.target}, which has {rows:,} rows")
    return Reasons(stage, kept, left, total, faults)
