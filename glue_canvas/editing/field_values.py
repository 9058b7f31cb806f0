"""Fields as people type them: `email` for a path, `age > 3 and name matches A.*` for a Filter, JSON for the rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from awsglue_local.nearest import instead_of
from glue_canvas.document.canvas import CanvasError
from glue_canvas.document.node_shapes import node_shape

if TYPE_CHECKING:
    from botocore.model import Shape

OPERATIONS = {">": "GT", "<": "LT", ">=": "GTE", "<=": "LTE", "=": "EQ", "==": "EQ", "!=": "EQ", "matches": "REGEX"}
TERM = re.compile(
    r"(?P<not>not\s+)?(?P<column>[^\s<>=!]+)\s*(?P<operation>>=|<=|!=|==|=|>|<|\bmatches\b)\s*(?P<value>.+)"
)
FUNCTION = re.compile(r"(?P<function>\w+)\((?P<column>[^()]+)\)")
MAPPED = re.compile(r"(?P<from>[^:]+):(?P<from_type>[^>]+)->(?P<to>[^:]+):(?P<to_type>.+)")


def typed_fields(kind: str, name: str, text: str, inputs: list[str]) -> dict[str, Any]:
    """Return the fields that a typed text sets: one, but for a condition, which sets its logical operator too.

    Parameters
    ----------
    inputs
        The ids of the node's inputs, which keys of a Join belong to.

    Raises
    ------
    CanvasError
        The kind has no such field, or the text cannot be read as its value.
    """
    shape = node_shape(kind)
    if shape is None or name not in shape.members:
        members = shape.members if shape else ()
        raise CanvasError(f"a {kind} node has no field {name!r}" + instead_of(name, members, "it has"))
    if text[:1] in ("[", "{") and shape.members[name].type_name != "string":
        return {name: _json(f"{kind}.{name}", text)}
    match kind, name:
        case "Filter", "Filters":
            return _conditions(text)
        case "Join", "Columns":
            return {name: _keys(text, inputs)}
        case "Aggregate", "Aggs":
            return {name: [_aggregate(part) for part in _parts(text)]}
        case "ApplyMapping", "Mapping":
            return {name: [_mapping(part) for part in _parts(text)]}
    return {name: _value(f"{kind}.{name}", text, shape.members[name])}


def _value(place: str, text: str, shape: Shape) -> Any:
    match shape.type_name:
        case "string":
            return text
        case "boolean" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "integer" | "long" if re.fullmatch(r"-?\d+", text):
            return int(text)
        case "double" | "float" if re.fullmatch(r"-?\d+(\.\d+)?", text):
            return float(text)
        case "list" if shape.member.type_name == "list":
            return [_path(part) for part in _parts(text)]
        case "list" if shape.member.type_name == "string":
            return _path(text) if place.endswith("Path") else _parts(text)
    raise CanvasError(f"{place} cannot be {text!r}: write a {shape.type_name} as JSON")


def _conditions(text: str) -> dict[str, Any]:
    words = {word.upper() for word in re.findall(r"\s(and|or)\s", text, re.IGNORECASE)}
    if len(words) > 1:
        raise CanvasError("a Filter joins all its conditions by `and`, or all by `or`")
    terms = re.split(r"\s+(?:and|or)\s+", text, flags=re.IGNORECASE)
    return {"Filters": [_condition(term.strip()) for term in terms], "LogicalOperator": (words or {"AND"}).pop()}


def _condition(text: str) -> dict[str, Any]:
    found = TERM.fullmatch(text)
    if found is None:
        raise CanvasError(f"{text!r} is not a condition; write one as `column > 0` or `not column matches A.*`")
    column = {"Type": "COLUMNEXTRACTED", "Value": _path(found["column"])}
    constant = {"Type": "CONSTANT", "Value": [found["value"].strip("'\"")]}
    negated = bool(found["not"]) != (found["operation"] == "!=")
    return {"Negated": negated, "Operation": OPERATIONS[found["operation"]], "Values": [column, constant]}


def _keys(text: str, inputs: list[str]) -> list[dict[str, Any]]:
    pairs = [part.split("=") for part in _parts(text)]
    if len(inputs) != 2 or any(len(pair) != 2 for pair in pairs):
        raise CanvasError(f"{text!r} does not name the keys of two inputs; write them as `email=user, day=day`")
    return [
        {"From": node_id, "Keys": [_path(pair[side].strip()) for pair in pairs]} for side, node_id in enumerate(inputs)
    ]


def _aggregate(text: str) -> dict[str, Any]:
    found = FUNCTION.fullmatch(text)
    if found is None:
        raise CanvasError(f"{text!r} is not an aggregate; write one as `count(email)`")
    return {"AggFunc": found["function"], "Column": _path(found["column"].strip())}


def _mapping(text: str) -> dict[str, Any]:
    found = MAPPED.fullmatch(text)
    if found is None:
        raise CanvasError(f"{text!r} is not a mapping; write one as `phone:string->telephone:string`")
    names = {key: value.strip() for key, value in found.groupdict().items()}
    return {
        "Dropped": False,
        "FromPath": _path(names["from"]),
        "FromType": names["from_type"],
        "ToKey": names["to"],
        "ToType": names["to_type"],
    }


def _path(text: str) -> list[str]:
    return [segment.strip() for segment in text.split(".")]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _json(place: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CanvasError(f"{place}: not JSON: {error}") from error
