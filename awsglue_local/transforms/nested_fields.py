"""Fields inside of structs: left out, kept or renamed by their paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from awsglue_local.storage.column_types import quoted

Path = tuple[str, ...]
Decide = Callable[[Path], str | None]
"""Returns a field's name from now on, None where it is to go."""


def reshaped(name: str, kind: Any, decide: Decide) -> Any:
    """Return a column of a struct type with fields left out or renamed; what is left empty is null."""
    from pyspark.sql import functions as F

    return _struct(F.col(quoted(name)), kind, decide, (name,)).alias(name)


def _struct(column: Any, kind: Any, decide: Decide, path: Path) -> Any:
    from pyspark.sql import functions as F
    from pyspark.sql.types import StructType

    members = []
    for field in kind.fields:
        inner = (*path, field.name)
        name = decide(inner)
        if name is None:
            continue
        child = column.getField(field.name)
        if isinstance(field.dataType, StructType):
            child = _struct(child, field.dataType, decide, inner)
        members.append(child.alias(name))
    return F.when(column.isNotNull(), F.struct(*members)) if members else F.lit(None)


def without(paths: Iterable[Path]) -> Decide:
    """Leave out the fields at paths."""
    gone = set(paths)
    return lambda path: None if path in gone else path[-1]


def only(paths: Iterable[Path]) -> Decide:
    """Keep the fields at paths, what is below them, and the structs around them."""
    kept = list(paths)
    return lambda path: path[-1] if any(_on_one_line(path, one) for one in kept) else None


def _on_one_line(path: Path, other: Path) -> bool:
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]


def renamed(path: Path, name: str) -> Decide:
    """Give the field at a path another name."""
    return lambda one: name if one == path else one[-1]


def field_type(schema: Any, path: Path) -> Any:
    """Return the type of the field at a path of a PySpark schema; None where there is none."""
    from pyspark.sql.types import StructType

    kind: Any = schema
    for name in path:
        if not isinstance(kind, StructType) or name not in kind.names:
            return None
        kind = kind[name].dataType
    return kind
