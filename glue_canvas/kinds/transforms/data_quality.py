"""The Evaluate Data Quality node: DQDL rules over its input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from glue_canvas.kinds import python_text
from glue_canvas.kinds.kind import Kind, NodeScope
from glue_canvas.kinds.stores.target import EVALUATE_DATA_QUALITY

PUBLISHING_OPTIONS = (
    ("CloudWatchMetricsEnabled", "enableDataQualityCloudWatchMetrics"),
    ("ResultsPublishingEnabled", "enableDataQualityResultsPublishing"),
)
CACHE_NOTHING = {"performanceTuning.caching": "CACHE_NOTHING"}


class EvaluateDataQuality(Kind):
    """Rules over one input, as Studio wrote them before a node could have several."""

    name = "EvaluateDataQuality"
    makes_collection = True

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return EvaluateDataQuality's."""
        return (EVALUATE_DATA_QUALITY,)

    def statements(self, scope: NodeScope) -> str:
        """Return the rules in a variable, a blank line and one call."""
        ruleset, variable = _ruleset(scope), scope.variable
        return (
            f"{variable}_ruleset = {ruleset}\n\n"
            f"{variable} = EvaluateDataQuality().process_rows(frame={scope.input}, ruleset={variable}_ruleset, "
            f"publishing_options={{{_publishing(scope)}}}, additional_options={{{self.options(scope)}}})"
            f"{_stop_job(scope)}"
        )

    def options(self, scope: NodeScope) -> str:
        """Return the additional options, without spaces as Studio writes them."""
        if scope.get("Output") not in (None, "EvaluationResults"):
            raise scope.error(f"not supported yet: EvaluateDataQuality with the output {scope.get('Output')}")
        return _compact(CACHE_NOTHING)


class EvaluateDataQualityMultiFrame(EvaluateDataQuality):
    """Rules over one input, with options; a node of several inputs is not supported yet."""

    name = "EvaluateDataQualityMultiFrame"
    input_count = range(1, 100)

    def options(self, scope: NodeScope) -> str:
        """Return the additional options in the order of the canvas."""
        if len(scope.inputs) > 1 or scope.get("AdditionalDataSources"):
            raise scope.error("not supported yet: EvaluateDataQualityMultiFrame with more than one input")
        return _compact(scope.get("AdditionalOptions") or CACHE_NOTHING)


def _ruleset(scope: NodeScope) -> str:
    lines = scope.get("Ruleset").split("\n")
    return python_text.quoted_lines("\n".join(f"    {line}" if line else "" for line in lines), '"""')


def _publishing(scope: NodeScope) -> str:
    options: dict[str, Any] = scope.get("PublishingOptions", {})
    context = python_text.quoted(options.get("EvaluationContext") or scope.variable)
    parts = [f'"dataQualityEvaluationContext": {context}']
    parts += [f'"{name}": {bool(options[key])}' for key, name in PUBLISHING_OPTIONS if options.get(key) is not None]
    if options.get("ResultsS3Prefix"):
        parts.append(f'"resultsS3Prefix": {python_text.quoted(options["ResultsS3Prefix"])}')
    return ", ".join(parts)


def _stop_job(scope: NodeScope) -> str:
    timing = scope.get("StopJobOnFailureOptions", {}).get("StopJobOnFailureTiming")
    if not timing:
        return ""
    if timing != "Immediate":
        raise scope.error(f"not supported yet: stopping the job {timing}")
    return (
        f"\n\nassert {scope.variable}[EvaluateDataQuality.DATA_QUALITY_RULE_OUTCOMES_KEY]"
        '.filter(lambda x: x["Outcome"] == "Failed").count() == 0, '
        f'"The job failed due to failing DQ rules for node: {scope.input}"'
    )


def _compact(options: dict[str, str]) -> str:
    return ",".join(f"{python_text.quoted(key)}:{python_text.quoted(value)}" for key, value in options.items())
