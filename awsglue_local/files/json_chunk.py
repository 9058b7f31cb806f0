"""What a part of a file of JSON lines gives: records, and what is to be said of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from awsglue_local.files.choice_types import with_choices


@dataclass(frozen=True)
class BadRecord:
    """A line that is no JSON object; `line` is counted from 1 within the file."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Misfit:
    """A value that is not of its catalog column's type."""

    file: str
    line: int
    column: str
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: column {self.column!r} is {self.kind}, but the value is {self.value}"


@dataclass(frozen=True)
class JsonChunk:
    """What one part of a file gave.

    Attributes
    ----------
    table
        The records; a column for every catalog column, or for every key where there is no catalog schema.
    bad
        The lines left out.
    explicit_nulls
        For each column that is null in a record although its key is there: which records (null, not absent).
    places
        The records' lines, counted from 1 within the part; None where nobody asked.
    misfits
        Values of other types than their catalog columns.
    lines
        How many lines the part has, blank ones included.
    """

    table: pa.Table
    bad: list[BadRecord] = field(default_factory=list)
    explicit_nulls: Mapping[str, pa.BooleanArray] = field(default_factory=dict)
    places: npt.NDArray[Any] | None = None
    misfits: list[Misfit] = field(default_factory=list)
    lines: int = 0

    def moved(self, lines: int) -> JsonChunk:
        """Return the chunk of a part that begins so many lines further down in the file."""
        if not lines or not (self.bad or self.misfits):
            return self
        return replace(
            self,
            bad=[replace(one, line=one.line + lines) for one in self.bad],
            misfits=[replace(one, line=one.line + lines) for one in self.misfits],
        )


def in_order(chunks: list[JsonChunk]) -> JsonChunk:
    """Return one chunk with the records of several in the order of their lines.

    Raises
    ------
    pyarrow.ArrowInvalid, pyarrow.ArrowTypeError
        Values inside of a column are of types that no choice type tells apart.
    """
    full = [chunk for chunk in chunks if chunk.table.num_rows] or chunks[:1]
    whole = full[0] if len(full) == 1 else _interleaved(full)
    return replace(
        whole,
        bad=sorted((bad for chunk in chunks for bad in chunk.bad), key=lambda bad: bad.line),
        misfits=sorted((one for chunk in chunks for one in chunk.misfits), key=lambda one: one.line),
    )


def _interleaved(chunks: list[JsonChunk]) -> JsonChunk:
    places = np.concatenate([chunk.places for chunk in chunks if chunk.places is not None])
    order = pa.array(np.argsort(places, kind="stable"))
    tables = with_choices([chunk.table for chunk in chunks])
    nulls = {
        name: pa.concat_arrays([_nulls(chunk, name) for chunk in chunks]).take(order)
        for name in dict.fromkeys(name for chunk in chunks for name in chunk.explicit_nulls)
    }
    table = pa.concat_tables(tables, promote_options="permissive").take(order)
    return JsonChunk(table, explicit_nulls=nulls, places=np.sort(places, kind="stable"))


def _nulls(chunk: JsonChunk, name: str) -> pa.BooleanArray:
    there = chunk.explicit_nulls.get(name)
    return there if there is not None else pa.array(np.zeros(chunk.table.num_rows, bool))
