"""What all targets share: the default data quality rules and the guard for one file."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from glue_canvas.kinds import python_text
from glue_canvas.kinds.column_flow import ColumnFlow, Columns, InputColumn
from glue_canvas.kinds.kind import Kind, NodeScope

EVALUATE_DATA_QUALITY = "from awsgluedq.transforms import EvaluateDataQuality"
PUBLISHING = '"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"'
DEFAULT_RULESET = '''\
# Default ruleset used by all target nodes with data quality enabled
DEFAULT_DATA_QUALITY_RULESET = """
    Rules = [
        ColumnCount > 0
    ]
"""

'''


class Target(Kind):
    """A kind that writes its input somewhere."""

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return EvaluateDataQuality's, where the target checks its rows."""
        return (EVALUATE_DATA_QUALITY,) if checks_rows(scope) else ()

    def preamble(self, scope: NodeScope) -> str:
        """Return the default rules, where the target checks its rows."""
        return DEFAULT_RULESET if checks_rows(scope) else ""

    def statements(self, scope: NodeScope) -> str:
        """Return the check, the guard and the sink."""
        return self.check(scope) + self.guard(scope) + self.sink(scope)

    @abstractmethod
    def sink(self, scope: NodeScope) -> str:
        """Return the statements that write."""

    def check(self, scope: NodeScope) -> str:
        """Return the line that evaluates the default rules, if the target has data quality on."""
        if not checks_rows(scope):
            return ""
        context = python_text.quoted(scope.get("AutoDataQuality").get("EvaluationContext") or "")
        return (
            f"EvaluateDataQuality().process_rows(frame={scope.input}, ruleset=DEFAULT_DATA_QUALITY_RULESET, "
            f'publishing_options={{"dataQualityEvaluationContext": {context}, '
            f'"enableDataQualityResultsPublishing": True}}, additional_options={{{PUBLISHING}}})\n'
        )

    def guard(self, scope: NodeScope) -> str:
        """Return the lines that bring the rows into the wanted number of files."""
        partitions = scope.get("NumberTargetPartitions", "0")
        if partitions in ("0", ""):
            return ""
        if not partitions.isascii() or not partitions.isdigit():
            raise scope.error(f"{partitions!r} is not a number of target partitions")
        frame = scope.input
        return f"if ({frame}.count() >= 1):\n   {frame} = {frame}.coalesce({int(partitions)})\n"

    def columns(self, flow: ColumnFlow) -> Columns | None:
        """Return what is written; the partition keys must be there."""
        flow.need(flow.node.fields.get("PartitionKeys") or [])
        return flow.input

    def sources_of(self, flow: ColumnFlow, name: str) -> Iterable[InputColumn]:
        """Return the column of the same name."""
        return flow.same(name)


def checks_rows(scope: NodeScope) -> bool:
    """Say whether a target has the default data quality rules on."""
    return bool(scope.get("AutoDataQuality", {}).get("IsEnabled"))
