"""Columns from the sources through the whole canvas, and the nodes that ask for one that does not come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glue_canvas.document.canvas import Canvas, CanvasError, Node
from glue_canvas.flow.job_order import Table, node_tables
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


def canvas_columns(canvas: Canvas, tables: Mapping[Table, Columns] | None = None) -> CanvasColumns:
    """Propagate columns through a canvas.

    A node of a kind that is not supported passes on what its own OutputSchemas declare.

    Parameters
    ----------
    tables
        The columns of tables; those that a source declares count where its table is not among them.

    Raises
    ------
    CanvasError
        The nodes form a circle, or a target feeds a node.
    """
    flowing = CanvasColumns({}, [], [])
    for node in emission_order(canvas):
        flow = ColumnFlow(node, [flowing.leaving[node_id] for node_id in node.inputs])
        try:
            flowing.leaving[node.id] = columns_read(node, tables or {}) or kind_of(canvas, node).columns(flow)
        except CanvasError:  # the compiler reports it
            flowing.leaving[node.id] = None
        flowing.faults.extend((node.id, fault) for fault in flow.faults)
        flowing.doubts.extend((node.id, doubt) for doubt in flow.doubts)
    return flowing


def columns_read(node: Node, tables: Mapping[Table, Columns]) -> Columns | None:
    """Return the columns of the table that a source reads, where they are known."""
    if not node.kind.endswith("Source"):
        return None
    return next((tables[table] for table in node_tables(node) if table in tables), None)
