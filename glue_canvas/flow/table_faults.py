"""What a canvas reads and writes, compared with the tables that are defined: names, columns, types, purges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from awsglue_local.nearest import nearest
from glue_canvas.document.canvas import Canvas, Node
from glue_canvas.flow.canvas_columns import CanvasColumns
from glue_canvas.flow.job_order import Table, node_tables, table_name, unknown_table
from glue_canvas.kinds.column_flow import Columns

Fault = tuple[str, str]
"""Node id and a sentence."""

SAME_TYPES = {"long": "bigint", "integer": "int", "short": "smallint", "byte": "tinyint", "varchar": "string"}
"""What Glue or Spark call a type, to the name that the catalog has."""


def table_faults(canvas: Canvas, flowing: CanvasColumns, tables: Mapping[Table, Columns]) -> Iterator[Fault]:
    """Yield what does not go together with the tables; nothing where no tables are known.

    Parameters
    ----------
    tables
        The columns of every table that is defined, those of its partitions last.
    """
    for node in canvas.nodes.values() if tables else ():
        for table in node_tables(node):
            if table not in tables:
                # a store of another kind, such as MySQL, has its tables in a database of its own
                if nearest(table[0], {database for database, _ in tables}):
                    yield node.id, unknown_table(table, tables)
            elif node.kind.endswith("Target"):
                yield from ((node.id, fault) for fault in _written(flowing.leaving[node.id], table, tables[table]))


def rows_that_pile_up(canvas: Canvas, tables: Mapping[Table, Columns]) -> Iterator[Fault]:
    """Yield the targets to whose tables every run adds its rows; nothing where no tables are known."""
    for node in canvas.nodes.values():
        if node.kind.endswith("Target"):
            yield from (
                (node.id, _appends(table))
                for table in node_tables(node)
                if table in tables and not replaces(canvas, node, table)
            )


def _written(columns: Columns | None, table: Table, defined: Columns) -> Iterator[str]:
    """Yield where the columns that reach a target are not those of its table; Athena knows no upper case."""
    if columns is None:
        return
    written = {name.lower(): kind for name, kind in columns.items()}
    wanted = {name.lower(): kind for name, kind in defined.items()}
    for name in written:
        if name not in wanted:
            near = nearest(name, [one for one in wanted if one not in written])
            yield f"{table_name(table)} has no column {name!r}" + (f"; did you mean {near!r}?" if near else "")
    if lacking := [name for name in wanted if name not in written]:
        yield f"no value is written to {_columns(lacking)} of {table_name(table)}, which would be null in every row"
    for name, kind in written.items():
        if name in wanted and not same_type(kind, wanted[name]):
            yield f"it writes {name!r} as {kind}, but the column of {table_name(table)} is {wanted[name]}"


def same_type(one: str, other: str) -> bool:
    """Say whether two types are one; a type that is not known can be any."""
    left, right = (_type(kind) for kind in (one, other))
    return not left or not right or left == right


def _type(kind: str) -> str:
    plain = re.sub(r"\s", "", kind.lower())
    return SAME_TYPES.get(re.sub(r"^(varchar|char)\(\d+\)$", "varchar", plain), plain)


def _columns(names: list[str]) -> str:
    listed = ", ".join(map(repr, names))
    return f"the column {listed}" if len(names) == 1 else f"the columns {listed}"


def replaces(canvas: Canvas, target: Node, table: Table) -> bool:
    """Say whether a run replaces a target's rows, or reads only what is new: a bookmark, or a purge before the target.

    A purge is looked for in the code of the Custom Transforms that feed the target, by the table's name.
    """
    arguments = canvas.definition.get("defaultArguments") or {}
    if isinstance(arguments, dict) and arguments.get("--job-bookmark-option") == "job-bookmark-enable":
        return True
    name = re.escape(table[1])
    purge = re.compile(rf"\bpurge_(?:table|s3_path)\([^)]*(?<![\w]){name}(?!\w)", re.IGNORECASE)
    return any(purge.search(str(node.fields.get("Code", ""))) for node in feeding(canvas, target))


def feeding(canvas: Canvas, node: Node) -> list[Node]:
    """Return the nodes that feed one, directly or through others."""
    found: dict[str, Node] = {}
    waiting = list(node.inputs)
    while waiting:
        here = canvas.nodes[waiting.pop()]
        if here.id not in found:
            found[here.id] = here
            waiting += here.inputs
    return list(found.values())


def _appends(table: Table) -> str:
    return (
        f"nothing empties {table_name(table)} before the write, so every run adds its rows to those of the runs "
        "before; put a Custom Transform that calls purge_table before this node"
    )
