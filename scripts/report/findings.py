"""What queries over the tables find: each is asked as soon as the tables that it names are final."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from awsglue_local.athena.queries import CATALOG_TABLES, Snapshot, tables_of
from awsglue_local.athena.sql_text import parse
from awsglue_local.storage.table import Table
from scripts import stedi
from scripts.checks import CheckResult, check_queries, run_check
from scripts.report import funnel
from scripts.report.distribution import Histogram, histograms
from scripts.report.funnel import STAGES, Passage, Reasons


@dataclass
class Findings:
    """What was found.

    Attributes
    ----------
    became
        For each query of `queries/`: target or reason, and how many rows.
    checks
        By name.
    """

    became: dict[str, dict[str, int]] = field(default_factory=dict)
    checks: dict[str, CheckResult] = field(default_factory=dict)
    histograms: list[Histogram] = field(default_factory=list)

    def funnel(self, lake: Snapshot, bad_records: dict[str, int]) -> list[Reasons]:
        """Return every stage with its counts; see `funnel.reasons`."""
        return [funnel.reasons(lake, stage, self.became[stage.query], bad_records) for stage in STAGES]


@dataclass(frozen=True)
class Question:
    """A question, and the tables that have to be final before it is asked."""

    tables: frozenset[str]
    ask: Callable[[Snapshot, Findings], None]


class Questions:
    """The questions that have not been asked.

    Parameters
    ----------
    definitions
        All tables; what looks at the catalog waits for all of them.
    """

    def __init__(self, definitions: list[Table]) -> None:
        tables, queries = stedi.names(definitions), check_queries(definitions)
        stages = [(stage, funnel.query_of(stage)) for stage in STAGES]
        self.texts = [*queries.values(), *(sql for _, sql in stages)]
        self._waiting = [
            *(Question(_tables(sql, tables), _ask_stage(stage)) for stage, sql in stages),
            *(Question(_tables(sql, tables), _ask_check(name, sql)) for name, sql in queries.items()),
            Question(frozenset({stedi.TRAINING_TABLE}), _ask_histograms),
        ]

    def ask(self, lake: Snapshot, findings: Findings, final: frozenset[str]) -> None:
        """Ask those whose tables are all final, and add what they find."""
        ready = [one for one in self._waiting if one.tables <= final]
        self._waiting = [one for one in self._waiting if not one.tables <= final]
        for question in ready:
            question.ask(lake, findings)


def find_all(lake: Snapshot, definitions: list[Table]) -> Findings:
    """Ask every question."""
    questions, findings = Questions(definitions), Findings()
    lake.share(questions.texts)
    questions.ask(lake, findings, stedi.names(definitions))
    return findings


def _tables(sql: str, all_: frozenset[str]) -> frozenset[str]:
    named = tables_of(parse(sql))
    return all_ if any(database == CATALOG_TABLES for database, _ in named) else frozenset(name for _, name in named)


def _ask_stage(stage: Passage) -> Callable[[Snapshot, Findings], None]:
    def ask(lake: Snapshot, findings: Findings) -> None:
        findings.became[stage.query] = funnel.became(lake, stage)

    return ask


def _ask_check(name: str, sql: str) -> Callable[[Snapshot, Findings], None]:
    def ask(lake: Snapshot, findings: Findings) -> None:
        findings.checks[name] = run_check(lake, name, sql)

    return ask


def _ask_histograms(lake: Snapshot, findings: Findings) -> None:
    findings.histograms = histograms(lake)
