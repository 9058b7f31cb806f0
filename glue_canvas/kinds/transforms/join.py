"""Joins of two inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn, comparable
from glue_canvas.kinds.kind import DYNAMIC_FRAME, Kind, NodeScope

EQUIJOIN = "equijoin"
LEFT_ONLY = frozenset({"leftsemi", "leftanti"})


class Join(Kind):
    """Rows of two inputs with equal keys."""

    name = "Join"
    input_count = range(2, 3)
    dataframe_types: ClassVar[frozenset[str]] = frozenset({"left", "right", "outer", *LEFT_ONLY})

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's for a join of DataFrames."""
        return () if scope.get("JoinType") == EQUIJOIN else (DYNAMIC_FRAME,)

    def statements(self, scope: NodeScope) -> str:
        """Return one call, or a join of DataFrames in three lines."""
        if scope.get("JoinType") == EQUIJOIN:
            return self._equijoin(scope)
        if scope.get("JoinType") in self.dataframe_types:
            return self._dataframe_join(scope)
        raise scope.error(f"not supported yet: a {scope.get('JoinType')} join")

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the columns of both; of two with one name the first input's gets a leading dot."""
        keys = _keys(flow.node.inputs, flow.node.fields["Columns"])
        for index, paths in enumerate(keys):
            flow.need(paths, index)
        left, right = flow.inputs
        for one, other in zip(*keys, strict=False):
            if one and other:
                _compare(flow, one, other)
        if flow.node.fields["JoinType"] in LEFT_ONLY:
            return left
        if left is None or right is None:
            return None
        shared = [column for column in left if column in right]
        if flow.node.fields["JoinType"] != EQUIJOIN and shared:
            flow.faults.append(f"both sides have {', '.join(shared)}; rename the columns of one side before the join")
        dotted = _dotted(left, right)
        return {dotted.get(column, column): left[column] for column in left} | right

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the right side's column of that name; the left side's has a dot where both have one."""
        left, right = flow.inputs
        if left is None or right is None:
            return flow.same(name)
        if flow.node.fields["JoinType"] in LEFT_ONLY:
            return [(0, name)]
        if name in right:
            return [(1, name)]
        old = {new: column for column, new in _dotted(left, right).items()}
        return [(0, old.get(name, name))]

    def _equijoin(self, scope: NodeScope) -> str:
        left, right = scope.inputs
        keys1, keys2 = (
            python_text.quoted_list(python_text.column_path(path) for path in paths) for paths in self._both_keys(scope)
        )
        return (
            f"{scope.variable} = Join.apply(frame1={left}, frame2={right}, keys1={keys1}, keys2={keys2}, "
            f'transformation_ctx="{scope.variable}")'
        )

    def _dataframe_join(self, scope: NodeScope) -> str:
        left, right = (f"{frame}DF" for frame in scope.inputs)
        keys1, keys2 = self._both_keys(scope)
        condition = " & ".join(
            f"({left}['{_plain(scope, one)}'] == {right}['{_plain(scope, other)}'])"
            for one, other in zip(keys1, keys2, strict=True)
        )
        frames = "".join(f"{frame}DF = {frame}.toDF()\n" for frame in scope.inputs)
        return (
            f"{frames}{scope.variable} = DynamicFrame.fromDF({left}.join({right}, {condition}, "
            f'"{scope.get("JoinType")}"), glueContext, "{scope.variable}")'
        )

    def _both_keys(self, scope: NodeScope) -> list[list[list[str]]]:
        keys = _keys(scope.node.inputs, scope.get("Columns"))
        if not keys[0] or len(keys[0]) != len(keys[1]):
            raise scope.error(f"it joins {len(keys[0])} keys of one side with {len(keys[1])} of the other")
        if not all(path for side in keys for path in side):
            raise scope.error("one of its conditions names no column of one side")
        return keys


def _dotted(left: Columns, right: Columns) -> dict[str, str]:
    """Return the left side's columns that the right side has too, with their names after the join."""
    taken, found = {*left, *right}, {}
    for column in left:
        if column in right:
            new = column
            while new in taken:
                new = f".{new}"
            taken.add(new)
            found[column] = new
    return found


def _keys(inputs: list[str], columns: list[dict[str, Any]]) -> list[list[list[str]]]:
    """Return the key paths of each input, in the order of the inputs."""
    if len(columns) == 2 and columns[0]["From"] == columns[1]["From"]:  # a join of a node with itself
        return [column["Keys"] for column in columns]
    of_input = {column["From"]: column["Keys"] for column in columns}
    return [of_input.get(node_id, []) for node_id in inputs]


def _compare(flow: ColumnFlow, one: list[str], other: list[str]) -> None:
    """Tell `flow` of keys of different types: engines make something else of them."""
    left, right = flow.inputs
    types = ((left or {}).get(one[0], ""), (right or {}).get(other[0], ""))
    if not comparable(*types):
        flow.doubts.append(f"it joins {one[0]} ({types[0]}) with {other[0]} ({types[1]})")


def _plain(scope: NodeScope, path: list[str]) -> str:
    text = ".".join(path)
    python_text.quoted(text)
    if "'" in text:
        raise scope.error(f"{text!r} cannot be part of a string in the script")
    return text
