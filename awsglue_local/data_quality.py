"""EvaluateDataQuality; a script imports it as `awsgluedq.transforms`."""

from __future__ import annotations

import operator
import re
from typing import Any, NoReturn

from awsglue_local.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.errors import Unsupported

RULES = re.compile(r"\s*Rules\s*=\s*\[(.*)\]\s*", re.DOTALL)
COLUMN_COUNT = re.compile(r"ColumnCount\s*(>=|<=|!=|=|>|<)\s*(\d+)")
COMPARISONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}


class EvaluateDataQuality:
    """The data quality transform, for the ruleset that Studio puts before every target: `ColumnCount` rules."""

    DATA_QUALITY_RULE_OUTCOMES_KEY = "ruleOutcomes"
    DATA_QUALITY_ROW_LEVEL_OUTCOMES_KEY = "rowLevelOutcomes"

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"EvaluateDataQuality.{name}", "use process_rows or apply")

    @classmethod
    def apply(cls, frame: DynamicFrame, ruleset: str, *ignored: Any, **also_ignored: Any) -> DynamicFrame:
        """Return a frame with a row for each rule: Rule, Outcome (Passed or Failed), FailureReason."""
        return cls._evaluate(frame, ruleset, {})

    @classmethod
    def _evaluate(cls, frame: DynamicFrame, ruleset: str, publishing_options: dict[str, Any]) -> DynamicFrame:
        rows = [_outcome(rule, len(frame.columns)) for rule in parse_rules(ruleset)]
        frame.glue_ctx.note_quality(str(publishing_options.get("dataQualityEvaluationContext", "")), rows)
        df = frame.glue_ctx.spark_session.createDataFrame(rows, "Rule string, Outcome string, FailureReason string")
        for rule, outcome, reason in rows:
            if outcome == "Failed":
                frame.glue_ctx.warn(f"data quality: {rule} failed: {reason}")
        return DynamicFrame.fromDF(df, frame.glue_ctx, cls.DATA_QUALITY_RULE_OUTCOMES_KEY)

    def process_rows(
        self,
        frame: DynamicFrame,
        ruleset: str,
        publishing_options: dict[str, Any] | None = None,
        additional_options: dict[str, Any] | None = None,
    ) -> DynamicFrameCollection:
        """Return the rule outcomes and the rows themselves (`originalData`)."""
        outcomes = self._evaluate(frame, ruleset, publishing_options or {})
        frames = {self.DATA_QUALITY_RULE_OUTCOMES_KEY: outcomes, "originalData": frame}
        return DynamicFrameCollection(frames, frame.glue_ctx)


def parse_rules(ruleset: str) -> list[str]:
    """Return the rules of a DQDL ruleset.

    Raises
    ------
    Unsupported
        A rule of another kind than ColumnCount.
    """
    match = RULES.fullmatch(ruleset)
    rules = [rule.strip() for rule in match[1].split(",")] if match else [ruleset.strip()]
    for rule in rules:
        if not COLUMN_COUNT.fullmatch(rule):
            raise Unsupported(f"the data quality rule {rule!r}", "only ColumnCount rules are evaluated so far")
    return rules


def _outcome(rule: str, count: int) -> tuple[str, str, str | None]:
    match = COLUMN_COUNT.fullmatch(rule)
    if match and COMPARISONS[match[1]](count, int(match[2])):
        return rule, "Passed", None
    return rule, "Failed", f"the frame has {count} columns"
