"""What DuckDB says of a query that failed, as Trino says it."""

from __future__ import annotations

import re

import duckdb

OUR_OWN = r"(?s)(?:ValueError: |Error: )?\b([A-Z]+(?:_[A-Z]+)+): (.*)"
"""What a Python function raised, its name first."""
GROUPED = "a column must be an aggregate expression or appear in GROUP BY clause"
NOT_SCALAR = "the clause cannot contain aggregations, window functions or grouping operations"
UNGROUPED = "A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/GROUP BY clause"
KNOWN: list[tuple[str, str, str]] = [
    (r"Overflow (?:in|on)|INT\d+ with value|range for the destination type INT", "NUMERIC_VALUE_OUT_OF_RANGE", ""),
    ("More than one row returned by", "SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows"),
    ("Map keys must be unique", "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"),
    ("must appear in the GROUP BY clause", "EXPRESSION_NOT_AGGREGATE", GROUPED),
    ("GROUPING statement cannot be used without groups", "MISSING_GROUP_BY", UNGROUPED),
    ("cannot contain window functions", "NESTED_WINDOW", "Window functions are not allowed there"),
    ("clause cannot contain aggregates", "EXPRESSION_NOT_SCALAR", NOT_SCALAR),
    (r"window \S+ does not exist", "INVALID_WINDOW_REFERENCE", "Cannot resolve WINDOW name"),
    ("(?i)frame start", "INVALID_WINDOW_FRAME", ""),
    ("QUANTILE can only take", "INVALID_FUNCTION_ARGUMENT", "percentile must be between 0 and 1"),
    ("Division by zero", "DIVISION_BY_ZERO", "Division by zero"),
]
"""A pattern of DuckDB's words, Trino's name of the error, and its words where they are known."""


def reason_of(error: duckdb.Error) -> str:
    """Return what Trino says of an error, its name first."""
    first = str(error).split("\n\nLINE")[0].strip()
    if found := re.search(OUR_OWN, first):
        return f"{found[1]}: {found[2]}"
    said = first.split("\n")[0]
    for pattern, name, words in KNOWN:
        if re.search(pattern, first):
            return f"{name}: {words or said}"
    if isinstance(error, duckdb.ConversionException):
        return f"INVALID_CAST_ARGUMENT: {said}"
    return f"GENERIC_INTERNAL_ERROR: {said}"
