"""A canvas for another environment: the same nodes over a database of another name."""

from __future__ import annotations

from typing import Any

from glue_canvas.document.canvas import Canvas, Node


def with_database(canvas: Canvas, old: str, new: str) -> Canvas:
    """Return the canvas with another database in the place of `old`.

    That is in every field Database, and in the code of Custom Transforms where the name stands in double quotes, as
    in `purge_table(database="old", ...)`. The script that it compiles to is the old one with `"new"` for `"old"`.
    """
    nodes = {node.id: Node(node.id, node.kind, _renamed(node.fields, old, new)) for node in canvas.nodes.values()}
    return Canvas(canvas.path, canvas.definition, nodes)


def _renamed(value: Any, old: str, new: str, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _renamed(member, old, new, name) for name, member in value.items()}
    if isinstance(value, list):
        return [_renamed(item, old, new, key) for item in value]
    if key == "Database" and value == old:
        return new
    return value.replace(f'"{old}"', f'"{new}"') if key == "Code" else value
