"""DQDL rules, on both engines: what each says of a small dataset, worked out by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from awsglue_local import GlueLocalError, Unsupported
from awsglue_local.frames.dynamicframe import DynamicFrame
from awsglue_local.quality.dqdl import Composite, Rule, RulesetError, parse_ruleset

SCHEMA = "id int, name string, score double, day date, code string"
DAY = datetime.now(UTC).date()
ROWS = [
    (1, "ann", 1.0, DAY, "12"),
    (2, "bob", 2.0, DAY - timedelta(days=1), "7"),
    (3, "bob", 3.0, DAY - timedelta(days=10), "x"),
    (4, None, 6.0, None, " "),
]


@pytest.fixture
def data(glue_context: Any) -> DynamicFrame:
    """Give four rows: names with a null and a repetition, a day that is old and one that is missing."""
    return DynamicFrame.fromDF(glue_context.spark_session.createDataFrame(ROWS, SCHEMA), glue_context, "data")


@pytest.fixture
def others(glue_context: Any) -> dict[str, DynamicFrame]:
    """Give two further datasets: `same`, the first three rows, and `names`."""
    same = glue_context.spark_session.createDataFrame(ROWS[:3], SCHEMA)
    names = glue_context.spark_session.createDataFrame([("ann", 5.0), ("bob", 7.0)], "who string, score double")
    frames = {"same": same, "names": names}
    return {name: DynamicFrame.fromDF(df, glue_context, name) for name, df in frames.items()}


def outcomes(data: DynamicFrame, ruleset: str, others: dict[str, DynamicFrame] | None = None) -> list[tuple[Any, ...]]:
    from awsgluedq.transforms import EvaluateDataQuality

    found = EvaluateDataQuality.apply(data, ruleset, additional_data_sources=others or {}).toDF().collect()
    by_rule = {row["Rule"]: row for row in found}
    return [(rule.text, *_told(by_rule[rule.text])) for rule in parse_ruleset(ruleset)]


def _told(row: Any) -> tuple[str, str | None, list[float]]:
    return row["Outcome"], row["FailureReason"], list((row["EvaluatedMetrics"] or {}).values())


JUDGED = [
    # rule, whether it holds, its metric
    ("RowCount = 4", True, 4.0),
    ("RowCount > 4", False, 4.0),
    ("RowCount between 3 and 5", True, 4.0),
    ("RowCount between 4 and 5", False, 4.0),
    ('RowCount = 3 where "id < 4"', True, 3.0),
    ("ColumnCount = 5", True, 5.0),
    ('ColumnExists "name"', True, None),
    ('ColumnExists "nobody"', False, None),
    ('ColumnNamesMatchPattern "[a-z]+"', True, 1.0),
    ('ColumnNamesMatchPattern "[a-d].*"', False, 0.4),
    ('IsComplete "id"', True, 1.0),
    ('IsComplete "name"', False, 0.75),
    ('IsComplete "name" where "id < 4"', True, 1.0),
    ('Completeness "name" > 0.7', True, 0.75),
    ('Completeness "name" >= 80%', False, 0.75),
    ('IsUnique "id"', True, 1.0),
    ('IsUnique "name"', False, 1 / 3),
    ('Uniqueness "name" < 0.5', True, 1 / 3),
    ('UniqueValueRatio "name" = 0.5', True, 0.5),
    ('DistinctValuesCount "name" = 2', True, 2.0),
    ('IsPrimaryKey "id"', True, 1.0),
    ('IsPrimaryKey "id" "name"', False, 1.0),
    ('Mean "score" = 3', True, 3.0),
    ('Sum "score" = 12', True, 12.0),
    ('StandardDeviation "score" between 1.87 and 1.88', True, math.sqrt(3.5)),
    ('Entropy "name" between 0.63 and 0.64', True, -(1 / 3 * math.log(1 / 3) + 2 / 3 * math.log(2 / 3))),
    ('ColumnCorrelation "id" "score" > 0.9', True, 8 / math.sqrt(5 * 14)),
    ('ColumnValues "score" > 0', True, 1.0),
    ('ColumnValues "score" < 6', False, 6.0),
    ('ColumnValues "name" in ["ann", "bob"]', False, 0.75),
    ('ColumnValues "name" in ["ann", "bob", NULL]', True, 1.0),
    ('ColumnValues "name" not in ["eve"]', True, 1.0),
    ('ColumnValues "name" != "eve"', True, 1.0),
    ('ColumnValues "name" != NULL', False, 0.75),
    ('ColumnValues "name" matches "[ab].*" with threshold > 0.7', True, 0.75),
    ('ColumnValues "name" matches "[a].*" with threshold between 0.2 and 0.3', True, 0.25),
    ('ColumnValues "code" in ["12", "7", "x", WHITESPACES_ONLY]', True, 1.0),
    ('ColumnValues "id" between 0 and 5', True, (1.0, 4.0)),
    ('ColumnValues "id" not between 2 and 4', False, 0.75),
    ('ColumnValues "day" > (now() - 3 days) with threshold = 0.5', True, 0.5),
    ('ColumnValues "day" > "1999-12-31" where "id < 4"', True, 1.0),
    ('ColumnLength "name" = 3 where "id < 4"', True, (3.0, 3.0)),
    ('ColumnLength "code" <= 2', True, 2.0),
    ('ColumnLength "code" in [1, 2]', True, 1.0),
    ("Completeness of name between 0.7 and 0.8", True, 0.75),
    ('ColumnCorrelation of id and "score" > 0.9', True, 8 / math.sqrt(5 * 14)),
    ("ColumnCorrelation of id score > 0.9", True, 8 / math.sqrt(5 * 14)),
    ('RowCountMatch "nobody" = 1.0', False, None),
    ('ReferentialIntegrity "name" "nobody.who"', False, None),
    ('ColumnDataType "code" = "INTEGER" with threshold > 0.4', True, 0.5),
    ('ColumnDataType "code" = "INTEGER"', False, 0.5),
    ('ColumnDataType "code" != "DATE"', True, 1.0),
    ('ColumnDataType "code" != "INTEGER"', False, 0.5),
    ('ColumnDataType "code" = "DECIMAL(4,2)" with threshold = 0.5', True, 0.5),
    ('ColumnDataType "code" = "DATE" with format = "dd-MM-yyyy" with threshold < 0.1', True, 0.0),
    ('IsComplete "id" labels=["team"="steps", "level"="1"]', True, 1.0),
    ('IsComplete "id" where "no_such_column > 1"', False, None),
    ('ColumnValues "id" > 0 where "id >"', False, None),
    ('DataFreshness "day" <= 72 hours with threshold = 0.5', True, 0.5),
    ('CustomSql "select count(*) from primary where score > 2" = 2', True, 2.0),
    ('CustomSql "select id from primary where score > 2" with threshold >= 0.5', True, 0.5),
    ('ReferentialIntegrity "name" "names.who" = 0.75', True, 0.75),
    ('ReferentialIntegrity "name" "names.{who}"', False, 0.75),
    ('RowCountMatch "same" >= 1.3', True, 4 / 3),
    ('SchemaMatch "same" = 1.0', True, 1.0),
    ('SchemaMatch "names" = 0.5', True, 0.5),
    ('DatasetMatch "same" "id" >= 0.75', True, 0.75),
    ('DatasetMatch "names" "name->who" "score" = 0.0', True, 0.0),
    ('AggregateMatch "sum(score)" "sum(names.score)" = 1.0', True, 1.0),
    ('AggregateMatch "avg(score)" "avg(names.score)" >= 0.5', True, 0.5),
    ('(RowCount = 4) and (IsComplete "name")', False, None),
    ('(RowCount = 9) or ((IsComplete "id") and (IsUnique "id"))', True, None),
]


def test_every_rule(data: DynamicFrame, others: dict[str, DynamicFrame]) -> None:
    ruleset = "Rules = [\n" + ",\n".join(rule for rule, _, _ in JUDGED) + "\n]"
    for (text, word, reason, metrics), (rule, holds, metric) in zip(
        outcomes(data, ruleset, others), JUDGED, strict=True
    ):
        assert (text, word) == (rule, "Passed" if holds else "Failed"), (text, reason, metrics)
        assert (reason is None) == holds, text
        if metric is not None:
            wanted = metric if isinstance(metric, tuple) else (metric,)
            assert sorted(metrics) == [pytest.approx(one) for one in wanted], text


def test_reasons(data: DynamicFrame) -> None:
    ruleset = 'Rules = [ColumnValues "name" = "ann", ColumnValues "score" < 6, IsComplete "nobody", RowCount = 5]'
    reasons = [reason for _, _, reason, _ in outcomes(data, ruleset)]
    assert reasons[0] in {f"Value: {value} does not meet the constraint requirement!" for value in ("bob", "NULL")}
    assert reasons[1:] == [
        "Value: 6.0 does not meet the constraint requirement!",
        "Column nobody does not exist in the dataset",
        "Value: 4 does not meet the constraint requirement!",
    ]


NAMES = {
    "RowCount > 0": ["Dataset.*.RowCount"],
    "ColumnCount > 0": ["Dataset.*.ColumnCount"],
    'IsComplete "id"': ["Column.id.Completeness"],
    'IsUnique "id"': ["Column.id.Uniqueness"],
    'Mean "score" > 0': ["Column.score.Mean"],
    'StandardDeviation "score" > 0': ["Column.score.StandardDeviation"],
    'Entropy "name" > 0': ["Column.name.Entropy"],
    'DistinctValuesCount "name" > 0': ["Column.name.DistinctValuesCount"],
    'ColumnCorrelation "id" "score" > 0': ["Multicolumn.id,score.ColumnCorrelation"],
    # as a published result of Glue has them
    'ColumnValues "score" between 0 and 9': ["Column.score.Minimum", "Column.score.Maximum"],
    'ColumnValues "score" > 0': ["Column.score.Minimum"],
    'ColumnValues "score" <= 9': ["Column.score.Maximum"],
    'ColumnValues "score" = 9': ["Column.score.Minimum", "Column.score.Maximum"],
    'ColumnValues "score" != 9': ["Column.score.ColumnValues.Compliance"],
    'ColumnValues "score" in [1]': ["Column.score.ColumnValues.Compliance"],
    'ColumnValues "score" > 0 with threshold > 0.5': ["Column.score.ColumnValues.Compliance"],
    'ColumnValues "name" = "ann"': ["Column.name.ColumnValues.Compliance"],
    'ColumnLength "name" between 1 and 5': ["Column.name.MinimumLength", "Column.name.MaximumLength"],
    'ColumnLength "name" > 1': ["Column.name.MinimumLength"],
    'ColumnLength "name" < 9': ["Column.name.MaximumLength"],
    'ColumnLength "name" in [3]': ["Column.name.LengthCompliance"],
    'ColumnDataType "code" = "INTEGER"': ["Column.code.ColumnDataType.Compliance"],
    'DataFreshness "day" < 3 days': ["Column.day.DataFreshness.Compliance"],
    'CustomSql "select 1" > 0': ["Dataset.*.CustomSQL"],
    'ReferentialIntegrity "name" "names.who" > 0': ["Column.names.ReferentialIntegrity"],
    'DatasetMatch "same" "id" > 0': ["Dataset.same.DatasetMatch"],
}
"""Rule to its metrics, as awslabs/deequ's implementation of DQDL calls them."""


