"""Time our scripts against hand-written programs, side by side: whole processes, from start to exit, in turns."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track
from rich.table import Table

from awsglue_local.lake import data_files
from scripts import stedi

ZONES = {
    "customer_trusted": "customer/trusted",
    "accelerometer_trusted": "accelerometer/trusted",
    "customers_curated": "customer/curated",
    "step_trainer_trusted": "step_trainer/trusted",
    "machine_learning_curated": "machine_learning/curated",
}
LIMIT_SECONDS = 600
OURS_SAIL, HAND_SAIL = "our scripts, sail", "by hand, PySpark API on Sail"
OURS_SPARK, HAND_SPARK = "our scripts, spark", "by hand, PySpark"
HAND_DUCKDB = "by hand, DuckDB SQL"
TARGETS = [
    (f"{HAND_SPARK} / {OURS_SAIL}", HAND_SPARK, OURS_SAIL, ">=", 6.0),
    (f"{OURS_SAIL} / {HAND_SAIL}", OURS_SAIL, HAND_SAIL, "<=", 1.6),
    (f"{OURS_SPARK} / {HAND_SPARK}", OURS_SPARK, HAND_SPARK, "<=", 1.15),
]


def commands(landing: Path, output: Path) -> dict[str, list[str]]:
    """Return the programs to be timed, each with an output folder of its own."""
    python = [sys.executable, "-m"]
    ours = [*python, "scripts.run_jobs", "--landing", str(landing)]
    by_hand = [*python, "scripts.bench.with_pyspark"]
    return {
        OURS_SAIL: [*ours, "--lake", str(output / "ours-sail"), "--engine", "sail"],
        OURS_SPARK: [*ours, "--lake", str(output / "ours-spark"), "--engine", "spark"],
        HAND_SAIL: [*by_hand, "sail", str(landing), str(output / "hand-sail")],
        HAND_SPARK: [*by_hand, "spark", str(landing), str(output / "hand-spark")],
        HAND_DUCKDB: [*python, "scripts.bench.with_duckdb", str(landing), str(output / "hand-duckdb")],
    }


def measure(landing: Path, rounds: int) -> dict[str, list[float]]:
    """Run every program once to warm the file cache, then `rounds` times in turns; return seconds.

    Raises
    ------
    RuntimeError
        A program failed, or two programs wrote different numbers of rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        programs = commands(landing, Path(folder))
        seconds: dict[str, list[float]] = {name: [] for name in programs}
        for number in track(range(rounds + 1), "Rounds", transient=True):
            for name, command in programs.items():
                spent = _seconds(name, command)
                if number:
                    seconds[name].append(spent)
        _same_rows(Path(folder))
    return seconds


def _seconds(name: str, command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=stedi.ROOT, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)  # noqa: S603
    spent = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stdout}{done.stderr}")
    return spent


def _same_rows(output: Path) -> None:
    for table, place in ZONES.items():
        lakes = [output / lake / stedi.LOCAL_BUCKET / place for lake in ("ours-sail", "ours-spark")]
        folders = [*lakes, *(output / hand / table for hand in ("hand-sail", "hand-spark"))]
        files = [data_files(folder) for folder in folders] + [[output / "hand-duckdb" / f"{table}.parquet"]]
        counts = [sum(pq.read_metadata(file).num_rows for file in group) for group in files]
        if len(set(counts)) != 1:
            raise RuntimeError(f"the programs disagree on the rows of {table}: {counts}")


def show(seconds: dict[str, list[float]], console: Console) -> bool:
    """Print the times and the ratios; return whether every target is met."""
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    table = Table("Program", "Median s", "Min s", "Max s", "Ratio to ours on sail")
    for name, times in sorted(seconds.items(), key=lambda item: medians[item[0]]):
        ratio = medians[name] / medians[OURS_SAIL]
        table.add_row(name, *(f"{value:.2f}" for value in (medians[name], min(times), max(times), ratio)))
    console.print(table)
    met = []
    for label, above, below, sign, limit in TARGETS:
        ratio = statistics.median(a / b for a, b in zip(seconds[above], seconds[below], strict=True))
        met.append(ratio >= limit if sign == ">=" else ratio <= limit)
        console.print(f"{label}: {ratio:.2f} (target {sign} {limit}) {'met' if met[-1] else 'MISSED'}", highlight=False)
    return all(met)


def main() -> int:
    """Run the command and return its exit code: 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)
    return 0 if show(measure(options.landing.resolve(), options.rounds), console) else 1


if __name__ == "__main__":
    sys.exit(main())
