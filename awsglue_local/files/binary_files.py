"""Avro and ORC files, read into Arrow and made from Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.errors import SourceError

FORMATS = ("avro", "orc")
AVRO_CODECS = {"none": "null", "gzip": "deflate", "snappy": "snappy"}
ORC_CODECS = {"none": "uncompressed", "gzip": "zlib", "snappy": "snappy"}
ARROW_OF_AVRO = {
    "null": pa.null(),
    "boolean": pa.bool_(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "bytes": pa.binary(),
    "string": pa.string(),
}
LOGICAL = {
    "date": pa.date32(),
    "timestamp-millis": pa.timestamp("us"),
    "timestamp-micros": pa.timestamp("us"),
    "uuid": pa.string(),
}
"""Avro's logical types to Arrow's."""
AVRO_OF_ARROW: tuple[tuple[Any, Any], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "int"),
    (pa.types.is_int16, "int"),
    (pa.types.is_int32, "int"),
    (pa.types.is_int64, "long"),
    (pa.types.is_float32, "float"),
    (pa.types.is_float64, "double"),
    (pa.types.is_string, "string"),
    (pa.types.is_binary, "bytes"),
    (pa.types.is_date, {"type": "int", "logicalType": "date"}),
    (pa.types.is_timestamp, {"type": "long", "logicalType": "timestamp-micros"}),
)


def read_binary(file: Path, format_: str, name: str) -> pa.Table:
    """Return the rows of an Avro or ORC file.

    Raises
    ------
    SourceError
        It is no such file, or has a union of several types.
    """
    import fastavro
    import pyarrow.orc

    try:
        if format_ == "orc":
            return _with_microseconds(pyarrow.orc.read_table(str(file)))
        with file.open("rb") as stream:
            reader = fastavro.reader(stream)
            schema: Any = reader.writer_schema
            fields = [(one["name"], _arrow_type(one["type"], name)) for one in schema["fields"]]
            return pa.Table.from_pylist(list(reader), pa.schema(fields))
    except (pa.ArrowException, OSError, ValueError, EOFError, KeyError) as error:
        raise SourceError(f"{name} cannot be read as {format_}: {error}") from error


def rows_in(file: Path, format_: str) -> int:
    """Return the number of rows of an Avro or ORC file."""
    import fastavro
    import pyarrow.orc

    if format_ == "orc":
        return int(pyarrow.orc.ORCFile(str(file)).nrows)
    with file.open("rb") as stream:
        return sum(block.num_records for block in fastavro.block_reader(stream))


def write_binary(parquet: Path, file: Path, format_: str, compression: str) -> None:
    """Make an Avro or ORC file of a Parquet file."""
    import fastavro
    import pyarrow.orc

    source = pq.ParquetFile(parquet)
    file.parent.mkdir(parents=True, exist_ok=True)
    if format_ == "orc":
        with pyarrow.orc.ORCWriter(str(file), compression=ORC_CODECS[compression]) as writer:
            for batch in source.iter_batches():
                writer.write(_with_microseconds(pa.Table.from_batches([batch])))
        return
    schema = source.schema_arrow
    avro = {"type": "record", "name": "topLevelRecord", "fields": [_avro_field(one, one.name) for one in schema]}
    with file.open("wb") as stream:
        fastavro.writer(stream, avro, _records(source), codec=AVRO_CODECS[compression])


def _records(source: pq.ParquetFile) -> Iterator[dict[str, Any]]:
    for batch in source.iter_batches():
        yield from ({key: _of_maps(value) for key, value in row.items()} for row in batch.to_pylist())


def _of_maps(value: Any) -> Any:
    """Return a value with maps as dicts; Arrow gives them as lists of pairs."""
    if isinstance(value, dict):
        return {key: _of_maps(one) for key, one in value.items()}
    if isinstance(value, list):
        pairs = bool(value) and all(isinstance(one, tuple) for one in value)
        return {key: _of_maps(one) for key, one in value} if pairs else [_of_maps(one) for one in value]
    return value


def _with_microseconds(table: pa.Table) -> pa.Table:
    """Return a table whose times are as engines have them: microseconds, without a zone."""
    plain = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field for field in table.schema
    ]
    return table.cast(pa.schema(plain))


def _arrow_type(avro: Any, name: str) -> pa.DataType:
    if isinstance(avro, list):
        kinds = [one for one in avro if one != "null"]
        if len(kinds) != 1:
            raise SourceError(f"{name}: the Avro union {avro} has several types; write it with one")
        return _arrow_type(kinds[0], name)
    if isinstance(avro, str):
        return ARROW_OF_AVRO[avro]
    kind, logical = avro["type"], avro.get("logicalType")
    if logical == "decimal":
        return pa.decimal128(avro["precision"], avro.get("scale", 0))
    if logical in LOGICAL:
        return LOGICAL[logical]
    if kind == "record":
        return pa.struct([(one["name"], _arrow_type(one["type"], name)) for one in avro["fields"]])
    if kind == "array":
        return pa.list_(_arrow_type(avro["items"], name))
    if kind == "map":
        return pa.map_(pa.string(), _arrow_type(avro["values"], name))
    return {"enum": pa.string(), "fixed": pa.binary()}.get(kind) or _arrow_type(kind, name)


def _avro_field(field: pa.Field, place: str) -> dict[str, Any]:
    return {"name": field.name, "type": ["null", _avro_type(field.type, place)], "default": None}


def _avro_type(kind: pa.DataType, place: str) -> Any:
    if pa.types.is_decimal(kind):
        return {"type": "bytes", "logicalType": "decimal", "precision": kind.precision, "scale": kind.scale}
    if pa.types.is_list(kind):
        return {"type": "array", "items": ["null", _avro_type(kind.value_type, f"{place}_item")]}
    if pa.types.is_map(kind):
        return {"type": "map", "values": ["null", _avro_type(kind.item_type, f"{place}_value")]}
    if pa.types.is_struct(kind):
        # each record of a schema has a name of its own
        fields = [_avro_field(one, f"{place}_{one.name}") for one in kind]
        return {"type": "record", "name": f"{place}_record", "fields": fields}
    return next(avro for holds, avro in AVRO_OF_ARROW if holds(kind))
