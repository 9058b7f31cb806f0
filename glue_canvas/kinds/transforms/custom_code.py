"""The Custom Transform node and what takes a frame out of its collection."""

from __future__ import annotations

import ast
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
from glue_canvas.kinds.transforms.passed_frames import PassedFrames

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
        """Return those of the input whose frame the code lets through; else the declared."""
        passed = PassedFrames(str(flow.node.fields.get("Code")))
        number = 0 if passed.whole and len(flow.inputs) == 1 else passed.number
        return flow.declared if number is None or number >= len(flow.inputs) else flow.inputs[number]

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column of the same name, where the code lets the frame through; else all."""
        passed = PassedFrames(str(flow.node.fields.get("Code")))
        if passed.number is not None and passed.number < len(flow.inputs):
            return [one for one in flow.same(name) if one[0] == passed.number]
        return flow.same(name) if passed.whole else flow.everything


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
