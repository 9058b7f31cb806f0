"""Lines of JSON sorted by what stands in them, so that those of one sort can be read at once.

orjson parses a line in half a microsecond. What it does not parse is not surely wrong (an infinite number, say): such
lines are for the reader of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

NEWLINE, RETURN, BRACE, CLOSING_BRACE = map(ord, "\n\r{}")
KINDS = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "struct"}


@dataclass(frozen=True)
class Lines:
    """Some lines of a part of a file: their numbers, counted from 1, and their texts."""

    numbers: npt.NDArray[Any]
    texts: list[bytes]

    @classmethod
    def of(cls, text: bytes) -> Lines:
        """Return all lines, none of which is blank."""
        texts = text.split(b"\n")
        texts = texts if texts[-1] else texts[:-1]
        return cls(np.arange(1, len(texts) + 1), texts)

    def where(self, mask: npt.NDArray[Any]) -> Lines:
        """Return the lines for which a mask is true."""
        return Lines(self.numbers[mask], list(compress(self.texts, mask)))

    def numbered(self) -> list[tuple[int, bytes]]:
        """Return the lines, each with its number."""
        return list(zip(self.numbers.tolist(), self.texts, strict=True))

    def text(self) -> bytes:
        """Return the lines as text."""
        return b"\n".join(self.texts) + b"\n"

    def halves(self) -> Iterator[Lines]:
        """Yield the first half and the second."""
        middle = len(self.texts) // 2
        yield Lines(self.numbers[:middle], self.texts[:middle])
        yield Lines(self.numbers[middle:], self.texts[middle:])


@dataclass(frozen=True)
class Shape:
    """The keys of an object, and the types of their values, NoneType for null."""

    keys: tuple[str, ...]
    types: tuple[type, ...]


@dataclass(frozen=True)
class Shapes:
    """The shapes of lines.

    Attributes
    ----------
    shapes
        Each shape that there is, in the order in which they come.
    of_line
        For each line the index of its shape; -1 for one that is not surely an object.
    """

    shapes: list[Shape]
    of_line: npt.NDArray[Any]

    @property
    def keys(self) -> list[str]:
        """All keys, in the order in which they come."""
        return list(dict.fromkeys(key for shape in self.shapes for key in shape.keys))

    def where(self, test: Callable[[Shape], bool]) -> npt.NDArray[Any]:
        """Return for each line whether a test holds for its shape; not for one without a shape."""
        return np.take([*map(test, self.shapes), False], self.of_line)

    def of(self, mask: npt.NDArray[Any]) -> Shapes:
        """Return the shapes of some of the lines, all of which have one."""
        there, of_line = np.unique(self.of_line[mask], return_inverse=True)
        return Shapes([self.shapes[index] for index in there.tolist()], of_line)

    def explicit_nulls(self, name_of: Callable[[str], str]) -> dict[str, npt.NDArray[Any]]:
        """Return, for each name that is null in a line although its key is there, for which lines it is."""
        nulls: dict[str, list[int]] = {}
        for index, shape in enumerate(self.shapes):
            # of a key that stands twice the last value counts
            last = {name_of(key): kind for key, kind in zip(shape.keys, shape.types, strict=True)}
            for name, kind in last.items():
                if kind is type(None):
                    nulls.setdefault(name, []).append(index)
        return {name: np.isin(self.of_line, indexes) for name, indexes in nulls.items()}


def object_lines(text: bytes) -> int:
    """Return the number of lines, of text that is UTF-8, where each looks like one object; else 0."""
    if not text or not is_utf8(text):
        return 0
    looks = _look_like_objects(text)
    return len(looks) if looks.all() else 0


def usual_lines(text: bytes) -> tuple[Lines, npt.NDArray[Any]]:
    """Return the lines that are not blank, and for each whether it is UTF-8 and looks like one object."""
    texts = text.split(b"\n")
    looks = _look_like_objects(text)
    looks = np.concatenate([looks, np.zeros(len(texts) - len(looks), bool)])
    if not is_utf8(text):
        looks &= np.fromiter(map(is_utf8, texts), bool, len(texts))
    there = np.ones(len(texts), bool)
    there[[place for place in np.flatnonzero(~looks) if not texts[place].strip()]] = False
    lines = Lines(np.arange(1, len(texts) + 1), texts)
    return lines.where(there), looks[there]


def _look_like_objects(text: bytes) -> npt.NDArray[np.bool_]:
    """Return for each line whether it begins and ends as an object does."""
    if not text:
        return np.zeros(0, bool)
    # NumPy looks at all cores' parts at once: a loop would hold the interpreter
    letters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(letters == NEWLINE)
    if text[-1] != NEWLINE:
        ends = np.append(ends, len(text))
    starts = np.append(0, ends[:-1] + 1)[: len(ends)]
    lasts = np.maximum(ends - 1, 0)
    lasts = np.maximum(lasts - (letters[lasts] == RETURN), 0)
    # a line without a letter begins where it ends
    begins = letters[np.minimum(starts, len(text) - 1)] == BRACE
    closed = letters[lasts] == CLOSING_BRACE
    looks: npt.NDArray[np.bool_] = np.logical_and.reduce([starts < ends, lasts > starts, begins, closed])
    return looks


def is_utf8(text: bytes) -> bool:
    """Say whether text is UTF-8."""
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def surely_objects(lines: list[bytes]) -> npt.NDArray[Any]:
    """Return for each line whether it is surely an object."""
    loads = orjson.loads

    def is_object(line: bytes) -> bool:
        try:
            return type(loads(line)) is dict
        except ValueError:
            return False

    return np.fromiter(map(is_object, lines), bool, len(lines))


def kinds_of(lines: list[bytes], key: str) -> npt.NDArray[Any]:
    """Return for each line a number for the kind of a key's value: 0 where there is no value, or no sure object."""
    numbers = {type(None): 0} | {kind: list(KINDS.values()).index(name) + 1 for kind, name in KINDS.items()}
    loads = orjson.loads

    def kind(line: bytes) -> int:
        try:
            return numbers[type(loads(line).get(key))]
        except (ValueError, AttributeError):
            return 0

    return np.fromiter(map(kind, lines), np.int8, len(lines))


