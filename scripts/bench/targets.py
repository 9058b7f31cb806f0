"""What is to be reached: ratios of the times of two programs, and bytes of memory, on landing data of some kind."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from scripts.bench.datasets import EXPORTED, MOVED, Dataset
from scripts.bench.process import Spent

OURS_PAGE, OURS = "make run", "make run REPORT=0"
OURS_SPARK, HAND_SPARK = "make run REPORT=0 ENGINE=spark", "by hand, PySpark"
HAND_SAIL, HAND_DUCKDB = "by hand, PySpark API on Sail", "by hand, DuckDB SQL"
MEMORY_TARGET = 2 << 30
"""Bytes that `make run` may take in all at a hundred times the data."""

Measured = dict[str, list[Spent]]
"""Program to what each of its runs took."""


@dataclass(frozen=True)
class Target:
    """A ratio of seconds that is to be reached."""

    dataset: Dataset
    above: str
    below: str
    sign: str
    limit: float

    def ratio(self, measured: Measured) -> float:
        """Return the median of the ratios of the turns."""
        pairs = zip(measured[self.above], measured[self.below], strict=True)
        return statistics.median(above.seconds / below.seconds for above, below in pairs)

    def met_by(self, ratio: float) -> bool:
        """Say whether a measured ratio is good enough."""
        return ratio >= self.limit if self.sign == ">=" else ratio <= self.limit


REAL = Dataset(1, MOVED)
TARGETS = [
    Target(REAL, OURS_PAGE, OURS, "<=", 1.3),
    Target(REAL, HAND_SPARK, OURS_PAGE, ">=", 8.0),
    Target(REAL, OURS, HAND_SAIL, "<=", 1.15),
    Target(REAL, OURS_SPARK, HAND_SPARK, "<=", 1.05),
    Target(Dataset(10, MOVED), HAND_SPARK, OURS_PAGE, ">=", 7.0),
    *(
        target
        for dataset in (Dataset(100, MOVED), Dataset(100, EXPORTED))
        for target in (
            Target(dataset, OURS_PAGE, OURS, "<=", 1.25),
            Target(dataset, HAND_SPARK, OURS_PAGE, ">=", 6.0),
            Target(dataset, OURS, HAND_DUCKDB, "<=", 1.5),
        )
    ),
]
