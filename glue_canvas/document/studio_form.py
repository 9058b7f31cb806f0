"""The form in which Studio's git integration writes a canvas: the order of its keys, arguments, nodes and fields."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glue_canvas.document.canvas import NODES_KEY, Canvas, canvas_of
from glue_canvas.document.java_hash import hash_map_order

KEYS = (
    "name",
    "jobMode",
    "description",
    "role",
    "executionProperty",
    "command",
    "defaultArguments",
    "connections",
    "maxRetries",
    "allocatedCapacity",
    "timeout",
    "maxCapacity",
    "glueVersion",
    "numberOfWorkers",
    "workerType",
    "executionClass",
    NODES_KEY,
    "sourceControlDetails",
)
"""The file's top-level keys in its order; it has no place for the other members of a job."""

SOURCE_CONTROL = ("provider", "repository", "branch", "folder")
"""What the file says of the repository; the API may know a token beside it, which never belongs in a file."""

COMMAND = ("name", "scriptLocation", "pythonVersion")


def in_studio_form(definition: Mapping[str, Any], nodes: Mapping[str, Any], path: Path) -> Canvas:
    """Return the canvas of a job's definition and its nodes, each `{kind: fields}`, in Studio's form.

    Top-level keys that Studio does not write are kept, at the end.

    Raises
    ------
    CanvasError
        As `canvas_of`.
    """
    known = {key: value for key, value in definition.items() if value is not None} | {NODES_KEY: ""}
    ordered = {key: known[key] for key in _first(KEYS, known)}
    for key, members in (("command", COMMAND), ("sourceControlDetails", SOURCE_CONTROL)):
        if isinstance(ordered.get(key), Mapping):
            ordered[key] = {one: ordered[key][one] for one in _first(members, ordered[key])}
    if isinstance(arguments := ordered.get("defaultArguments"), Mapping):
        ordered["defaultArguments"] = {key: arguments[key] for key in hash_map_order(arguments)}
    if isinstance(ordered.get("maxCapacity"), int):
        ordered["maxCapacity"] = float(ordered["maxCapacity"])
    return canvas_of(path, ordered, {node_id: alphabetical(nodes[node_id]) for node_id in hash_map_order(nodes)})


def studio_form(canvas: Canvas) -> Canvas:
    """Return a canvas in Studio's form."""
    return in_studio_form(canvas.definition, canvas.bodies, canvas.path)


def alphabetical(value: Any) -> Any:
    """Return `value` with the keys of its objects in the alphabet's order, as Glue writes a node."""
    if isinstance(value, Mapping):
        return {key: alphabetical(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [alphabetical(item) for item in value]
    return value


def _first(order: tuple[str, ...], keys: Mapping[str, Any]) -> list[str]:
    """Return keys in an order, those that it does not name last."""
    return [*(key for key in order if key in keys), *(key for key in keys if key not in order)]
