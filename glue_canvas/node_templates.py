"""One template a node kind: the statements that Glue Studio writes for it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from glue_canvas.canvas import Canvas, CanvasError, Node

DYNAMIC_FRAME = "from awsglue.dynamicframe import DynamicFrame"
DYNAMIC_FRAME_COLLECTION = "from awsglue.dynamicframe import DynamicFrameCollection"
DYNAMIC_FRAME_OF_PACKAGE = "from awsglue import DynamicFrame"
SQL_FUNCTIONS = "from pyspark.sql import functions as SqlFuncs"

SPARK_SQL_QUERY = """\
def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql(query)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)
"""


@dataclass(frozen=True)
class Helper:
    """A function that stands before the preamble, once; helpers are sorted by rank."""

    rank: int
    text: str


CUSTOM_CODE_RANK = 0
SPARK_SQL_RANK = 2


@dataclass(frozen=True)
class NodeText:
    """What one node adds to the script; `gap` stands between it and the next node."""

    body: str
    imports: tuple[str, ...] = ()
    helpers: tuple[Helper, ...] = ()
    gap: str = "\n"


@dataclass(frozen=True)
class Scope:
    """What a template may ask about the rest of the canvas."""

    canvas: Canvas
    query_numbers: dict[str, int]

    def variable(self, node: Node) -> str:
        """Return the script's variable for a node: its name without special characters, `_node` and its number."""
        digits = re.sub(r"[^0-9]", "", node.id)
        return re.sub(r"[^A-Za-z0-9_]", "", node.name) + "_node" + digits

    def inputs(self, node: Node) -> list[str]:
        """Return the variables of a node's inputs."""
        return [self.variable(self.canvas.nodes[node_id]) for node_id in node.inputs]

    def string(self, node: Node, value: Any) -> str:
        """Return a double-quoted string; refuse what Studio would turn into broken or injected code."""
        if not isinstance(value, str) or re.search(r'["\\\x00-\x1f\x7f\x85\u2028\u2029]', value):
            raise CanvasError(f'{self.canvas.path}: node "{node.name}": {value!r} cannot stand in a script\'s string')
        return f'"{value}"'

    def strings(self, node: Node, values: list[Any]) -> str:
        """Return a list of double-quoted strings."""
        return "[" + ", ".join(self.string(node, value) for value in values) + "]"

    def paths(self, node: Node, paths: list[list[str]]) -> str:
        """Return a list of column paths; a segment with a dot or parentheses is backticked."""
        return self.strings(node, [".".join(_segment(segment) for segment in path) for path in paths])


def _segment(segment: str) -> str:
    return f"`{segment}`" if re.search(r"[.()]", segment) else segment


class Template(ABC):
    """The statements of one node kind."""

    kind: ClassVar[str]

    def text(self, node: Node, scope: Scope) -> NodeText:
        """Return the node's comment and statements, and what they need at the top of the script."""
        if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", node.name):
            raise CanvasError(f"{scope.canvas.path}: {node.id}: a node's name cannot hold control characters")
        body = f"# Script generated for node {node.name}\n{self.statements(node, scope)}\n"
        return NodeText(body, self.imports(node), self.helpers(node, scope))

    @abstractmethod
    def statements(self, node: Node, scope: Scope) -> str:
        """Return the node's statements, without the comment and the last newline."""

    def imports(self, node: Node) -> tuple[str, ...]:
        """Return the import lines that the statements need beyond the header."""
        return ()

    def helpers(self, node: Node, scope: Scope) -> tuple[Helper, ...]:
        """Return the helper functions that the statements call."""
        return ()


class CatalogSource(Template):
    """A table of the Data Catalog as source."""

    kind = "CatalogSource"

    def statements(self, node: Node, scope: Scope) -> str:
        variable = scope.variable(node)
        database = scope.string(node, node.fields["Database"])
        table = scope.string(node, node.fields["Table"])
        return (
            f"{variable} = glueContext.create_dynamic_frame.from_catalog(database={database}, "
            f'table_name={table}, transformation_ctx="{variable}")'
        )


