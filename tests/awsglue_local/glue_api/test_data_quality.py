"""EvaluateDataQuality as scripts call it, on both engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from awsglue_local import LocalGlue, ScriptError
from awsglue_local.storage.lake import data_files
from tests.awsglue_local.frames.test_reading import Run
from tests.awsglue_local.frames_of import frame, rows
from tests.awsglue_local.lake_files import FRAME
from tests.conftest import STUDIO_HEADER


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


STOPS = """
# Script generated for node Good rows
rules = '''
    Rules = [ RowCount = 2, IsComplete "n", ColumnCount > 7 ]
'''

checked = EvaluateDataQuality().process_rows(frame=source, ruleset=rules,
    publishing_options={"dataQualityEvaluationContext": "checked", "resultsS3Prefix": "s3://bucket/quality"},
    additional_options={"performanceTuning.caching":"CACHE_NOTHING"})

assert checked[EvaluateDataQuality.DATA_QUALITY_RULE_OUTCOMES_KEY].filter(lambda x: x["Outcome"] == "Failed").count() == 0, "The job failed due to failing DQ rules for node: source"
"""


def test_a_job_that_stops_names_the_rules_that_failed(glue: LocalGlue, run_body: Run) -> None:
    with pytest.raises(ScriptError) as stopped:
        run_body(FRAME + STOPS)
    told = str(stopped.value)
    assert 'node "Good rows": AssertionError: The job failed due to failing DQ rules for node: source; ' in told
    assert 'IsComplete "n" failed: Value: 0.5 does not meet the constraint requirement!' in told
    assert "ColumnCount > 7 failed: Value: 3 does not meet the constraint requirement!" in told
    assert "RowCount" not in told
    (file,) = data_files(glue.lake.path("s3://bucket/quality/"))
    result = json.loads(file.read_text(encoding="utf-8"))
    assert result["EvaluationContext"] == "checked"
    assert result["Score"] == pytest.approx(1 / 3)
    assert [one["Result"] for one in result["RuleResults"]] == ["PASS", "FAIL", "FAIL"]


def test_results_are_as_the_api_describes_them(glue: LocalGlue, run_body: Run) -> None:
    import botocore.session

    run_body(FRAME + STOPS.split("assert")[0])
    (file,) = data_files(glue.lake.path("s3://bucket/quality/"))
    shape = botocore.session.get_session().get_service_model("glue").shape_for("GetDataQualityResultResponse")
    result = json.loads(file.read_text(encoding="utf-8"))
    assert set(result) <= set(shape.members)
    assert all(set(one) <= set(shape.members["RuleResults"].member.members) for one in result["RuleResults"])


def test_what_leaves_the_node_is_counted_once(glue: LocalGlue, tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(STUDIO_HEADER + FRAME + STOPS.split("assert")[0], encoding="utf-8")
    run = glue.run(script, count=True)
    assert {node.name: node.out for node in run.nodes if node.name} == {"Good rows": 2}
