"""Where the values of a column come from: column by column, node by node, through all jobs of a repository.

What a column's values are made of counts, not what rows are chosen by: a filter on a consent date carries no date.
What is not certain counts as made of everything: a Custom Transform, unless its code returns what it gets, and a query
that cannot be followed. A query may also name tables, and views that other nodes have left behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from glue_canvas.document.canvas import Canvas, CanvasError, Node
from glue_canvas.flow.canvas_columns import columns_read
from glue_canvas.flow.job_order import Table, node_tables, table_name
from glue_canvas.flow.node_order import emission_order, kind_of
from glue_canvas.kinds.column_flow import ANY, ColumnFlow, Columns
from glue_canvas.kinds.kind import Kind


@dataclass(frozen=True)
class Spot:
    """A column at one place: of a table, or as it leaves a node of a job.

    Attributes
    ----------
    place
        The table's name or path, or the node's name.
    job
        The node's job; empty for a table.
    node
        The node's id; empty for a table.
    """

    place: str
    column: str
    job: str = ""
    node: str = ""

    def __str__(self) -> str:
        return f"{self.job}, node {self.place!r}: {self.column}" if self.job else f"{self.place}.{self.column}"


def table_spot(table: Table, column: str) -> Spot:
    """Return a column of a table; the Data Catalog tells names apart without regard to case, and paths end alike."""
    place = table_name(table).lower() if table[0] else table[1].rstrip("/")
    return Spot(place, column.lower())


@dataclass(frozen=True)
class Lineage:
    """The columns of a repository.

    Attributes
    ----------
    made_of
        For each column the columns that its values are made of, one step before.
    written
        The columns that jobs write to tables, in their order.
    """

    made_of: dict[Spot, set[Spot]] = field(default_factory=dict)
    written: dict[Spot, None] = field(default_factory=dict)

    def columns(self, table: Table) -> list[Spot]:
        """Return the columns that jobs write to a table, in their order."""
        place = table_spot(table, ANY).place
        return [spot for spot in self.written if spot.place == place]

    def every_spot(self) -> set[Spot]:
        """Return every column at every place."""
        return {*self.made_of, *(source for sources in self.made_of.values() for source in sources)}

    def before(self, spot: Spot) -> dict[Spot, list[Spot]]:
        """Return every column that a column is made of, with the shortest way from there to it, both included."""
        after: dict[Spot, Spot | None] = {spot: None}
        waiting = deque([spot])
        while waiting:
            here = waiting.popleft()
            for one in sorted(self.made_of.get(here, ()), key=str):
                if one not in after:
                    after[one] = here
                    waiting.append(one)
        return {one: _way(one, after) for one in after if one != spot}

    def origins(self, spot: Spot) -> dict[Spot, list[Spot]]:
        """Return the columns that nothing here makes, such as those of landing tables, that a column is made of."""
        return {one: way for one, way in self.before(spot).items() if not one.job and not self.made_of.get(one)}

    def reached(self, spot: Spot) -> list[Spot]:
        """Return the columns, of tables and behind nodes, whose values are made of a column."""
        after: dict[Spot, list[Spot]] = {}
        for one, sources in self.made_of.items():
            for source in sources:
                after.setdefault(source, []).append(one)
        found: dict[Spot, None] = {}
        waiting = deque([spot])
        while waiting:
            for one in after.get(waiting.popleft(), ()):
                if one not in found:
                    found[one] = None
                    waiting.append(one)
        return list(found)

    def ends(self, spot: Spot) -> list[Spot]:
        """Return where a column leaves a node for the last time: what the node feeds leaves it out."""
        reached = self.reached(spot)
        going_on = {source for one in reached for source in self.made_of[one]}
        return [one for one in reached if one.job and one not in going_on]

    def ways(self, forbidden: Iterable[Spot], table: Table) -> list[list[Spot]]:
        """Return each way by which a forbidden column reaches, or may reach, a column of a table."""
        wanted = {Spot(one.place.lower(), one.column.lower()) for one in forbidden}
        wanted |= {Spot(one.place, ANY) for one in wanted}
        return [
            way
            for column in self.columns(table)
            for one, way in self.before(column).items()
            if one in wanted and one.place != column.place
        ]


def _way(start: Spot, after: Mapping[Spot, Spot | None]) -> list[Spot]:
    way: list[Spot] = []
    here: Spot | None = start
    while here is not None:
        way.append(here)
        here = after[here]
    return way


def column_lineage(canvases: Iterable[Canvas], schemas: Mapping[Table, Columns]) -> Lineage:
    """Follow every column through every canvas.

    Parameters
    ----------
    schemas
        The columns of the tables, where they are known; else what source nodes declare counts.

    Raises
    ------
    CanvasError
        The nodes of a canvas form a circle.
    """
    found = Lineage()
    for canvas in canvases:
        _follow(canvas, schemas, found)
    _link_unknown(found)
    return found


def _link_unknown(found: Lineage) -> None:
    """Let what is not known of a table stand for all of its columns: what is written so, and what is read so."""
    tables = {spot for spot in found.every_spot() if not spot.job}
    for spot in tables:
        anything = Spot(spot.place, ANY)
        if spot == anything:
            continue
        if anything in found.written:
            found.made_of.setdefault(spot, set()).add(anything)
        elif anything in tables and spot in found.written:
            found.made_of.setdefault(anything, set()).add(spot)


def _follow(canvas: Canvas, schemas: Mapping[Table, Columns], found: Lineage) -> None:
    leaving: dict[str, Columns | None] = {}
    made_of = found.made_of

    def spot(node_id: str, column: str) -> Spot:
        return Spot(canvas.nodes[node_id].name, column, canvas.job_name, node_id)

    for node in emission_order(canvas):
        flow = ColumnFlow(node, [leaving[node_id] for node_id in node.inputs])
        kind = _kind_or_none(canvas, node)
        besides = _besides(kind, flow, [spot(one, name) for one, names in leaving.items() for name in names or [ANY]])
        leaving[node.id] = columns_read(node, schemas) or (kind.columns(flow) if kind else None)
        for column in leaving[node.id] or [ANY]:
            here = made_of.setdefault(spot(node.id, column), set(besides))
            if node.kind.endswith("Source"):
                here.update(table_spot(table, column) for table in _places(node))
            elif column == ANY or kind is None:
                here.update(spot(node.inputs[number], name) for number, name in flow.everything)
            else:
                here.update(spot(node.inputs[number], name) for number, name in kind.sources_of(flow, column))
            if node.kind.endswith("Target"):
                for table in _places(node):
                    made_of.setdefault(table_spot(table, column), set()).add(spot(node.id, column))
                    found.written[table_spot(table, column)] = None


def _besides(kind: Kind | None, flow: ColumnFlow, left_before: list[Spot]) -> list[Spot]:
    """Return what the columns of a node may be made of besides its inputs."""
    found = []
    for database, name in kind.tables_of(flow) if kind else ():
        # a name without a database may be the view of any node that ran before
        found += [table_spot((database, name), ANY)] if database else left_before
    return found


def _places(node: Node) -> list[Table]:
    """Return the tables of a node, and the paths where their files lie if the node names them."""
    paths = node.fields.get("Paths") or [node.fields.get("Path")]
    return list(dict.fromkeys([*node_tables(node), *(("", str(path)) for path in paths if isinstance(path, str))]))


def _kind_or_none(canvas: Canvas, node: Node) -> Kind | None:
    try:
        return kind_of(canvas, node)
    except CanvasError:  # the compiler reports it; anything may come out of it
        return None


def told(way: list[Spot]) -> str:
    """Return a way as text: where the column begins, each node where it has another name or job, where it ends."""
    shown = [way[0], *(one for before, one in pairwise(way) if not one.job or _turns(before, one))]
    return " -> ".join(str(one) for one in shown)


def _turns(before: Spot, here: Spot) -> bool:
    return before.column != here.column or before.job != here.job
