"""What every kind of node has: the statements that Studio writes for it, and the columns that leave it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from glue_canvas.document.canvas import Canvas, CanvasError, Node
from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.eras import CURRENT, Era

DYNAMIC_FRAME = "from awsglue.dynamicframe import DynamicFrame"
DYNAMIC_FRAME_COLLECTION = "from awsglue.dynamicframe import DynamicFrameCollection"
DYNAMIC_FRAME_OF_PACKAGE = "from awsglue import DynamicFrame"
SQL_FUNCTIONS = "from pyspark.sql import functions as SqlFuncs"


@dataclass(frozen=True)
class Helper:
    """A text that stands before the preamble, once.

    Helpers are sorted by rank, then by place, then in the order in which the nodes that need them are written.
    Functions of Custom Transform nodes have been seen elsewhere too, in an order that nothing in the canvas explains.
    """

    rank: int
    text: str
    place: int = 0

    @property
    def first_name(self) -> str:
        """The first definition, such as `def sparkSqlQuery`."""
        found = re.search(r"^(?:def|class) \w+", self.text, re.MULTILINE)
        return found[0] if found else ""


CUSTOM_CODE_RANK, STUDIO_RANK, SPARK_AGGREGATE_RANK = range(3)


@dataclass
class NodeScope:
    """What a kind may ask about one node while it writes the node's statements.

    Every field that it asks for is remembered, so that one it does not know of is noticed.
    """

    canvas: Canvas
    node: Node
    era: Era = CURRENT
    query_number: int | None = None
    asked: set[str] = field(default_factory=set)

    def error(self, message: str) -> CanvasError:
        """Return an error that names the file and the node."""
        return self.canvas.error(self.node, message)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field of the node; an absent one is `default`."""
        self.asked.add(name)
        value = self.node.fields.get(name)
        return default if value is None else value

    @property
    def variable(self) -> str:
        """The script's variable for the node."""
        return variable(self.canvas, self.node)

    @property
    def inputs(self) -> list[str]:
        """The variables of the node's inputs."""
        return [variable(self.canvas, self.canvas.nodes[node_id]) for node_id in self.node.inputs]

    @property
    def input(self) -> str:
        """The variable of the node's first input."""
        return self.inputs[0]

    def quoted(self, name: str) -> str:
        """Return a field's text in double quotes."""
        return python_text.quoted(self.get(name, ""))

    def paths(self, name: str) -> str:
        """Return a field of column paths as a list of strings."""
        return python_text.quoted_list(python_text.column_path(path) for path in self.get(name, []))


def variable(canvas: Canvas, node: Node) -> str:
    """Return a node's variable: its name without special characters, `_node` and the digits of its id.

    Raises
    ------
    CanvasError
        The id is not Studio's, or the name would make no variable.
    """
    if not re.fullmatch(r"node-[0-9]+", node.id, re.ASCII):
        raise canvas.error(node, f"the id {node.id!r} is not in Studio's form, node-<digits>")
    name = re.sub(r"[^A-Za-z0-9_]", "", node.name) + "_" + node.id.replace("-", "")
    if not name.isidentifier():
        raise canvas.error(
            node, f"its name gives the variable {name}, which is not valid in Python; start the name with a letter"
        )
    return name


class Kind(ABC):
    """One kind of node."""

    name: ClassVar[str]
    input_count: ClassVar[range] = range(1, 2)
    """How many inputs a node of the kind can have."""
    makes_collection: ClassVar[bool] = False
    """Whether what leaves a node is a DynamicFrameCollection, out of which a frame has to be selected."""
    runs_locally: ClassVar[bool] = True
    """Whether awsglue_local runs what is compiled of it; some stores are nowhere but in AWS."""
    silent_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that leave no trace in the script."""

    @abstractmethod
    def statements(self, scope: NodeScope) -> str:
        """Return the node's statements, without the comment and the last newline.

        Raises
        ------
        UnsafeTextError
            A value would break out of its string.
        CanvasError
            The node says something that is not supported.
        """

    def gap(self, scope: NodeScope) -> str:
        """Return what stands between the node's last line and the next node."""
        return "\n"

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return the import lines that the statements need beyond the header."""
        return ()

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return the helper functions that the statements call."""
        return ()

    def preamble(self, scope: NodeScope) -> str:
        """Return what stands once between the job's preamble and the first node."""
        return ""

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the columns that leave the node, None where nobody can know; tell `flow` what is missing."""
        return flow.declared

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the input columns that the values of a column may come from: all, unless a kind knows better."""
        return flow.everything

    def tables_of(self, flow: ColumnFlow) -> Iterable[tuple[str, str]]:
        """Return the tables and views, `(database or empty, name)`, that a node reads besides its inputs."""
        return ()


class PassThrough(Kind):
    """A kind whose columns are those of its input."""

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the input's columns."""
        return flow.input

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column of the same name."""
        return flow.same(name)


class Source(Kind):
    """A kind without inputs."""

    input_count = range(1)
