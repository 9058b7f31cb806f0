"""What rules measured in earlier runs, for rules that compare with it: `RowCount > avg(last(10)) * 0.8`.

Kept in the lake, a file for each job and evaluation context: `{metric: [value, ...]}`, the newest last.
"""

from __future__ import annotations

import hashlib
import json
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.whole_file import write_file

FOLDER = "_quality"
KEPT = 100
LONG = 80
"""Letters of a context from which on its hash names the file."""
Values = list[float]


@dataclass(frozen=True)
class Computed:
    """A value that a rule computes: a number, `last(n)`, a function of values, or `left sign right`."""

    name: str
    parts: tuple[Any, ...]

    def value(self, earlier: Sequence[float]) -> float:
        """Return the value.

        Raises
        ------
        NoHistory
            There is no earlier value.
        GlueLocalError
            There is no such function, or it has no such arguments.
        """
        return _number(self._found(earlier))

    def _found(self, earlier: Sequence[float]) -> float | Values:
        if self.name == "number":
            return float(self.parts[0])
        arguments = [part._found(earlier) for part in self.parts]
        if len(arguments) not in ARGUMENTS.get(self.name, ()):
            there = ", ".join(ARGUMENTS)
            raise GlueLocalError(f"no function {self.name!r} of {len(arguments)} values; there are {there}")
        if self.name == "last":
            return _last(earlier, _number(arguments[0]) if arguments else 1)
        if self.name in SIGNS:
            return SIGNS[self.name](_number(arguments[0]), _number(arguments[1]))
        if self.name == "abs":
            return abs(_number(arguments[0]))
        if self.name == "index":
            return _nth(_values(arguments[0]), _number(arguments[1]))
        if self.name == "percentile":
            return _percentile(_values(arguments[0]), _number(arguments[1]))
        return OF_VALUES[self.name](_values(arguments[0]))

    @property
    def is_constant(self) -> bool:
        """Whether it asks for nothing that earlier runs have measured."""
        return self.name != "last" and all(part.is_constant for part in self.parts if isinstance(part, Computed))


class NoHistory(GlueLocalError):
    """No earlier run has measured what a rule compares with."""

    def __init__(self) -> None:
        super().__init__("no earlier run has measured it yet, so there is nothing to compare with")


SIGNS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else math.nan,
}
OF_VALUES: Mapping[str, Callable[[Values], float]] = {
    "avg": statistics.fmean,
    "average": statistics.fmean,
    "min": min,
    "max": max,
    "sum": math.fsum,
    "median": statistics.median,
    "std": statistics.pstdev,
}
"""Functions of several values."""
ARGUMENTS: Mapping[str, tuple[int, ...]] = {
    "last": (0, 1),
    "abs": (1,),
    "index": (2,),
    "percentile": (2,),
    **dict.fromkeys(OF_VALUES, (1,)),
    **dict.fromkeys(SIGNS, (2,)),
}
"""Function to the numbers of arguments that it may have."""


def _number(value: float | Values) -> float:
    if not isinstance(value, list):
        return value
    if len(value) > 1:
        raise GlueLocalError("several values stand where one is needed: use a function of last(...), such as avg")
    return value[0]


def _values(value: float | Values) -> Values:
    return value if isinstance(value, list) else [value]


def _last(earlier: Sequence[float], count: float) -> Values:
    if count < 1 or count != int(count):
        raise GlueLocalError(f"last({count:g}): give the number of runs, from 1 on")
    if not earlier:
        raise NoHistory
    return list(earlier[-int(count) :])


def _nth(values: Values, place: float) -> float:
    """Return a value by its place, counted from the newest, which is 1."""
    if place < 1 or place != int(place):
        raise GlueLocalError(f"index(..., {place:g}): places are counted from 1")
    return values[-min(int(place), len(values))]


def _percentile(values: Values, percent: float) -> float:
    """Return the value below which a percentage of values lie, interpolated between the two nearest."""
    if not 0 <= percent <= 100:
        raise GlueLocalError(f"percentile(..., {percent:g}): percentages are from 0 to 100")
    ordered, place = sorted(values), percent / 100 * (len(values) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class History:
    """The values of the metrics of one evaluation context of a job."""

    def __init__(self, root: Path, job: str, context: str) -> None:
        name = hashlib.sha256(context.encode()).hexdigest() if len(context) > LONG else quote(context, safe=" ")
        self._file = root / FOLDER / job / f"{name}.json"

    def read(self) -> dict[str, Values]:
        """Return the earlier values of each metric, the newest last.

        Raises
        ------
        GlueLocalError
            The file is damaged.
        """
        if not self._file.is_file():
            return {}
        try:
            return dict(json.loads(self._file.read_text(encoding="utf-8")))
        except ValueError as error:
            raise GlueLocalError(f"the history {self._file} is damaged: {error}; delete it to start over") from error

    def add(self, metrics: Mapping[str, float]) -> None:
        """Add the values of a run."""
        there = self.read()
        for name, value in metrics.items():
            there[name] = [*there.get(name, []), value][-KEPT:]
        write_file(self._file, json.dumps(there, indent=1))
