"""Avro and ORC, against files that other libraries wrote, and read back by them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.orc
import pytest

from awsglue_local import LocalGlue, ScriptError, ScriptRun
from awsglue_local.athena.queries import open_lake
from awsglue_local.errors import SourceError
from awsglue_local.files.binary_files import read_binary
from awsglue_local.storage.lake import data_files
from tests.awsglue_local.lake_files import FROM_OPTIONS, TO_PARQUET, define, parquet, put

AT = datetime.datetime(2024, 2, 29, 10, 0, 0, 123000)
ROW = {
    "i": 1, "l": 2, "f": 1.5, "d": 2.5, "b": True, "s": "é", "n": Decimal("1.20"), "day": datetime.date(2024, 2, 29),
    "at": AT, "r": {"x": 1, "y": None}, "tags": ["a", "b"], "nothing": None,
}  # fmt: skip
SCHEMA = {
    "type": "record",
    "name": "row",
    "fields": [
        {"name": "i", "type": "int"},
        {"name": "l", "type": ["null", "long"]},
        {"name": "f", "type": "float"},
        {"name": "d", "type": "double"},
        {"name": "b", "type": "boolean"},
        {"name": "s", "type": "string"},
        {"name": "n", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "r", "type": {"type": "record", "name": "r", "fields": [{"name": "x", "type": "int"}, {"name": "y", "type": ["null", "string"]}]}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "nothing", "type": ["null", {"type": "enum", "name": "e", "symbols": ["A"]}]},
    ],
}  # fmt: skip


def avro(rows: list[dict[str, Any]], schema: dict[str, Any] = SCHEMA) -> bytes:
    stream = io.BytesIO()
    fastavro.writer(stream, schema, rows, codec="deflate")
    return stream.getvalue()


def orc(rows: list[dict[str, Any]]) -> bytes:
    kinds = [("i", pa.int32()), ("l", pa.int64()), ("f", pa.float32()), ("d", pa.float64()), ("b", pa.bool_()),
             ("s", pa.string()), ("n", pa.decimal128(10, 2)), ("day", pa.date32()), ("at", pa.timestamp("ns")),
             ("r", pa.struct([("x", pa.int32()), ("y", pa.string())])), ("tags", pa.list_(pa.string())), ("nothing", pa.string())]  # fmt: skip
    sink = pa.BufferOutputStream()
    pyarrow.orc.write_table(pa.Table.from_pylist(rows, pa.schema(kinds)), sink)
    return bytes(sink.getvalue())


FILES = {"avro": avro([ROW]), "orc": orc([ROW])}


@pytest.mark.parametrize("format_", ["avro", "orc"])
def test_a_script_reads_every_type(glue: LocalGlue, run_body: Callable[..., ScriptRun], format_: str) -> None:
    put(glue, f"s3://bucket/in/a.{format_}", FILES[format_])
    run_body(FROM_OPTIONS.format(options={}, format=format_) + TO_PARQUET)
    (row,) = parquet(glue, "s3://bucket/out/")
    at = row.pop("at")
    assert at.replace(tzinfo=None) == AT
    assert row == {key: value for key, value in ROW.items() if key != "at"}


@pytest.mark.parametrize("compression", ["snappy", "gzip", "none"])
@pytest.mark.parametrize("format_", ["avro", "orc"])
def test_what_a_script_writes_others_read(
    glue: LocalGlue, run_body: Callable[..., ScriptRun], format_: str, compression: str
) -> None:
    run = run_body(
        "df = spark.sql(\"select 1 as id, 'x' as k, cast(1.2 as decimal(5,2)) as n, date '2024-02-29' as day, "
        "named_struct('a', 1, 'b', cast(null as string)) as r, array(1, 2) as tags, map('k', 1) as m, "
        "timestamp '2024-02-29 10:00:00' as at, cast(null as string) as nothing\")\n"
        "frame = DynamicFrame.fromDF(df, glueContext, 'f')\n"
        f"glueContext.write_dynamic_frame.from_options(frame, 's3', {{'path': 's3://bucket/out/', 'partitionKeys': ['k']}}, "
        f"'{format_}', {{'compression': '{compression}'}})\n"
    )
    assert run.writes == {"s3://bucket/out/": 1}
    (file,) = data_files(glue.lake.path("s3://bucket/out/"))
    assert file.parent.name == "k=x"
    if format_ == "avro":
        with file.open("rb") as stream:
            (row,) = fastavro.reader(stream)
    else:
        (row,) = pyarrow.orc.read_table(str(file)).to_pylist()
        row["m"] = dict(row["m"])
    assert isinstance(row, dict)
    at = row.pop("at")
    assert at.replace(tzinfo=None) == datetime.datetime(2024, 2, 29, 10)
    assert row == {
        "id": 1, "n": Decimal("1.20"), "day": datetime.date(2024, 2, 29), "r": {"a": 1, "b": None}, "tags": [1, 2],
        "m": {"k": 1}, "nothing": None,
    }  # fmt: skip


@pytest.mark.parametrize("format_", ["avro", "orc"])
def test_a_catalog_table_for_scripts_and_athena(
    glue: LocalGlue, run_body: Callable[..., ScriptRun], format_: str
) -> None:
    define(glue, "t", "L bigint,s string,later int", format_)
    put(glue, f"s3://bucket/t/a.{format_}", FILES[format_])
    run_body(
        "source = glueContext.create_dynamic_frame.from_catalog('db', 't')\n"
        "glueContext.write_dynamic_frame.from_catalog(source, 'db', 't')\njob.commit()\n"
    )
    with open_lake(glue.lake.root, "db") as lake:
        assert lake.query("select l, s, later from t", "db").rows == [(2, "é", None)] * 2


@pytest.mark.parametrize("format_", ["avro", "orc"])
def test_what_is_no_such_file(glue: LocalGlue, run_body: Callable[..., ScriptRun], format_: str) -> None:
    put(glue, f"s3://bucket/in/a.{format_}", "no such file")
    with pytest.raises(ScriptError, match=rf"s3://bucket/in/a\.{format_} cannot be read as {format_}"):
        run_body(FROM_OPTIONS.format(options={}, format=format_) + TO_PARQUET)


def test_an_avro_union_of_several_types_is_refused(tmp_path: Path) -> None:
    schema = {"type": "record", "name": "r", "fields": [{"name": "v", "type": ["int", "string"]}]}
    (tmp_path / "a.avro").write_bytes(avro([{"v": 1}], schema))
    with pytest.raises(SourceError, match="has several types"):
        read_binary(tmp_path / "a.avro", "avro", "a.avro")


def test_ion_is_refused_by_name(glue: LocalGlue, run_body: Callable[..., ScriptRun]) -> None:
    put(glue, "s3://bucket/in/a.ion", "{a:1}")
    with pytest.raises(ScriptError, match='the source format "ion" is not supported here yet; use json, csv, parquet'):
        run_body(FROM_OPTIONS.format(options={}, format="ion") + TO_PARQUET)
