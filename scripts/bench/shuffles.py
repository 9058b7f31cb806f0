"""What the jobs read, shuffle, broadcast and write: from the plans, with the rows that pass each step of them."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from awsglue_local.job_run import kept_rows
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.runner.session import LocalGlue
from awsglue_local.spark import lake_in_spark
from awsglue_local.spark.patching import replaced
from awsglue_local.storage.lake import data_files
from scripts import stedi
from scripts.bench.compare import ZONES
from scripts.bench.datasets import MOVED, Dataset, make_dataset
from scripts.local.run_jobs import run_jobs

STEP = re.compile(r"^( *)(\w+)(?::|,|$)")
ROWS = re.compile(r"output_rows=([\d.]+) ?([KMB]?)")
BUILT = re.compile(r"build_input_rows=([\d.]+) ?([KMB]?)")
ALIAS = re.compile(r"([^\s\[,]+?)@\d+ as (#?\w+)")
FIELD = re.compile(r"([#\w()]+):(\w+)(?:;N)?(?=[,\]])")
SCHEMA = re.compile(r"schema=\[(.*)\]\s*$")
UNITS = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
WIDTHS = {"Int64": 8, "Float64": 8, "Int32": 4, "Float32": 4, "Boolean": 1}
LENGTH = 4
"""Arrow's bytes for where a text ends."""
MEGABYTE = 1_000_000


@dataclass
class Moved:
    """Bytes that a job moves, from its plan and from what its sources and target hold."""

    job: str
    shuffled: float = 0
    broadcast: float = 0
    largest_broadcast: float = 0
    read: float = 0
    written: float = 0
    plans: list[str] = field(default_factory=list)


class Plan:
    """The text of EXPLAIN ANALYZE: a step a line, and below it, further in, those that it takes rows from.

    Parameters
    ----------
    lengths
        The mean bytes of a text, by the name of the tables' column.
    """

    def __init__(self, text: str, lengths: dict[str, float]) -> None:
        self._lines = [line for line in text.splitlines() if STEP.match(line)]
        self._lengths = lengths
        self._origin = {alias: name for line in self._lines for name, alias in ALIAS.findall(line)}

    def shuffles(self) -> Iterator[float]:
        """Yield the bytes that pass each exchange by a hash of columns."""
        for line in self._lines:
            if "RepartitionExec: partitioning=Hash" in line:
                yield _count(ROWS, line) * self._width(line)

    def broadcasts(self) -> Iterator[float]:
        """Yield the bytes of each side of a join that every task gets whole."""
        for place, line in enumerate(self._lines):
            if "HashJoinExec: mode=CollectLeft" in line:
                yield _count(BUILT, line) * self._width(self._lines[place + 1])

    def _width(self, line: str) -> float:
        """Return the mean bytes of a row that leaves a step."""
        found = SCHEMA.search(line)
        return sum(self._bytes(name, kind) for name, kind in FIELD.findall(f"{found[1]}]" if found else ""))

    def _bytes(self, name: str, kind: str) -> float:
        if kind in WIDTHS:
            return WIDTHS[kind]
        seen = set()
        while name in self._origin and name not in seen:
            seen.add(name)
            name = self._origin[name]
        return self._lengths.get(name, self._lengths["email"]) + LENGTH


def _count(pattern: re.Pattern[str], line: str) -> float:
    found = pattern.search(line)
    return float(found[1]) * UNITS[found[2]] if found else 0.0


def measure(landing: Path, folder: Path) -> list[Moved]:
    """Run the jobs twice, the second time for their plans; return what each moves."""
    run_jobs(landing, folder, "sail", Console(quiet=True))
    lakehouse, bucket = stedi.lakehouse(), folder / stedi.LOCAL_BUCKET
    lengths, found = _lengths(bucket), []
    with LocalGlue(folder, "sail") as glue:
        for job in lakehouse.graph.order:
            moved = Moved(job)

            def planned(runtime: Runtime, df: Any, moved: Moved = moved) -> Any:
                df.createOrReplaceTempView("planned")
                moved.plans += [
                    row[0] for row in runtime.session.sql("explain analyze select * from planned").collect()
                ]
                return kept_rows.keep(runtime, df)

            glue.engine.begin_session()
            with replaced((lake_in_spark, "keep", planned)):
                run = glue.run(lakehouse.canvases[job].script_path)
            for plan in (Plan(text, lengths) for text in moved.plans):
                moved.shuffled += sum(plan.shuffles())
                broadcasts = list(plan.broadcasts())
                moved.broadcast += sum(broadcasts)
                moved.largest_broadcast = max([moved.largest_broadcast, *broadcasts])
            places = {table.name: bucket / stedi.key(table) for table in lakehouse.tables}
            moved.read = sum(_size(places[name]) for name in run.reads)
            moved.written = sum(_size(places[name]) for name in run.writes)
            found.append(moved)
    return found


def _lengths(bucket: Path) -> dict[str, float]:
    """Return the mean bytes of a text in each column of texts."""
    lengths: dict[str, float] = {}
    with duckdb.connect() as database:
        for place in ZONES.values():
            table = f"read_parquet('{bucket / place}/*.parquet')"
            kinds = database.execute(f"describe select * from {table}").fetchall()  # noqa: S608
            for name, kind, *_ in kinds:
                if kind == "VARCHAR":
                    sql = f'select avg(strlen("{name}")) from {table}'  # noqa: S608
                    lengths[name] = float((database.execute(sql).fetchone() or (0,))[0] or 0)
    return lengths


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in data_files(folder))


def main() -> int:
    """Print a table in Markdown for each size."""
    parser = argparse.ArgumentParser(prog="shuffles", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100])
    options = parser.parse_args()
    for times in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            landing = options.landing
            if times > 1:
                landing = Path(folder) / "landing"
                make_dataset(options.landing, Dataset(times, MOVED), landing)
            print(
                f"\n{times} times the data, MB:\n\n| job | read | shuffled | broadcast | largest broadcast | written |"
            )
            print("|---|---:|---:|---:|---:|---:|")
            for one in measure(landing, Path(folder) / "lake"):
                numbers = (one.read, one.shuffled, one.broadcast, one.largest_broadcast, one.written)
                print(f"| {one.job} | " + " | ".join(f"{number / MEGABYTE:,.2f}" for number in numbers) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
