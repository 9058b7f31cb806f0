"""What a new node of a kind begins with, and the fields that a kind has."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from awsglue_local.nearest import instead_of
from glue_canvas.document.canvas import CanvasError, Node
from glue_canvas.document.node_shapes import known_kinds, node_shape, shape_faults
from glue_canvas.flow.node_order import unsupported
from glue_canvas.kinds import KINDS
from glue_canvas.kinds.column_flow import Columns

if TYPE_CHECKING:
    from botocore.model import Shape

Inputs = Sequence[tuple[Node, Columns | None]]

BEGINNINGS: dict[str, dict[str, Any]] = {
    "Aggregate": {"Aggs": [], "Groups": []},
    "CatalogTarget": {"PartitionKeys": []},
    "CustomCode": {"ClassName": "MyTransform", "Code": "return dfc"},
    "DropFields": {"Paths": []},
    "DropNullFields": {"NullCheckBoxList": {"IsEmpty": True, "IsNegOne": False, "IsNullString": True}},
    "Filter": {"Filters": [], "LogicalOperator": "AND"},
    "Join": {"JoinType": "equijoin"},
    "RenameField": {"SourcePath": [], "TargetPath": []},
    "SelectFields": {"Paths": []},
    "SelectFromCollection": {"Index": 0},
    "Union": {"UnionType": "ALL"},
}
"""Kind to the fields that it has to have, as Studio fills them in for a new node."""


def palette(kind: str) -> str:
    """Return the name of a kind that the compiler has, whatever its case.

    Raises
    ------
    CanvasError
        There is none.
    """
    by_lower = {one.lower(): one for one in KINDS}
    if kind.lower() in by_lower:
        return by_lower[kind.lower()]
    if kind in known_kinds():
        raise CanvasError(unsupported(kind))
    raise CanvasError(f"there is no kind of node {kind!r}" + instead_of(kind, KINDS, "the kinds are"))


def new_fields(kind: str, inputs: Inputs) -> dict[str, Any]:
    """Return what a new node begins with, Name and Inputs left out."""
    fields = dict(BEGINNINGS.get(kind, {}))
    if kind == "SparkSQL":
        aliases: list[dict[str, str]] = []
        for node, _ in inputs:
            aliases.append({"From": node.id, "Alias": alias_of(node, {one["Alias"] for one in aliases})})
        first = aliases[0]["Alias"] if aliases else "input"
        fields |= {"SqlAliases": aliases, "SqlQuery": f"select * from {first}"}  # noqa: S608 - an identifier
    if kind == "Join":
        fields["Columns"] = [{"From": node.id, "Keys": []} for node, _ in inputs]
    if kind == "ApplyMapping":
        columns = (inputs[0][1] or {}) if inputs else {}
        fields["Mapping"] = [
            {"ToKey": name, "FromPath": [name], "FromType": type_, "ToType": type_, "Dropped": False}
            for name, type_ in columns.items()
        ]
    return fields


def alias_of(node: Node, taken: Collection[str]) -> str:
    """Return the name that a query gives an input: the node's in lower case, as an identifier."""
    name = re.sub(r"\W+", "_", node.name.lower(), flags=re.ASCII).strip("_") or "input"
    name = name if name[0].isalpha() else f"t_{name}"
    return next(one for number in range(1, len(taken) + 2) if (one := name + f"_{number}" * (number > 1)) not in taken)


def checked_fields(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields that are to be set on a node of a kind.

    Raises
    ------
    CanvasError
        The kind has no such field, or a value is not of its type.
    """
    shape = node_shape(kind)
    if shape is None:
        raise CanvasError(f"botocore has no kind of node {kind!r}")
    for name, value in fields.items():
        if name not in shape.members:
            raise CanvasError(f"a {kind} node has no field {name!r}" + instead_of(name, shape.members, "it has"))
        _require_enum(f"{kind}.{name}", value, shape.members[name])
    named = {name: value for name, value in fields.items() if value is not None}
    for fault in shape_faults(kind, named):
        if not fault.startswith("Missing required parameter in input"):
            raise CanvasError(f"{kind}: {fault}")
    return dict(fields)


def _require_enum(place: str, value: Any, shape: Shape) -> None:
    """Raise where a text is none of those that botocore lists; its own check of shapes does not look."""
    if shape.type_name == "string" and isinstance(value, str) and shape.enum and value not in shape.enum:
        raise CanvasError(f"{place} cannot be {value!r}" + instead_of(value, shape.enum, "it can be"))
    if shape.type_name == "structure" and isinstance(value, dict):
        for name in set(value) & set(shape.members):
            _require_enum(f"{place}.{name}", value[name], shape.members[name])
    if shape.type_name == "list" and isinstance(value, list):
        for item in value:
            _require_enum(place, item, shape.member)
