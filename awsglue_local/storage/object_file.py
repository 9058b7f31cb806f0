"""An object of S3 as a file of which only those bytes come here that are read."""

from __future__ import annotations

import io
from typing import Any

TAIL_BYTES = 1 << 16
"""So many bytes are read at once: the footers of most Parquet files."""


class ObjectFile(io.RawIOBase):
    """An object, opened for reading.

    Parameters
    ----------
    client
        A boto3 client of S3.
    size
        The object's bytes.
    """

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._s3, self._bucket, self._key, self._size = client, bucket, key, size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        return self._place

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._size - self._place)
        if count <= 0:
            return 0
        asked = f"bytes={self._place}-{self._place + count - 1}"
        got = self._s3.get_object(Bucket=self._bucket, Key=self._key, Range=asked)["Body"].read()
        buffer[: len(got)] = got
        self._place += len(got)
        return len(got)


def opened(client: Any, bucket: str, key: str, size: int) -> io.BufferedReader:
    """Open an object for reading."""
    return io.BufferedReader(ObjectFile(client, bucket, key, size), TAIL_BYTES)
