"""A lake on the emulator's S3 that a cluster reads and writes."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local import LocalGlue
from awsglue_local.local_cluster.sail_cluster import SailCluster
from awsglue_local.runner import lakes
from awsglue_local.storage.endpoint import Endpoint

REGION = "eu-west-1"


class LakeOnS3:
    """A bucket of its own, and the cluster that works with it."""

    def __init__(self, address: str, cluster: SailCluster) -> None:
        self.endpoint, self.cluster = Endpoint(address), cluster
        self.s3 = self.endpoint.client("s3")
        self.bucket = f"lake-{uuid.uuid4().hex[:12]}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})

    @property
    def uri(self) -> str:
        """The lake's address; its prefix is not the bucket's root."""
        return f"s3://{self.bucket}/lake"

    def put(self, key: str, content: bytes | str) -> None:
        """Put an object below the lake's prefix."""
        self.s3.put_object(Bucket=self.bucket, Key=f"lake/{key}", Body=content)

    def put_json(self, key: str, *records: dict[str, Any]) -> None:
        """Put an object of JSON lines."""
        self.put(key, "".join(f"{json.dumps(one)}\n" for one in records))

    def names(self, prefix: str = "") -> list[str]:
        """Return the keys below a prefix of the lake, without the lake's."""
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=f"lake/{prefix}").get("Contents", [])
        return [one["Key"].removeprefix("lake/") for one in found]

    def get(self, key: str) -> bytes:
        """Return an object's content."""
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=f"lake/{key}")["Body"].read())

    def uploads(self) -> list[str]:
        """Return the keys of uploads that are not completed."""
        return [one["Key"] for one in self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])]

    def table(self, prefix: str) -> pa.Table:
        """Return the rows of the Parquet files below a prefix, without hidden ones."""
        names = [key for key in self.names(prefix) if not key.rsplit("/", 1)[-1].startswith("_")]
        return pa.concat_tables([pq.read_table(io.BytesIO(self.get(key)), partitioning=None) for key in names])

    @contextmanager
    def glue(self, folder: Path) -> Iterator[LocalGlue]:
        """Open the lake, with a catalog in a folder."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lakes, "DEFAULT_LAKE", folder)
            opened = LocalGlue(self.uri, self.cluster.address, self.endpoint, in_glue=False)
        with opened as glue:
            yield glue