def test_metrics_are_called_as_in_glue(data: DynamicFrame, others: dict[str, DynamicFrame]) -> None:
    from awsgluedq.transforms import EvaluateDataQuality

    ruleset = f"Rules = [ {', '.join(NAMES)} ]"
    found = EvaluateDataQuality.apply(data, ruleset, additional_data_sources=others).toDF().collect()
    assert {row["Rule"]: sorted(row["EvaluatedMetrics"]) for row in found} == {
        rule: sorted(names) for rule, names in NAMES.items()
    }


def test_the_reason_of_a_range_names_what_is_out_of_it(data: DynamicFrame) -> None:
    """As a published result of Glue has it: the greatest value, and that there are nulls."""
    words = "Value: {} does not meet the constraint requirement!"
    (found,) = outcomes(data, 'Rules = [ ColumnValues "score" between 0 and 5 ]')
    assert found[2] == words.format("6.0")
    (found,) = outcomes(data, 'Rules = [ ColumnLength "name" between 3 and 9 ]')
    assert found[2] == "\n".join((words.format("0.0"), words.format("3.0"))), "a null has no letters"


def test_rules_that_compare_with_earlier_runs(data: DynamicFrame) -> None:
    from awsgluedq.transforms import EvaluateDataQuality

    def run(rows: int, *rules: str, context: str = "steps") -> list[tuple[str, str | None]]:
        some = DynamicFrame.fromDF(data.toDF().limit(rows), data.glue_ctx, "data")
        publishing = {"dataQualityEvaluationContext": context}
        found = EvaluateDataQuality.apply(some, f"Rules = [ {', '.join(rules)} ]", publishing).toDF().collect()
        return [(row["Outcome"], row["FailureReason"]) for row in found]

    rule = "RowCount > avg(last(10)) * 0.8"
    assert run(4, rule) == [("Failed", "no earlier run has measured it yet, so there is nothing to compare with")]
    assert (
        run(4, rule, "RowCount between (0.9 * average(last(2))) and 1.1 * average(last(2))") == [("Passed", None)] * 2
    )
    assert run(2, rule) == [("Failed", "Value: 2.0 does not meet the constraint requirement!")]
    # 4, 4 and 2 rows so far; the newest counts first
    assert run(3, "RowCount = median(last(3)) - 1", "RowCount > last()", "RowCount = index(last(3), 1) + 1")[:2] == [
        ("Passed", None),
        ("Passed", None),
    ]
    assert (
        run(3, "RowCount < max(last(9))", "RowCount > min(last(9)) + std(last(1))", "RowCount = abs(last(1) - 6)")
        == [("Passed", None)] * 3
    )
    assert run(4, 'Completeness "name" > last(1)') == [
        ("Failed", "no earlier run has measured it yet, so there is nothing to compare with")
    ]
    assert run(4, rule, context="another")[0][0] == "Failed", "each context has a history of its own"
    assert run(4, "RowCount = 2 + 2", "RowCount > -last() + .5") == [("Passed", None)] * 2
    assert run(4, 'RowCount > 100 where "id > 1"', context="some rows")[0][0] == "Failed"
    assert (
        run(4, "RowCount > last()", context="some rows")[0][1] != "Value: 4.0 does not meet the constraint requirement!"
    )
    assert run(0, 'Mean "score" > last()', context="x" * 300) == [
        ("Failed", "Value: None does not meet the constraint requirement!")
    ]
    for rule, words in (
        ("RowCount > percentile(last(3), 150)", "from 0 to 100"),
        ("RowCount > abs()", "no function 'abs'"),
        ("RowCount > index(last(3), 0)", "counted from 1"),
        ("RowCount > last(0)", "from 1 on"),
    ):
        with pytest.raises(GlueLocalError, match=words):
            run(4, rule)
    with pytest.raises(GlueLocalError, match="no function 'sqrt' of 1 values"):
        run(4, "RowCount > sqrt(last(2))")
    with pytest.raises(GlueLocalError, match="several values stand where one is needed"):
        run(4, "RowCount > last(2)")
    with pytest.raises(Unsupported, match=r"compare with last\(n\) in a rule of a number"):
        run(4, 'ColumnValues "id" > last(1)')


