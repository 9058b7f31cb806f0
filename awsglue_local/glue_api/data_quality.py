"""EvaluateDataQuality; a script imports it as `awsgluedq.transforms`."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from awsglue_local.errors import Unsupported
from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.job_run import runtime as running
from awsglue_local.transforms.column_expressions import all_of, any_of

DEFAULT = re.compile(r"\s*Rules\s*=\s*\[\s*ColumnCount\s*>\s*0\s*\]\s*")
"""The ruleset that Studio puts before every target; it needs no grammar."""

OUTCOMES = (
    "Rule string, Outcome string, FailureReason string, EvaluatedMetrics map<string,double>, EvaluatedRule string"
)
DEFAULT_CONTEXT = "default_context"
PASSED, FAILED = "Passed", "Failed"


@dataclass(frozen=True)
class RuleOutcome:
    """What a rule of a ruleset gave."""

    rule: str
    passed: bool
    reason: str | None
    metrics: dict[str, float]
    row: Any = None
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """`Passed` or `Failed`."""
        return PASSED if self.passed else FAILED

    def result(self, number: int) -> dict[str, Any]:
        """Return it as the Glue API's DataQualityRuleResult of the rule of that number."""
        return {
            "Name": f"Rule_{number}",
            "Description": self.rule,
            "Result": "PASS" if self.passed else "FAIL",
            "EvaluationMessage": self.reason,
            "EvaluatedMetrics": self.metrics,
            **({"Labels": self.labels} if self.labels else {}),
        }


class EvaluateDataQuality:
    """The data quality transform."""

    DATA_QUALITY_RULE_OUTCOMES_KEY = "ruleOutcomes"
    DATA_QUALITY_ROW_LEVEL_OUTCOMES_KEY = "rowLevelOutcomes"

    def __getattr__(self, name: str) -> NoReturn:
        raise Unsupported(f"EvaluateDataQuality.{name}", "use process_rows or apply")

    @classmethod
    def apply(
        cls,
        frame: DynamicFrame,
        ruleset: str,
        publishing_options: dict[str, Any] | None = None,
        additional_data_sources: Mapping[str, DynamicFrame] | None = None,
        *ignored: Any,
        **also_ignored: Any,
    ) -> DynamicFrame:
        """Return a frame with a row for each rule: Rule, Outcome (Passed or Failed), FailureReason and so on."""
        publishing = publishing_options or {}
        outcomes = _evaluated(frame, ruleset, additional_data_sources or {}, _context(publishing))
        return cls._outcomes(frame, outcomes, publishing)

    @classmethod
    def _outcomes(cls, frame: DynamicFrame, outcomes: list[RuleOutcome], publishing: dict[str, Any]) -> DynamicFrame:
        rows = [(one.rule, one.word, one.reason, one.metrics, one.rule) for one in outcomes]
        runtime = running.current()
        results = [one.result(number) for number, one in enumerate(outcomes, 1)]
        context = _context(publishing)
        runtime.note_quality(context, results)
        prefix = str(publishing.get("resultsS3Prefix") or "")
        if prefix and not runtime.transaction.is_preview:
            _write_results(runtime, prefix, context, results)
        for one in outcomes:
            if not one.passed:
                runtime.warn(f"data quality: {one.rule} failed: {one.reason}")
        df = runtime.session.createDataFrame(rows, OUTCOMES)
        return DynamicFrame.fromDF(df, frame.glue_ctx, cls.DATA_QUALITY_RULE_OUTCOMES_KEY)

    def process_rows(
        self,
        frame: DynamicFrame,
        ruleset: str,
        publishing_options: dict[str, Any] | None = None,
        additional_options: dict[str, Any] | None = None,
        additional_data_sources: Mapping[str, DynamicFrame] | None = None,
    ) -> DynamicFrameCollection:
        """Return `ruleOutcomes`, `rowLevelOutcomes` (the rows, and the rules each keeps and breaks), `originalData`."""
        outcomes = _evaluated(frame, ruleset, additional_data_sources or {}, _context(publishing_options or {}))
        frames = {
            self.DATA_QUALITY_RULE_OUTCOMES_KEY: self._outcomes(frame, outcomes, publishing_options or {}),
            self.DATA_QUALITY_ROW_LEVEL_OUTCOMES_KEY: _row_level(frame, outcomes),
            "originalData": frame,
        }
        return DynamicFrameCollection(frames, frame.glue_ctx)


