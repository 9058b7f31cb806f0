"""The Custom Transform node and what takes a frame out of its collection."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable

from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.kind import (
    CUSTOM_CODE_RANK,
    DYNAMIC_FRAME,
    DYNAMIC_FRAME_COLLECTION,
    Helper,
    Kind,
    NodeScope,
    PassThrough,
)

NAMED_FRAMES = frozenset({"EvaluateDataQuality", "EvaluateDataQualityMultiFrame", "Route"})
"""Kinds whose collection has a frame of the name of each SelectFromCollection node after it."""

OF_THE_SCRIPT = frozenset(
    {
        "args",
        "glueContext",
        "job",
        "sc",
        "spark",
        "sys",
        "re",
        "getResolvedOptions",
        "SparkContext",
        "GlueContext",
        "Job",
    }
    | {"DynamicFrame", "DynamicFrameCollection", "EvaluateDataQuality", "SqlFuncs", "list"}
    | {"sparkSqlQuery", "sparkUnion", "sparkAggregate", "drop_nulls", "threadedRoute", "GroupFilter"}
)
"""Names that a script uses itself."""


class CustomCode(Kind):
    """A function of the user's own from a collection of frames to another."""

    name = "CustomCode"
    makes_collection = True
    input_count = range(1, 100)

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's and the collection's."""
        return (DYNAMIC_FRAME_COLLECTION, DYNAMIC_FRAME)

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return the function."""
        lines = scope.get("Code").rstrip("\n").split("\n")
        body = "".join(f"    {line}\n" if line else "\n" for line in lines)
        function = f"def {_function(scope)}(glueContext, dfc) -> DynamicFrameCollection:\n{body}"
        _require_one_function(scope, function)
        text = f"# Script generated for node {scope.node.name}\n{function}"
        return (Helper(CUSTOM_CODE_RANK, text, place=list(scope.canvas.nodes).index(scope.node.id)),)

    def statements(self, scope: NodeScope) -> str:
        """Return one call of the function."""
        frames = ", ".join(f'"{frame}": {frame}' for frame in scope.inputs)
        return f"{scope.variable} = {_function(scope)}(glueContext, DynamicFrameCollection({{{frames}}}, glueContext))"

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return those of the only input, where the code returns the collection that it gets; else the declared."""
        if len(flow.inputs) == 1 and _returns_what_it_gets(str(flow.node.fields.get("Code"))):
            return flow.input
        return flow.declared

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column of the same name, where the code returns the collection that it gets; else all."""
        if _returns_what_it_gets(str(flow.node.fields.get("Code"))):
            return flow.same(name)
        return flow.everything


class SelectFromCollection(PassThrough):
    """One frame of a collection."""

    name = "SelectFromCollection"

    def statements(self, scope: NodeScope) -> str:
        """Return one call; a Custom Transform's frame is named by its place, others by this node's name."""
        index = int(scope.get("Index"))
        feeding = scope.canvas.nodes[scope.node.inputs[0]].kind
        by_name = feeding in NAMED_FRAMES
        key = python_text.quoted(scope.node.name) if by_name else f"list({scope.input}.keys())[{index}]"
        return (
            f"{scope.variable} = SelectFromCollection.apply(dfc={scope.input}, key={key}, "
            f'transformation_ctx="{scope.variable}")'
        )


def _returns_what_it_gets(code: str) -> bool:
    """Say whether code surely returns the collection of frames that it gets, `dfc`, to which it assigns nothing."""
    try:
        body = ast.parse("def function(glueContext, dfc):\n" + textwrap.indent(code, "    ")).body[0]
    except (SyntaxError, ValueError):
        return False
    inside = list(ast.walk(body))
    returned = [node.value for node in inside if isinstance(node, ast.Return)]
    uses = [node for node in inside if isinstance(node, ast.Name) and node.id == "dfc"]
    others = [node for node in inside if isinstance(node, ast.alias | ast.FunctionDef | ast.Lambda | ast.ExceptHandler)]
    return bool(returned) and len(others) == 1 and len(uses) == len(returned) and all(one in uses for one in returned)


def _function(scope: NodeScope) -> str:
    name = python_text.python_name(str(scope.get("ClassName")), "a function")
    if name in OF_THE_SCRIPT:
        raise scope.error(f"the script already uses the name {name}; give the function another one")
    return name


def _require_one_function(scope: NodeScope, function: str) -> None:
    """Raise where the code is more or less than the body of one function: a text left open, say."""
    if python_text.CONTROL.search(function.replace("\n", "").replace("\t", "").replace("\r", "")):
        raise scope.error("its code contains control characters")
    try:
        statements = ast.parse(function).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise scope.error(f"line {(line or 1) - 1} of its code is not Python: {error.args[0]}") from error
    if len(statements) != 1 or not isinstance(statements[0], ast.FunctionDef):
        raise scope.error("its code does not stay inside the function")
