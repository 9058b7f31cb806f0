"""The columns that flow through a canvas: from the schemas of its sources, node by node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from awsglue_local.nearest import instead_of
from glue_canvas.document.canvas import Node

Columns = dict[str, str]
"""Column name to type, as the canvas writes it (`bigint`, `string`, `struct<…>`), in order."""

InputColumn = tuple[int, str]
"""A column that comes into a node: the number of the input, and the column's name or ANY."""

ANY = "*"
"""Stands for the columns of an input whose columns nobody can know."""

NUMBERS = ("tinyint", "smallint", "int", "integer", "bigint", "long", "short", "byte", "float", "double", "decimal")


def comparable(one: str, other: str) -> bool:
    """Say whether values of two types can be compared as they are; an unknown type can."""
    families = ["number" if kind.lower().startswith(NUMBERS) else kind.lower() for kind in (one, other)]
    return not all(families) or families[0] == families[1]


@dataclass
class ColumnFlow:
    """What one node may ask about the columns that come in; it collects what is missing.

    Attributes
    ----------
    node
        The node that asks.
    inputs
        The columns of each input, None where nobody can know them.
    faults
        What is wrong, a sentence each.
    doubts
        What may be wrong or cannot be told, a sentence each.
    """

    node: Node
    inputs: Sequence[Columns | None]
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def input(self) -> Columns | None:
        """The columns of the first input."""
        return self.inputs[0] if self.inputs else None

    @property
    def declared(self) -> Columns | None:
        """The columns that the node's own OutputSchemas name, None where it has none."""
        schemas = self.node.fields.get("OutputSchemas") or []
        columns = {
            column["Name"]: str(column.get("Type", "")) for schema in schemas for column in schema.get("Columns") or []
        }
        return columns or None

    def same(self, name: str) -> list[InputColumn]:
        """Return the columns of that name that come in, or may; all where there is none."""
        named = [
            (number, ANY if columns is None else name)
            for number, columns in enumerate(self.inputs)
            if columns is None or name in columns
        ]
        return named or self.everything

    @property
    def everything(self) -> list[InputColumn]:
        """All columns that come in."""
        return [(number, name) for number, columns in enumerate(self.inputs) for name in (columns or [ANY])]

    def need(self, paths: Iterable[Sequence[str]], index: int = 0) -> None:
        """Report the paths whose first segment is no column of an input, and a path without any."""
        paths = list(paths)
        if not all(paths):
            self.faults.append("a column is not chosen yet")
        columns = self.inputs[index] if index < len(self.inputs) else None
        if columns is None:
            return
        for path in paths:
            if path and path[0] not in columns:
                self.faults.append(
                    f"column {path[0]!r} is not in this node's input" + instead_of(path[0], columns, "the input has")
                )
