"""The OutputSchemas of nodes: what Studio shows as a node's output, kept in step with what reaches the node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from glue_canvas.document.canvas import Canvas, Node
from glue_canvas.flow.canvas_columns import canvas_columns, columns_read
from glue_canvas.flow.job_order import Table, node_tables, table_name
from glue_canvas.kinds.column_flow import ColumnFlow, Columns

DECLARES = frozenset({"SparkSQL"})
"""Transforms whose output Studio keeps as a schema, as it does that of sources."""


def with_schemas(canvas: Canvas, tables: Mapping[Table, Columns]) -> Canvas:
    """Return the canvas with the schemas of sources as the tables have them, and those of queries as they follow.

    What cannot be known stays as it is declared, and the types of a query's columns where its input names them.
    """
    nodes = dict(canvas.nodes)
    for node in _in_order(canvas):
        now = Canvas(canvas.path, canvas.definition, nodes)
        nodes[node.id] = _with_schema(now, node, tables)
    return Canvas(canvas.path, canvas.definition, nodes)


def old_schemas(canvas: Canvas, tables: Mapping[Table, Columns]) -> Iterator[tuple[str, str]]:
    """Yield (node id, sentence) for each source whose schema is not its table's."""
    for node in canvas.nodes.values():
        read, declared = columns_read(node, tables), ColumnFlow(node, []).declared
        if read and declared and list(declared.items()) != list(read.items()):
            name = table_name(node_tables(node)[0])
            yield node.id, f"its output schema is not {name} as the DDL has it; `glue-canvas check --fix` takes that"


def _in_order(canvas: Canvas) -> list[Node]:
    """Return the sources, then the queries: the columns of a query follow from the sources."""
    sources = [node for node in canvas.nodes.values() if node.kind.endswith("Source")]
    return sources + [node for node in canvas.nodes.values() if node.kind in DECLARES]


def _with_schema(canvas: Canvas, node: Node, tables: Mapping[Table, Columns]) -> Node:
    leaving = canvas_columns(canvas, tables).leaving
    columns = leaving.get(node.id)
    if not columns or (node.kind.endswith("Source") and columns_read(node, tables) is None):
        return node
    declared = ColumnFlow(node, []).declared or {}
    coming = {name: kind for feeding in node.inputs for name, kind in (leaving.get(feeding) or {}).items()}
    typed = {name: kind or declared.get(name) or coming.get(name) or "string" for name, kind in columns.items()}
    schema = [{"Columns": [{"Name": name, "Type": kind} for name, kind in typed.items()]}]
    fields: dict[str, Any] = {**node.fields, "OutputSchemas": schema}
    return Node(node.id, node.kind, {name: fields[name] for name in sorted(fields)})
