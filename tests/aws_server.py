"""The emulator for tests that need AWS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3

from glue_emulator import GlueEmulator


@contextmanager
def aws_server() -> Iterator[str]:
    """Serve AWS on loopback, at a free port, and yield the address."""
    with GlueEmulator() as emulator:
        yield emulator.address


def reset(address: str) -> None:
    """Forget what an earlier test made."""
    with urlopen(Request(f"{address}/moto-api/reset", method="POST"), timeout=30) as answer:
        assert answer.status == 200


def clients(address: str) -> tuple[Any, Any]:
    """Return clients of Glue and S3 at an address."""
    return boto3.client("glue", endpoint_url=address), boto3.client("s3", endpoint_url=address)
