"""The canvas file: a visual job as Glue Studio's git integration pushes and pulls it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsglue_local.nearest import nearest
from glue_canvas.document import jackson

NODES_KEY = "codeGenConfigurationNodes"
NEAR = 25
"""Letters before and after a fault in JSON that a message shows."""


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
        return jackson.pretty({**self.definition, NODES_KEY: jackson.compact(self.bodies)})

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """The nodes as the file has them, `{id: {kind: fields}}`."""
        return {node.id: {node.kind: node.fields} for node in self.nodes.values()}

    def error(self, node: Node, message: str) -> CanvasError:
        """Return an error that names the file and the node."""
        return CanvasError(f'{self.path}: node "{node.name}": {message}')

    def feeds(self) -> dict[str, list[Node]]:
        """Return for each node's id the nodes that it feeds, in the canvas's order."""
        fed: dict[str, list[Node]] = {node_id: [] for node_id in self.nodes}
        for node in self.nodes.values():
            for feeding in dict.fromkeys(node.inputs):
                fed[feeding].append(node)
        return fed


def read_canvas(path: Path) -> Canvas:
    """Read a canvas file.

    Raises
    ------
    CanvasError
        The file is not JSON, has no canvas, or a node is not of the form `{kind: fields}`.
    """
    return parse_canvas(read_text(path), path)


def read_text(path: Path) -> str:
    """Read a file of UTF-8, with or without the mark that some editors put before it.

    Raises
    ------
    CanvasError
        It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CanvasError(f"{path}: cannot be read: {error}") from error


def parse_canvas(text: str, path: Path) -> Canvas:
    """Read the text of a canvas file; `path` says in messages where it comes from.

    The nodes are a text of JSON inside of the JSON, as Studio writes them, or JSON themselves.

    Raises
    ------
    CanvasError
        As `read_canvas`.
    """
    return canvas_of_document(parse_json(text, str(path)), path)


def canvas_of_document(definition: Any, path: Path) -> Canvas:
    """Return the canvas of a canvas file's parsed JSON.

    Raises
    ------
    CanvasError
        As `read_canvas`.
    """
    if not isinstance(definition, dict) or not isinstance(definition.get("name"), str):
        raise CanvasError(f"{path}: not a canvas from Glue Studio's git integration: it has no name")
    if NODES_KEY not in definition:
        raise CanvasError(f"{path}: not a canvas from Glue Studio's git integration: it has no {NODES_KEY}")
    nodes = definition[NODES_KEY]
    if isinstance(nodes, str):
        nodes = parse_json(nodes, f"{path}: inside {NODES_KEY}")
    if not isinstance(nodes, dict) or not nodes:
        raise CanvasError(f"{path}: {NODES_KEY} has no nodes; is this a visual job?")
    return canvas_of(path, definition, nodes)


def parse_json(text: str, place: str) -> Any:
    """Parse JSON.

    Raises
    ------
    CanvasError
        It is none; the message names `place`, the line and the column.
    """
    try:
        return jackson.read(text)
    except json.JSONDecodeError as error:
        start = text.rfind("\n", 0, error.pos) + 1
        line = text[max(start, error.pos - NEAR) : error.pos + NEAR].split("\n")[0].strip()
        near = f", near {line!r}" if line else ""
        reason = error.msg.removesuffix(" at")
        message = f"not JSON at line {error.lineno}, column {error.colno}: {reason}{near}"
        raise CanvasError(f"{place}: {message}") from error
    except (ValueError, RecursionError) as error:
        raise CanvasError(f"{place}: not JSON: {error}") from error


def canvas_of(path: Path, definition: dict[str, Any], nodes: dict[str, Any]) -> Canvas:
    """Make a canvas of a job's definition and its nodes, each `{kind: fields}`.

    Raises
    ------
    CanvasError
        A node is of another form, or has an input that is not on the canvas.
    """
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
    return [_read_job_folder(folder) for folder in job_folders(directory)]


def job_folders(directory: Path) -> list[Path]:
    """Return the folders of jobs in `directory`, sorted; names that begin with a dot or an underscore are none.

    Raises
    ------
    CanvasError
        There is none.
    """
    if not directory.is_dir():
        there = [one.name for one in directory.absolute().parent.glob("*/")]
        near = nearest(directory.name, there)
        raise CanvasError(f"{directory}: there is no such folder" + (f"; did you mean {near!r}?" if near else ""))
    entries = sorted(directory.iterdir())
    folders = [entry for entry in entries if entry.is_dir() and not entry.name.startswith((".", "_"))]
    if not folders:
        raise CanvasError(f"{directory}: no job folders (expected <job>/<job>.json)")
    return folders


def canvas_path(folder: Path) -> Path:
    """Return where a job folder's canvas lies.

    Raises
    ------
    CanvasError
        It does not.
    """
    path = folder / f"{folder.name}.json"
    if not path.is_file():
        raise CanvasError(f"{folder}: the canvas {path.name} is missing")
    return path


def _read_job_folder(folder: Path) -> Canvas:
    canvas = read_canvas(canvas_path(folder))
    if canvas.job_name != folder.name:
        raise CanvasError(f"{canvas.path}: the job is named {canvas.job_name!r}, its folder {folder.name!r}")
    return canvas


def _node(path: Path, node_id: str, body: Any) -> Node:
    if not isinstance(body, dict) or len(body) != 1:
        raise CanvasError(f"{path}: {node_id} is not a node of the form {{kind: fields}}")
    ((kind, fields),) = body.items()
    if not isinstance(fields, dict) or not isinstance(fields.get("Name"), str):
        raise CanvasError(f"{path}: {node_id} ({kind}) has no Name")
    inputs = fields.get("Inputs", [])
    if not isinstance(inputs, list) or not all(isinstance(feeding, str) for feeding in inputs):
        raise CanvasError(f'{path}: node "{fields["Name"]}": Inputs is not a list of node ids')
    return Node(node_id, kind, fields)


def _check_inputs(canvas: Canvas) -> None:
    for node in canvas.nodes.values():
        for feeding in node.inputs:
            if feeding not in canvas.nodes:
                near = nearest(feeding, canvas.nodes)
                mean = f'; did you mean {near!r}, "{canvas.nodes[near].name}"?' if near else ""
                raise canvas.error(node, f"its input {feeding} does not exist{mean}")
