"""The functions of https://trino.io/docs/current/functions/json.html."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from awsglue_local.athena.trino.calls import Rule, when_given
from awsglue_local.athena.trino.python_values import dumps, loads, loads_first, text_of_double

PAGE = "json"
MISSING = object()
STEP = r"""\.([\w:\-$]+)|\[\s*(-?\d+)\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[([\w\-]+)\]"""


@lru_cache(maxsize=256)
def steps_of(path: str) -> list[str | int]:
    """Return the names and places of a path such as `$.a[0]["b"]`; ValueError where it is none."""
    if not path.startswith("$"):
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '{path}'")
    steps: list[str | int] = []
    place = 1
    while place < len(path):
        found = re.compile(STEP).match(path, place)
        if found is None:
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '{path}'")
        name = next((one for one in (found[1], found[3], found[4], found[5]) if one is not None), None)
        steps.append(int(found[2]) if name is None else re.sub(r"\\(.)", r"\1", name))
        place = found.end()
    return steps


def _at(text: str, path: str, is_exact: bool = False) -> Any:
    steps = steps_of(path)
    try:
        value = loads_first(text, is_exact)
    except ValueError:
        return MISSING
    for step in steps:
        if isinstance(value, dict) and str(step) in value:
            value = value[str(step)]
        elif isinstance(value, list) and str(step).isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return MISSING
    return value


def json_extract(text: str, path: str) -> str | None:
    value = _at(text, path)
    return None if value is MISSING else dumps(value)


def scalar_text(value: Any) -> str | None:
    """Return a number, text or truth as text; None of anything else."""
    if value is None or value is MISSING or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def json_extract_scalar(text: str, path: str) -> str | None:
    return scalar_text(_at(text, path, is_exact=True))


def json_size(text: str, path: str) -> int | None:
    value = _at(text, path)
    return None if value is MISSING else len(value) if isinstance(value, dict | list) else 0


def json_parse(text: str) -> str:
    try:
        return dumps(loads(text), is_sorted=True)
    except ValueError as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{text}'") from error


def _list(text: str) -> list[Any] | None:
    try:
        value = loads(text)
    except ValueError:
        return None
    return value if isinstance(value, list) else None


def json_array_length(text: str) -> int | None:
    array = _list(text)
    return None if array is None else len(array)


def json_array_get(text: str, place: int) -> str | None:
    array = _list(text)
    if array is None or not -len(array) <= place < len(array) or array[place] is None:
        return None
    return dumps(array[place])


def json_array_contains(text: str, wanted: Any) -> bool | None:
    array = _list(text)
    if array is None:
        return None
    return any(type(one) is type(wanted) and one == wanted for one in array)


def json_text(text: str) -> str:
    return dumps(loads(text))


def is_json_scalar(text: str) -> bool:
    try:
        return not isinstance(loads(text), dict | list)
    except ValueError as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Invalid JSON value: {text}") from error


# paths of the SQL standard: `lax $.a[0].b`

PATH_STEP = (
    r"""\s*(?:\.\s*\*|\.\s*"(?P<quoted>(?:[^"\\]|\\.)*)"|\.\s*(?P<method>size|type)\s*\(\s*\)|\.\s*(?P<name>[A-Za-z_][\w]*)"""
    r"""|\[\s*\*\s*\]|\[\s*(?P<first>last(?:\s*-\s*\d+)?|\d+)(?:\s+to\s+(?P<end>last(?:\s*-\s*\d+)?|\d+))?\s*\])\s*"""
)


class PathFailed(ValueError):
    """A strict path that does not fit the value."""


@lru_cache(maxsize=256)
def tokens_of(path: str) -> tuple[bool, list[re.Match[str]]]:
    """Return whether a path is strict, and its steps; ValueError where it is not known here."""
    found = re.fullmatch(r"\s*(lax|strict)\s+\$(.*)", path, re.DOTALL)
    if found is None:
        raise ValueError(f"INVALID_PATH: cannot parse the path {path!r}")
    steps, place, rest = [], 0, found[2]
    while place < len(rest):
        step = re.compile(PATH_STEP).match(rest, place)
        if step is None or step.end() == place:
            raise ValueError(f"NOT_SUPPORTED: this step of a JSON path is not supported here: {rest[place:]}")
        steps.append(step)
        place = step.end()
    return found[1] == "strict", steps