class CatalogTarget(Template):
    """A table of the Data Catalog as target."""

    kind = "CatalogTarget"

    def statements(self, node: Node, scope: Scope) -> str:
        variable, (frame,) = scope.variable(node), scope.inputs(node)
        database = scope.string(node, node.fields["Database"])
        table = scope.string(node, node.fields["Table"])
        return (
            f"{variable} = glueContext.write_dynamic_frame.from_catalog(frame={frame}, database={database}, "
            f'table_name={table}, transformation_ctx="{variable}")'
        )


class Filter(Template):
    """Keep the rows that fulfil simple comparisons."""

    kind = "Filter"
    operators: ClassVar[dict[str, str]] = {"EQ": "==", "LT": "<", "GT": ">", "LTE": "<=", "GTE": ">="}

    def imports(self, node: Node) -> tuple[str, ...]:
        return ("import re",)

    def statements(self, node: Node, scope: Scope) -> str:
        variable, (frame,) = scope.variable(node), scope.inputs(node)
        word = {"AND": " and ", "OR": " or "}[node.fields["LogicalOperator"]]
        terms = word.join(self._term(node, term, scope) for term in node.fields["Filters"])
        return f'{variable} = Filter.apply(frame={frame}, f=lambda row: ({terms}), transformation_ctx="{variable}")'

    def _term(self, node: Node, term: dict[str, Any], scope: Scope) -> str:
        column, constant = self._values(node, term, scope)
        row = f"row[{scope.string(node, column)}]"
        if term["Operation"] == "REGEX":
            text = f"bool(re.match({scope.string(node, constant)}, {row}))"
        elif term["Operation"] in self.operators:
            text = f"{row} {self.operators[term['Operation']]} {self._constant(node, constant, scope)}"
        else:
            raise CanvasError(
                f'{scope.canvas.path}: node "{node.name}": not supported yet: Filter operation {term["Operation"]}'
            )
        return f"not({text})" if term.get("Negated") else text

    def _values(self, node: Node, term: dict[str, Any], scope: Scope) -> tuple[str, str]:
        match term["Values"]:
            case [
                {"Type": "COLUMNEXTRACTED", "Value": [str(column)]},
                {"Type": "CONSTANT", "Value": [str(constant)]},
            ]:
                return column, constant
            case _:
                raise CanvasError(f'{scope.canvas.path}: node "{node.name}": a filter compares a column with a value')

    def _constant(self, node: Node, constant: str, scope: Scope) -> str:
        return constant if re.fullmatch(r"-?\d+(\.\d+)?", constant) else scope.string(node, constant)


class Join(Template):
    """Join two inputs on equal keys."""

    kind = "Join"

    def statements(self, node: Node, scope: Scope) -> str:
        if node.fields["JoinType"] != "equijoin":
            raise CanvasError(
                f'{scope.canvas.path}: node "{node.name}": not supported yet: a {node.fields["JoinType"]} Join'
            )
        variable, (left, right) = scope.variable(node), scope.inputs(node)
        keys = {column["From"]: scope.paths(node, column["Keys"]) for column in node.fields["Columns"]}
        keys1, keys2 = (keys[node_id] for node_id in node.inputs)
        return (
            f"{variable} = Join.apply(frame1={left}, frame2={right}, keys1={keys1}, keys2={keys2}, "
            f'transformation_ctx="{variable}")'
        )


class _Paths(Template):
    """A transform that names columns."""

    def statements(self, node: Node, scope: Scope) -> str:
        variable, (frame,) = scope.variable(node), scope.inputs(node)
        paths = scope.paths(node, node.fields["Paths"])
        return f'{variable} = {self.kind}.apply(frame={frame}, paths={paths}, transformation_ctx="{variable}")'


class DropFields(_Paths):
    """Leave columns out."""

    kind = "DropFields"


class SelectFields(_Paths):
    """Keep only the named columns."""

    kind = "SelectFields"


class RenameField(Template):
    """Give a column another name."""

    kind = "RenameField"

    def statements(self, node: Node, scope: Scope) -> str:
        variable, (frame,) = scope.variable(node), scope.inputs(node)
        old, new = (
            scope.string(node, ".".join(_segment(segment) for segment in node.fields[path]))
            for path in ("SourcePath", "TargetPath")
        )
        return (
            f"{variable} = RenameField.apply(frame={frame}, old_name={old}, new_name={new}, "
            f'transformation_ctx="{variable}")'
        )


