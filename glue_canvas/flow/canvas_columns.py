"""Columns from the sources through the whole canvas, and the nodes that ask for one that does not come."""

from __future__ import annotations

from dataclasses import dataclass

from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.flow.node_order import emission_order, kind_of
from glue_canvas.kinds.column_flow import ColumnFlow, Columns


@dataclass(frozen=True)
class CanvasColumns:
    """What flows through a canvas.

    Attributes
    ----------
    leaving
        Node id to the columns that leave the node, None where nobody can know them.
    faults, doubts
        (node id, sentence): what is wrong, and what may be.
    """

    leaving: dict[str, Columns | None]
    faults: list[tuple[str, str]]
    doubts: list[tuple[str, str]]


def canvas_columns(canvas: Canvas) -> CanvasColumns:
    """Propagate columns through a canvas.

    A node of a kind that is not supported passes on what its own OutputSchemas declare.

    Raises
    ------
    CanvasError
        The nodes form a circle.
    """
    flowing = CanvasColumns({}, [], [])
    for node in emission_order(canvas):
        flow = ColumnFlow(node, [flowing.leaving[node_id] for node_id in node.inputs])
        try:
            flowing.leaving[node.id] = kind_of(canvas, node).columns(flow)
        except CanvasError:  # the compiler reports it
            flowing.leaving[node.id] = None
        flowing.faults.extend((node.id, fault) for fault in flow.faults)
        flowing.doubts.extend((node.id, doubt) for doubt in flow.doubts)
    return flowing
