"""Fields as people type them."""

from __future__ import annotations

from typing import Any

import pytest

from glue_canvas.document.canvas import CanvasError
from glue_canvas.document.node_shapes import shape_faults
from glue_canvas.editing.field_values import typed_fields


def term(column: list[str], operation: str, value: str, negated: bool = False) -> dict[str, Any]:
    values = [{"Type": "COLUMNEXTRACTED", "Value": column}, {"Type": "CONSTANT", "Value": [value]}]
    return {"Negated": negated, "Operation": operation, "Values": values}


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("RenameField", "SourcePath", "address.street", ["address", "street"]),
        ("DropFields", "Paths", "phone, address.street", [["phone"], ["address", "street"]]),
        ("DropFields", "Paths", '[["a.b"]]', [["a.b"]]),
        ("S3JsonSource", "Paths", "s3://b/one/, s3://b/two.d/", ["s3://b/one/", "s3://b/two.d/"]),
        ("S3JsonSource", "Recurse", "true", True),
        ("SelectFromCollection", "Index", "1", 1),
        ("CatalogSource", "Table", "[a]", "[a]"),
        ("Aggregate", "Groups", "day", [["day"]]),
        ("Aggregate", "Aggs", "count(email), max(a.b)", [
            {"AggFunc": "count", "Column": ["email"]}, {"AggFunc": "max", "Column": ["a", "b"]},
        ]),
        ("ApplyMapping", "Mapping", "phone:string->telephone:string", [
            {"Dropped": False, "FromPath": ["phone"], "FromType": "string", "ToKey": "telephone", "ToType": "string"}
        ]),
        ("Join", "Columns", "email=user, day = at.day", [
            {"From": "node-1", "Keys": [["email"], ["day"]]}, {"From": "node-2", "Keys": [["user"], ["at", "day"]]},
        ]),
        ("Filter", "Filters", "age >= 18", [term(["age"], "GTE", "18")]),
        ("Filter", "Filters", "age!=18", [term(["age"], "EQ", "18", negated=True)]),
        ("Filter", "Filters", "not a.b matches '19.*'", [term(["a", "b"], "REGEX", "19.*", negated=True)]),
    ],
)  # fmt: skip
def test_a_text_becomes_a_value_that_botocore_accepts(kind: str, name: str, text: str, value: Any) -> None:
    found = typed_fields(kind, name, text, ["node-1", "node-2"])
    assert found[name] == value
    assert [one for one in shape_faults(kind, {"Name": "n", **found}) if "Missing required" not in one] == []


def test_conditions_are_joined_by_one_word() -> None:
    assert typed_fields("Filter", "Filters", "a > 1 or b < -2.5", []) == {
        "Filters": [term(["a"], "GT", "1"), term(["b"], "LT", "-2.5")],
        "LogicalOperator": "OR",
    }
    with pytest.raises(CanvasError, match="joins all its conditions by `and`, or all by `or`"):
        typed_fields("Filter", "Filters", "a > 1 or b > 2 and c > 3", [])


@pytest.mark.parametrize(
    ("kind", "name", "text", "words"),
    [
        ("Filter", "Filter", "a > 1", "has no field 'Filter'; did you mean 'Filters'?"),
        ("Filter", "Filters", "a", "'a' is not a condition"),
        ("Join", "Columns", "email", "does not name the keys of two inputs"),
        ("Aggregate", "Aggs", "count", "'count' is not an aggregate"),
        ("ApplyMapping", "Mapping", "a", "'a' is not a mapping"),
        ("S3JsonSource", "Recurse", "perhaps", "S3JsonSource.Recurse cannot be 'perhaps'"),
        ("SelectFromCollection", "Index", "one", "cannot be 'one'"),
        ("DropFields", "Paths", "[[", "not JSON"),
        ("Nonsense", "Paths", "a", "a Nonsense node has no field"),
    ],
)
def test_what_cannot_be_read_is_told(kind: str, name: str, text: str, words: str) -> None:
    with pytest.raises(CanvasError) as error:
        typed_fields(kind, name, text, ["node-1", "node-2"])
    assert words in str(error.value)
