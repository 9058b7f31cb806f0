"""Make landing data of many times the size: every person, with device and readings, again under other names.

There are two kinds. In the one each copy has times of its own. The other is as an exporter writes it: all copies have
the same times, a hundred people moving in one millisecond, and every key that a customer lacks is an explicit null.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from awsglue_local.files.json_records import parse
from awsglue_local.storage.lake import data_files

SOURCES = ("customer", "accelerometer", "step_trainer")
FILES = 4
"""How many files a source becomes; each holds the copies of some people."""
TIME = re.compile(rb'": ?(1\d{3})\d{9}[,}]')
"""A time in epoch milliseconds, whose first four digits count thousands of millions of milliseconds: 11.6 days."""


MOVED, EXPORTED = "moved", "exported"
KINDS = (MOVED, EXPORTED)


@dataclass(frozen=True)
class Dataset:
    """Landing data of a size, a multiple of what is there, and of a kind."""

    times: int
    kind: str

    def __str__(self) -> str:
        return f"{self.times} times the data" + (", exported" if self.kind == EXPORTED else "")


def make_dataset(landing: Path, dataset: Dataset, output: Path) -> None:
    """Write `<output>/<source>/landing/*.json` with copies of each line of the landing folders.

    Each copy has people and devices of its own. Where times are moved, those of a copy are 11.6 days after those of the
    copy before.
    """
    times, is_exported = dataset.times, dataset.kind == EXPORTED
    for source in SOURCES:
        text = b"".join(_lines(file) for file in data_files(landing / source / "landing"))
        text = _with_nulls(text) if is_exported and source == "customer" else text
        times_begin = sorted({found[1] for found in TIME.finditer(text)}, reverse=True)
        folder = output / source / "landing"
        folder.mkdir(parents=True)
        for number in track(range(times), f"{source}, {times} times", transient=True):
            with open(folder / f"{source}-{number * FILES // times}.json", "ab") as stream:
                stream.write(_copy(text, number, [] if is_exported else times_begin))


def _with_nulls(text: bytes) -> bytes:
    """Return lines in which each record has all keys, null where it had none; what is no record stays as it is."""
    records = [(line, parse(line)) for line in text.splitlines()]
    keys = dict.fromkeys(key for _, record in records if isinstance(record, dict) for key in record)
    return b"".join(
        line + b"\n"
        if isinstance(record, str)
        else json.dumps({key: record.get(key) for key in keys}, separators=(",", ":")).encode() + b"\n"
        for line, record in records
    )


def _lines(file: Path) -> bytes:
    text = file.read_bytes()
    return text if text.endswith(b"\n") or not text else text + b"\n"


def _copy(text: bytes, number: int, times_begin: list[bytes]) -> bytes:
    """Return the lines with other people, devices and times; the first copy is the original.

    Parameters
    ----------
    times_begin
        The first four digits of the times, the latest first, so that none is moved twice.
    """
    if not number:
        return text
    for space in (b"", b" "):
        name = b'"serialNumber":%s"' % space
        text = text.replace(name, b"%s%d-" % (name, number))
        for digits in times_begin:
            text = text.replace(b'":%s%s' % (space, digits), b'":%s%d' % (space, int(digits) + number))
    return text.replace(b"@", b"+%d@" % number)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="datasets", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--times", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--kind", choices=KINDS, default=EXPORTED)
    options = parser.parse_args()
    if options.output.exists():
        print(f"bench-data: {options.output} is there already; name another folder with DATA=DIR", file=sys.stderr)
        return 1
    make_dataset(options.landing, Dataset(options.times, options.kind), options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
