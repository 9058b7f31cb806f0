"""A canvas under edit: each change leaves it in Studio's form, with ids, order and output schemas in step."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from awsglue_local.nearest import instead_of
from glue_canvas.document.canvas import Canvas, CanvasError, Node, canvas_of
from glue_canvas.document.studio_form import studio_form
from glue_canvas.editing.job_settings import checked_settings
from glue_canvas.editing.new_nodes import alias_of, checked_fields, new_fields, palette
from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.flow.job_order import Table
from glue_canvas.flow.node_order import emission_order
from glue_canvas.flow.output_schemas import with_schemas
from glue_canvas.kinds.column_flow import Columns

Fields = dict[str, Any]


def epoch_milliseconds() -> int:
    """Return the time, of which Studio makes the id of a new node."""
    return time.time_ns() // 1_000_000


class CanvasEditor:
    """Changes a canvas, one step after another.

    Parameters
    ----------
    canvas
        The canvas as it is; it stays so.
    tables
        The columns of tables, which sources take.
    now
        Gives epoch milliseconds for the ids of new nodes.
    """

    def __init__(
        self,
        canvas: Canvas,
        tables: Mapping[Table, Columns] | None = None,
        now: Callable[[], int] = epoch_milliseconds,
    ) -> None:
        self.canvas = canvas
        self._tables = tables or {}
        self._now = now

    def node(self, named: str) -> Node:
        """Return the node of a name or an id.

        Raises
        ------
        CanvasError
            There is none, or several have the name.
        """
        if named in self.canvas.nodes:
            return self.canvas.nodes[named]
        found = [node for node in self.canvas.nodes.values() if node.name == named]
        if len(found) > 1:
            raise self._error(
                f"{len(found)} nodes are named {named!r}; use an id: {', '.join(one.id for one in found)}"
            )
        if not found:
            names = [node.name for node in self.canvas.nodes.values()]
            raise self._error(f"there is no node {named!r}" + instead_of(named, names, "the nodes are"))
        return found[0]

    def add(
        self,
        kind: str,
        name: str = "",
        *,
        inputs: Sequence[str] = (),
        after: str = "",
        between: tuple[str, str] | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> Node:
        """Add a node and return it.

        Parameters
        ----------
        kind
            The name of a kind, such as `Filter`.
        name
            What the canvas shows; else the kind's, with a number if another node has that.
        inputs
            The nodes that feed it, by name or id.
        after
            A node that feeds it, and whose output then goes through the new node wherever it goes now.
        between
            Two nodes; the new one stands on the way from the first to the second.
        fields
            What the kind needs beside a beginner's values.

        Raises
        ------
        CanvasError
            There is no such kind, node or field, or the name is taken.
        """
        feeding = [self.node(one).id for one in [*inputs, *([after] if after else []), *(between or ())[:1]]]
        kind = palette(kind)
        fed = [self.node(between[1])] if between else self.canvas.feeds()[feeding[-1]] if after else []
        if between and self.node(between[0]).id not in fed[0].inputs:
            raise self._error(f'"{self.node(between[0]).name}" does not feed "{fed[0].name}"')
        made_id = self._new_id()
        names = {node.name for node in self.canvas.nodes.values()}
        name = self._free(name, names) if name else numbered(kind, names)
        columns = canvas_columns(self.canvas, self._tables).leaving
        sources = [(self.canvas.nodes[one], columns.get(one)) for one in feeding]
        made = new_fields(kind, sources) | checked_fields(kind, fields or {}) | {"Name": name}
        if feeding:
            made["Inputs"] = feeding
        bodies = {**self.canvas.bodies, made_id: {kind: made}}
        for one in fed:
            old = self.node(between[0]).id if between else feeding[-1]
            bodies[one.id] = {one.kind: _rewired(one.fields, old, made_id)}
        self._settle(bodies)
        return self.canvas.nodes[made_id]

    def paste(self, copied: Sequence[tuple[str, str, Fields]]) -> list[str]:
        """Add copies of nodes, each an id, a kind and fields; return their ids.

        Copies feed each other as the nodes that they are made of; what else fed those does not feed them.

        Raises
        ------
        CanvasError
            A kind is not known, or a field is none of its.
        """
        made: dict[str, str] = {}
        waiting = list(copied)
        while waiting:
            ids = {one for one, _, _ in waiting}
            ready = [one for one in waiting if not ids.intersection(one[2].get("Inputs", []))]
            if not ready:
                raise self._error("the copied nodes wait for each other in a circle")
            for old, kind, fields in ready:
                made[old] = self._paste_one(kind, fields, made).id
            waiting = [one for one in waiting if one not in ready]
        return [made[old] for old, _, _ in copied]

    def _paste_one(self, kind: str, fields: Fields, made: Mapping[str, str]) -> Node:
        inputs = [one for one in fields.get("Inputs", []) if one in made]
        kept = fields
        for one in fields.get("Inputs", []):
            kept = _rewired(kept, one, made[one]) if one in made else _without_input(kept, one)
        own = {key: value for key, value in kept.items() if key not in ("Name", "Inputs")}
        names = {node.name for node in self.canvas.nodes.values()}
        name = numbered(f"{str(fields.get('Name', kind)).removesuffix(' copy')} copy", names)
        return self.add(kind, name, inputs=[made[one] for one in inputs], fields=own)

    def remove(self, named: str) -> None:
        """Remove a node; what fed it feeds what it fed.

        Raises
        ------
        CanvasError
            There is no such node, it has several inputs and feeds others, or it is the last one.
        """
        node, bodies = self.node(named), self.canvas.bodies
        fed = self.canvas.feeds()[node.id]
        if fed and len(node.inputs) > 1:
            raise self.canvas.error(
                node, f'it has {len(node.inputs)} inputs; connect "{fed[0].name}" to one of them first'
            )
        if len(bodies) == 1:
            raise self._error("a canvas has at least one node")
        for one in fed:
            kept = _rewired(one.fields, node.id, node.inputs[0]) if node.inputs else _without_input(one.fields, node.id)
            bodies[one.id] = {one.kind: kept}
        del bodies[node.id]
        self._settle(bodies)

    def rename(self, named: str, name: str) -> None:
        """Give a node another name.

        Raises
        ------
        CanvasError
            There is no such node, or another one has the name.
        """
        node = self.node(named)
        others = {one.name for one in self.canvas.nodes.values() if one.id != node.id}
        self._replace(node, {**node.fields, "Name": self._free(name, others)})

    def connect(self, source: str, target: str) -> None:
        """Let a node feed another one.

        Raises
        ------
        CanvasError
            There is no such node, it does so already, or nodes would wait for each other.
        """
        feeding, fed = self.node(source), self.node(target)
        if feeding.id in fed.inputs:
            raise self._error(f'"{feeding.name}" feeds "{fed.name}" already')
        self._replace(fed, _with_input(fed, feeding))

    def insert(self, named: str, source: str, target: str) -> None:
        """Put a node on the way from one node to another.

        Raises
        ------
        CanvasError
            There is no such node or way, or the node cannot stand there.
        """
        node, feeding, fed = self.node(named), self.node(source), self.node(target)
        if feeding.id not in fed.inputs:
            raise self._error(f'"{feeding.name}" does not feed "{fed.name}"')
        self._settle(
            {
                **self.canvas.bodies,
                node.id: {node.kind: _with_input(node, feeding)},
                fed.id: {fed.kind: _rewired(fed.fields, feeding.id, node.id)},
            }
        )

    def disconnect(self, source: str, target: str) -> None:
        """Let a node feed another one no more.

        Raises
        ------
        CanvasError
            There is no such node, or it does not.
        """
        feeding, fed = self.node(source), self.node(target)
        if feeding.id not in fed.inputs:
            raise self._error(f'"{feeding.name}" does not feed "{fed.name}"')
        self._replace(fed, _without_input(fed.fields, feeding.id))

    def set_fields(self, named: str, fields: Mapping[str, Any]) -> None:
        """Set fields of a node; None takes one away.

        Raises
        ------
        CanvasError
            There is no such node or field, or a value is not of the field's type.
        """
        node = self.node(named)
        merged = {**node.fields, **checked_fields(node.kind, fields)}
        self._replace(node, {key: value for key, value in merged.items() if value is not None})

    def set_settings(self, settings: Mapping[str, Any]) -> None:
        """Set members of the job, such as `timeout` or `defaultArguments`; None takes one away.

        Raises
        ------
        CanvasError
            A canvas file has no such member, it is one that other commands change, or the value is not of its type.
        """
        checked = checked_settings(settings)
        merged = {key: value for key, value in {**self.canvas.definition, **checked}.items() if value is not None}
        self.canvas = studio_form(Canvas(self.canvas.path, merged, self.canvas.nodes))

    def _replace(self, node: Node, fields: Fields) -> None:
        self._settle({**self.canvas.bodies, node.id: {node.kind: fields}})

    def _settle(self, bodies: Mapping[str, Any]) -> None:
        changed = studio_form(canvas_of(self.canvas.path, self.canvas.definition, dict(bodies)))
        emission_order(changed)  # raises for a circle
        self.canvas = studio_form(with_schemas(changed, self._tables))

    def _new_id(self) -> str:
        taken = [int(one.removeprefix("node-")) for one in self.canvas.nodes if one.removeprefix("node-").isdigit()]
        return f"node-{max([self._now(), *(number + 1 for number in taken)])}"

    def _free(self, name: str, taken: set[str]) -> str:
        if name in taken:
            raise self._error(f"a node is named {name!r} already; give this one another name")
        if not name.strip():
            raise self._error("the name of a node cannot be empty")
        return name

    def _error(self, message: str) -> CanvasError:
        return CanvasError(f"{self.canvas.path}: {message}")


def numbered(kind: str, taken: set[str]) -> str:
    """Return a name that is not taken: the kind's, with a number after it from the second one on."""
    return next(name for number in range(1, len(taken) + 2) if (name := kind + str(number) * (number > 1)) not in taken)


