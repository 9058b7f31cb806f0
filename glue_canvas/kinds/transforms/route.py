"""The Conditional Router node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glue_canvas.kinds import conditions, python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns
from glue_canvas.kinds.kind import DYNAMIC_FRAME_COLLECTION, STUDIO_RANK, Helper, NodeScope, PassThrough
from glue_canvas.kinds.studio_helpers import THREADED_ROUTE

DEFAULT_GROUP = "default_group"
"""Where rows go that fulfil no condition; it is always there, whether the canvas lists it or not."""


def _is_default(group: Mapping[str, Any]) -> bool:
    return group["GroupName"] == DEFAULT_GROUP and not group.get("Filters")


class Route(PassThrough):
    """Rows into one frame a group of conditions; those that fulfil none go to `default_group`."""

    name = "Route"
    makes_collection = True

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return the collection's, the thread pool's and `re`."""
        return (DYNAMIC_FRAME_COLLECTION, "import concurrent.futures", "import re")

    def helpers(self, scope: NodeScope) -> Iterable[Helper]:
        """Return `GroupFilter`, `apply_group_filter` and `threadedRoute`."""
        return (Helper(STUDIO_RANK, THREADED_ROUTE),)

    def statements(self, scope: NodeScope) -> str:
        """Return one call over three lines; only a single group has been seen in Studio's scripts."""
        groups = [one for one in scope.get("GroupFiltersList") if not _is_default(one)]
        if len(groups) != 1:
            raise scope.error(f"not supported yet: a Route of {len(groups)} groups")
        condition = conditions.expression(groups[0]["Filters"], groups[0]["LogicalOperator"])
        return (
            f"{scope.variable} = threadedRoute(glueContext,\n"
            f"  source_DyF = {scope.input},\n"
            f"  group_filters = [GroupFilter(name = {python_text.quoted(groups[0]['GroupName'])}, "
            f"filters = lambda row: ({condition})), "
            f'GroupFilter(name = "{DEFAULT_GROUP}", filters = lambda row: (not({condition})))])'
        )

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return the input's columns; those that are compared must be there."""
        for group in flow.node.fields["GroupFiltersList"]:
            if _is_default(group):
                continue
            flow.need(conditions.columns(group["Filters"]))
            flow.faults += conditions.faults(group["Filters"], flow.input)
        return flow.input
