"""What is told of comparisons that no row passes."""

from __future__ import annotations

from typing import Any

import pytest

from glue_canvas.kinds import conditions

TYPES = {"phone": "string", "registrationdate": "bigint", "code": "varchar(3)", "unknown": ""}


def compared(column: list[str], operation: str, constant: str) -> list[dict[str, Any]]:
    values = [{"Type": "COLUMNEXTRACTED", "Value": column}, {"Type": "CONSTANT", "Value": [constant]}]
    return [{"Operation": operation, "Values": values}]


@pytest.mark.parametrize(
    ("column", "operation", "constant", "words"),
    [
        ("phone", "REGEX", "+1555.*", "'+1555.*' is not a regular expression (nothing to repeat at position 0)"),
        ("phone", "REGEX", "(A", "'(A' is not a regular expression (missing ), unterminated subpattern at position 0)"),
        ("registrationdate", "REGEX", "1.*", "'registrationdate' is bigint, and a regular expression"),
        ("phone", "GT", "5", "'phone' is text and 5 is not"),
        ("code", "EQ", "7", "'code' is text and 7 is not"),
    ],
)
def test_a_comparison_that_no_row_passes_is_told(column: str, operation: str, constant: str, words: str) -> None:
    (fault,) = conditions.faults(compared([column], operation, constant), TYPES)
    assert fault.startswith(words)


@pytest.mark.parametrize(
    ("column", "operation", "constant"),
    [
        (["phone"], "REGEX", r"\+1555.*"),
        (["registrationdate"], "GTE", "1655296571764"),
        (["unknown"], "REGEX", "A"),
        (["unknown"], "LT", "5"),
        (["phone", "inner"], "GT", "5"),
        (["not there"], "GT", "5"),
    ],
)
def test_what_may_be_right_is_not_told(column: list[str], operation: str, constant: str) -> None:
    assert list(conditions.faults(compared(column, operation, constant), TYPES)) == []
    assert list(conditions.faults(compared(column, operation, constant), None)) == []
