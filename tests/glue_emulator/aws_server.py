"""The emulator for tests that need AWS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.moto_api._internal.models import moto_api_backend

from glue_emulator import GlueEmulator


@contextmanager
def aws_server() -> Iterator[str]:
    """Serve AWS on loopback, at a free port, and yield the address."""
    with GlueEmulator() as emulator:
        yield emulator.address


def reset() -> None:
    """Forget what an earlier test made."""
    moto_api_backend.reset()


def clients(address: str) -> tuple[Any, Any]:
    """Return clients of Glue and S3 at an address."""
    return boto3.client("glue", endpoint_url=address), boto3.client("s3", endpoint_url=address)


def fresh_bucket(address: str) -> Any:
    """Forget what an earlier test made; return a client of S3 in which there is one bucket, `bucket`, and nothing in it."""
    reset()
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=address, **keys)
    client.create_bucket(Bucket="bucket")
    return client
