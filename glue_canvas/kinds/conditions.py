"""The comparisons of Filter and Route nodes as a Python expression over `row`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from glue_canvas.kinds import python_text

OPERATORS = {"EQ": "==", "LT": "<", "GT": ">", "LTE": "<=", "GTE": ">="}
WORDS = {"AND": " and ", "OR": " or "}


class UnsupportedConditionError(ValueError):
    """A comparison whose text is not known."""


def expression(filters: Iterable[dict[str, Any]], logical_operator: str) -> str:
    """Return the comparisons joined by `and` or `or`, without parentheses around a comparison; nothing for none.

    Parameters
    ----------
    filters
        Botocore's `FilterExpression`s or `GroupFilters`' ones.
    logical_operator
        `AND` or `OR`.

    Raises
    ------
    UnsupportedConditionError
        An operation or an operand whose text is not known.
    UnsafeTextError
        A value would break out of its string.
    """
    if logical_operator not in WORDS:
        raise UnsupportedConditionError(f"not supported yet: the logical operator {logical_operator}")
    return WORDS[logical_operator].join(_term(term) for term in filters)


def columns(filters: Iterable[dict[str, Any]]) -> Iterator[Sequence[str]]:
    """Yield the column paths that the comparisons name."""
    for term in filters:
        for value in term["Values"]:
            if value["Type"] == "COLUMNEXTRACTED":
                yield value["Value"]


NUMBERS = ("tinyint", "smallint", "int", "bigint", "long", "float", "double", "decimal")


def faults(filters: Iterable[dict[str, Any]], types: Mapping[str, str] | None) -> Iterator[str]:
    """Yield the comparisons that no row passes, or every row: Glue leaves out a row whose comparison raises.

    Parameters
    ----------
    types
        The columns that come in and their types, None where nobody knows them; only whole columns are looked at.
    """
    for term in filters:
        column, constant = _column_and_constant(term)
        kind = (types or {}).get(column[0], "").lower() if len(column) == 1 else ""
        if term["Operation"] == "REGEX":
            if why := _no_pattern(constant):
                yield f"{constant!r} is not a regular expression ({why}); a \\ before + ( [ * ? takes them as they are"
            elif kind.startswith(NUMBERS):
                yield f"{column[0]!r} is {kind}, and a regular expression (matches) compares text only"
        elif kind.startswith(("string", "varchar", "char")):
            yield f"{column[0]!r} is text and {constant} is not; to compare text, use a regular expression (matches)"


def _column_and_constant(term: dict[str, Any]) -> tuple[Sequence[str], str]:
    values = {value["Type"]: value["Value"] for value in term["Values"]}
    constants = values.get("CONSTANT") or [""]
    return values.get("COLUMNEXTRACTED") or [], str(constants[0])


def _no_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return ""


def _term(term: dict[str, Any]) -> str:
    column, constant = _operands(term["Values"])
    operation = term["Operation"]
    if operation == "REGEX":
        text = f"bool(re.match({python_text.quoted_pattern(constant)}, {column}))"
    elif operation in OPERATORS:
        text = f"{column} {OPERATORS[operation]} {_constant(constant)}"
    else:
        known = ", ".join([*OPERATORS, "REGEX"])
        raise UnsupportedConditionError(f"not supported yet: the operation {operation}; there are {known}")
    return f"not({text})" if term.get("Negated") else text


def _operands(values: list[dict[str, Any]]) -> tuple[str, str]:
    match values:
        case [{"Type": "COLUMNEXTRACTED", "Value": [*segments]}, {"Type": "CONSTANT", "Value": [str(constant)]}]:
            return "row" + "".join(f"[{python_text.quoted(segment)}]" for segment in segments), constant
        case _:
            raise UnsupportedConditionError("not supported yet: a comparison that is not between a column and a value")


def _constant(constant: str) -> str:
    if not re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", constant, re.ASCII):
        raise UnsupportedConditionError(
            f"not supported yet: comparing with {constant!r}; to compare text, use a regular expression (matches)"
        )
    return constant
