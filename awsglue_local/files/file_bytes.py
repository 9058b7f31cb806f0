"""The bytes of text files: unpacked, without a byte order mark, in parts of whole lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from awsglue_local.errors import SourceError
from awsglue_local.files.compressions import ERRORS, REFUSED, is_packed, read_unpacked

UTF8_MARK = b"\xef\xbb\xbf"
CHUNK_BYTES = 16 << 20


@dataclass(frozen=True)
class Part:
    """Whole lines of a file, from byte `start` up to byte `end`; a packed file is one part."""

    file: Path
    start: int
    end: int

    def text(self) -> bytes:
        """Return the part's bytes, unpacked, without a byte order mark.

        Raises
        ------
        SourceError
            The file cannot be read, or is cut off.
        """
        if is_packed(self.file):
            return file_bytes(self.file)
        with open(self.file, "rb") as stream:
            stream.seek(self.start)
            text = stream.read(self.end - self.start)
        return text.removeprefix(UTF8_MARK) if self.start == 0 else text

    def first_line(self) -> int:
        """Return the number of the part's first line, counted from 1."""
        with open(self.file, "rb") as stream:
            return stream.read(self.start).count(b"\n") + 1


def parts_of(file: Path, whole: bool) -> Iterator[Part]:
    """Yield the parts of a file, or one part for all of it where `whole` is set."""
    size = file.stat().st_size
    if whole or is_packed(file) or size <= CHUNK_BYTES:
        yield Part(file, 0, size)
        return
    start = 0
    with open(file, "rb") as stream:
        while start < size:
            stream.seek(min(start + CHUNK_BYTES, size))
            stream.readline()
            yield Part(file, start, stream.tell())
            start = stream.tell()


def file_bytes(file: Path) -> bytes:
    """Return a file's content, unpacked, without a byte order mark.

    Raises
    ------
    SourceError
        The file cannot be read, or is cut off.
    """
    try:
        return read_unpacked(file).removeprefix(UTF8_MARK)
    except ERRORS as error:
        raise SourceError(f"{file} cannot be read: {error}") from error


def refuse_packed(files: Iterable[Path], source: str) -> None:
    """Refuse files whose compression is not read.

    Raises
    ------
    SourceError
        There is one; the message begins with the name of the source.
    """
    for file in files:
        if file.suffix in REFUSED:
            raise SourceError(f"{source}: {file} is compressed as {file.suffix}; decompress it, or use .gz")
