"""The same records as files of many kinds, and how long each takes to be read by path: `make bench`.

Nobody's data is clean. A kind that takes many times as long as clean lines is a cliff, off which somebody falls.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import random
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsglue_local import LocalGlue
from scripts import stedi

LINES = 200_000
Record = dict[str, Any]
SCRIPT = """
from awsglue.context import GlueContext
from awsglue.transforms import Filter
from pyspark.context import SparkContext

context = GlueContext(SparkContext())
frame = context.create_dynamic_frame.from_options(
    "s3", {{"paths": ["s3://bench/data/"]}}, format={format!r}, format_options={options!r}
)
{more}
print(frame.count())
"""
FILTER = 'frame = Filter.apply(frame=frame, f=lambda row: row["flag"] > 2)'


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    limit
        How many times as long as the clean file of its format it may take.
    lines
        What becomes of the records.
    pack
        What becomes of the text.
    filtered
        Whether a Filter follows, here and in the clean file that it is compared with.
    """

    suffix: str
    limit: float
    lines: Callable[[list[Record]], Iterator[str]]
    pack: Callable[[bytes], bytes] = bytes
    options: tuple[tuple[str, Any], ...] = ()
    filtered: bool = False

    @property
    def clean(self) -> str:
        """The kind that it is compared with."""
        return "csv, clean" if self.format == "csv" else "clean, filtered" if self.filtered else "clean"

    @property
    def format(self) -> str:
        """`json` or `csv`."""
        return "csv" if self.suffix.startswith(".csv") else "json"


def records(count: int) -> list[Record]:
    """Return the same records at each call, some 150 bytes of JSON each."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    return [
        {
            "id": number,
            "email": f"user{number % 5000}@example.com",
            "serial": str(uuid.UUID(int=chance.getrandbits(128))),
            "time": 1_655_564_376_361 + number,
            "x": round(chance.uniform(-2, 2), 3),
            "note": chance.choice(["walks", "stands", "runs", "sits"]),
            "flag": number % 7,
        }
        for number in range(count)
    ]


def text_of(record: Record) -> str:
    """Return a record as a line of JSON."""
    return json.dumps(record, separators=(",", ":"))


def _clean(all_: list[Record]) -> Iterator[str]:
    return map(text_of, all_)


def _nulls(all_: list[Record]) -> Iterator[str]:
    rhythm = {"email": 2, "x": 3, "flag": 4}
    for number, record in enumerate(all_):
        yield text_of({key: None if number % rhythm.get(key, number + 1) == 1 else record[key] for key in record})


def _broken(all_: list[Record]) -> Iterator[str]:
    for number, record in enumerate(all_):
        text = text_of(record)
        yield text[:-20] if number % 1000 == 500 else text


def _quoted(all_: list[Record]) -> Iterator[str]:
    for number, record in enumerate(all_):
        yield text_of(record | {"flag": str(record["flag"])} if number % 100 == 50 else record)


def _nested(all_: list[Record]) -> Iterator[str]:
    for one in all_:
        who = {"email": one["email"], "serial": one["serial"]}
        yield text_of(
            {"id": one["id"], "who": who, "at": {"x": one["x"], "time": one["time"]}, "tags": [one["note"]], "flag": 1}
        )


def _array(all_: list[Record]) -> Iterator[str]:
    yield "[" + ",".join(map(text_of, all_)) + "]"


def _over_lines(all_: list[Record]) -> Iterator[str]:
    return (json.dumps(record, indent=1) for record in all_)


def _csv(all_: list[Record]) -> Iterator[str]:
    yield ",".join(all_[0])
    for record in all_:
        yield ",".join(map(str, record.values()))


def _csv_quoted(all_: list[Record]) -> Iterator[str]:
    yield ",".join(all_[0])
    for record in all_:
        yield ",".join(
            f'"{value}, said ""{value}"""' if key == "note" else f'"{value}"' for key, value in record.items()
        )


def _zstd(text: bytes) -> bytes:
    import pyarrow as pa

    return bytes(pa.compress(text, "zstd", asbytes=True))


MANY_LINES = (("multiLine", True),)
NAMES = (("withHeader", True),)
KINDS = {
    "clean": Kind(".json", 1, _clean),
    "explicit nulls": Kind(".json", 1.5, _nulls),
    "a broken line in 1,000": Kind(".json", 1.5, _broken),
    "gz": Kind(".json.gz", 1.5, _clean, gzip.compress),
    "bz2": Kind(".json.bz2", 1.5, _clean, bz2.compress),
    "zst": Kind(".json.zst", 1.5, _clean, _zstd),
    "nested": Kind(".json", 1.5, _nested),
    "one array": Kind(".json", 1.5, _array, options=MANY_LINES),
    "objects over lines": Kind(".json", 1.5, _over_lines, options=MANY_LINES),
    "clean, filtered": Kind(".json", 1, _clean, filtered=True),
    "a number in quotes in 100": Kind(".json", 2, _quoted),
    "a number in quotes in 100, filtered": Kind(".json", 2, _quoted, filtered=True),
    "csv, clean": Kind(".csv", 1, _csv, options=NAMES),
    "csv, quoted": Kind(".csv", 1.5, _csv_quoted, options=NAMES),
    "csv, gz": Kind(".csv.gz", 1.5, _csv, gzip.compress, NAMES),
}


def write(kind: Kind, lake: Path, count: int = LINES) -> None:
    """Write the file of a kind into a lake."""
    file = lake / "bench" / "data" / f"data{kind.suffix}"
    file.parent.mkdir(parents=True)
    text = "".join(f"{line}\n" for line in kind.lines(records(count)))
    file.write_bytes(kind.pack(text.encode()))


def seconds_to_read(kind: Kind, lake: Path) -> float:
    """Return how long a script takes that reads the file of a lake and counts its records; in this process."""
    script = lake / "read.py"
    script.write_text(
        SCRIPT.format(format=kind.format, options=dict(kind.options), more=FILTER if kind.filtered else "")
    )
    with LocalGlue(lake) as glue:
        return glue.run(script).seconds


def seconds_in_a_process(name: str) -> float:
    """Return how long a kind takes, its start left out, in a process of its own.

    Raises
    ------
    subprocess.CalledProcessError
        It failed.
    """
    command = [sys.executable, "-m", "scripts.bench.odd_files", name]
    done = subprocess.run(command, cwd=stedi.ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stderr.splitlines()[-1])


def main() -> int:
    """Time one kind: a process of its own, so that none finds warm what another one has left."""
    parser = argparse.ArgumentParser(prog="odd_files", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write(KINDS[options.kind], Path(folder))
        print(f"{seconds_to_read(KINDS[options.kind], Path(folder)):.3f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
