"""The partitions that a catalog knows: on a lake that a cluster reads, those of a table are found by their folders."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local.errors import Unsupported
from awsglue_local.storage.partitions import table_files
from awsglue_local.storage.remote_lake import RemoteLake
from awsglue_local.storage.table import Partition, Table, storage_formats
from glue_emulator import GlueEmulator
from tests.glue_emulator.aws_server import fresh_bucket

LOCATION = "s3://bucket/the/lake/t"
TABLE = Table(
    "d",
    {
        "Name": "t",
        "StorageDescriptor": {
            "Columns": [{"Name": "n", "Type": "int"}],
            "Location": LOCATION,
            **storage_formats("parquet"),
        },
        "PartitionKeys": [{"Name": "at", "Type": "string"}],
    },
)


class Known:
    """A catalog that knows partitions."""

    def __init__(self, *partitions: Partition) -> None:
        self._partitions = list(partitions)

    def partitions(self, _: Table) -> list[Partition]:
        return self._partitions


@pytest.fixture
def lake(emulator: GlueEmulator) -> RemoteLake:
    client = fresh_bucket(emulator.address)
    for folder in (
        "at=2020-01-01 03%3A04%3A05",
        "at=2020-01-01 03:04:05",
        "at=__HIVE_DEFAULT_PARTITION__",
        "at=unknown",
    ):
        client.put_object(Bucket="bucket", Key=f"the/lake/t/{folder}/a.parquet", Body=b"x")
    return RemoteLake(client, "here", "s3://bucket/the/lake")


# as Spark names the folder of a time, as Athena does, and that of null, which the Data Catalog knows by its name
@pytest.mark.parametrize(
    ("value", "folder"),
    [
        ("2020-01-01 03:04:05", "at=2020-01-01 03%3A04%3A05"),
        ("2020-01-01 03:04:05", "at=2020-01-01 03:04:05"),
        ("__HIVE_DEFAULT_PARTITION__", "at=__HIVE_DEFAULT_PARTITION__"),
    ],
)
def test_the_folders_of_known_partitions_are_found(lake: RemoteLake, value: str, folder: str) -> None:
    catalog: Any = Known(Partition((value,), f"{LOCATION}/{folder}/"))
    place, files = table_files(lake, catalog, TABLE)
    assert place == lake.path(LOCATION)
    assert [file.relative_to(place).as_posix() for file in files] == [f"{folder}/a.parquet"]


@pytest.mark.parametrize("location", [f"{LOCATION}/at=unknown/", f"{LOCATION}/elsewhere/", "s3://bucket/other/"])
def test_a_partition_that_lies_elsewhere_is_refused(lake: RemoteLake, location: str) -> None:
    catalog: Any = Known(Partition(("2020-01-01",), location))
    with pytest.raises(Unsupported, match=r"the partition at=2020-01-01 of d\.t at .* let it lie in"):
        table_files(lake, catalog, TABLE)
