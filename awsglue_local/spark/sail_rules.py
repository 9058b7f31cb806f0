"""What Sail takes otherwise than Spark, said in words that both take alike: a rule for a function and its arguments.

Each rule is written once, for SQL and for PySpark's functions; tests run each on both engines. What no rule can say,
because it depends on the types of the arguments, is in `scripts/docs/sail_differences.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from awsglue_local.errors import Unsupported

WITH_SPARK = "run it with --engine spark"


class Words(Protocol):
    """How an expression is said: as SQL's text, or as PySpark's columns."""

    def call(self, name: str, *arguments: Any) -> Any:
        """Return a function of arguments."""

    def literal(self, value: Any) -> Any:
        """Return a number or a text."""

    def cast(self, value: Any, kind: str) -> Any:
        """Return a value as another type."""

    def operation(self, left: Any, sign: str, right: Any) -> Any:
        """Return `left sign right`: =, <, <=>, +, -, *."""

    def either(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return one of two values."""

    def each(self, array: Any, function: Callable[[Any], Any]) -> Any:
        """Return an array with a function of each element."""


Rule = Callable[..., Any]


def _date_of(words: Words, value: Any) -> Any:
    """Spark takes a date from the beginning of a text, `2024-01-31T10:00:00Z`."""
    start = words.literal(r"^(\s*[0-9]+-[0-9]+-[0-9]+)[T ].*$")
    return words.cast(words.call("regexp_replace", words.cast(value, "string"), start, words.literal("$1")), "date")


def _rint(words: Words, value: Any) -> Any:
    """Spark rounds halves to even numbers."""
    number = words.cast(value, "double")
    rest = words.call("abs", words.operation(number, "-", words.call("floor", number)))
    half = words.operation(number, "*", words.literal(0.5))
    even = words.operation(words.literal(2.0), "*", words.call("round", half))
    return words.either(words.operation(rest, "=", words.literal(0.5)), even, words.call("round", number))


def _decode(words: Words, value: Any, *cases: Any) -> Any:
    """Oracle's decode: pairs of a value and a result, then what else."""
    pairs, rest = list(zip(cases[::2], cases[1::2], strict=False)), cases[-1] if len(cases) % 2 else words.literal(None)
    for one, result in reversed(pairs):
        rest = words.either(words.operation(value, "<=>", one), result, rest)
    return rest


def _make_date(words: Words, year: Any, month: Any, day: Any) -> Any:
    """Spark gives null for what is no date."""
    numbers = (words.cast(number, "int") for number in (year, month, day))
    return words.cast(words.call("format_string", words.literal("%04d-%02d-%02d"), *numbers), "date")


def _initcap(words: Words, value: Any) -> Any:
    """Spark begins a word after a space alone, not after a hyphen."""
    parts = words.call("split", words.call("lower", value), words.literal(" "))

    def capital(word: Any) -> Any:
        first = words.call("upper", words.call("substring", word, words.literal(1), words.literal(1)))
        return words.call("concat", first, words.call("substring", word, words.literal(2)))

    return words.call("array_join", words.each(parts, capital), words.literal(" "))


def _char(words: Words, number: Any) -> Any:
    """Spark has the characters from 0 to 255, and counts on from 0."""
    rest = words.call("chr", words.cast(words.call("pmod", number, words.literal(256)), "int"))
    return words.either(words.operation(number, "<", words.literal(0)), words.literal(""), rest)


def _unless_null(words: Words, values: tuple[Any, ...], otherwise: Any) -> Any:
    """Return null where one of some numbers is null; Sail takes null for 0 there."""
    for value in values:
        if not (isinstance(value, str) and re.fullmatch(r"-?\d+", value)):
            otherwise = words.either(words.call("isnull", value), words.literal(None), otherwise)
    return otherwise


def _left(words: Words, text: Any, count: Any) -> Any:
    return _unless_null(words, (count,), words.call("left", text, words.call("greatest", count, words.literal(0))))


def _substring(words: Words, text: Any, start: Any, count: Any) -> Any:
    return _unless_null(words, (start, count), words.call("substring", text, start, count))


def _array_contains(words: Words, array: Any, value: Any) -> Any:
    """Spark gives null where a value may be one of the nulls."""
    found = words.call("array_contains", array, value)
    nulls = words.each(array, lambda one: words.call("isnull", one))
    maybe = words.either(words.call("array_contains", nulls, words.literal(True)), words.literal(None), found)
    return words.either(found, found, maybe)


def _refused(call: str, instead: str = WITH_SPARK) -> Rule:
    def refuse(*_: Any) -> Any:
        raise Unsupported(f"{call} on Sail", instead)

    return refuse


RULES: dict[tuple[str, int], Rule] = {
    ("to_timestamp", 1): lambda words, value: words.cast(value, "timestamp"),
    ("to_date", 1): _date_of,
    ("rint", 1): _rint,
    ("log", 1): lambda words, value: words.call("ln", value),
    ("from_unixtime", 1): lambda words, value: words.call("from_unixtime", words.cast(value, "bigint")),
    ("from_unixtime", 2): lambda words, value, form: words.call("from_unixtime", words.cast(value, "bigint"), form),
    ("element_at", 2): lambda words, value, place: words.call("try_element_at", value, place),
    ("make_date", 3): _make_date,
    ("datediff", 2): lambda words, end, start: words.cast(words.call("datediff", end, start), "int"),
    ("date_diff", 2): lambda words, end, start: words.cast(words.call("datediff", end, start), "int"),
    ("initcap", 1): _initcap,
    ("left", 2): _left,
    ("substring", 3): _substring,
    ("substr", 3): _substring,
    ("array_contains", 2): _array_contains,
    ("isnan", 1): lambda words, value: words.call("coalesce", words.call("isnan", value), words.literal(False)),
    ("char", 1): _char,
    ("chr", 1): _char,
    **{("decode", count): _decode for count in range(3, 40)},
    ("bround", 1): _refused("bround"),
    ("bround", 2): _refused("bround"),
    ("percentile_approx", 2): _refused("percentile_approx", f"use percentile, or {WITH_SPARK}"),
    ("percentile_approx", 3): _refused("percentile_approx", f"use percentile, or {WITH_SPARK}"),
    ("input_file_name", 0): _refused("input_file_name()"),
}
"""Function and the number of its arguments to what it becomes."""

TRIED = ("double", "float", "real", "decimal", "numeric", "dec", "bigint", "long", "boolean")
"""Types that a text, which is no value of them, is null as; Sail fails where Spark gives null."""
