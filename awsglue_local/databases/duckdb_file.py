"""The stand-in that needs nothing: a DuckDB file in the lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from awsglue_local.databases.connections import Connection
from awsglue_local.databases.stand_in import StandIn
from awsglue_local.errors import LakeError

BATCH_ROWS = 50_000
NEW_ROWS = "__new_rows"
SCHEMAS = ("public", "main")
"""Where a table without a schema is looked for."""
DIVIDE_WHOLE = ("redshift", "postgres", "tsql")
"""Dialects in which a whole number divided by another is one."""
AS_TEXT = (pa.types.is_time, pa.types.is_duration, pa.types.is_interval)
"""Types that neither Spark nor AWS Glue has."""


def open_file(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file, with the schema that Redshift and PostgreSQL call theirs.

    Raises
    ------
    LakeError
        It cannot be opened: another process uses it, or it is no such file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        opened = duckdb.connect(str(file))
        opened.execute("create schema if not exists public")
        opened.execute(f"set search_path = '{','.join(SCHEMAS)}'")
        opened.execute("set TimeZone = 'UTC'")
        # a script's SQL reads tables: no file of this machine, no variable of Python
        opened.execute("set python_enable_replacements = false")
        opened.execute("set enable_external_access = false")
    except duckdb.Error as error:
        raise LakeError(f"the database {file} cannot be opened: {str(error).splitlines()[0]}") from error
    return opened


class DuckDBFile(StandIn):
    """A DuckDB file, which a connection's name finds in the lake."""

    dialect = "duckdb"
    schemas = SCHEMAS

    def __init__(self, connection: Connection, file: Path) -> None:
        super().__init__(connection)
        self._duckdb = open_file(file)
        if connection.dialect in DIVIDE_WHOLE:
            self._duckdb.execute("set integer_division = true")
        self._duckdb.begin()

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What DuckDB raises."""
        return (duckdb.Error,)

    def _batches(self, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        reader = self._duckdb.sql(sql).to_arrow_reader(BATCH_ROWS)
        schema = pa.schema([pa.field(field.name, _engine_type(field.type)) for field in reader.schema])
        return schema, (_cast(batch, schema) for batch in reader)

    def _rows(self, sql: str) -> list[Sequence[object]]:
        return list(self._duckdb.execute(sql).fetchall())

    def _execute(self, sql: str) -> None:
        self._duckdb.execute(sql)

    def _append(self, table: exp.Table, files: Sequence[Path], is_there: bool) -> None:
        name = table.sql("duckdb")
        batches = (batch for file in files for batch in pq.ParquetFile(file).iter_batches(BATCH_ROWS))
        self._duckdb.register(NEW_ROWS, pa.RecordBatchReader.from_batches(pq.read_schema(files[0]), batches))
        command = f"insert into {name} by name" if is_there else f"create table {name} as"
        self._duckdb.execute(f"{command} select * from {NEW_ROWS}")  # noqa: S608 - both names are ours
        self._duckdb.unregister(NEW_ROWS)

    def commit(self) -> None:
        """Keep what was done, and begin anew."""
        with self._told("commit"):
            self._duckdb.commit()
            self._duckdb.begin()

    def close(self) -> None:
        """Leave the file, which undoes what is not committed, also while a query's rows are still to be read."""
        self._duckdb.close()


def _engine_type(kind: pa.DataType) -> pa.DataType:
    """Return the type that an engine reads a DuckDB column as."""
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC")
    if isinstance(kind, pa.BaseExtensionType) or pa.types.is_dictionary(kind) or any(one(kind) for one in AS_TEXT):
        return pa.string()
    return {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64()}.get(kind, kind)


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch([column.cast(kind) for column, kind in zip(batch, schema.types, strict=True)], schema=schema)
