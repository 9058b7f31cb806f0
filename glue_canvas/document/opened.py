"""A canvas laid open for an editor: one JSON file, nodes in the order of their making, long texts as lists of lines."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glue_canvas.document.canvas import NODES_KEY, Canvas, CanvasError, parse_json
from glue_canvas.document.node_shapes import api_shape
from glue_canvas.document.studio_form import in_studio_form

if TYPE_CHECKING:
    from botocore.model import Shape

SUFFIX = ".open.json"
MADE_OF = "madeOfCanvas"
"""The member that says, as a hash, which version of the canvas was opened."""


def opened_path(canvas: Canvas) -> Path:
    """Return where the open file of a canvas lies: beside the job folder, which holds what is deployed."""
    folder = canvas.path.parent
    return (folder if folder.name == canvas.path.stem else canvas.path).with_name(canvas.path.stem + SUFFIX)


def opened_text(canvas: Canvas, version: bytes) -> str:
    """Return the text of an open file.

    Parameters
    ----------
    version
        The canvas file as it is.
    """
    nodes = sorted(canvas.nodes.values(), key=lambda node: (len(node.id), node.id))
    bodies = {node.id: {node.kind: with_lines(node.fields)} for node in nodes}
    whole = {MADE_OF: _hash(version), **canvas.definition, NODES_KEY: bodies}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def closed_canvas(text: str, place: Path, canvas_path: Path) -> Canvas:
    """Return the canvas of an open file's text, in Studio's form.

    Parameters
    ----------
    place
        The open file, for messages.
    canvas_path
        The canvas that was opened.

    Raises
    ------
    CanvasError
        The text is not JSON or no canvas, or the canvas has changed since it was opened.
    """
    whole = parse_json(text, str(place))
    if not isinstance(whole, dict) or not isinstance(whole.get(NODES_KEY), dict):
        raise CanvasError(
            f"{place}: not an open canvas: it has no {NODES_KEY}; delete the file to open the canvas anew"
        )
    if MADE_OF not in whole:
        raise CanvasError(
            f"{place}: its member {MADE_OF} is gone, which says what canvas was opened; put it back, or delete {place} "
            "and open the canvas again"
        )
    version = whole.pop(MADE_OF)
    if version != _hash(canvas_path.read_bytes()):
        raise CanvasError(
            f"{canvas_path} has changed since it was opened; compare it with {place}, then either delete {place}, "
            f"or set its {MADE_OF} to {_hash(canvas_path.read_bytes())} and close it again"
        )
    nodes = {node_id: _without_lines(body) for node_id, body in whole[NODES_KEY].items()}
    made = in_studio_form(whole, nodes, place)
    return Canvas(canvas_path, made.definition, made.nodes)


def with_lines(value: Any) -> Any:
    """Return a value with a list of lines in the place of each text of several lines."""
    if isinstance(value, dict):
        return {key: with_lines(member) for key, member in value.items()}
    if isinstance(value, list):
        return [with_lines(item) for item in value]
    return value.split("\n") if isinstance(value, str) and "\n" in value else value


def _without_lines(body: Any) -> Any:
    """Return a node with a text in the place of a list of lines, wherever botocore's shape wants a text."""
    if not isinstance(body, dict):
        return body
    kinds = api_shape("CodeGenConfigurationNode").members
    return {kind: _texts(fields, kinds[kind]) if kind in kinds else fields for kind, fields in body.items()}


def _texts(value: Any, shape: Shape) -> Any:
    if shape.type_name == "string" and isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    if shape.type_name == "structure" and isinstance(value, dict):
        return {key: _texts(value[key], shape.members[key]) if key in shape.members else value[key] for key in value}
    if shape.type_name == "list" and isinstance(value, list):
        return [_texts(item, shape.member) for item in value]
    return value


def _hash(version: bytes) -> str:
    return hashlib.sha256(version).hexdigest()
