"""SELECT, EXPLAIN, and prepared statements."""

from __future__ import annotations

import re

from sqlglot import exp

from awsglue_local.athena.sql_text import parse
from awsglue_local.athena.trino.result_text import text_of
from awsglue_local.athena.trino.types import BOOLEAN
from glue_emulator.athena.statements.statement import (
    Place,
    StatementError,
    StatementResult,
    answering,
    lines,
    prepared_statement,
)


def select(query: exp.Expr, place: Place) -> StatementResult:
    """Answer a query."""
    with answering(query, place) as found:
        kinds = [kind for _, kind in found.columns]
        texts = [[text_of(*cell) for cell in zip(row, kinds, strict=True)] for row in found.fetch()]
        return StatementResult(found.columns, texts, found.scanned)


def explain(place: Place, analyze: bool | None, options: dict[str, str] | None, text: str) -> StatementResult:
    """EXPLAIN: how the query runs here, which is not how it runs on AWS."""
    query = parse(re.sub(r"^\s*verbose\b", "", text, flags=re.IGNORECASE))
    with answering(query, place) as found:
        if (options or {}).get("TYPE") == "VALIDATE":
            return StatementResult([("Valid", BOOLEAN)], [["true"]])
        if (options or {}).get("FORMAT", "TEXT") != "TEXT":
            raise StatementError("NOT_SUPPORTED: the emulator explains as text only")
        plan = found.relation.explain("analyze" if analyze else "standard")
        return StatementResult(
            lines("Query Plan", plan.split("\n")).columns, [[row] for row in plan.split("\n")], found.scanned
        )


def prepare(place: Place, name: str, text: str) -> StatementResult:
    place.prepared[name] = prepared_statement(name, place.workgroup, text.strip().removesuffix(";"))
    return StatementResult()


def deallocate(place: Place, name: str) -> StatementResult:
    if place.prepared.pop(name, None) is None:
        raise StatementError(f"NOT_FOUND: Prepared statement not found: {name}")
    return StatementResult()


def refuse_nameless(query: exp.Expr) -> None:
    """Refuse a query of which a table or view cannot be made: a column without a name, two of one name."""
    names: set[str] = set()
    for number, column in enumerate(query.selects if isinstance(query, exp.Query) else [], 1):
        if isinstance(column, exp.Star) or isinstance(column.this, exp.Star):
            continue
        name = column.alias_or_name.lower() if isinstance(column, exp.Alias | exp.Column) else ""
        if isinstance(column, exp.Dot):
            name = column.expression.name.lower()
        if not name:
            raise StatementError(f"MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {number}")
        if name in names:
            raise StatementError(f"DUPLICATE_COLUMN_NAME: line 1:1: Column name '{name}' specified more than once")
        names.add(name)
