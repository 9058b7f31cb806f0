"""Time our scripts against hand-written programs, side by side: whole processes, from start to exit, in turns."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track
from rich.table import Table

from awsglue_local.storage.lake import data_files
from scripts import stedi
from scripts.bench.growth import draw_growth
from scripts.bench.process import Spent, spend
from scripts.bench.scale import scale

ZONES = {
    "customer_trusted": "customer/trusted",
    "accelerometer_trusted": "accelerometer/trusted",
    "customers_curated": "customer/curated",
    "step_trainer_trusted": "step_trainer/trusted",
    "machine_learning_curated": "machine_learning/curated",
}
OURS_SAIL, HAND_SAIL = "our scripts, sail", "by hand, PySpark API on Sail"
OURS_SPARK, HAND_SPARK = "our scripts, spark", "by hand, PySpark"
HAND_DUCKDB = "by hand, DuckDB SQL"
Measured = dict[str, list[Spent]]
"""Program to what each of its runs took."""


@dataclass(frozen=True)
class Target:
    """A ratio of seconds that is to be reached, on landing data of some size."""

    times: int
    above: str
    below: str
    sign: str
    limit: float

    def met_by(self, ratio: float) -> bool:
        """Say whether a measured ratio is good enough."""
        return ratio >= self.limit if self.sign == ">=" else ratio <= self.limit


TARGETS = [
    Target(1, HAND_SPARK, OURS_SAIL, ">=", 8.0),
    Target(1, OURS_SAIL, HAND_SAIL, "<=", 1.3),
    Target(1, OURS_SPARK, HAND_SPARK, "<=", 1.05),
    Target(100, OURS_SAIL, HAND_DUCKDB, "<=", 2.0),
    Target(100, HAND_SPARK, OURS_SAIL, ">=", 8.0),
]
MEMORY_TARGET = 2 << 30
"""Bytes that our scripts on Sail may take at a hundred times the data."""


def commands(landing: Path, output: Path) -> dict[str, list[str]]:
    """Return the programs to be timed, each with an output folder of its own."""
    python = [sys.executable, "-m"]
    ours = [*python, "scripts.local.run_jobs", "--landing", str(landing)]
    by_hand = [*python, "scripts.bench.with_pyspark"]
    return {
        OURS_SAIL: [*ours, "--lake", str(output / "ours-sail"), "--engine", "sail"],
        OURS_SPARK: [*ours, "--lake", str(output / "ours-spark"), "--engine", "spark"],
        HAND_SAIL: [*by_hand, "sail", str(landing), str(output / "hand-sail")],
        HAND_SPARK: [*by_hand, "spark", str(landing), str(output / "hand-spark")],
        HAND_DUCKDB: [*python, "scripts.bench.with_duckdb", str(landing), str(output / "hand-duckdb")],
    }


def measure(landing: Path, rounds: int, label: str, warm_up: bool) -> Measured:
    """Run every program `rounds` times in turns, after one more turn that warms the file cache if asked for.

    Raises
    ------
    RuntimeError
        A program failed, or two programs wrote different numbers of rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        programs = commands(landing, Path(folder))
        measured: Measured = {name: [] for name in programs}
        turns = [(number, name) for number in range(rounds + warm_up) for name in programs]
        for number, name in track(turns, label, transient=True):
            spent = spend(name, programs[name])
            if number >= warm_up:
                measured[name].append(spent)
        _same_rows(Path(folder))
    return measured


def measure_sizes(landing: Path, sizes: list[int], rounds: int) -> dict[int, Measured]:
    """Measure on landing data of several sizes, multiples of what is there; the larger ones once."""
    found = {}
    for times in sizes:
        label = f"{times} times the data"
        if times == 1:
            found[times] = measure(landing, rounds, label, warm_up=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            scale(landing, times, Path(folder))
            found[times] = measure(Path(folder), 1, label, warm_up=False)
    return found


def _same_rows(output: Path) -> None:
    for table, place in ZONES.items():
        lakes = [output / lake / stedi.LOCAL_BUCKET / place for lake in ("ours-sail", "ours-spark")]
        folders = [*lakes, *(output / hand / table for hand in ("hand-sail", "hand-spark"))]
        files = [data_files(folder) for folder in folders] + [[output / "hand-duckdb" / f"{table}.parquet"]]
        counts = [sum(pq.read_metadata(file).num_rows for file in group) for group in files]
        if len(set(counts)) != 1:
            raise RuntimeError(f"the programs disagree on the rows of {table}: {counts}")


def show(times: int, measured: Measured, console: Console) -> bool:
    """Print what the programs took and the ratios; return whether every target of the size is met."""
    medians = _medians(measured)
    table = Table(
        "Program", "Median s", "Min s", "Max s", "GiB", "Ratio to ours on sail", title=f"{times} times the data"
    )
    for name in sorted(medians, key=medians.__getitem__):
        seconds = [spent.seconds for spent in measured[name]]
        gibibytes = max(spent.peak_bytes for spent in measured[name]) / (1 << 30)
        numbers = [medians[name], min(seconds), max(seconds), gibibytes, medians[name] / medians[OURS_SAIL]]
        table.add_row(name, *(f"{value:.2f}" for value in numbers))
    console.print(table)
    met = [_told(target, measured, console) for target in TARGETS if target.times == times]
    return all(met)


def _told(target: Target, measured: Measured, console: Console) -> bool:
    pairs = zip(measured[target.above], measured[target.below], strict=True)
    ratio = statistics.median(above.seconds / below.seconds for above, below in pairs)
    met = target.met_by(ratio)
    console.print(
        f"{target.above} / {target.below}: {ratio:.2f} (target {target.sign} {target.limit}) {_word(met)}",
        highlight=False,
    )
    return met


def _memory_told(measured: Measured, console: Console) -> bool:
    most = max(spent.peak_bytes for spent in measured[OURS_SAIL])
    met = most <= MEMORY_TARGET
    console.print(f"{OURS_SAIL}: {most / (1 << 30):.2f} GiB at most (target <= 2) {_word(met)}", highlight=False)
    return met


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


def _medians(measured: Measured) -> dict[str, float]:
    return {name: statistics.median(one.seconds for one in spent) for name, spent in measured.items()}


def main() -> int:
    """Run the command and return its exit code: 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1], help="multiples of the landing data")
    parser.add_argument("--plot", type=Path, help="draw the growth over the sizes as an SVG file")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    found = measure_sizes(options.landing.resolve(), sorted(options.sizes), options.rounds)
    met = [show(times, measured, console) for times, measured in found.items()]
    if 100 in found:
        met.append(_memory_told(found[100], console))
    if options.plot:
        draw_growth({times: _medians(measured) for times, measured in found.items()}, options.plot)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
