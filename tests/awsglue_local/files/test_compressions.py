"""Packed files are read as what Spark itself packs; one that is damaged is told, never read in part."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from awsglue_local.errors import SourceError
from awsglue_local.files import file_bytes as files
from awsglue_local.files.file_bytes import file_bytes, parts_of
from awsglue_local.job_run.engine import Engine

TEXT = b"".join(b'{"id":%d,"text":"line %d of a file"}\n' % (number, number) for number in range(20_000))


def zstd(text: bytes) -> bytes:
    return bytes(pa.compress(text, "zstd", asbytes=True))


def hadoop(codec: str) -> Callable[[bytes], bytes]:
    """Return what writes blocks of one piece, 100 KB each."""

    def pack(text: bytes) -> bytes:
        blocks = [text[start : start + 100_000] for start in range(0, len(text), 100_000)]
        pieces = [(block, bytes(pa.compress(block, codec, asbytes=True))) for block in blocks]
        return b"".join(
            len(block).to_bytes(4, "big") + len(piece).to_bytes(4, "big") + piece for block, piece in pieces
        )

    return pack


PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".zst": zstd,
    ".snappy": hadoop("snappy"),
    ".lz4": hadoop("lz4_raw"),
}


@pytest.mark.parametrize(
    ("codec", "suffix"), [("gzip", ".gz"), ("bzip2", ".bz2"), ("snappy", ".snappy"), ("lz4", ".lz4")]
)
def test_what_spark_packs_is_read(spark: Engine, tmp_path: Path, codec: str, suffix: str) -> None:
    with spark.in_use():
        rows = spark.session.range(50_000).selectExpr("id", "concat('line ', id) as text")
        rows.coalesce(1).write.option("compression", codec).json(str(tmp_path / "out"))
    (file,) = (tmp_path / "out").glob(f"*{suffix}")
    lines = file_bytes(file).splitlines()
    assert lines == [b'{"id":%d,"text":"line %d"}' % (number, number) for number in range(50_000)]


@pytest.mark.parametrize("suffix", PACKED)
def test_a_packed_file_comes_in_parts_of_whole_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", 100_000)
    file = tmp_path / f"a.json{suffix}"
    file.write_bytes(PACKED[suffix](b"\xef\xbb\xbf" + TEXT + b"no end"))
    parts = [part.text() for part in parts_of(file)]
    assert len(parts) > 5
    assert all(part.endswith(b"\n") for part in parts[:-1])
    assert b"".join(parts) == TEXT + b"no end"


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("spoil", [lambda packed: packed[:-9], lambda _: b"plain text, not packed" * 9])
def test_a_damaged_file_is_told(tmp_path: Path, suffix: str, spoil: Callable[[bytes], bytes]) -> None:
    file = tmp_path / f"a.json{suffix}"
    file.write_bytes(spoil(PACKED[suffix](TEXT)))
    with pytest.raises(SourceError, match=r"a\.json\S+ cannot be read: "):
        file_bytes(file)


@pytest.mark.parametrize(("suffix", "codec"), [(".lz4", "lz4"), (".snappy", None)])
def test_a_frame_of_the_tool_is_refused_as_glue_does(tmp_path: Path, suffix: str, codec: str | None) -> None:
    file = tmp_path / f"a.json{suffix}"
    file.write_bytes(bytes(pa.compress(TEXT, codec, asbytes=True)) if codec else b"\xff\x06\x00\x00sNaPpY")
    with pytest.raises(SourceError, match="which Glue does not read; pack it with gzip or zstd"):
        file_bytes(file)
