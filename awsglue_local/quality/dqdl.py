"""DQDL rulesets as Python values; the grammar is in `dqdl.lark`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.quality.history import Computed
from awsglue_local.transforms.column_expressions import COMPARISONS

GRAMMAR = Path(__file__).parent / "dqdl.lark"


class RulesetError(GlueLocalError):
    """A ruleset that is no DQDL; the message says where."""


@dataclass(frozen=True)
class Keyword:
    """NULL, EMPTY or WHITESPACES_ONLY among the values of a condition."""

    name: str


@dataclass(frozen=True)
class Condition:
    """What a value has to be.

    Attributes
    ----------
    kind
        `compared`, `between`, `in` or `matches`.
    operator
        Of a comparison.
    """

    kind: str
    values: tuple[Any, ...]
    operator: str = ""
    negated: bool = False

    @property
    def is_dynamic(self) -> bool:
        """Whether it compares with what earlier runs have measured."""
        return any(isinstance(value, Computed) for value in self.values)

    def resolved(self, earlier: Sequence[float]) -> Condition:
        """Return the condition with numbers for what is computed of earlier values, the newest last."""
        numbers = tuple(value.value(earlier) if isinstance(value, Computed) else value for value in self.values)
        return replace(self, values=numbers)

    def holds(self, value: Any) -> bool:
        """Say whether a number or text fulfils it."""
        if value is None:
            return False
        if self.kind == "compared":
            result = bool(COMPARISONS[self.operator](value, self.values[0]))
        elif self.kind == "between":
            result = bool(self.values[0] < value < self.values[1])
        elif self.kind == "in":
            result = value in self.values
        else:
            result = re.fullmatch(str(self.values[0]), str(value)) is not None
        return result != self.negated


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes
    ----------
    text
        As the ruleset has it.
    arguments
        What stands in quotes behind the name: columns, a query, an alias.
    where
        SQL that chooses the rows; empty for all.
    threshold
        What the part of rows that fulfil the rule has to be.
    format
        How dates and times are written in a column of text, as Spark's patterns have it; empty for the usual forms.
    labels
        What the ruleset says of the rule, for whoever reads the results.
    """

    text: str
    name: str
    arguments: tuple[str, ...]
    condition: Condition | None = None
    where: str = ""
    threshold: Condition | None = None
    format: str = ""
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Composite:
    """Rules of which all (`and`) or one (`or`) must hold."""

    text: str
    operator: str
    rules: tuple[Any, ...]


def parse_ruleset(ruleset: str) -> list[Rule | Composite]:
    """Return the rules of a ruleset.

    Raises
    ------
    RulesetError
        It is no DQDL.
    """
    from lark.exceptions import UnexpectedInput

    if not ruleset.strip():
        raise RulesetError("the data quality ruleset is empty")
    try:
        tree = _parser().parse(ruleset)
    except UnexpectedInput as error:
        near = error.get_context(ruleset, 30).strip()
        raise RulesetError(f"the data quality ruleset is not valid DQDL, line {error.line}:\n{near}") from error
    default, *items = tree.children
    labels = _labels(default) if default is not None else {}
    return [_item(child, ruleset, labels) for child in items if child is not None]


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR.read_text(encoding="utf-8"), parser="earley", propagate_positions=True, maybe_placeholders=True)


def _item(tree: Any, ruleset: str, labels: dict[str, str]) -> Rule | Composite:
    text = " ".join(ruleset[tree.meta.start_pos : tree.meta.end_pos].split())
    if tree.data in ("any", "all"):
        children = tuple(_item(child, ruleset, labels) for child in tree.children)
        return Composite(text, "or" if tree.data == "any" else "and", children)
    name, *rest = tree.children
    # what follows a rule's condition, in any order
    clauses = {one.data: one for one in rest if one is not None and one.data in CLAUSES}
    others = [one for one in rest if one is None or one.data not in CLAUSES]
    *arguments, condition = others
    return Rule(
        text=text,
        name=str(name),
        arguments=tuple(map(_argument, arguments)),
        condition=_condition(condition) if condition is not None else None,
        where=_unquoted(clauses["where"].children[0]) if "where" in clauses else "",
        threshold=_condition(clauses["threshold"].children[0]) if "threshold" in clauses else None,
        format=_unquoted(clauses["format"].children[0]) if "format" in clauses else "",
        labels={**labels, **(_labels(clauses["labels"]) if "labels" in clauses else {})},
    )


CLAUSES = ("where", "threshold", "format", "labels")


def _labels(tree: Any) -> dict[str, str]:
    return {_unquoted(label.children[0]): _unquoted(label.children[1]) for label in tree.children}


def _argument(tree: Any) -> str:
    token = str(tree.children[-1])
    return _unquoted(token) if tree.data == "quoted" else token


def _condition(tree: Any) -> Condition:
    if tree.data == "compared":
        sign, value = tree.children
        return Condition("compared", (_value(value),), str(sign))
    negated, *values = tree.children
    if tree.data == "pattern":
        return Condition("matches", (_unquoted(values[0]),), negated=negated is not None)
    kind = {"range": "between", "membership": "in"}[tree.data]
    return Condition(kind, tuple(_value(one) for one in values), negated=negated is not None)


def _computed(tree: Any) -> Computed:
    """Return what a rule computes of earlier values."""
    match tree.data:
        case "constant":
            return Computed("number", (_number(str(tree.children[0])),))
        case "call":
            name, *arguments = tree.children
            return Computed(str(name).lower(), tuple(_computed(one) for one in arguments if one is not None))
        case "computed":
            return _computed(tree.children[0])
        case "negative":
            return Computed("-", (Computed("number", (0,)), _computed(tree.children[1])))
    left, sign, right = tree.children
    return Computed(str(sign), (_computed(left), _computed(right)))


def _value(tree: Any) -> Any:
    parts = [str(part) for part in tree.children]
    match tree.data:
        case "text":
            return _unquoted(parts[0])
        case "number":
            return _number(parts[0])
        case "percent":
            return float(parts[0]) / 100
        case "span":
            return _span(parts[0], parts[1])
        case "computed":
            computed = _computed(tree.children[0])
            return computed.value(()) if computed.is_constant else computed
        case "keyword":
            word = parts[0].upper()
            return {"TRUE": True, "FALSE": False}.get(word, Keyword(word))
    now = datetime.now(UTC).replace(tzinfo=None)
    if not parts:
        return now
    sign, number, unit = parts
    return now - _span(number, unit) if sign == "-" else now + _span(number, unit)


def _span(number: str, unit: str) -> timedelta:
    return timedelta(**{unit.lower().rstrip("s") + "s": float(number)})


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", str(text)[1:-1]) if '\\"' in str(text) else str(text)[1:-1]
