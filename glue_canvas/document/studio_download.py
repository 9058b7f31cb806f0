"""The nodes of Studio's Download, its own page's names and shapes, made into the API's.

What public Downloads show is mapped; the rest goes by name into botocore's shapes, and what fits none is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.model import Shape

from glue_canvas.document.canvas import CanvasError
from glue_canvas.document.node_shapes import api_shape, shape_faults

OF_THE_PAGE = frozenset(
    {
        "calculatedType",
        "classification",
        "codeGenVersion",
        "dataPreview",
        "format",
        "generatedNodeName",
        "iconUrl",
        "inferSchemaChanged",
        "isCatalog",
        "nodeId",
        "parentsValid",
        "previewAmount",
        "streamingBatchInterval",
        "type",
        "updateCatalogOptions",
    }
)
"""Keys that only Studio's page needs."""

LITERALS: dict[str, dict[Any, str]] = {
    "separator": {",": "comma", "\x01": "ctrla", "|": "pipe", ";": "semicolon", "\t": "tab"},
    "quoteChar": {'"': "quote", "\u00bb": "quillemet", "'": "single_quote", -1: "disabled", "-1": "disabled"},
    "output": {"primaryInput": "PrimaryInput", "evaluationResults": "EvaluationResults"},
}
"""Fields whose values the page writes as they are, or in its own case, to the API's words for them."""
S3_SOURCES = {"csv": "S3CsvSource", "json": "S3JsonSource", "parquet": "S3ParquetSource"}


def dag_nodes(dag: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the nodes as the API has them, `{id: {kind: fields}}`.

    Raises
    ------
    CanvasError
        A node is of a kind, or has a field, that is not known.
    """
    return {node_id: _node(node, path) for node_id, node in dag.items()}


def _node(node: Mapping[str, Any], path: Path) -> dict[str, Any]:
    place = f'{path}: node "{node.get("name")}"'
    kind = _kind(node)
    shape = api_shape("CodeGenConfigurationNode").members.get(kind)
    if shape is None:
        raise CanvasError(f"{place}: not supported yet: a {node.get('classification')} of the type {node.get('type')}")
    if set(node.get("columnConditions") or []) - {"="}:
        raise CanvasError(f"{place}: not supported yet: a join with conditions other than =")
    fields = _fields(node, shape, place)
    if kind == "S3CsvSource":
        # the page leaves it out, and Studio's script has it
        fields.setdefault("OptimizePerformance", False)
    for fault in shape_faults(kind, fields):
        raise CanvasError(f"{place}: {fault}")
    return {kind: fields}


def _kind(node: Mapping[str, Any]) -> str:
    classification, kind, form = node.get("classification"), str(node.get("type")), str(node.get("format"))
    if kind == "AmazonRedshift":
        return f"{kind}Source" if classification == "DataSource" else f"{kind}Target"
    if classification == "Transform":
        return kind
    if classification == "DataSource":
        return "CatalogSource" if kind == "Catalog" else S3_SOURCES.get(form, "") if kind == "S3" else kind
    if kind == "S3":
        return "S3GlueParquetTarget" if form == "glueparquet" else "S3DirectTarget"
    return "CatalogTarget" if kind == "Catalog" else kind


def _fields(node: Mapping[str, Any], shape: Shape, place: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in node.items():
        name = key[0].upper() + key[1:]
        if name == "Format" and name in shape.members:
            fields[name] = value
        elif key in OF_THE_PAGE or (name not in shape.members and _empty(value)) or key == "columnConditions":
            continue
        elif name not in shape.members:
            raise CanvasError(f"{place}: not supported yet: the field {key}")
        elif name == "OutputSchemas":
            fields[name] = [
                {"Columns": [{"Name": one["key"], "Type": one["type"]} for one in schema]} for schema in value
            ]
        elif name == "SchemaChangePolicy" and not value.get("enableUpdateCatalog"):
            fields[name] = {"EnableUpdateCatalog": False}
        elif value is not None:
            said = LITERALS.get(key, {})
            is_said = isinstance(value, str | int) and value in said
            fields[name] = said[value] if is_said else _value(value, shape.members[name])
    return fields


def _value(value: Any, shape: Shape) -> Any:
    """Return a value in the API's shape: members in PascalCase, a path as a list of segments, nothing that is null."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        named = {key[0].upper() + key[1:]: member for key, member in value.items() if member is not None}
        return {key: _value(member, shape.members[key]) for key, member in named.items() if key in shape.members}
    if shape.type_name == "list":
        items = value if isinstance(value, list) else [value]
        return [_value(item, shape.member) for item in items]
    return value


def _empty(value: Any) -> bool:
    return value in (None, "", False, [], {})
