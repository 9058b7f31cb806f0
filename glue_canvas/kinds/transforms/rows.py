"""Transforms that choose or count rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glue_canvas.kinds import conditions, python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.kind import (
    DYNAMIC_FRAME,
    DYNAMIC_FRAME_OF_PACKAGE,
    SPARK_AGGREGATE_RANK,
    SQL_FUNCTIONS,
    STUDIO_RANK,
    Helper,
    Kind,
    NodeScope,
    PassThrough,
)
from glue_canvas.kinds.studio_helpers import SPARK_AGGREGATE, SPARK_UNION


class Filter(PassThrough):
    """Keep the rows that fulfil simple comparisons."""

    name = "Filter"

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return `re`, which Studio imports whether it is used or not."""
        return ("import re",)

    def statements(self, scope: NodeScope) -> str:
        """Return one call."""
        condition = conditions.expression(scope.get("Filters"), scope.get("LogicalOperator"))
        return (
            f"{scope.variable} = Filter.apply(frame={scope.input}, f=lambda row: ({condition}), "
            f'transformation_ctx="{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the input's columns; those that are compared must be there."""
        if not flow.node.fields["Filters"]:
            flow.faults.append("it has no condition, so no row passes")
        flow.need(conditions.columns(flow.node.fields["Filters"]))
        flow.faults += conditions.faults(flow.node.fields["Filters"], flow.input)
        return flow.input


class DropDuplicates(PassThrough):
    """Keep one of equal rows, or one a key."""

    name = "DropDuplicates"

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's and the SQL functions'."""
        return (DYNAMIC_FRAME, SQL_FUNCTIONS)

    def statements(self, scope: NodeScope) -> str:
        """Return one conversion there and back, with the two spaces that Studio writes."""
        keys = scope.paths("Columns") if scope.get("Columns") else ""
        return (
            f"{scope.variable} =  DynamicFrame.fromDF({scope.input}.toDF().dropDuplicates({keys}), "
            f'glueContext, "{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the input's columns; the keys must be there."""
        columns = flow.node.fields.get("Columns") or []
        flow.need(columns)
        if any("." in segment for path in columns for segment in path):
            flow.doubts.append("dropDuplicates in Spark does not find columns with a dot in their name")
        return flow.input


class Aggregate(Kind):
    """Group rows and compute functions of columns."""

    name = "Aggregate"

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's and the SQL functions'."""
        return (DYNAMIC_FRAME, SQL_FUNCTIONS)

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return `sparkAggregate`."""
        return (Helper(SPARK_AGGREGATE_RANK, SPARK_AGGREGATE),)

    def statements(self, scope: NodeScope) -> str:
        """Return one call of `sparkAggregate`."""
        aggregates = ", ".join(
            f"[{python_text.quoted(python_text.column_path(agg['Column']))}, {python_text.quoted(agg['AggFunc'])}]"
            for agg in scope.get("Aggs")
        )
        return (
            f"{scope.variable} = sparkAggregate(glueContext, parentFrame = {scope.input}, "
            f'groups = {scope.paths("Groups")}, aggs = [{aggregates}], transformation_ctx = "{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the grouping columns and `function(column)` for each aggregate of a plain function."""
        groups = flow.node.fields["Groups"]
        aggregates = flow.node.fields["Aggs"]
        flow.need([*groups, *(one["Column"] for one in aggregates if one["Column"] != ["*"])])
        if flow.input is None or any(aggregate["AggFunc"] not in PLAIN_FUNCTIONS for aggregate in aggregates):
            return None
        grouped = {path[-1]: flow.input.get(path[0], "") for path in groups if path}
        return grouped | {_result(aggregate): "" for aggregate in aggregates}

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column that is grouped by, or that the function is of; a count of rows has none."""
        paths = [path for path in flow.node.fields["Groups"] if path and path[-1] == name]
        paths += [aggregate["Column"] for aggregate in flow.node.fields["Aggs"] if _result(aggregate) == name]
        columns = [path[0] for path in paths if path != ["*"]]
        return [source for column in columns for source in flow.same(column)]


def _result(aggregate: dict[str, Any]) -> str:
    """Return Spark's name for what a function gives."""
    return f"{aggregate['AggFunc']}({'.'.join(aggregate['Column'])})"


PLAIN_FUNCTIONS = frozenset({"avg", "count", "max", "min", "sum", "kurtosis", "skewness"})
"""Functions whose result Spark names after them."""


class Union(Kind):
    """The rows of two inputs."""

    name = "Union"
    input_count = range(2, 3)

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's."""
        return (DYNAMIC_FRAME_OF_PACKAGE,)

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return `sparkUnion`."""
        return (Helper(STUDIO_RANK, SPARK_UNION),)

    def statements(self, scope: NodeScope) -> str:
        """Return one call of `sparkUnion`."""
        first, second = scope.inputs
        if scope.get("UnionType") not in ("ALL", "DISTINCT"):
            raise scope.error(f"{scope.get('UnionType')!r} is not a union type")
        return (
            f"{scope.variable} = sparkUnion(glueContext, unionType = {scope.quoted('UnionType')}, "
            f'mapping = {{"source1": {first}, "source2": {second}}}, transformation_ctx = "{scope.variable}")'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the first input's columns; the other must have as many."""
        first, second = flow.inputs
        if first is not None and second is not None and len(first) != len(second):
            flow.faults.append(
                f"the inputs of the union have {len(first)} columns ({', '.join(first)}) "
                f"and {len(second)} columns ({', '.join(second)})"
            )
        return first

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column, and the other input's in the same place: a union goes by places, not by names."""
        first, second = flow.inputs
        if first is None or second is None or name not in first or len(first) != len(second):
            return flow.everything
        return [(0, name), (1, list(second)[list(first).index(name)])]
