"""Files that CTAS, INSERT and UNLOAD write: their formats, compression and partitions."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.orc
import pyarrow.parquet as pq
from fastavro import parse_schema, writer

from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.partition_folders import HIVE_NULL
from awsglue_local.storage.partitions import partition_folder
from awsglue_local.storage.table import Partition, Table
from glue_emulator.athena.statements.buckets import in_buckets
from glue_emulator.athena.statements.statement import StatementError

MOST_PARTITIONS = 100
"""Athena writes to so many partitions at once."""
COMPRESSIONS = {
    "PARQUET": {"": "snappy", "SNAPPY": "snappy", "GZIP": "gzip", "ZSTD": "zstd", "LZ4": "lz4", "NONE": "none"},
    "ORC": {"": "zlib", "ZLIB": "zlib", "SNAPPY": "snappy", "ZSTD": "zstd", "LZ4": "lz4", "NONE": "uncompressed"},
    "AVRO": {"": "null", "NONE": "null", "GZIP": "deflate", "SNAPPY": "snappy", "DEFLATE": "deflate"},
    "JSON": {"": "gzip", "GZIP": "gzip", "NONE": ""},
    "TEXTFILE": {"": "gzip", "GZIP": "gzip", "NONE": ""},
}
"""What files of a format are compressed with, by the statement's words; nothing said is Athena's default."""


def compression_of(form: str, asked: str) -> str:
    """Return the compression that a writer is told."""
    if form not in COMPRESSIONS:
        raise StatementError(f"INVALID_TABLE_PROPERTY: Unsupported format: {form}")
    if asked.upper() not in COMPRESSIONS[form]:
        raise StatementError(f"NOT_SUPPORTED: {asked} compression of {form} files is not supported here")
    return COMPRESSIONS[form][asked.upper()]


def write_files(
    rows: pa.Table, table: Table, form: str, compression: str, folder: Path, delimiter: str = "\x01"
) -> list[tuple[str, ...]]:
    """Write rows below a folder, those of a partition into its own, and return the values of the partitions.

    Parameters
    ----------
    form
        PARQUET, ORC, AVRO, JSON or TEXTFILE.
    """
    keys = [name for name, _ in table.partition_keys]
    if not keys:
        _write_part(rows, table, form, compression, folder, delimiter)
        return []
    texts = [[_text(value) for value in rows[key].to_pylist()] for key in keys]
    places = [tuple(one) for one in zip(*texts, strict=True)]
    distinct = list(dict.fromkeys(places))
    if len(distinct) > MOST_PARTITIONS:
        raise StatementError(
            f"HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {MOST_PARTITIONS} open writers for partitions/buckets"
        )
    for values in distinct:
        inside = folder / partition_folder(table, Partition(values, ""))
        inside.mkdir(parents=True, exist_ok=True)
        mask = pa.array([one == values for one in places])
        _write_part(rows.filter(mask).drop_columns(keys), table, form, compression, inside, delimiter)
    return distinct


def _write_part(rows: pa.Table, table: Table, form: str, compression: str, folder: Path, delimiter: str) -> None:
    """Write the rows of a table, or of a partition: one file, or one for each bucket."""
    storage = table.definition["StorageDescriptor"]
    parts = [rows]
    if storage.get("BucketColumns"):
        parts = in_buckets(rows, storage["BucketColumns"], storage["NumberOfBuckets"])
    for number, part in enumerate(parts):
        inside = folder / f".{number}"
        inside.mkdir()
        WRITERS[form](part, table, compression, inside, delimiter)
        for file in inside.iterdir():
            file.rename(folder / (f"{number:06}_0_{file.name}" if len(parts) > 1 else file.name))
        inside.rmdir()


def _text(value: Any) -> str:
    """Return the value of a partition key as the folder's name has it."""
    if value is None or value == "":
        return HIVE_NULL
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds").removesuffix(".000")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _parquet(rows: pa.Table, _table: Table, compression: str, folder: Path, _delimiter: str) -> None:
    pq.write_table(rows, folder / "rows.parquet", compression=compression)


def _orc(rows: pa.Table, _table: Table, compression: str, folder: Path, _delimiter: str) -> None:
    pyarrow.orc.write_table(rows, folder / "rows.orc", compression=compression)


AVRO: dict[str, Any] = {
    "boolean": "boolean",
    "tinyint": "int",
    "smallint": "int",
    "int": "int",
    "bigint": "long",
    "float": "float",
    "double": "double",
    "string": "string",
    "binary": "bytes",
    "date": {"type": "int", "logicalType": "date"},
    "timestamp": {"type": "long", "logicalType": "timestamp-millis"},
}


