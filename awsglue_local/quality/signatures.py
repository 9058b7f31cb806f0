"""What each rule type takes: arguments, a condition, a threshold.

"DQDL rule type reference" (AWS Glue Developer Guide), and the tests of AWS's own parser (awslabs/dqdl).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from awsglue_local.quality.dqdl import Composite, Rule, RulesetError, parse_ruleset

MANY = 99


@dataclass(frozen=True)
class Signature:
    """What a rule type takes.

    Attributes
    ----------
    least, most
        The number of arguments.
    condition
        Whether a condition has to follow; None where one may.
    threshold
        Whether a share of the rows may be enough.
    """

    least: int
    most: int
    condition: bool | None = True
    threshold: bool = False


OF_A_DATASET, OF_A_COLUMN = Signature(0, 0), Signature(1, 1)
SIGNATURES = {
    "AggregateMatch": Signature(2, 2),
    "ColumnCorrelation": Signature(2, 2),
    "ColumnCount": OF_A_DATASET,
    "ColumnDataType": Signature(1, 1, threshold=True),
    "ColumnExists": Signature(1, 1, condition=False),
    "ColumnLength": Signature(1, 1, threshold=True),
    "ColumnNamesMatchPattern": Signature(1, 1, condition=False),
    "ColumnValues": Signature(1, 1, threshold=True),
    "Completeness": OF_A_COLUMN,
    "CustomSql": Signature(1, 1, condition=None, threshold=True),
    "DataFreshness": Signature(1, 1, threshold=True),
    "DatasetMatch": Signature(2, 3),
    "DistinctValuesCount": OF_A_COLUMN,
    "Entropy": OF_A_COLUMN,
    "IsComplete": Signature(1, 1, condition=False),
    "IsPrimaryKey": Signature(1, MANY, condition=False),
    "IsUnique": Signature(1, MANY, condition=False),
    "Mean": OF_A_COLUMN,
    "ReferentialIntegrity": Signature(2, 2, condition=None),
    "RowCount": OF_A_DATASET,
    "RowCountMatch": Signature(1, 1, condition=None),
    "SchemaMatch": Signature(1, 1, condition=None),
    "StandardDeviation": OF_A_COLUMN,
    "Sum": OF_A_COLUMN,
    "UniqueValueRatio": Signature(1, MANY),
    "Uniqueness": Signature(1, MANY),
}
"""Rule types whose rules are looked at; others are refused by name when they are evaluated."""


def checked_ruleset(ruleset: str) -> list[Rule | Composite]:
    """Return the rules of a ruleset, each as its type takes it.

    Raises
    ------
    RulesetError
        It is no DQDL; or a rule has too few or too many arguments, no condition or one too many, a threshold, or values
        of several kinds.
    """
    items = parse_ruleset(ruleset)
    for item in items:
        _check(item)
    return items


def _check(item: Rule | Composite) -> None:
    if isinstance(item, Composite):
        for rule in item.rules:
            _check(rule)
    elif item.name in SIGNATURES and (fault := _fault(item, SIGNATURES[item.name])):
        raise RulesetError(f"the data quality rule {item.text!r} is not valid DQDL: {fault}")


def _fault(rule: Rule, takes: Signature) -> str:
    count = len(rule.arguments)
    if not takes.least <= count <= takes.most:
        wanted = takes.least if takes.least == takes.most else f"{takes.least} or more"
        return f"{rule.name} takes {wanted} {'name' if wanted == 1 else 'names'} in quotes, and here are {count}"
    if takes.condition and rule.condition is None:
        return f"{rule.name} needs a condition, such as > 0"
    if takes.condition is False and rule.condition is not None:
        return f"{rule.name} takes no condition"
    if rule.threshold and not takes.threshold:
        return f"{rule.name} takes no threshold"
    if rule.threshold and rule.threshold.is_dynamic:
        return "a threshold compares with numbers alone"
    values = rule.condition.values if rule.condition else ()
    is_timed = rule.name in ("ColumnValues", "DataFreshness")
    if not is_timed and any(isinstance(value, date | timedelta) for value in values):
        return f"{rule.name} compares with numbers, not with times"
    if rule.name == "DataFreshness" and not all(isinstance(value, timedelta) for value in values):
        return "DataFreshness compares with a time, such as 3 days or 12 hours"
    kinds = {str if isinstance(value, str) else int for value in values if isinstance(value, str | int | float)}
    return "its list mixes text and numbers" if len(kinds) > 1 else ""