def items(text: str, path: str) -> list[Any]:
    """Return what a path of the SQL standard finds; PathFailed."""
    is_strict, steps = tokens_of(path)
    try:
        found = [loads(text)]
    except ValueError as error:
        raise PathFailed("the input is no JSON") from error
    for step in steps:
        found = [one for value in found for one in _step(value, step, is_strict)]
    return found


def _step(value: Any, step: re.Match[str], is_strict: bool) -> list[Any]:
    token = step[0].strip()
    if step["method"] == "type":
        return [_kind(value)]
    if step["method"] == "size":
        return [len(value) if isinstance(value, list) else 1]
    if token.startswith("["):
        return _elements(value, step, is_strict)
    if isinstance(value, list) and not is_strict:
        return [found for one in value for found in _step(one, step, is_strict) if not isinstance(one, list)]
    if not isinstance(value, dict):
        return _failed(is_strict)
    if token.replace(" ", "") == ".*":
        return list(value.values())
    name = step["quoted"] if step["quoted"] is not None else step["name"]
    return [value[name]] if name in value else _failed(is_strict)


def _failed(is_strict: bool) -> list[Any]:
    if is_strict:
        raise PathFailed("the path does not fit the value")
    return []


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def _elements(value: Any, step: re.Match[str], is_strict: bool) -> list[Any]:
    if not isinstance(value, list):
        if is_strict:
            _failed(is_strict)
        value = [value]
    if step["first"] is None:
        return list(value)
    first, end = _place(step["first"], value), _place(step["end"] or step["first"], value)
    if is_strict and not 0 <= first <= end < len(value):
        _failed(is_strict)
    return list(value[max(first, 0) : end + 1]) if end >= 0 else []


def _place(text: str, array: list[Any]) -> int:
    if not text.startswith("last"):
        return int(text)
    return len(array) - 1 - int(re.sub(r"\D", "", text) or 0)


def json_exists(text: str, path: str) -> bool:
    try:
        return bool(items(text, path))
    except PathFailed:
        return False


def json_value(text: str, path: str) -> str | None:
    try:
        found = items(text, path)
    except PathFailed:
        return None
    if len(found) != 1 or isinstance(found[0], dict | list) or found[0] is None:
        return None
    return text_of_double(found[0]) if isinstance(found[0], float) else scalar_text(found[0])


def json_query(text: str, path: str, wrapper: str) -> str | None:
    try:
        found = items(text, path)
    except PathFailed:
        return None
    if wrapper == "with" and found:
        return dumps(found)
    if wrapper == "conditional" and found:
        return dumps(found[0] if len(found) == 1 and isinstance(found[0], dict | list) else found)
    return (
        dumps(found[0])
        if len(found) == 1 and isinstance(found[0], dict | list)
        else dumps(found[0])
        if len(found) == 1
        else None
    )


def both(name: str, rest: str) -> str:
    """Return a signature for JSON and one for its text."""
    return f"{name}(json{rest} | {name}(varchar{rest}"


RULES: dict[str, Rule] = {
    "is_json_scalar(varchar) -> boolean | is_json_scalar(json) -> boolean": when_given(is_json_scalar),
    both("json_array_contains", ", boolean) -> boolean"): when_given(json_array_contains),
    both("json_array_contains", ", varchar) -> boolean"): when_given(json_array_contains),
    both("json_array_contains", ", bigint) -> boolean"): when_given(json_array_contains),
    both("json_array_contains", ", double) -> boolean"): when_given(json_array_contains),
    both("json_array_get", ", bigint) -> json"): when_given(json_array_get),
    both("json_array_length", ") -> bigint"): when_given(json_array_length),
    both("json_extract", ", varchar) -> json"): when_given(json_extract),
    both("json_extract_scalar", ", varchar) -> varchar"): when_given(json_extract_scalar),
    "json_format(json) -> varchar": "{0}",
    "json_parse(varchar) -> json": when_given(json_parse),
    both("json_size", ", varchar) -> bigint"): when_given(json_size),
    "$json_text(varchar) -> varchar": when_given(json_text),
    "$json_exists(varchar, varchar) -> boolean": when_given(json_exists),
    "$json_value(varchar, varchar) -> varchar": when_given(json_value),
    "$json_query(varchar, varchar, varchar) -> varchar": when_given(json_query),
}
