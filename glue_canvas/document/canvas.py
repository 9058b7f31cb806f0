"""The canvas file: a visual job as Glue Studio's git integration pushes and pulls it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glue_canvas.document import jackson

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
        return jackson.pretty({**self.definition, NODES_KEY: jackson.compact(nodes)})

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
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CanvasError(f"{path}: cannot be read: {error}") from error
    return parse_canvas(text, path)


def parse_canvas(text: str, path: Path) -> Canvas:
    """Read the text of a canvas file; `path` says in messages where it comes from.

    Raises
    ------
    CanvasError
        As `read_canvas`.
    """
    try:
        definition = jackson.read(text)
        nodes = jackson.read(definition[NODES_KEY])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CanvasError(f"{path}: not a canvas from Glue Studio's git integration: {error!r}") from error
    if not isinstance(definition.get("name"), str):
        raise CanvasError(f"{path}: not a canvas from Glue Studio's git integration: it has no name")
    if not isinstance(nodes, dict) or not nodes:
        raise CanvasError(f"{path}: {NODES_KEY} has no nodes; is this a visual job?")
    return canvas_of(path, definition, nodes)


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
    entries = sorted(directory.iterdir()) if directory.is_dir() else []
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
                raise canvas.error(node, f"its input {feeding} does not exist")
