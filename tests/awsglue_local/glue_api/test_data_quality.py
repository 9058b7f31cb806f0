"""EvaluateDataQuality as scripts call it, on both engines."""

from __future__ import annotations

from typing import Any

from tests.awsglue_local.frames_of import frame, rows


def test_default_data_quality_ruleset(glue_context: Any) -> None:
    from awsgluedq.transforms import EvaluateDataQuality as dq

    ruleset = "\n    Rules = [\n        ColumnCount > 0\n    ]\n"
    given = frame(glue_context, [(1,)], "a int")
    outcome = dq().process_rows(frame=given, ruleset=ruleset, publishing_options={}, additional_options={})
    assert [row[:3] for row in rows(outcome["ruleOutcomes"])] == [("ColumnCount > 0", "Passed", None)]
    assert outcome["originalData"] is given
    failed = dq.apply(frame=given, ruleset="Rules = [ ColumnCount > 1, ColumnCount <= 3 ]")
    assert [row[:3] for row in rows(failed)] == [
        ("ColumnCount <= 3", "Passed", None),
        ("ColumnCount > 1", "Failed", "Value: 1 does not meet the constraint requirement!"),
    ]
