"""The compressions of files: which are read, which are refused, and which are written in each format."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast

import pyarrow as pa

from awsglue_local.files.hadoop_blocks import HadoopBlocks

Open = Callable[[Path], BinaryIO]

READ: dict[str, Open] = {
    ".gz": lambda file: cast(BinaryIO, gzip.GzipFile(file)),
    ".bz2": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
    ".zst": lambda file: cast(BinaryIO, pa.CompressedInputStream(pa.OSFile(str(file)), "zstd")),
    ".snappy": lambda file: HadoopBlocks(file, "snappy"),
    ".lz4": lambda file: HadoopBlocks(file, "lz4_raw"),
}
"""How packed text is read, by suffix; Parquet files say themselves how they are packed."""

REFUSED = frozenset({".xz", ".zip", ".lzo", ".Z", ".7z"})
"""Suffixes of packed text that is not read."""

WRITTEN = {
    "json": ("none", "gzip"),
    "csv": ("none", "gzip"),
    "parquet": ("snappy", "gzip", "none"),
    "avro": ("snappy", "gzip", "none"),
    "orc": ("snappy", "gzip", "none"),
}
"""Format to the compressions that are written, the usual one first."""

ERRORS = (OSError, EOFError, zlib.error, pa.ArrowException)
"""What reading a file that is damaged or cut off raises."""


def is_packed(file: Path) -> bool:
    """Say whether a file of text is packed."""
    return file.suffix in READ


def blocks_of(file: Path, size: int) -> Iterator[bytes]:
    """Yield the unpacked content of a file of text in blocks of some size; raises one of ERRORS."""
    with _opened(file) as stream:
        while block := stream.read(size):
            yield block


def open_text(file: Path) -> TextIO:
    """Open a file of text to read its lines."""
    return io.TextIOWrapper(_opened(file), encoding="utf-8")


def _opened(file: Path) -> BinaryIO:
    return READ[file.suffix](file) if is_packed(file) else file.open("rb")


def chosen(format_: str, asked: str | None) -> tuple[str, bool]:
    """Return the compression that files of a format get, and whether it is the one that was asked for."""
    if not asked:
        return WRITTEN[format_][0], True
    name = "none" if asked.lower() == "uncompressed" else asked.lower()
    return (name, True) if name in WRITTEN[format_] else (WRITTEN[format_][0], False)
