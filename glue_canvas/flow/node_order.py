"""The order of a canvas's nodes, and what is known of each one's kind."""

from __future__ import annotations

from collections import deque

from awsglue_local.nearest import nearest
from glue_canvas.document.canvas import Canvas, CanvasError, Node
from glue_canvas.document.node_shapes import known_kinds, shape_faults
from glue_canvas.kinds import KINDS, Target
from glue_canvas.kinds.kind import Kind


class UnsupportedKindError(CanvasError):
    """A kind of node that the Glue API has and that is not compiled here; the canvas is carried all the same."""


def emission_order(canvas: Canvas) -> list[Node]:
    """Return the nodes in the order in which Studio writes them.

    First in, first out Kahn over the canvas's order, then the targets moved to the end: no public script has a
    target before a transform.

    Raises
    ------
    CanvasError
        Nodes wait for each other in a circle, or a target feeds a node.
    """
    for node in canvas.nodes.values():
        for feeding in (canvas.nodes[one] for one in node.inputs):
            if isinstance(KINDS.get(feeding.kind), Target):
                raise canvas.error(node, f'"{feeding.name}" is a target; a target feeds no other node')
    fed = canvas.feeds()
    missing = {node.id: len(set(node.inputs)) for node in canvas.nodes.values()}
    queue = deque(node for node in canvas.nodes.values() if not missing[node.id])
    emitted: list[Node] = []
    while queue:
        emitted.append(queue.popleft())
        for node in fed[emitted[-1].id]:
            missing[node.id] -= 1
            if not missing[node.id]:
                queue.append(node)
    if len(emitted) < len(canvas.nodes):
        stuck = sorted(node.name for node in canvas.nodes.values() if missing[node.id])
        raise CanvasError(f"{canvas.path}: nodes wait for each other in a circle: {', '.join(stuck)}")
    return sorted(emitted, key=lambda node: isinstance(KINDS.get(node.kind), Target))


def kind_of(canvas: Canvas, node: Node) -> Kind:
    """Return what is known of a node's kind.

    Raises
    ------
    CanvasError
        The kind is not supported (`UnsupportedKindError`) or none at all, or the node lacks a field that AWS requires,
        or has one of another type.
    """
    kind = KINDS.get(node.kind)
    if kind is None:
        error = canvas.error(node, unsupported(node.kind))
        raise UnsupportedKindError(str(error)) if node.kind in known_kinds() else error
    if len(node.inputs) not in kind.input_count:
        raise canvas.error(
            node, f"a {node.kind} node has {_count(kind.input_count)}, but this one has {len(node.inputs)}"
        )
    for fault in shape_faults(node.kind, node.fields):
        raise canvas.error(node, fault)
    return kind


def unsupported(kind: str) -> str:
    """Return the message about a kind that is not compiled here."""
    if kind in known_kinds():
        return f"not supported yet: {kind}"
    near = nearest(kind, KINDS)
    return f"not a kind of node in the Glue API: {kind}" + (f"; did you mean {near!r}?" if near else "")


def _count(inputs: range) -> str:
    least, most = inputs.start, inputs.stop - 1
    if least == most:
        return {0: "no inputs", 1: "one input"}.get(least, f"{least} inputs")
    return f"{least} to {most} inputs"
