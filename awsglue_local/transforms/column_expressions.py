"""Columns of a DataFrame as Glue scripts name, compare and cast them.

A path is `name` or `outer.inner`, with backticks around a name that has dots in it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.column_types import quoted, spark_type
from awsglue_local.transforms.nested_fields import field_type

SEGMENT = re.compile(r"`((?:[^`]|``)*)`|([^.`]+)")
WHOLE_NUMBERS = {"tinyint", "smallint", "int", "integer", "bigint"}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}


def segments(path: str) -> list[str]:
    """Split a path at its dots; what stands in backticks is one segment.

    Raises
    ------
    ValueError
        The path is empty, or its backticks do not pair.
    """
    names, position = [], 0
    while True:
        match = SEGMENT.match(path, position)
        if match is None:
            raise ValueError(f"{path!r} is not a column path")
        names.append(match[1].replace("``", "`") if match[1] is not None else match[2])
        position = match.end()
        if position == len(path):
            return names
        if path[position] != ".":
            raise ValueError(f"{path!r} is not a column path")
        position += 1


def col(name: str) -> Any:
    """Return the column of a name, whatever characters are in it."""
    from pyspark.sql import functions as F

    return F.col(quoted(name))


def all_of(conditions: Sequence[Any]) -> Any:
    """Return the column that says whether all conditions hold."""
    return _folded(conditions, operator.and_)


def any_of(conditions: Sequence[Any]) -> Any:
    """Return the column that says whether one of the conditions holds."""
    return _folded(conditions, operator.or_)


def _folded(conditions: Sequence[Any], combine: Callable[[Any, Any], Any]) -> Any:
    """Combine conditions as a balanced tree: Spark Connect refuses expressions that are nested too deeply."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return combine(_folded(conditions[:middle], combine), _folded(conditions[middle:], combine))


def comparison(path: str, operator_: str, value: Any) -> Any:
    """Return the column that compares a field with a value, as SplitRows writes it: `>`, `<`, `=`, `>=`, `<=`, `!=`."""
    if operator_ not in COMPARISONS:
        raise GlueLocalError(f"split_rows: no comparison {operator_!r}; use {', '.join(COMPARISONS)}")
    column = col(path) if "." not in path else field(segments(path))
    return COMPARISONS[operator_](column, value)


def field(path: Sequence[str]) -> Any:
    """Return the column of a field inside of structs."""
    column = col(path[0])
    for name in path[1:]:
        column = column.getField(name)
    return column


def cast_column(expression: str, glue_type: str) -> Any:
    """Return a Spark SQL expression cast to a type as a Glue script names it.

    Text like `2.7` is cut to a whole number, as Spark's own cast does; Sail's would refuse it.
    """
    from pyspark.sql import functions as F

    kind = spark_type(glue_type)
    if kind in WHOLE_NUMBERS:
        through_double = f"try_cast(try_cast({expression} as double) as {kind})"
        return F.expr(f"coalesce(try_cast({expression} as {kind}), {through_double})")
    return F.expr(f"try_cast({expression} as {kind})")


def field_path(df: Any, names: Sequence[str], path: str, case_sensitive: bool) -> list[str] | None:
    """Return the segments of a path to a field of a DataFrame; None if there is no such field.

    Parameters
    ----------
    names
        The DataFrame's columns.
    """
    if path in names:
        return [path]
    parts = segments(path)
    for length in range(len(parts), 0, -1):
        # a name with dots may stand there without backticks
        whole = ".".join(parts[:length])
        name = whole if case_sensitive else _in_any_case(names, whole)
        if name in names:
            found = [name, *parts[length:]]
            return found if field_type(df.schema, tuple(found)) is not None else None
    return None


def _in_any_case(names: Sequence[str], name: str) -> str:
    """Return the column of that name, else the only one whose name differs in case alone, else the name."""
    alike = [column for column in names if column.lower() == name.lower()]
    return name if name in alike or len(alike) != 1 else alike[0]


def first_of_each_name(df: Any) -> tuple[Any, list[str]]:
    """Return a DataFrame with the first of several columns of one name, and the names that were repeated."""
    names = df.columns
    repeated = sorted({one for one in names if names.count(one) > 1})
    if not repeated:
        return df, []
    places = [f"__{number}" for number in range(len(names))]
    kept = dict(zip(reversed(names), reversed(places), strict=True))
    firsts = [col(kept[name]).alias(name) for name in dict.fromkeys(names)]
    return df.toDF(*places).select(*firsts), repeated
