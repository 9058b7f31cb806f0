"""ApplyMapping: columns selected, renamed and cast.

A mapping takes the values of its source type: of a choice those of that type's member, of a column of another type
none. The words `choice`, `null` and those of nested types take all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from awsglue_local.files.column_traits import EXPLICIT_NULL, Traits
from awsglue_local.storage.column_types import family, quoted, spark_type
from awsglue_local.transforms.column_expressions import cast_column, col, field_path, segments
from awsglue_local.transforms.nested_fields import field_type


@dataclass
class Mapped:
    """What mappings make of a DataFrame.

    Attributes
    ----------
    columns
        Name to column, or to the members of a struct.
    absent
        Columns in which null may stand for an absent key, see `Traits`.
    doubts
        What is not as the mappings have it, a sentence each.
    """

    columns: dict[str, Any] = field(default_factory=dict)
    absent: dict[str, str | None] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def selected(self) -> list[Any]:
        """Return the columns with their names."""
        return [_built(value).alias(name) for name, value in self.columns.items()]


def mapped_columns(
    df: Any, names: Sequence[str], mappings: Sequence[tuple[str, ...]], case_sensitive: bool, traits: Traits
) -> Mapped:
    """Return what mappings, each `(source, source type, target, target type)`, make of a DataFrame's columns.

    Parameters
    ----------
    names
        The DataFrame's columns, hidden ones not among them.
    """
    made, schema = Mapped(), df.schema
    for mapping in mappings:
        # two words are a source and a target, three have a target type: there is no source type then
        source, source_kind, target, kind = mapping if len(mapping) == 4 else (mapping[0], "choice", *mapping[-2:])
        path = field_path(df, names, source, case_sensitive)
        if path is None:
            made.doubts.append(f"no column {source!r}")
            continue
        inside = segments(target)
        members = traits.choices.get(path[0], []) if len(path) == 1 else []
        _put(made.columns, inside, _cast(schema, path, source_kind, kind, members, made))
        if len(path) == len(inside) == 1 and path[0] in traits.absent:
            hidden = traits.absent[path[0]]
            made.absent[inside[0]] = EXPLICIT_NULL + inside[0] if hidden else None
            if hidden:
                made.columns[EXPLICIT_NULL + inside[0]] = col(hidden)
    return made


def _cast(schema: Any, path: Sequence[str], source: str, target: str, members: Sequence[str], made: Mapped) -> Any:
    """Return the values of the source type at a path, as the target type."""
    from pyspark.sql import functions as F

    place, name, wanted = ".".join(map(quoted, path)), ".".join(path), family(source)
    nothing = F.lit(None).cast(spark_type(target))
    if target.lower() == "null":
        return nothing
    if members:
        taken = [one for one in members if not wanted or family(one) == wanted]
        if not taken:
            made.doubts.append(f"{name!r} is a choice of {', '.join(members)}, none of which is {source}: all null")
        casts = [cast_column(f"{place}.{quoted(one)}", target) for one in taken]
        return F.coalesce(*casts) if casts else nothing
    there = field_type(schema, tuple(path)).simpleString()
    if wanted and family(there) not in ("", wanted):
        made.doubts.append(f"{name!r} is {there}, and not {source} as the mapping says: all null, as in AWS Glue")
        return nothing
    return cast_column(place, target)


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
