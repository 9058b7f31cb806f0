"""Choice types: a column that is a number in one record and text in another, and ways to resolve it.

Such a column is a struct with a member for each type, which is what Glue's toDF() makes of it.
"ResolveChoice class" (AWS Glue Developer Guide).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.storage.column_types import quoted, spark_type
from awsglue_local.transforms.column_expressions import cast_column, col

ACTIONS = ("cast", "project", "make_cols", "make_struct", "keepasstruct")
"""What may be said of a column; `match_catalog` is a choice for a whole frame."""
GLUES_WORDS = {"bigint": "long"}
"""What Glue calls the member of a choice that Spark names otherwise."""


def parse_action(text: str) -> tuple[str, str]:
    """Return an action such as `cast:long` as its name and its type (empty where it has none).

    Raises
    ------
    GlueLocalError
        There is no such action.
    """
    action, _, kind = text.partition(":")
    name = action.strip().lower()
    if name not in ACTIONS or (name in ("cast", "project")) != bool(kind):
        raise GlueLocalError(f"resolveChoice: no action {text!r}; use cast:TYPE, project:TYPE, make_cols, make_struct")
    return name, kind.strip()


def resolved(name: str, members: list[str], action: str, kind: str) -> list[Any]:
    """Return the columns that an action makes of a column.

    Parameters
    ----------
    members
        The types of the choice; empty where the column is of one type.
    """
    from pyspark.sql import functions as F

    column = F.col(quoted(name))
    if not members:
        return [cast_column(quoted(name), kind).alias(name) if action in ("cast", "project") else column]
    if action == "cast":
        casts = [cast_column(f"{quoted(name)}.{quoted(member)}", kind) for member in members]
        return [F.coalesce(*casts).alias(name)]
    if action == "project":
        wanted = GLUES_WORDS.get(spark_type(kind), spark_type(kind))
        if wanted not in members:
            raise GlueLocalError(
                f"resolveChoice: {name!r} is a choice of {', '.join(members)}, which does not include {kind}"
            )
        return [column.getField(wanted).alias(name)]
    if action == "make_cols":
        return [column.getField(member).alias(f"{name}_{member}") for member in members]
    return [column]


def resolved_columns(
    names: Sequence[str], choices: Mapping[str, list[str]], actions: Mapping[str, tuple[str, str]]
) -> list[Any]:
    """Return all columns after some of them were settled.

    Parameters
    ----------
    choices
        Columns of a choice type, with the names of the types.
    actions
        Columns to be settled, each with the name and the type of its action.
    """
    columns: list[Any] = []
    for name in names:
        action, kind = actions.get(name, ("", ""))
        columns += resolved(name, choices.get(name, []), action, kind) if action else [col(name)]
    return columns


def refuse_nested(path: str) -> None:
    """Refuse a path into a struct or array."""
    if "." in path or "[" in path:
        raise Unsupported(f"resolveChoice of the nested path {path!r}", "unnest the frame first, or cast with toDF()")
