"""Time what people type against hand-written programs, side by side: whole processes, from start to exit, in turns."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track
from rich.table import Table

from awsglue_local.storage.lake import data_files
from awsglue_local.terminal import plain_console
from scripts import stedi
from scripts.bench import odd_files
from scripts.bench.datasets import EXPORTED, MOVED, Dataset, make_dataset
from scripts.bench.growth import draw_growth
from scripts.bench.process import spend
from scripts.bench.targets import (
    HAND_DUCKDB,
    HAND_SAIL,
    HAND_SPARK,
    MEMORY_TARGET,
    OURS,
    OURS_PAGE,
    OURS_SPARK,
    TARGETS,
    Measured,
)

ZONES = {
    "customer_trusted": "customer/trusted",
    "accelerometer_trusted": "accelerometer/trusted",
    "customers_curated": "customer/curated",
    "step_trainer_trusted": "step_trainer/trusted",
    "machine_learning_curated": "machine_learning/curated",
}
LARGE = 100
"""From so many times the data on there are both kinds of data."""


def commands(landing: Path, output: Path, times: int) -> dict[str, list[str]]:
    """Return the programs to be timed, each with an output folder of its own."""
    make = ["make", "--silent", "run", f"LANDING={landing}"]
    by_hand = [sys.executable, "-m", "scripts.bench.with_pyspark"]
    programs = {
        OURS_PAGE: [*make, f"LAKE={output / 'ours-page'}"],
        OURS: [*make, f"LAKE={output / 'ours'}", "REPORT=0"],
        HAND_SAIL: [*by_hand, "sail", str(landing), str(output / "hand-sail")],
        HAND_SPARK: [*by_hand, "spark", str(landing), str(output / "hand-spark")],
        HAND_DUCKDB: [sys.executable, "-m", "scripts.bench.with_duckdb", str(landing), str(output / "hand-duckdb")],
    }
    if times == 1:
        programs[OURS_SPARK] = [*make, f"LAKE={output / 'ours-spark'}", "REPORT=0", "ENGINE=spark"]
    return programs


def measure(landing: Path, dataset: Dataset, rounds: int) -> Measured:
    """Run every program `rounds` times in turns, after one turn that warms the file cache where the data is small.

    Raises
    ------
    RuntimeError
        A program failed, or two programs wrote different numbers of rows.
    """
    warm_up = dataset.times == 1
    with tempfile.TemporaryDirectory() as folder:
        programs = commands(landing, Path(folder), dataset.times)
        measured: Measured = {name: [] for name in programs}
        turns = [(number, name) for number in range(rounds + warm_up) for name in programs]
        for number, name in track(turns, str(dataset), transient=True):
            spent = spend(name, programs[name])
            if number >= warm_up:
                measured[name].append(spent)
        _same_rows(Path(folder))
    return measured


def measure_all(landing: Path, sizes: list[int], rounds: int) -> dict[Dataset, Measured]:
    """Measure on landing data of several sizes; from a hundred times on in both kinds, and once."""
    found = {}
    for dataset in (Dataset(times, kind) for times in sizes for kind in (MOVED, EXPORTED)):
        if dataset.kind == EXPORTED and dataset.times < LARGE:
            continue
        if dataset.times == 1:
            found[dataset] = measure(landing, dataset, rounds)
            continue
        with tempfile.TemporaryDirectory() as folder:
            make_dataset(landing, dataset, Path(folder))
            found[dataset] = measure(Path(folder), dataset, 1)
    return found


def _same_rows(output: Path) -> None:
    for table, place in ZONES.items():
        lakes = [lake / stedi.LOCAL_BUCKET / place for lake in output.glob("ours*")]
        folders = [*lakes, *(output / hand / table for hand in ("hand-sail", "hand-spark"))]
        files = [data_files(folder) for folder in folders] + [[output / "hand-duckdb" / f"{table}.parquet"]]
        counts = [sum(pq.read_metadata(file).num_rows for file in group) for group in files]
        if len(set(counts)) != 1:
            raise RuntimeError(f"the programs disagree on the rows of {table}: {counts}")


def show(dataset: Dataset, measured: Measured, console: Console) -> bool:
    """Print what the programs took and the ratios; return whether every target is met."""
    medians = _medians(measured)
    table = Table("Program", "Median s", "Min s", "Max s", "GiB", "Ratio to make run", title=str(dataset))
    for name in sorted(medians, key=medians.__getitem__):
        seconds = [spent.seconds for spent in measured[name]]
        gibibytes = max(spent.peak_bytes for spent in measured[name]) / (1 << 30)
        numbers = [medians[name], min(seconds), max(seconds), gibibytes, medians[name] / medians[OURS_PAGE]]
        table.add_row(name, *(f"{value:.2f}" for value in numbers))
    console.print(table)
    met = []
    for target in (one for one in TARGETS if one.dataset == dataset):
        ratio = target.ratio(measured)
        met.append(target.met_by(ratio))
        words = f"{target.above} / {target.below}: {ratio:.2f} (target {target.sign} {target.limit})"
        console.print(f"{words} {_word(met[-1])}", highlight=False)
    if dataset.times >= LARGE:
        most = max(spent.peak_bytes for spent in measured[OURS_PAGE])
        met.append(most <= MEMORY_TARGET)
        words = f"{OURS_PAGE}: {most / (1 << 30):.2f} GiB at most, all processes together (target <= 2)"
        console.print(f"{words} {_word(met[-1])}", highlight=False)
    return all(met)


def show_odd_files(rounds: int, console: Console) -> bool:
    """Measure and print how long files of each kind take; return whether every limit is kept."""
    names = [name for name in odd_files.KINDS for _ in range(rounds)]
    seconds: dict[str, list[float]] = {}
    for name in track(names, "Files of many kinds", transient=True):
        seconds.setdefault(name, []).append(odd_files.seconds_in_a_process(name))
    medians = {name: statistics.median(some) for name, some in seconds.items()}
    table = Table("File", "Seconds", "Times the clean one", "At most", "", title=f"{odd_files.LINES:,} records by path")
    met = []
    for name, kind in odd_files.KINDS.items():
        ratio = medians[name] / medians[kind.clean]
        met.append(ratio <= kind.limit)
        table.add_row(name, f"{medians[name]:.2f}", f"{ratio:.2f}", f"{kind.limit}", _word(met[-1]))
    console.print(table)
    return all(met)


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


def _medians(measured: Measured) -> dict[str, float]:
    return {name: statistics.median(one.seconds for one in spent) for name, spent in measured.items()}


def main() -> int:
    """Run the command and return its exit code: 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100], help="multiples of the landing data")
    parser.add_argument("--plot", type=Path, help="draw the growth over the sizes as an SVG file")
    options = parser.parse_args()
    console = plain_console()
    load = os.getloadavg()[0]
    console.print(f"{os.cpu_count()} cores, with a load of {load:.2f} before the start; 0 is an idle machine")
    met = [show_odd_files(options.rounds, console)]
    found = measure_all(options.landing.resolve(), sorted(options.sizes), options.rounds)
    met += [show(dataset, measured, console) for dataset, measured in found.items()]
    if options.plot:
        moved = {one.times: _medians(measured) for one, measured in found.items() if one.kind == MOVED}
        draw_growth(moved, options.plot)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
