"""The compressions of files: which are read, which are refused, and which are written in each format."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TextIO, cast

GZIP = ".gz"
"""The suffix of packed text that is read; Parquet files say themselves how they are packed."""

REFUSED = frozenset({".bz2", ".zst", ".snappy", ".lz4", ".xz", ".zip", ".lzo"})
"""Suffixes of packed text that is not read."""

WRITTEN = {"json": ("none", "gzip"), "csv": ("none", "gzip"), "parquet": ("snappy", "gzip", "none")}
"""Format to the compressions that are written, the usual one first."""

ERRORS = (OSError, EOFError, zlib.error)
"""What reading a file that is damaged or cut off raises."""


def is_packed(file: Path) -> bool:
    """Say whether a file of text is packed."""
    return file.suffix == GZIP


def read_unpacked(file: Path) -> bytes:
    """Return the content of a file of text; raises one of ERRORS."""
    if is_packed(file):
        with gzip.open(file) as stream:
            return stream.read()
    return file.read_bytes()


def open_text(file: Path) -> TextIO:
    """Open a file of text to read its lines."""
    return cast(TextIO, gzip.open(file, "rt", encoding="utf-8")) if is_packed(file) else file.open(encoding="utf-8")


def chosen(format_: str, asked: str | None) -> tuple[str, bool]:
    """Return the compression that files of a format get, and whether it is the one that was asked for."""
    if not asked:
        return WRITTEN[format_][0], True
    name = "none" if asked.lower() == "uncompressed" else asked.lower()
    return (name, True) if name in WRITTEN[format_] else (WRITTEN[format_][0], False)
