"""Files as Hadoop's SnappyCodec and Lz4Codec write them: blocks, each of one or more packed pieces.

A block begins with its unpacked size, and each piece with its packed size, as four bytes, the highest first
(org.apache.hadoop.io.compress.BlockCompressorStream). Neither is what the tools `snappy` and `lz4` write.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

FRAMES = {b"\xff\x06\x00\x00": "snappy", b"\x04\x22\x4d\x18": "lz4"}
"""What files of those tools begin with."""
LARGEST_BLOCK = 1 << 30


class HadoopBlocks(io.RawIOBase, BinaryIO):
    """The unpacked bytes of a file.

    Raises
    ------
    OSError
        The file is no such file.
    EOFError
        It is cut off.
    """

    def __init__(self, file: Path, codec: str) -> None:
        self._stream = open(file, "rb")  # noqa: SIM115 (closed with this)
        self._codec = pa.Codec(codec)
        self._waiting = b""
        tool = FRAMES.get(self._stream.read(4))
        self._stream.seek(0)
        if tool:
            self.close()
            raise OSError(f"it is a file of the tool {tool}, which Glue does not read; pack it with gzip or zstd")

    def readable(self) -> bool:
        """Say yes."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end; all where the size is negative."""
        parts, there = [self._waiting], len(self._waiting)
        while (size < 0 or there < size) and (block := self._block()):
            parts.append(block)
            there += len(block)
        whole = b"".join(parts)
        cut = len(whole) if size < 0 else size
        self._waiting = whole[cut:]
        return whole[:cut]

    def _block(self) -> bytes:
        """Return the next block, unpacked; nothing at the end of the file."""
        wanted = self._number(may_end=True)
        if wanted > LARGEST_BLOCK:
            raise OSError("it is not packed as its name says")
        pieces, there = [], 0
        while there < wanted:
            packed = self._exactly(self._number())
            pieces.append(self._codec.decompress(packed, wanted - there, asbytes=True))
            there += len(pieces[-1])
        return b"".join(pieces)

    def _number(self, may_end: bool = False) -> int:
        four = self._stream.read(4)
        if may_end and not four:
            return 0
        if len(four) < 4:
            raise EOFError("it is cut off")
        return int.from_bytes(four, "big")

    def _exactly(self, size: int) -> bytes:
        found = self._stream.read(size)
        if len(found) < size:
            raise EOFError("it is cut off")
        return found
