"""Parts of objects: a request for some bytes of an object reads these, where moto reads all of it and cuts."""

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


def reading_parts() -> list[Patch]:
    """Return what has moto's S3 read only what a request with a Range asks for."""
    from moto.s3.models import FakeKey
    from moto.s3.responses import S3Response

    whole: property = FakeKey.value  # type: ignore[assignment]

    def value(key: Any) -> Any:
        return StoredContent(key) if _asks_for_part.get() else whole.fget(key)  # type: ignore[misc]

    return [
        (FakeKey, "value", property(value, whole.fset)),
        (S3Response, "key_response", _noting(S3Response.key_response)),
    ]


def _noting(respond: Callable[..., Any]) -> Callable[..., Any]:
    def noting(self: Any, request: Any, *arguments: Any) -> Any:
        token = _asks_for_part.set(request.method == "GET" and bool(request.headers.get("range")))
        try:
            status, headers, body = respond(self, request, *arguments)
            return status, headers, body[:] if isinstance(body, StoredContent) else body
        finally:
            _asks_for_part.reset(token)

    return noting
