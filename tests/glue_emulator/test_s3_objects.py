"""Parts of objects are those of AWS, and large objects are not read whole for them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import s3_backends

from glue_emulator import GlueEmulator
from tests.glue_emulator.aws_server import fresh_bucket

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def s3(emulator: GlueEmulator) -> Any:
    client = fresh_bucket(emulator.address)
    client.put_object(Bucket="bucket", Key="key", Body=CONTENT)
    return client


# RFC 9110, section 14.1.2, of which S3 takes single ranges
@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("bytes=0-0", CONTENT[:1]),
        ("bytes=10-19", CONTENT[10:20]),
        ("bytes=1000-", CONTENT[1000:]),
        ("bytes=-24", CONTENT[-24:]),
        ("bytes=1000-9999", CONTENT[1000:]),
        ("bytes=-9999", CONTENT),
    ],
)
def test_a_part_is_what_was_asked_for(s3: Any, asked: str, got: bytes) -> None:
    answer = s3.get_object(Bucket="bucket", Key="key", Range=asked)
    assert answer["Body"].read() == got
    assert answer["ContentLength"] == len(got)
    assert answer["ContentRange"].endswith("/1024")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206


@pytest.mark.parametrize("asked", ["bytes=20-10", "bytes=a-b", "bytes=0-1,4-5"])
def test_a_range_that_means_nothing_gives_the_whole_object(s3: Any, asked: str) -> None:
    answer = s3.get_object(Bucket="bucket", Key="key", Range=asked)
    assert answer["Body"].read() == CONTENT
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_range_behind_the_end_is_refused(s3: Any) -> None:
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(Bucket="bucket", Key="key", Range="bytes=1024-")


def test_only_the_part_is_read(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    key: Any = s3_backends["123456789012"]["aws"].get_object("bucket", "key")
    read: list[int] = []
    buffer = key._value_buffer

    class Noted:
        def __getattr__(self, name: str) -> Any:
            return getattr(buffer, name)

        def read(self, count: int = -1) -> bytes:
            read.append(count)
            return bytes(buffer.read(count))

    monkeypatch.setattr(key, "_value_buffer", Noted())
    s3.get_object(Bucket="bucket", Key="key", Range="bytes=10-19")["Body"].read()
    assert read == [10]