def test_rows_and_the_rules_they_keep(data: DynamicFrame) -> None:
    from awsgluedq.transforms import EvaluateDataQuality

    ruleset = (
        'Rules = [IsComplete "name", ColumnValues "id" < 3, RowCount > 0, (IsUnique "name") or (IsComplete "day")]'
    )
    collection = EvaluateDataQuality().process_rows(
        frame=data, ruleset=ruleset, additional_options={"performanceTuning.caching": "CACHE_NOTHING"}
    )
    assert list(collection.keys()) == ["ruleOutcomes", "rowLevelOutcomes", "originalData"]
    rows = {row["id"]: row for row in collection["rowLevelOutcomes"].toDF().collect()}
    assert {number: row["DataQualityEvaluationResult"] for number, row in rows.items()} == {
        1: "Passed",
        2: "Passed",
        3: "Failed",
        4: "Failed",
    }
    assert list(rows[3]["DataQualityRulesFail"]) == ['ColumnValues "id" < 3']
    assert list(rows[4]["DataQualityRulesFail"]) == ['IsComplete "name"', 'ColumnValues "id" < 3']
    assert list(rows[1]["DataQualityRulesSkip"]) == ["RowCount > 0"]
    assert "DataQualityRulesPass" in collection["rowLevelOutcomes"].toDF().columns
    assert collection["originalData"] is data