class DropDuplicates(Template):
    """Keep one of equal rows, or one a key."""

    kind = "DropDuplicates"

    def imports(self, node: Node) -> tuple[str, ...]:
        return (DYNAMIC_FRAME, SQL_FUNCTIONS)

    def statements(self, node: Node, scope: Scope) -> str:
        variable, (frame,) = scope.variable(node), scope.inputs(node)
        columns = node.fields.get("Columns")
        keys = scope.paths(node, columns) if columns else ""
        return f'{variable} =  DynamicFrame.fromDF({frame}.toDF().dropDuplicates({keys}), glueContext, "{variable}")'


class SparkSql(Template):
    """A SQL Query node."""

    kind = "SparkSQL"

    def imports(self, node: Node) -> tuple[str, ...]:
        return (DYNAMIC_FRAME_OF_PACKAGE,)

    def helpers(self, node: Node, scope: Scope) -> tuple[Helper, ...]:
        return (Helper(SPARK_SQL_RANK, SPARK_SQL_QUERY),)

    def statements(self, node: Node, scope: Scope) -> str:
        query = node.fields["SqlQuery"]
        if "'''" in query or "\\" in query:
            raise CanvasError(f"{scope.canvas.path}: node \"{node.name}\": the query cannot stand in a ''' string")
        variable, number = scope.variable(node), scope.query_numbers[node.id]
        inputs = dict(zip(node.inputs, scope.inputs(node), strict=True))
        mapping = ", ".join(
            f"{scope.string(node, alias['Alias'])}:{inputs[alias['From']]}" for alias in node.fields["SqlAliases"]
        )
        return (
            f"SqlQuery{number} = '''\n{query}\n'''\n"
            f"{variable} = sparkSqlQuery(glueContext, query = SqlQuery{number}, mapping = {{{mapping}}}, "
            f'transformation_ctx = "{variable}")'
        )


class CustomCode(Template):
    """A Custom Transform: a function of the user's own."""

    kind = "CustomCode"

    def imports(self, node: Node) -> tuple[str, ...]:
        return (DYNAMIC_FRAME_COLLECTION, DYNAMIC_FRAME)

    def helpers(self, node: Node, scope: Scope) -> tuple[Helper, ...]:
        lines = node.fields["Code"].rstrip("\n").split("\n")
        body = "".join(f"    {line}\n" if line else "\n" for line in lines)
        signature = f"def {self._function(node, scope)}(glueContext, dfc) -> DynamicFrameCollection:\n"
        return (Helper(CUSTOM_CODE_RANK, f"# Script generated for node {node.name}\n{signature}{body}"),)

    def statements(self, node: Node, scope: Scope) -> str:
        frames = ", ".join(f'"{frame}": {frame}' for frame in scope.inputs(node))
        return (
            f"{scope.variable(node)} = {self._function(node, scope)}"
            f"(glueContext, DynamicFrameCollection({{{frames}}}, glueContext))"
        )

    def _function(self, node: Node, scope: Scope) -> str:
        name = node.fields["ClassName"]
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise CanvasError(f'{scope.canvas.path}: node "{node.name}": {name!r} is no name for a function')
        return str(name)


class SelectFromCollection(Template):
    """Take one frame out of a Custom Transform's collection."""

    kind = "SelectFromCollection"

    def statements(self, node: Node, scope: Scope) -> str:
        variable, (collection,) = scope.variable(node), scope.inputs(node)
        return (
            f"{variable} = SelectFromCollection.apply(dfc={collection}, "
            f'key=list({collection}.keys())[{int(node.fields["Index"])}], transformation_ctx="{variable}")'
        )


TEMPLATES: dict[str, Template] = {
    template.kind: template
    for template in (
        CatalogSource(),
        CatalogTarget(),
        CustomCode(),
        DropDuplicates(),
        DropFields(),
        Filter(),
        Join(),
        RenameField(),
        SelectFields(),
        SelectFromCollection(),
        SparkSql(),
    )
}