def _rewired(value: Any, old: str, new: str) -> Any:
    """Return fields with another node in the place of an input, wherever they name it: Inputs, aliases, keys."""
    if isinstance(value, dict):
        return {key: _rewired(member, old, new) for key, member in value.items()}
    if isinstance(value, list):
        items = [_rewired(item, old, new) for item in value]
        is_ids = all(isinstance(item, str) and item.startswith("node-") for item in items)
        return list(dict.fromkeys(items)) if is_ids and old in value else items
    return new if value == old else value


def _with_input(fed: Node, feeding: Node) -> Fields:
    fields = {**fed.fields, "Inputs": [*fed.inputs, feeding.id]}
    taken = {one["Alias"] for one in fields.get("SqlAliases") or []}
    if fed.kind == "SparkSQL":
        fields["SqlAliases"] = [*fields.get("SqlAliases", []), {"From": feeding.id, "Alias": alias_of(feeding, taken)}]
    if fed.kind == "Join":
        fields["Columns"] = [*fields.get("Columns", []), {"From": feeding.id, "Keys": []}]
    return fields


def _without_input(fields: Fields, gone: str) -> Fields:
    """Return fields without an input, its alias and its keys."""
    kept = {key: _without_from(value, gone) for key, value in fields.items()}
    kept["Inputs"] = [one for one in fields.get("Inputs", []) if one != gone]
    return kept if kept["Inputs"] else {key: value for key, value in kept.items() if key != "Inputs"}


def _without_from(value: Any, gone: str) -> Any:
    if isinstance(value, list):
        return [one for one in value if not (isinstance(one, dict) and one.get("From") == gone)]
    return value