@pytest.mark.parametrize("rule", ['DetectAnomalies "RowCount"', 'FileFreshness "s3://b/" > "1"', 'IsComplet "id"'])
def test_other_rules_are_refused_by_name(data: DynamicFrame, rule: str) -> None:
    with pytest.raises(Unsupported, match=rule.split()[0]):
        outcomes(data, f"Rules = [ {rule} ]")


def test_mistakes_are_told(data: DynamicFrame) -> None:
    (found,) = outcomes(data, 'Rules = [ RowCountMatch "nobody" ]')
    assert found[1:3] == ("Failed", "nobody not found in additional sources")
    with pytest.raises(
        RulesetError, match=r"the data quality rule 'RowCount' is not valid DQDL: RowCount needs a condition"
    ):
        outcomes(data, "Rules = [ RowCount ]")


def test_the_grammar() -> None:
    (rule,) = parse_ruleset(
        'rules=[\n  # why\n  ColumnValues "a b" in [1, 2.5, true] where "x = \'y\'" with threshold > 90%,\n]'
    )
    assert isinstance(rule, Rule)
    assert rule.text == 'ColumnValues "a b" in [1, 2.5, true] where "x = \'y\'" with threshold > 90%'
    assert rule.condition
    assert rule.threshold
    assert (rule.condition.values, rule.where, rule.threshold.values) == ((1, 2.5, True), "x = 'y'", (0.9,))
    (composite,) = parse_ruleset('Rules = [ (RowCount > 1) and (RowCount < 9) and (IsComplete "x") ]')
    assert isinstance(composite, Composite)
    assert [part.name for part in composite.rules] == ["RowCount", "RowCount", "IsComplete"]
    for wrong in ("", "Rules = [ RowCount >> 1 ]", "Rules [", 'Rules = [ IsComplete "a ]'):
        with pytest.raises(RulesetError):
            parse_ruleset(wrong)


