"""S3 as an executor reaches it: by the credentials and the endpoint of its own environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
"""Environment variables that name an endpoint, the first that is there; Sail reads the last."""
ATTEMPTS = 5


@dataclass(frozen=True)
class Store:
    """How to reach S3 where the environment does not say.

    Attributes
    ----------
    endpoint
        Such as `http://127.0.0.1:4555`; None for AWS itself.
    region
        The buckets' region.
    """

    endpoint: str | None
    region: str

    @property
    def where(self) -> str:
        """Where S3 is, seen from here."""
        return self._endpoint or f"AWS ({self.region})"

    def open(self) -> Any:
        """Return Arrow's file system of S3; its paths are `bucket/key`."""
        return _file_system(self._endpoint, self.region)

    def read(self, place: str) -> bytes:
        """Return the content of an object, `bucket/key`."""
        with self.open().open_input_stream(place, compression=None) as stream:
            return bytes(stream.read())

    @property
    def _endpoint(self) -> str | None:
        return next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), self.endpoint)


@cache
def _file_system(endpoint: str | None, region: str) -> Any:
    from pyarrow import fs

    retries = fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS)
    if endpoint is None:
        return fs.S3FileSystem(region=region, retry_strategy=retries)
    parts = urlsplit(endpoint)
    return fs.S3FileSystem(region=region, endpoint_override=parts.netloc, scheme=parts.scheme, retry_strategy=retries)
