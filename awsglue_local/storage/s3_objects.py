"""Objects of a bucket, listed and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from awsglue_local.errors import EndpointError

DELETED_AT_ONCE = 1000


@dataclass(frozen=True)
class Object:
    """An object as a listing names it."""

    key: str
    size: int
    etag: str
    modified: datetime


def listed(client: Any, bucket: str, prefix: str) -> list[Object]:
    """Return the objects whose keys begin with a prefix, by their keys.

    Raises
    ------
    ClientError, BotoCoreError
        The bucket cannot be read.
    """
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [
        Object(one["Key"], one["Size"], one["ETag"], one["LastModified"])
        for page in pages
        for one in page.get("Contents", [])
    ]


def delete(client: Any, bucket: str, keys: Sequence[str]) -> None:
    """Delete objects, in their order.

    Raises
    ------
    ClientError, BotoCoreError
        S3 takes no request.
    EndpointError
        It refuses to delete one of them.
    """
    for start in range(0, len(keys), DELETED_AT_ONCE):
        some = {"Objects": [{"Key": key} for key in keys[start : start + DELETED_AT_ONCE]], "Quiet": True}
        refused = client.delete_objects(Bucket=bucket, Delete=some).get("Errors")
        if refused:
            raise EndpointError(f"s3://{bucket}/{refused[0]['Key']} cannot be deleted: {refused[0]['Message']}")
