"""The bytes of text files: unpacked, without a byte order mark, in parts of whole lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from awsglue_local.errors import SourceError
from awsglue_local.files.compressions import ERRORS, REFUSED, blocks_of, is_packed

UTF8_MARK = b"\xef\xbb\xbf"
CHUNK_BYTES = 16 << 20


class Part(Protocol):
    """Whole lines of a file."""

    @property
    def file(self) -> Path:
        """The file."""
        ...

    def text(self) -> bytes:
        """Return the lines' bytes, unpacked, without a byte order mark; raises SourceError."""
        ...


@dataclass(frozen=True)
class FilePart:
    """Whole lines of a file that is not packed, from byte `start` up to byte `end`."""

    file: Path
    start: int
    end: int

    def text(self) -> bytes:
        """Return the part's bytes."""
        with open(self.file, "rb") as stream:
            stream.seek(self.start)
            text = stream.read(self.end - self.start)
        return text.removeprefix(UTF8_MARK) if self.start == 0 else text


@dataclass(frozen=True)
class TextPart:
    """Whole lines of a file that are in memory."""

    file: Path
    content: bytes

    def text(self) -> bytes:
        """Return the part's bytes."""
        return self.content


def parts_of(file: Path) -> Iterator[Part]:
    """Yield the parts of a file.

    Raises
    ------
    SourceError
        The file is packed, and cannot be read or is cut off.
    """
    if is_packed(file):
        yield from (TextPart(file, text) for text in _whole_lines(file))
        return
    size = file.stat().st_size
    if size <= CHUNK_BYTES:
        yield FilePart(file, 0, size)
        return
    start = 0
    with open(file, "rb") as stream:
        while start < size:
            stream.seek(min(start + CHUNK_BYTES, size))
            stream.readline()
            yield FilePart(file, start, stream.tell())
            start = stream.tell()


def text_parts(file: Path, text: bytes) -> Iterator[Part]:
    """Yield the parts of a text that was made of a file."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + CHUNK_BYTES) + 1 or len(text)
        yield TextPart(file, text[start:end])
        start = end


def _whole_lines(file: Path) -> Iterator[bytes]:
    """Yield the unpacked text of a file in parts of whole lines."""
    begun = b""
    is_first = True
    for block in _blocks(file):
        end = block.rfind(b"\n") + 1
        if not end:
            begun += block
            continue
        text = begun + block[:end]
        begun = block[end:]
        yield text.removeprefix(UTF8_MARK) if is_first else text
        is_first = False
    if begun:
        yield begun.removeprefix(UTF8_MARK) if is_first else begun


def _blocks(file: Path) -> Iterator[bytes]:
    try:
        yield from blocks_of(file, CHUNK_BYTES)
    except ERRORS as error:
        raise SourceError(f"{file} cannot be read: {error}") from error


def file_bytes(file: Path) -> bytes:
    """Return a file's content, unpacked, without a byte order mark.

    Raises
    ------
    SourceError
        The file cannot be read, or is cut off.
    """
    return b"".join(_blocks(file)).removeprefix(UTF8_MARK)


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