def _avro(rows: pa.Table, table: Table, compression: str, folder: Path, _delimiter: str) -> None:
    kinds = dict(table.columns)
    fields = [{"name": name, "type": ["null", _avro_type(kinds[name], name)]} for name in rows.column_names]
    schema = parse_schema({"type": "record", "name": "row", "fields": fields})
    with (folder / "rows.avro").open("wb") as out:
        writer(out, schema, rows.to_pylist(), codec=compression)


def _avro_type(kind: str, column: str) -> Any:
    if kind.startswith("decimal"):
        precision, scale = kind[8:-1].split(",")
        return {"type": "bytes", "logicalType": "decimal", "precision": int(precision), "scale": int(scale)}
    if kind.startswith(("varchar", "char")):
        return "string"
    if kind not in AVRO:
        raise StatementError(f"NOT_SUPPORTED: the column {column} of type {kind} is not written as Avro here")
    return AVRO[kind]


def _json(rows: pa.Table, _table: Table, compression: str, folder: Path, _delimiter: str) -> None:
    _require_texts(rows, "JSON")
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        if pa.types.is_floating(column.type) and not pc.all(pc.is_finite(column)).as_py():
            raise StatementError(f"NOT_SUPPORTED: NaN and infinity of column {name} are not written as JSON here")
    kinds = {one.name: one.type for one in rows.schema}
    kept = (
        {name: _with_objects(value, kinds[name]) for name, value in row.items() if value is not None}
        for row in rows.to_pylist()
    )
    lines = (orjson.dumps(row, default=_plain, option=orjson.OPT_NON_STR_KEYS) + b"\n" for row in kept)
    _write(folder, "rows.json", b"".join(lines), compression)


def _with_objects(value: Any, kind: pa.DataType) -> Any:
    """Return a value whose maps, lists of pairs in Arrow, are dictionaries."""
    if value is None or not pa.types.is_nested(kind):
        return value
    if pa.types.is_map(kind):
        return {key: _with_objects(one, kind.item_type) for key, one in value}
    if pa.types.is_struct(kind):
        return {one.name: _with_objects(value[one.name], one.type) for one in kind}
    return [_with_objects(one, kind.value_type) for one in value]


def _require_texts(rows: pa.Table, form: str) -> None:
    """Refuse bytes, which are no text."""
    for one in rows.schema:
        if "binary" in str(one.type):
            raise StatementError(f"NOT_SUPPORTED: the column {one.name} of bytes is not written as {form} here")


def _plain(value: Any) -> Any:
    return value.isoformat(" ", "milliseconds") if isinstance(value, datetime) else str(value)


def _textfile(rows: pa.Table, _table: Table, compression: str, folder: Path, delimiter: str) -> None:
    _require_texts(rows, "text")
    lines = (delimiter.join(_cell(value) for value in row.values()) for row in rows.to_pylist())
    _write(folder, "rows.txt", "".join(f"{line}\n" for line in lines).encode(), compression)


def _cell(value: Any) -> str:
    """Return a value as LazySimpleSerDe writes it."""
    if value is None:
        return r"\N"
    if isinstance(value, list | dict):
        raise StatementError("NOT_SUPPORTED: arrays, maps and rows are not written as text files here")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _write(folder: Path, name: str, data: bytes, compression: str) -> None:
    if compression:
        (folder / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))
    else:
        (folder / name).write_bytes(data)


WRITERS: dict[str, Callable[[pa.Table, Table, str, Path, str], None]] = {
    "PARQUET": _parquet,
    "ORC": _orc,
    "AVRO": _avro,
    "JSON": _json,
    "TEXTFILE": _textfile,
}


def _require_length(values: pa.ChunkedArray, column: str, kind: str) -> None:
    """Refuse texts that are longer than a `varchar(n)` or `char(n)`; blanks at the end do not count."""
    found = re.fullmatch(r"(?:var)?char\((\d+)\)", kind)
    if found and pa.types.is_string(values.type):
        longest = pc.max(pc.utf8_length(pc.utf8_rtrim(values, " "))).as_py() or 0
        if longest > int(found[1]):
            words = f"Cannot truncate non-space characters on INSERT: column {column} of {kind}"
            raise StatementError(f"INVALID_CAST_ARGUMENT: {words}")


def as_columns(rows: pa.Table, columns: list[tuple[str, str]]) -> pa.Table:
    """Return rows with a catalog's names and types, in its order."""
    for number, (name, kind) in enumerate(columns):
        _require_length(rows.column(number), name, kind)
    arrays = [pc.cast(rows.column(number), arrow_type(kind), safe=False) for number, (_, kind) in enumerate(columns)]
    return pa.table(arrays, names=[name for name, _ in columns])