def _write_results(runtime: running.Runtime, prefix: str, context: str, results: list[dict[str, Any]]) -> None:
    """Write what a ruleset gave below an S3 prefix: a file with a JSON object, the Glue API's DataQualityResult.

    It is there at once: it is wanted most where the script stops because of it. AWS documents the members of the
    result; the file's name is ours.
    """
    now = datetime.now(UTC)
    result = {
        "ResultId": f"dqresult-{uuid.uuid4().hex}",
        "Score": sum(one["Result"] == "PASS" for one in results) / max(len(results), 1),
        "EvaluationContext": context,
        "CompletedOn": now.isoformat(timespec="milliseconds"),
        "RuleResults": results,
    }
    aside = runtime.lake.work_folder("quality")
    name = f"{now:%Y%m%dT%H%M%S}-{result['ResultId']}.json"
    (aside / name).write_text(json.dumps(result, ensure_ascii=False) + "\n", encoding="utf-8")
    uri = prefix if prefix.startswith("s3://") else f"s3://{prefix}"
    runtime.lake.publish(runtime.lake.path(f"{uri.rstrip('/')}/"), [aside], False)


def _context(publishing: Mapping[str, Any]) -> str:
    return str(publishing.get("dataQualityEvaluationContext") or DEFAULT_CONTEXT)


def _evaluated(
    frame: DynamicFrame, ruleset: str, others: Mapping[str, DynamicFrame], context: str
) -> list[RuleOutcome]:
    if DEFAULT.fullmatch(ruleset):
        count = len(frame.columns)
        reason = None if count else "Value: 0 does not meet the constraint requirement!"
        return [RuleOutcome("ColumnCount > 0", count > 0, reason, {"Dataset.*.ColumnCount": float(count)})]
    from awsglue_local.quality.dataset import PRIMARY, Dataset
    from awsglue_local.quality.history import History
    from awsglue_local.quality.rules import prepare
    from awsglue_local.quality.signatures import checked_ruleset

    frames = {alias: other.toDF() for alias, other in others.items()}

    def sql(query: str) -> Any:
        for alias, df in {PRIMARY: frame.toDF(), **frames}.items():
            df.createOrReplaceTempView(alias)
        return running.current().session.sql(query)

    runtime = running.current()
    history = History(runtime.lake.notes, runtime.bookmark.job, context)
    data = Dataset(frame.toDF(), frames, sql, history.read())
    items = checked_ruleset(ruleset)
    prepare(_rules_in(items), data)
    outcomes = [_outcome(item, data) for item in items]
    if not runtime.transaction.is_preview:
        history.add(data.measured)
    return outcomes


def _rules_in(items: Iterable[Any]) -> Iterator[Any]:
    """Yield the rules, those that others are made of included."""
    for item in items:
        yield from _rules_in(item.rules) if hasattr(item, "rules") else (item,)


def _outcome(item: Any, data: Any) -> RuleOutcome:
    from awsglue_local.quality.dqdl import Composite
    from awsglue_local.quality.rules import evaluate

    if not isinstance(item, Composite):
        verdict = evaluate(item, data)
        return RuleOutcome(item.text, verdict.passed, verdict.reason, verdict.metrics, verdict.row, item.labels)
    parts = [_outcome(one, data) for one in item.rules]
    passed = all(part.passed for part in parts) if item.operator == "and" else any(part.passed for part in parts)
    reasons = "; ".join(part.reason for part in parts if part.reason)
    metrics = {name: value for part in parts for name, value in part.metrics.items()}
    row = None
    if all(part.row is not None for part in parts):
        row = (all_of if item.operator == "and" else any_of)([part.row for part in parts])
    return RuleOutcome(item.text, passed, None if passed else reasons, metrics, row)


def _row_level(frame: DynamicFrame, outcomes: list[RuleOutcome]) -> DynamicFrame:
    """Return the rows with the rules that each keeps, breaks, and that say nothing of rows."""
    from pyspark.sql import functions as F

    judging = [one for one in outcomes if one.row is not None]
    skipped = [one.rule for one in outcomes if one.row is None]
    kept = [F.when(one.row, F.lit(one.rule)) for one in judging]
    broken = [F.when(~one.row, F.lit(one.rule)) for one in judging]
    good = all_of([F.lit(True), *(one.row for one in judging)])
    columns = [
        _texts(kept).alias("DataQualityRulesPass"),
        _texts(broken).alias("DataQualityRulesFail"),
        F.from_json(F.lit(json.dumps(skipped)), "array<string>").alias("DataQualityRulesSkip"),
        F.when(good, F.lit(PASSED)).otherwise(F.lit(FAILED)).alias("DataQualityEvaluationResult"),
    ]
    return DynamicFrame.fromDF(frame.toDF().select("*", *columns), frame.glue_ctx, "rowLevelOutcomes")


def _texts(columns: list[Any]) -> Any:
    from pyspark.sql import functions as F

    if not columns:
        return F.from_json(F.lit("[]"), "array<string>")
    return F.filter(F.array(*columns), lambda text: text.isNotNull())
