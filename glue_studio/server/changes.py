"""What a person does to a canvas, as the page says it: one call of the canvas editor each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_canvas.editing.new_job import purge_before


class Add(BaseModel):
    """Add a node: fed by `inputs`, after a node and before all that it feeds, or between two nodes."""

    do: Literal["add"] = "add"
    kind: str
    name: str = ""
    inputs: list[str] = []
    after: str = ""
    between: tuple[str, str] | None = None
    fields: dict[str, Any] = {}


class Remove(BaseModel):
    """Remove nodes; what fed one feeds what it fed."""

    do: Literal["remove"] = "remove"
    nodes: list[str]


class Rename(BaseModel):
    """Give a node another name."""

    do: Literal["rename"] = "rename"
    node: str
    name: str


class Connect(BaseModel):
    """Let a node feed another one."""

    do: Literal["connect"] = "connect"
    source: str
    target: str


class Disconnect(BaseModel):
    """Let a node feed another one no more."""

    do: Literal["disconnect"] = "disconnect"
    source: str
    target: str


class Insert(BaseModel):
    """Put a node on the way from one node to another."""

    do: Literal["insert"] = "insert"
    node: str
    between: tuple[str, str]


class Purge(BaseModel):
    """Empty the table of a target before the write, so that a run replaces its rows."""

    do: Literal["purge"] = "purge"
    node: str


class SetFields(BaseModel):
    """Set fields of a node; null takes one away."""

    do: Literal["fields"] = "fields"
    node: str
    fields: dict[str, Any]


class SetSettings(BaseModel):
    """Set members of the job; null takes one away."""

    do: Literal["settings"] = "settings"
    settings: dict[str, Any]


class CopiedNode(BaseModel):
    """A node that was copied, of this canvas or another one."""

    id: str
    kind: str
    fields: dict[str, Any]


class Paste(BaseModel):
    """Add copies of nodes, fed by each other as the originals are."""

    do: Literal["paste"] = "paste"
    nodes: list[CopiedNode]


Change = Annotated[
    Add | Remove | Rename | Connect | Disconnect | Insert | Purge | SetFields | SetSettings | Paste,
    Field(discriminator="do"),
]


def apply(editor: CanvasEditor, change: Change) -> list[str]:
    """Do one change; return the ids of the nodes to select afterwards.

    Raises
    ------
    CanvasError
        It cannot be done.
    """
    match change:
        case Add():
            made = editor.add(
                change.kind,
                change.name,
                inputs=change.inputs,
                after=change.after,
                between=change.between,
                fields=change.fields,
            )
            return [made.id]
        case Insert():
            editor.insert(change.node, *change.between)
            return [change.node]
        case Paste():
            return editor.paste([(one.id, one.kind, one.fields) for one in change.nodes])
        case Connect():
            editor.connect(change.source, change.target)
        case Purge():
            purge_before(editor, change.node)
        case Disconnect():
            editor.disconnect(change.source, change.target)
        case _:
            _change(editor, change)
    return []


def _change(editor: CanvasEditor, change: Remove | Rename | SetFields | SetSettings) -> None:
    match change:
        case Remove():
            for node in change.nodes:
                editor.remove(node)
        case Rename():
            editor.rename(change.node, change.name)
        case SetFields():
            editor.set_fields(change.node, change.fields)
        case SetSettings():
            editor.set_settings(change.settings)
