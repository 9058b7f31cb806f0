"""Large objects in moto's S3: a part is read without the rest, and nothing is summed up that nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

Patch = tuple[Any, str, Any]

_asks_for_part: ContextVar[bool] = ContextVar("asks for part", default=False)


class StoredContent:
    """What a key of moto's holds, read when a part of it is asked for."""

    def __init__(self, key: Any) -> None:
        self._key = key

    def __len__(self) -> int:
        return int(self._key.contentsize)

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(len(self))
        with self._key.lock:
            self._key._value_buffer.seek(start)
            return bytes(self._key._value_buffer.read(max(0, stop - start)))


class NoChecksum:
    """In the place of the checksum of an upload for which none was asked."""

    def addPart(self, part: bytes) -> None:
        """Sum up nothing."""

    def build(self) -> None:
        """Give no checksum."""


def for_large_objects() -> list[Patch]:
    """Return what makes moto's S3 quick with large objects, and their uploads' errors those of AWS."""
    from moto.s3 import models
    from moto.s3.exceptions import NoSuchUpload
    from moto.s3.responses import S3Response

    whole: Any = models.FakeKey.value
    builder: Any = models.MultipartChecksumBuilder

    def value(key: Any) -> Any:
        return StoredContent(key) if _asks_for_part.get() else whole.fget(key)

    def checksum(algorithm: str | None, kind: str | None) -> Any:
        # AWS has CRC64NVME then; moto cannot compute it, and would give another sum by its name
        return builder(algorithm, kind) if algorithm else NoChecksum()

    complete = models.S3Backend.complete_multipart_upload

    def complete_known(backend: Any, bucket_name: str, multipart_id: str, body: Any) -> Any:
        if multipart_id not in backend.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(upload_id=multipart_id)  # moto answers 500
        return complete(backend, bucket_name, multipart_id, body)

    return [
        (models.S3Backend, "complete_multipart_upload", complete_known),
        (models.FakeKey, "value", property(value, whole.fset)),
        (models, "MultipartChecksumBuilder", checksum),
        (S3Response, "key_response", _noting(S3Response.key_response)),
    ]


def _noting(respond: Callable[..., Any]) -> Callable[..., Any]:
    """Return moto's answer to a request, made of the part that the request asks for."""

    def noting(self: Any, request: Any, *arguments: Any) -> Any:
        token = _asks_for_part.set(request.method == "GET" and bool(request.headers.get("range")))
        try:
            status, headers, body = respond(self, request, *arguments)
            return status, headers, body[:] if isinstance(body, StoredContent) else body
        finally:
            _asks_for_part.reset(token)

    return noting
