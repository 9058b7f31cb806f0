"""The functions of https://trino.io/docs/current/functions/regexp.html."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from awsglue_local.athena.trino.calls import Call, Rule, when_given
from awsglue_local.athena.trino.translation import PythonFunction

PAGE = "regexp"
CLASSES = {
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Upper": "A-Z",
    "Lower": "a-z",
    "Space": r"\s",
    "Punct": r"!-/:-@\[-`{-~",
    "XDigit": "0-9a-fA-F",
}
"""POSIX classes of Java's patterns as Python writes them."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of Java; ValueError where Python has none that means the same."""
    if re.search(r"\[[^\]]*(?:&&|\[)", re.sub(r"\\.", "", pattern)):
        raise ValueError("NOT_SUPPORTED: a class inside of a class of a pattern is not supported here")
    text = re.sub(r"\(\?<(?![=!])", "(?P<", _with_flags(pattern))
    text = re.sub(r"\\k<(\w+)>", r"(?P=\1)", text)
    text = re.sub(r"\\p\{(?:Is)?(\w+)\}", lambda found: _class(found[1], found.string, found.start()), text)
    text = re.sub(r"(?<!\\)((?:\\\\)*)\\[zZ]", r"\1\\Z", text)
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: {error} in the pattern {pattern}") from error


def _with_flags(pattern: str) -> str:
    """Let a flag such as `(?i)` in the middle of a pattern hold from there to the end."""
    found = re.search(r"(?<=.)\(\?([imsx]+)\)", pattern, re.DOTALL)
    if found is None:
        return pattern
    before = re.sub(r"\\.", "", pattern[: found.start()])
    if before.count("(") != before.count(")"):
        raise ValueError("NOT_SUPPORTED: a flag inside of a group of a pattern is not supported here")
    return f"{pattern[: found.start()]}(?{found[1]}:{pattern[found.end() :]})"


def _class(name: str, pattern: str, place: int) -> str:
    if name not in CLASSES:
        raise ValueError(f"NOT_SUPPORTED: the class \\p{{{name}}} of a pattern is not supported here")
    is_inside = pattern.rfind("[", 0, place) > pattern.rfind("]", 0, place)
    return CLASSES[name] if is_inside else f"[{CLASSES[name]}]"


def _filled(replacement: str, found: re.Match[str]) -> str:
    """Return what stands in the place of a match: `$1` is a group, a backslash takes the next sign as it is."""

    def part(one: re.Match[str]) -> str:
        if one[1] is not None:
            return one[1]
        name, digits, rest = one[2], one[3] or "", ""
        while len(digits) > 1 and int(digits) > found.re.groups:
            digits, rest = digits[:-1], digits[-1] + rest
        try:
            return (found[name if name else int(digits)] or "") + rest
        except (IndexError, ValueError) as error:
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: {replacement}") from error

    return re.sub(r"\\(.)|\$\{(\w+)\}|\$(\d*)|\\$", part, replacement)


def regexp_replace(text: str, pattern: str, replacement: str) -> str:
    return compiled(pattern).sub(lambda found: _filled(replacement, found), text)


def regexp_remove(text: str, pattern: str) -> str:
    return compiled(pattern).sub("", text)


def regexp_like(text: str, pattern: str) -> bool:
    return compiled(pattern).search(text) is not None


def regexp_extract(text: str, pattern: str, group: int = 0) -> str | None:
    regular = _with_group(pattern, group)
    found = regular.search(text)
    return found[group] if found else None


def regexp_extract_all(text: str, pattern: str, group: int = 0) -> list[str | None]:
    return [found[group] for found in _with_group(pattern, group).finditer(text)]


def _with_group(pattern: str, group: int) -> re.Pattern[str]:
    regular = compiled(pattern)
    if group < 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Group cannot be negative")
    if group > regular.groups:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Pattern has {regular.groups} groups. Cannot access group {group}")
    return regular


def regexp_count(text: str, pattern: str) -> int:
    return sum(1 for _ in compiled(pattern).finditer(text))


def regexp_position(text: str, pattern: str, start: int = 1, occurrence: int = 1) -> int:
    if start < 1 or occurrence < 1:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: start position and occurrence must be at least 1")
    places = [found.start() for found in compiled(pattern).finditer(text, start - 1)] if start <= len(text) + 1 else []
    return places[occurrence - 1] + 1 if len(places) >= occurrence else -1


def regexp_split(text: str, pattern: str) -> list[str]:
    parts, last = [], 0
    for found in compiled(pattern).finditer(text):
        parts.append(text[last : found.start()])
        last = found.end()
    return [*parts, text[last:]]


def groups_of(text: str, pattern: str) -> list[list[str | None]]:
    return [list(found.groups()) for found in compiled(pattern).finditer(text)]


def replace_by_lambda(call: Call) -> str:
    """Put what a lambda makes of the groups of each match in its place."""
    text, pattern, made = call.sql
    groups = _python(call, groups_of, "VARCHAR[][]", text, pattern)
    between = _python(call, regexp_split, "VARCHAR[]", text, pattern)
    replaced = f"list_append(list_transform({groups}, {made}), '')"
    place = call.t.new_name("v")
    piece = f"list_extract({between}, {place}) || list_extract({replaced}, {place})"
    pieces = f"list_transform(range(1, len({between}) + 1), lambda {place}: {piece})"
    return f"CASE WHEN list_count({replaced}) = len({replaced}) THEN array_to_string({pieces}, '') END"


def _python(call: Call, function: Callable[..., Any], result: str, *arguments: str) -> str:
    def of(*values: str | None) -> Any:
        return None if None in values else function(*values)

    name = f"trino_parts_{function.__name__}"
    return call.t.python(PythonFunction(name, of, ("VARCHAR",) * len(arguments), result), *arguments)


RULES: dict[str, Rule] = {
    "regexp_count(varchar, varchar) -> bigint": when_given(regexp_count),
    "regexp_extract(varchar(x), varchar) -> varchar(x)": when_given(regexp_extract),
    "regexp_extract(varchar(x), varchar, bigint) -> varchar(x)": when_given(regexp_extract),
    "regexp_extract_all(varchar(x), varchar) -> array(varchar(x))": when_given(regexp_extract_all),
    "regexp_extract_all(varchar(x), varchar, bigint) -> array(varchar(x))": when_given(regexp_extract_all),
    "regexp_like(varchar, varchar) -> boolean": when_given(regexp_like),
    "regexp_position(varchar, varchar) -> integer": when_given(regexp_position),
    "regexp_position(varchar, varchar, bigint) -> integer": when_given(regexp_position),
    "regexp_position(varchar, varchar, bigint, bigint) -> integer": when_given(regexp_position),
    "regexp_replace(varchar, varchar) -> varchar": when_given(regexp_remove),
    "regexp_replace(varchar, varchar, varchar) -> varchar": when_given(regexp_replace),
    "regexp_replace(varchar, varchar, function(array(varchar), varchar)) -> varchar": replace_by_lambda,
    "regexp_split(varchar, varchar) -> array(varchar)": when_given(regexp_split),
}
