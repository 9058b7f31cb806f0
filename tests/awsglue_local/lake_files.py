"""Files and tables put into a lake for tests, and read from it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pyarrow.parquet as pq

from awsglue_local import LocalGlue
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Table


def put(glue: LocalGlue, uri: str, content: str | bytes) -> None:
    path = glue.lake.path(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def define(glue: LocalGlue, name: str, columns: str, format_: str, keys: str = "", **parameters: str) -> None:
    def parse(text: str) -> list[dict[str, str]]:
        return [dict(zip(("Name", "Type"), part.split(), strict=True)) for part in text.split(",") if part]

    definition = {
        "Name": name,
        "StorageDescriptor": {"Columns": parse(columns), "Location": f"s3://bucket/{name}/"},
        "PartitionKeys": parse(keys),
        "Parameters": {"classification": format_, **parameters},
    }
    glue.catalog.put(Table("db", definition))


def parquet(glue: LocalGlue, uri: str) -> list[dict[str, Any]]:
    files = data_files(glue.lake.path(uri))
    return sorted((row for file in files for row in pq.ParquetFile(file).read().to_pylist()), key=repr)


def lines(glue: LocalGlue, uri: str) -> list[Any]:
    found = []
    for file in data_files(glue.lake.path(uri)):
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        found += [json.loads(line) for line in content.decode().splitlines()]
    return sorted(found, key=repr)


FROM_OPTIONS = """
source = glueContext.create_dynamic_frame.from_options(format_options={options}, connection_type="s3", format="{format}",
    connection_options={{"paths": ["s3://bucket/in/"], "recurse": True}}, transformation_ctx="source")
"""


TO_PARQUET = """
glueContext.write_dynamic_frame.from_options(frame=source, connection_type="s3", format="glueparquet",
    connection_options={"path": "s3://bucket/out/", "partitionKeys": []}, format_options={"compression": "snappy"})
job.commit()
"""


FRAME = "source = DynamicFrame.fromDF(spark.createDataFrame([(1, 'x', None), (2, 'y', 5)], 'a int, k string, n int'), glueContext, 's')\n"
