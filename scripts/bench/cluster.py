"""Time the jobs on a local cluster against Sail in one process, in turns, and count what passes through the client."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from awsglue_local.storage.endpoint import Endpoint
from awsglue_local.storage.lake import data_files
from awsglue_local.terminal import plain_console
from scripts import stedi
from scripts.bench.compare import ZONES
from scripts.bench.datasets import EXPORTED, KINDS, MOVED, Dataset, make_dataset
from scripts.bench.process import Spent, spend
from scripts.bench.traffic import Counted
from scripts.local.cluster import REGION

SLOWER = 1.5
"""So many times as long as Sail in one process the cluster may take on the same cores."""
CLIENT_BYTES = 600 << 20
TRAFFIC_SHARE = 0.02
"""The part of the landing files' bytes that may pass through the client."""
UPLOADED = "bench"
OF_MAKE = ("LANDING", "MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "MAKELEVEL")
"""What a make that runs this would tell the commands that are timed."""


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes
    ----------
    size
        The landing files' bytes.
    passed
        The bytes that passed between the client and cluster and S3 in one run.
    """

    on_sail: list[Spent]
    on_cluster: list[Spent]
    size: int
    passed: int


@contextmanager
def running_cluster(workers: int | None) -> Iterator[tuple[str, str]]:
    """Run `make cluster` as a process of its own; give the addresses of the cluster and of its S3."""
    command = [sys.executable, "-m", "scripts.local.cluster", "--port", "0", "--s3-port", "0"]
    command += ["--workers", str(workers)] if workers else []
    process = subprocess.Popen(command, cwd=stedi.ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert process.stdout is not None  # noqa: S101 (it is a pipe)
        words = process.stdout.readline().split()
        if not words:
            raise RuntimeError("the cluster does not start")
        found = {word.split(":")[0]: word.rstrip(".,") for word in words if "://" in word}
        yield found["sc"], found["http"]
    finally:
        process.terminate()
        process.wait(60)


def upload(landing: Path, s3: Any) -> int:
    """Put landing files where the lake has them; return how many bytes they are."""
    size = 0
    for source in landing.glob("*/landing"):
        for file in data_files(source):
            s3.upload_file(str(file), stedi.LOCAL_BUCKET, f"{UPLOADED}/{file.relative_to(landing).as_posix()}")
            size += file.stat().st_size
    return size


def measure(landing: Path, rounds: int, workers: int | None, folder: Path) -> Measured:
    """Run both in turns, after one turn that warms the file cache, and in which the bytes are counted.

    Raises
    ------
    RuntimeError
        A run failed, or the rows are not the same.
    """
    here = ["make", "--silent", "run", f"LANDING={landing}", f"LAKE={folder / 'lake'}", "REPORT=0"]
    lake = f"s3://{stedi.LOCAL_BUCKET}/{UPLOADED}"
    with running_cluster(workers) as (cluster, address):
        os.environ.update({"AWS_REGION": REGION, "AWS_ENDPOINT_URL": address})
        s3 = Endpoint(address).client("s3")
        size = upload(landing, s3)
        spend("Sail in one process", here)
        with Counted(cluster) as to_engine, Counted(address) as to_s3:
            _on_cluster(f"sc://127.0.0.1:{to_engine.port}", f"http://127.0.0.1:{to_s3.port}", lake)
        on_sail, on_cluster = [], []
        for _ in range(rounds):
            on_sail.append(spend("Sail in one process", here))
            on_cluster.append(_on_cluster(cluster, address, lake))
        _require_same_rows(folder, s3)
    return Measured(on_sail, on_cluster, size, to_engine.passed + to_s3.passed)


def _on_cluster(cluster: str, s3: str, lake: str) -> Spent:
    os.environ["AWS_ENDPOINT_URL"] = s3
    return spend("the cluster", ["make", "--silent", "run", f"ENGINE={cluster}", f"LAKE={lake}"])


def _require_same_rows(folder: Path, s3: Any) -> None:
    """Compare the rows of both lakes, whatever their order, by their number and the sum of their hashes."""
    for table, place in ZONES.items():
        here = folder / "lake" / stedi.LOCAL_BUCKET / place
        there = folder / "there" / table
        there.mkdir(parents=True, exist_ok=True)
        listed = s3.list_objects_v2(Bucket=stedi.LOCAL_BUCKET, Prefix=f"{UPLOADED}/{place}/")
        for number, one in enumerate(listed["Contents"]):
            s3.download_file(stedi.LOCAL_BUCKET, one["Key"], str(there / f"{number}.parquet"))
        sums = {_sum_of(here), _sum_of(there)}
        if len(sums) != 1:
            raise RuntimeError(f"the rows of {table} are not the same: {sums}")


def _sum_of(folder: Path) -> tuple[Any, ...]:
    sql = f"select count(*), sum(hash(t)::hugeint) from read_parquet('{folder}/*.parquet') t"  # noqa: S608
    with duckdb.connect() as database:
        found = database.execute(sql).fetchone()
    return tuple(found or ())


def show(dataset: Dataset, found: Measured, console: Console) -> bool:
    """Print what was measured; return whether every limit is kept."""
    on_sail, on_cluster = found.on_sail, found.on_cluster
    ratio = statistics.median(there.seconds / here.seconds for here, there in zip(on_sail, on_cluster, strict=True))
    memory = max(one.peak_bytes for one in on_cluster)
    share = found.passed / found.size
    table = Table("", "Median s", "Min s", "Max s", "Client's MiB", "Through the client, MiB", title=str(dataset))
    table.add_row("Sail in one process", *_seconds(on_sail), f"{max(one.peak_bytes for one in on_sail) >> 20:,}", "")
    passed = f"{found.passed / (1 << 20):.1f} of {found.size >> 20:,}"
    table.add_row("on the cluster", *_seconds(on_cluster), f"{memory >> 20:,}", passed)
    console.print(table)
    limits = [
        ("time, cluster / Sail in one process", f"{ratio:.2f}", ratio <= SLOWER, f"<= {SLOWER}"),
        ("the client's memory", f"{memory >> 20} MiB", memory <= CLIENT_BYTES, f"<= {CLIENT_BYTES >> 20} MiB"),
        ("through the client, of the landing files", f"{share:.1%}", share <= TRAFFIC_SHARE, f"<= {TRAFFIC_SHARE:.0%}"),
    ]
    if dataset.times == 1:
        # of two megabytes what is sent to start the jobs is no small part
        limits.pop()
    for what, value, is_met, limit in limits:
        console.print(f"{what}: {value} (target {limit}) {'met' if is_met else 'MISSED'}", highlight=False)
    console.print("the rows of the five tables are the same", highlight=False)
    return all(is_met for _, _, is_met, _ in limits)


def _seconds(spent: list[Spent]) -> tuple[str, ...]:
    seconds = [one.seconds for one in spent]
    return tuple(f"{value:.2f}" for value in (statistics.median(seconds), min(seconds), max(seconds)))


def main() -> int:
    """Measure and print; return 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(prog="cluster", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--kinds", choices=KINDS, nargs="+", default=[MOVED, EXPORTED])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int)
    options = parser.parse_args()
    console, met = plain_console(), []
    for name in OF_MAKE:
        os.environ.pop(name, None)
    for dataset in (Dataset(times, kind) for times in options.sizes for kind in options.kinds):
        if dataset.times == 1 and dataset.kind == EXPORTED:
            continue
        with tempfile.TemporaryDirectory() as folder:
            landing = options.landing
            if dataset.times > 1:
                landing = Path(folder) / "landing"
                make_dataset(options.landing, dataset, landing)
            measured = measure(landing.absolute(), options.rounds, options.workers, Path(folder))
        met.append(show(dataset, measured, console))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
