"""The part of a canvas that leads to some of its nodes."""

from __future__ import annotations

from collections.abc import Iterable

from glue_canvas.document.canvas import Canvas
from glue_canvas.kinds import KINDS, Target


def leading_to(canvas: Canvas, ids: Iterable[str]) -> Canvas:
    """Return the canvas with the named nodes and what feeds them, directly or not, in the canvas's order."""
    waiting, kept = list(ids), set[str]()
    while waiting:
        one = waiting.pop()
        if one not in kept:
            kept.add(one)
            waiting += canvas.nodes[one].inputs
    return Canvas(canvas.path, canvas.definition, {one: node for one, node in canvas.nodes.items() if one in kept})


def without_targets(canvas: Canvas) -> Canvas:
    """Return the canvas without the nodes that write."""
    kept = {one: node for one, node in canvas.nodes.items() if not is_target(node.kind)}
    return Canvas(canvas.path, canvas.definition, kept)


def is_target(kind: str) -> bool:
    """Say whether nodes of a kind write what comes in."""
    return isinstance(KINDS.get(kind), Target) or (kind not in KINDS and kind.endswith("Target"))