def test_long_lists_and_many_rules(data: DynamicFrame) -> None:
    """Spark Connect refuses expressions that are nested deeply: 5,000 values, and 60 rules for each row."""
    from awsgluedq.transforms import EvaluateDataQuality

    values = ", ".join(str(number) for number in range(1, 5001))
    both = [f'ColumnValues "id" in [{values}]', 'ColumnValues "id" not in [1, 2, 3, NULL]']
    assert [one[1] for one in outcomes(data, f"Rules = [{', '.join(both)}]")] == ["Passed", "Failed"]
    rules = [f'ColumnValues "id" < {number}' for number in range(5, 64)] + ['ColumnValues "id" > 1']
    ruled = EvaluateDataQuality().process_rows(data, f"Rules = [{', '.join(rules)}]")
    rows = ruled.select("rowLevelOutcomes").toDF().select("id", "DataQualityEvaluationResult", "DataQualityRulesPass")
    found = {row[0]: (row[1], len(row[2])) for row in rows.collect()}
    assert found == {1: ("Failed", 59), 2: ("Passed", 60), 3: ("Passed", 60), 4: ("Passed", 60)}
    joined = " or ".join(f'(ColumnValues "id" = {number})' for number in range(1, 30))
    assert outcomes(data, f"Rules = [{joined}]")[0][1] == "Failed", "no one of them holds for every row"


def test_a_date_is_read_in_the_rules_format(glue_context: Any) -> None:
    rows = [("31-01-2026",), ("2026-01-31",), (None,)]
    frame = DynamicFrame.fromDF(glue_context.spark_session.createDataFrame(rows, "d string"), glue_context, "d")
    found = outcomes(frame, 'Rules = [ColumnDataType "d" = "DATE" with format = "dd-MM-yyyy" with threshold > 0.6]')
    assert found[0][1] == "Passed"
    assert found[0][3] == [2 / 3]


def test_labels_reach_the_results(data: DynamicFrame) -> None:
    outcomes(data, 'DefaultLabels=["often"="daily"]\nRules = [IsComplete "id", IsUnique "id" labels=["team"="steps"]]')
    (noted,) = data.glue_ctx._runtime.account.data_quality
    assert [one["Labels"] for one in noted["rules"]] == [{"often": "daily"}, {"often": "daily", "team": "steps"}]
