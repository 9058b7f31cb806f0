"""ApplyMapping: columns selected, renamed and cast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from awsglue_local.files.column_traits import EXPLICIT_NULL
from awsglue_local.storage.column_types import quoted
from awsglue_local.transforms.column_expressions import cast_column, col, field_path, segments


@dataclass
class Mapped:
    """What mappings make of a DataFrame.

    Attributes
    ----------
    columns
        Name to column, or to the members of a struct.
    absent
        Columns in which null may stand for an absent key, see `Traits`.
    missing
        Sources that are not there.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    absent: dict[str, str | None] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def selected(self) -> list[Any]:
        """Return the columns with their names."""
        return [_built(value).alias(name) for name, value in self.columns.items()]


def mapped_columns(
    df: Any,
    names: Sequence[str],
    mappings: Sequence[tuple[str, ...]],
    case_sensitive: bool,
    absent: Mapping[str, str | None],
) -> Mapped:
    """Return what mappings, each `(source, source type, target, target type)`, make of a DataFrame's columns.

    Parameters
    ----------
    names
        The DataFrame's columns, hidden ones not among them.
    absent
        Those in which null may stand for an absent key.
    """
    made = Mapped()
    for mapping in mappings:
        source, target, kind = (
            (mapping[0], mapping[2], mapping[3]) if len(mapping) == 4 else (*mapping[:1], *mapping[-2:])
        )
        path = field_path(df, names, source, case_sensitive)
        if path is None:
            made.missing.append(source)
            continue
        inside = segments(target)
        _put(made.columns, inside, cast_column(".".join(map(quoted, path)), kind))
        if len(path) == len(inside) == 1 and path[0] in absent:
            hidden = absent[path[0]]
            made.absent[inside[0]] = EXPLICIT_NULL + inside[0] if hidden else None
            if hidden:
                made.columns[EXPLICIT_NULL + inside[0]] = col(hidden)
    return made


def _put(columns: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value at a path of nested columns."""
    for name in path[:-1]:
        inner = columns.get(name)
        columns[name] = columns = inner if isinstance(inner, dict) else {}
    columns[path[-1]] = value


def _built(value: Any) -> Any:
    """Return a column, of nested ones a struct."""
    from pyspark.sql import functions as F

    return F.struct(*(_built(one).alias(name) for name, one in value.items())) if isinstance(value, dict) else value
