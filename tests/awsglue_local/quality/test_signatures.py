"""Rulesets that are no DQDL, as awslabs/dqdl's own tests have them."""

from __future__ import annotations

import pytest

from awsglue_local.quality.dqdl import RulesetError
from awsglue_local.quality.signatures import checked_ruleset

INVALID = [
    # the rulesets that awslabs/dqdl's own tests call invalid
    'ColumnValues "load_dt" "load_dt_2" > (now() - 1)',
    'Completeness "col-A"',
    "ColumnNamesMatchPattern aws_*",
    'IsComplete "col-A" > 0.05',
    'IsUnique "col-A" <= 1.5',
    'IsPrimaryKey "col-A" between 1 and 2',
    'ColumnDataType "col-A"',
    'ColumnDataType "col-A" with threshold > 0.7',
    'ColumnDataType "col-A" "col-B"',
    'ColumnValues "col-A" matches',
    'ColumnValues "col-A" now()',
    'ColumnValues "col-A" > now() + 1 hours',
    'ColumnValues "col-A" = (now() - 3 weeks)',
    'Completeness "col-A" > 0.4 with threshold > 0.4',
    'ColumnValues "col-A" > 0.4 with',
    'ColumnValues "col-A" > 0.4 threshold',
    'ColumnValues "col-A" > 0.4 with threshold',
    'ColumnValues "col-A" in [1,"2"]',
    'DataFreshness "col-A" <= 3',
    'DataFreshness "col-A" > 30',
    'DataFreshness "col-A" between 2 and 4 days',
    'ReferentialIntegrity "col-A" "reference" "col-A1"',
    'ReferentialIntegrity "col-A" = 0.99',
    'DatasetMatch "reference" = 0.99',
    'DatasetMatch "reference" "ID"',
    'DatasetMatch "reference" "ID" "colA"',
    'DatasetMatch "reference" "ID" "colA" > 0.9 with threshold > 0.9',
    "SchemaMatch with threshold between 0.2 and 0.4",
    'SchemaMatch "ref-1" between 0.2 and 0.4 with threshold > 0.5',
    'SchemaMatch "ref-1" "ref-2"',
    "RowCountMatch > 0.1",
    'RowCountMatch "reference-1" "col-1" > 0.1',
    'RowCountMatch "reference-1" > 0.1 with threshold > 0.1',
    "AggregateMatch > 0.1",
    'AggregateMatch "sum(col-A)" > 0.1',
    'AggregateMatch "sum(col-A)" "sum(reference.colA)"',
]
INVALID += [
    "RowCount > now()",
    "RowCount > 3 days",
    'ColumnValues "a" > 1 with threshold > avg(last(3))',
]
VALID = [
    # and some that are valid there
    'IsPrimaryKey "colA" "colB" "colC"',
    'IsPrimaryKey colA "col B"',
    "RowCount != 100",
    'RowCountMatch "reference" >= 0.95',
    "Completeness of col_1 not between 0.5 and 0.8",
    'ColumnDataType "col_1" in ["Date","String"] with threshold > 0.9',
    'ColumnNamesMatchPattern "aws_.*_[a-zA-Z0-9]+"',
    "ColumnCount = avg(std(last(10)))",
    'ColumnCorrelation of col_1 and "col abc" between 0.4 and 0.8',
    'ColumnValues "order-id" in [1,2,3,4,NULL]',
    'ColumnValues "col-A" in [now(),(now() - 3 hours),now(),(now() + 4 days)]',
    'ColumnValues "col-A" <= 0.4 with threshold not between 0.4 and 0.8',
    'ColumnValues "col-A" in [NULL,EMPTY,WHITESPACES_ONLY]',
    'DataFreshness "col-A" between 2 days and 4 days',
    'ReferentialIntegrity "col-A,col-B" "reference.{col-A1,col-A2}" = 0.99',
    'DatasetMatch "reference" "ID1->ID11,ID2->ID22" "colA->colAA" between 0.4 and 0.8',
    'SchemaMatch "ref-1" >= 0.6',
    'ColumnValues "a" > 2 + 1 with threshold > 0.5 + 0.1',
    'AggregateMatch "sum(col-A)" "sum(reference.colA)" > 0.1',
    'CustomSql "select col-A from primary" with threshold > 0.5',
]


@pytest.mark.parametrize("rule", INVALID)
def test_what_is_no_dqdl_is_refused(rule: str) -> None:
    with pytest.raises(RulesetError):
        checked_ruleset(f"Rules = [ {rule} ]")


@pytest.mark.parametrize("rule", VALID)
def test_what_is_dqdl_is_taken(rule: str) -> None:
    (item,) = checked_ruleset(f"Rules = [ {rule} ]")
    assert item.text == rule
