"""Join and mergeDynamicFrame: two DataFrames by equal keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from awsglue_local.transforms.column_expressions import all_of, col


def dotted_names(left: Sequence[str], right: Sequence[str]) -> dict[str, str]:
    """Return the left side's columns that the right side has too, each with a leading dot that makes it its own.

    "Join class" (awslabs/aws-glue-libs, issue 76): all columns stay, and the first frame's get the dot.
    """
    taken = {*left, *right}
    dotted: dict[str, str] = {}
    # the engines tell names apart without regard to case
    theirs = {name.lower() for name in right}
    for name in left:
        if name.lower() in theirs:
            dotted[name] = _free_name(name, taken)
            taken.add(dotted[name])
    return dotted


def _free_name(name: str, taken: set[str]) -> str:
    while name in taken:
        name = "." + name
    return name


def joined(left: Any, right: Any, keys: Sequence[tuple[str, str]], dotted: Mapping[str, str]) -> Any:
    """Return the rows of two DataFrames whose keys are equal.

    Parameters
    ----------
    left
        Its columns have the names that `dotted` gives them.
    keys
        Pairs of a left and a right column, the left one as it was before.
    """
    conditions = [col(dotted.get(one, one)) == col(other) for one, other in keys]
    return left.join(right, all_of(conditions), "inner")


def merged(df: Any, stage: Any, keys: Sequence[str]) -> Any:
    """Return the rows of a DataFrame whose keys the other one has not, and all rows of the other one."""
    replaced = stage.select(*(col(key).alias(f"__key_{key}") for key in keys)).distinct()
    matches = all_of([col(key) == col(f"__key_{key}") for key in keys])
    return df.join(replaced, matches, "left_anti").unionByName(stage, allowMissingColumns=True)
