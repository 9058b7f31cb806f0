"""What a frame knows of its columns beyond their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

EXPLICIT_NULL = "__explicit_null__"
"""Prefix of the hidden columns that tell a null in the file from an absent key."""

Absent = Mapping[str, str | None]
"""Columns in which a null may stand for an absent key, and the hidden column that tells (None: it always does)."""


@dataclass(frozen=True)
class Traits:
    """Traits of columns, by name.

    Attributes
    ----------
    absent
        For which columns a null may mean that the record has no such key.
    choices
        Columns of a choice type, with the names of the types.
    empty
        Columns, and fields of structs, that have no value in any record: their paths.
    """

    absent: dict[str, str | None] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    empty: frozenset[tuple[str, ...]] = frozenset()

    def only(self, names: Iterable[str]) -> Traits:
        """Return the traits of some columns."""
        kept = set(names)
        return Traits(
            {name: hidden for name, hidden in self.absent.items() if name in kept},
            {name: members for name, members in self.choices.items() if name in kept},
            frozenset(path for path in self.empty if path[0] in kept),
        )

    def renamed(self, new: Mapping[str, str]) -> Traits:
        """Return the traits after columns, hidden ones included, have got other names."""
        return Traits(
            {new.get(name, name): new.get(kept, kept) if kept else None for name, kept in self.absent.items()},
            {new.get(name, name): members for name, members in self.choices.items()},
            frozenset((new.get(name, name), *inner) for name, *inner in self.empty),
        )

    def with_those_of(self, other: Traits) -> Traits:
        """Return the traits of the columns of two frames."""
        return Traits({**self.absent, **other.absent}, {**self.choices, **other.choices}, self.empty | other.empty)


def hidden_columns(names: Iterable[str]) -> dict[str, str]:
    """Return, for each column with a hidden companion among `names`, the companion's name."""
    return {name.removeprefix(EXPLICIT_NULL): name for name in names if name.startswith(EXPLICIT_NULL)}


def with_hidden_columns(table: pa.Table, explicit_nulls: Mapping[str, pa.BooleanArray]) -> pa.Table:
    """Return records with a hidden column for each column that is null in one although its key is there."""
    for name, explicit in sorted(explicit_nulls.items()):
        table = table.append_column(EXPLICIT_NULL + name, explicit)
    return table
