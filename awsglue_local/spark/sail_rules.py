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

    def attempt(self, value: Any, kind: str) -> Any:
        """Return a value as another type, null where that cannot be and can be said so."""

    def operation(self, left: Any, sign: str, right: Any) -> Any:
        """Return `left sign right`: =, <, <=>, +, -, *."""

    def either(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return one of two values."""

    def each(self, array: Any, function: Callable[[Any], Any]) -> Any:
        """Return an array with a function of each element."""


Rule = Callable[..., Any]

NUMBER = r"^\s*[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?|(?i:inf|infinity|nan))\s*$"
"""Texts that Spark takes for numbers."""
WHOLE = r"^\s*([+-]?\d+)(\.\d*)?\s*$"
"""Texts that Spark takes for whole numbers; what follows the point is cut off."""
TRUTH = r"^\s*(?i:t|true|y|yes|1|f|false|n|no|0)\s*$"
WHOLE_NUMBERS = ("bigint", "long")
TRIED = ("double", "float", "real", "decimal", "numeric", "dec", "boolean", *WHOLE_NUMBERS)
"""Types that a text, which is no value of them, is null as; Sail fails where Spark gives null."""


def cast_of(words: Words, value: Any, kind: str, is_literal: bool = False) -> Any:
    """Return a cast to one of TRIED, or to a date, in which text that is no value of it is null.

    Parameters
    ----------
    is_literal
        Whether the value is a text, which then need not be asked for.
    """
    name = re.sub(r"\(.*", "", kind)
    if name == "date":
        return _date_of(words, value)
    text = words.cast(value, "string")
    if name in WHOLE_NUMBERS:
        pattern, clean = WHOLE, words.call("regexp_extract", text, words.literal(WHOLE), words.literal(1))
    elif name == "boolean":
        pattern, clean = TRUTH, text
    else:
        # Java's numbers may end in a letter, 1.5f
        letter, none = words.literal(r"([0-9.])[dDfF]\s*$"), words.literal("$1")
        pattern, clean = NUMBER, words.call("regexp_replace", text, letter, none)
    given = words.either(_fits(words, text, pattern), clean, words.literal(None))
    of_text = words.cast(given, kind)
    if name in ("decimal", "numeric", "dec"):
        through_double = words.attempt(words.cast(given, "double"), kind)
        of_text = words.either(_fits(words, text, "[eE]"), through_double, words.attempt(given, kind))
    if is_literal:
        return of_text
    is_text = words.operation(words.call("typeof", value), "=", words.literal("string"))
    return words.either(is_text, of_text, words.cast(value, kind))


def is_text_literal(value: Any) -> bool:
    """Say whether a value is SQL's text of a text."""
    return isinstance(value, str) and re.fullmatch(r"'(?:[^'\\]|\\.)*'", value) is not None


def _fits(words: Words, text: Any, pattern: str) -> Any:
    return words.call("rlike", text, words.literal(pattern))


def _date_of(words: Words, value: Any) -> Any:
    """Spark takes a date from the beginning of a text, `2024-01-31T10:00:00Z`."""
    start = words.literal(r"^([0-9]+-[0-9]+-[0-9]+)[T ].*$")
    text = words.call("trim", words.cast(value, "string"))
    return words.cast(words.call("regexp_replace", text, start, words.literal("$1")), "date")


def _rint(words: Words, value: Any) -> Any:
    """Spark rounds halves to even numbers."""
    number = words.cast(value, "double")
    rest = words.call("abs", words.operation(number, "-", words.call("floor", number)))
    half = words.operation(number, "*", words.literal(0.5))
    even = words.operation(words.literal(2.0), "*", words.call("round", half))
    return words.either(words.operation(rest, "=", words.literal(0.5)), even, words.call("round", number))


def _decode(words: Words, value: Any, *cases: Any) -> Any:
    """Oracle's decode: pairs of a value and a result, then what else; without that the results are texts."""
    pairs, rest = list(zip(cases[::2], cases[1::2], strict=False)), cases[-1] if len(cases) % 2 else words.literal(None)
    if len(cases) % 2 == 0:
        pairs = [(one, words.cast(result, "string")) for one, result in pairs]
    for one, result in reversed(pairs):
        rest = words.either(words.operation(value, "<=>", one), result, rest)
    return rest


def _make_date(words: Words, year: Any, month: Any, day: Any) -> Any:
    """Spark gives null for what is no date."""
    numbers = (words.cast(number, "int") for number in (year, month, day))
    return words.cast(words.call("format_string", words.literal("%04d-%02d-%02d"), *numbers), "date")


def _initcap(words: Words, value: Any) -> Any:
    """Spark begins a word after a space alone, not after a hyphen."""
    parts = words.call("split", words.cast(words.call("lower", value), "string"), words.literal(" "))

    def capital(word: Any) -> Any:
        first = words.call("upper", words.call("substring", word, words.literal(1), words.literal(1)))
        return words.call("concat", first, words.call("substring", word, words.literal(2)))

    return words.call("array_join", words.each(parts, capital), words.literal(" "))


def _char(words: Words, number: Any) -> Any:
    """Spark has the characters from 0 to 255, and counts on from 0."""
    number = words.cast(number, "bigint")
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
    whole = isinstance(count, str) and re.fullmatch(r"\d+", count)
    some = count if whole else words.call("greatest", count, words.literal(0))
    return _unless_null(words, (start, count), words.call("substring", text, start, some))


def _array_contains(words: Words, array: Any, value: Any) -> Any:
    """Spark gives null where a value may be one of the nulls."""
    found = words.call("array_contains", array, value)
    nulls = words.each(array, lambda one: words.call("isnull", one))
    maybe = words.either(words.call("array_contains", nulls, words.literal(True)), words.literal(None), found)
    return words.either(found, found, maybe)


def _isnan(words: Words, value: Any) -> Any:
    """Spark says false of null, and takes a text for a number."""
    number = cast_of(words, value, "double", is_text_literal(value))
    return words.call("coalesce", words.call("isnan", number), words.literal(False))


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
    ("isnan", 1): _isnan,
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
