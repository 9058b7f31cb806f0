"""The canvas file: a visual job as Glue Studio's git integration pushes and pulls it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NODES_KEY = "codeGenConfigurationNodes"


class CanvasError(Exception):
    """A canvas that cannot be used; the message names the file and the node."""


@dataclass(frozen=True)
class Node:
    """One box of the canvas.

    Attributes
    ----------
    id
        Studio's id, `node-` and epoch milliseconds.
    kind
        The member of botocore's `CodeGenConfigurationNode` that the node uses, such as `Filter`.
    fields
        The members of that kind, PascalCase as in botocore.
    """

    id: str
    kind: str
    fields: dict[str, Any]

    @property
    def name(self) -> str:
        """The name that the canvas shows."""
        return str(self.fields["Name"])

    @property
    def inputs(self) -> list[str]:
        """The ids of the nodes that feed this one, in the canvas's order."""
        return list(self.fields.get("Inputs", []))


@dataclass(frozen=True)
class Canvas:
    """A visual job: its definition (every top-level key of the file, in the file's order) and its nodes."""

    path: Path
    definition: dict[str, Any]
    nodes: dict[str, Node]

    @property
    def job_name(self) -> str:
        """The name of the job."""
        return str(self.definition["name"])

    @property
    def script_path(self) -> Path:
        """Where the compiled script lies: beside the canvas, with its name."""
        return self.path.with_suffix(".py")

    def to_text(self) -> str:
        """Return the file's text, as Studio writes it: Jackson's spacing, no newline at the end."""
        nodes = {node.id: {node.kind: node.fields} for node in self.nodes.values()}
        definition = dict(self.definition)
        definition[NODES_KEY] = json.dumps(nodes, ensure_ascii=False, separators=(",", ":"))
        return jackson_text(definition)


def read_canvas(path: Path) -> Canvas:
    """Read a canvas file.

    Raises
    ------
    CanvasError
        The file is not JSON, has no canvas, or a node is not of the form `{kind: fields}`.
    """
    try:
        definition = json.loads(path.read_text(encoding="utf-8"))
        nodes = json.loads(definition[NODES_KEY])
    except (ValueError, KeyError, TypeError) as error:
        raise CanvasError(f"{path}: not a canvas of Glue Studio's git integration: {error!r}") from error
    if not isinstance(nodes, dict) or not nodes:
        raise CanvasError(f"{path}: {NODES_KEY} holds no nodes; is this a visual job?")
    canvas = Canvas(path, definition, {node_id: _node(path, node_id, nodes[node_id]) for node_id in nodes})
    _check_inputs(canvas)
    return canvas


def read_job_folders(directory: Path) -> list[Canvas]:
    """Read `<directory>/<job>/<job>.json` for every job folder, sorted by name.

    Raises
    ------
    CanvasError
        There is no job folder, a canvas is missing or unreadable, or a job's name is not its folder's.
    """
    folders = sorted(entry for entry in directory.iterdir() if entry.is_dir()) if directory.is_dir() else []
    canvases = [_read_job_folder(folder) for folder in folders if not folder.name.startswith((".", "_"))]
    if not canvases:
        raise CanvasError(f"{directory}: no job folders here (expected <job>/<job>.json)")
    return canvases


def _read_job_folder(folder: Path) -> Canvas:
    path = folder / f"{folder.name}.json"
    if not path.is_file():
        raise CanvasError(f"{folder}: the canvas {path.name} is missing")
    canvas = read_canvas(path)
    if canvas.job_name != folder.name:
        raise CanvasError(f"{path}: the job is named {canvas.job_name!r}, its folder {folder.name!r}")
    return canvas


def _node(path: Path, node_id: str, body: Any) -> Node:
    if not isinstance(body, dict) or len(body) != 1:
        raise CanvasError(f"{path}: {node_id} is not one node of the form {{kind: fields}}")
    ((kind, fields),) = body.items()
    if not isinstance(fields, dict) or not isinstance(fields.get("Name"), str):
        raise CanvasError(f"{path}: {node_id} ({kind}) has no Name")
    return Node(node_id, kind, fields)


def _check_inputs(canvas: Canvas) -> None:
    for node in canvas.nodes.values():
        for feeding in node.inputs:
            if feeding not in canvas.nodes:
                raise CanvasError(f'{canvas.path}: node "{node.name}" has the input {feeding}, which does not exist')


def jackson_text(value: Any, indent: str = "") -> str:
    """Return JSON text with the spacing of Jackson's default pretty printer."""
    if isinstance(value, dict):
        if not value:
            return "{ }"
        inner = indent + "  "
        members = (f"{inner}{_string(key)} : {jackson_text(member, inner)}" for key, member in value.items())
        return "{\n" + ",\n".join(members) + "\n" + indent + "}"
    if isinstance(value, list):
        return f"[ {', '.join(jackson_text(item, indent) for item in value)} ]" if value else "[ ]"
    return json.dumps(value, ensure_ascii=False)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