def shapes_of(lines: list[bytes]) -> Shapes:
    """Return the shapes of lines."""
    known: dict[tuple[object, ...], int] = {}
    found: list[int] = []
    shapes: list[Shape] = []
    loads = orjson.loads
    for line in lines:
        try:
            record = loads(line)
            key = (*record, *map(type, record.values()))
        except (ValueError, TypeError, AttributeError):
            found.append(-1)
            continue
        index = known.get(key)
        if index is None:
            index = known[key] = len(shapes)
            shapes.append(Shape(tuple(record), tuple(map(type, record.values()))))
        found.append(index)
    return Shapes(shapes, np.array(found, np.int64))


@dataclass(frozen=True)
class Entry:
    """A key of a line, the column that it stands for, and the kind of its value."""

    name: str
    key: str
    kind: str


Sort = frozenset[Entry]
"""What makes some lines other than the rest."""


def sorts_of(
    shapes: Shapes, entries: Callable[[Shape], list[Entry]], is_usual: Callable[[Entry], bool]
) -> list[tuple[Sort, npt.NDArray[Any]]]:
    """Return each sort of lines, and which lines are of it.

    What makes lines differ are columns with values of several kinds, with keys of several spellings, or with something
    that is not usual. A line that lacks such a column goes with those that have it.
    """
    all_: dict[str, set[Entry]] = {}
    for shape in shapes.shapes:
        for entry in entries(shape):
            all_.setdefault(entry.name, set()).add(entry)
    telling = {name for name, found in all_.items() if len(found) > 1 or not all(map(is_usual, found))}
    wanted = [frozenset(one for one in entries(shape) if one.name in telling) for shape in shapes.shapes]
    members: dict[Sort, list[int]] = {}
    for index, sort in sorted(enumerate(wanted), key=lambda item: -len(item[1])):
        members.setdefault(next((one for one in members if sort <= one), sort), []).append(index)
    return [(sort, np.isin(shapes.of_line, indexes)) for sort, indexes in members.items()]


def as_arrow(masks: dict[str, npt.NDArray[Any]]) -> dict[str, pa.BooleanArray]:
    """Return masks as Arrow has them; one that is nowhere true is left out."""
    return {name: pa.array(mask) for name, mask in masks.items() if mask.any()}
