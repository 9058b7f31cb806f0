"""Make landing data of many times the size: every person, with device and readings, again under other names."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from rich.progress import track

from awsglue_local.storage.lake import data_files

SOURCES = ("customer", "accelerometer", "step_trainer")
FILES = 4
"""How many files a source becomes; each holds the copies of some people."""
TIME = re.compile(rb'": ?(1\d{3})\d{9}[,}]')
"""A time in epoch milliseconds, whose first four digits count thousands of millions of milliseconds: 11.6 days."""


def scale(landing: Path, times: int, output: Path) -> None:
    """Write `<output>/<source>/landing/*.json` with `times` copies of each line of the landing folders.

    Each copy has people and devices of its own, and its times are 11.6 days after those of the copy before.
    """
    for source in SOURCES:
        text = b"".join(_lines(file) for file in data_files(landing / source / "landing"))
        times_begin = sorted({found[1] for found in TIME.finditer(text)}, reverse=True)
        folder = output / source / "landing"
        folder.mkdir(parents=True)
        for number in track(range(times), f"{source}, {times} times", transient=True):
            with open(folder / f"{source}-{number * FILES // times}.json", "ab") as stream:
                stream.write(_copy(text, number, times_begin))


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
    parser = argparse.ArgumentParser(prog="scale", description=__doc__)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--times", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    scale(options.landing, options.times, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
