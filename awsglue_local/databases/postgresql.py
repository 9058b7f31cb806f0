"""A PostgreSQL server as a stand-in, where a settings file gives its URL."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from awsglue_local.databases.connections import Connection
from awsglue_local.databases.stand_in import StandIn
from awsglue_local.errors import GlueLocalError

BATCH_ROWS = 50_000
ARROW_OF = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "bytea": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
"""PostgreSQL's type to what an engine reads it as; all others are read as their text, as Spark's JDBC source does."""
TYPE_OF = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "smallint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "integer"),
    (pa.types.is_int64, "bigint"),
    (pa.types.is_float32, "real"),
    (pa.types.is_float64, "double precision"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp"),
    (pa.types.is_binary, "bytea"),
    (pa.types.is_string, "text"),
)


def is_near(url: str) -> bool:
    """Say whether a URL leads to this machine."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        said = conninfo_to_dict(url)
    except ProgrammingError:
        return False
    hosts = [said.get("hostaddr"), said.get("host") or os.environ.get("PGHOST")]
    return not said.get("service") and all(_is_here(one) for host in hosts if host for one in str(host).split(","))


def _is_here(host: str) -> bool:
    if host.startswith("/"):
        return True  # a socket's folder
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class PostgreSQL(StandIn):
    """A PostgreSQL database."""

    dialect = "postgres"
    schemas = ("public",)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        try:
            import psycopg
        except ImportError as error:
            raise GlueLocalError(
                f"the connection {connection.name!r} is a PostgreSQL database: pip install 'psycopg[binary]'"
            ) from error
        self._psycopg = psycopg
        try:
            self._server = psycopg.connect(connection.url)
            self._server.execute("set timezone to 'UTC'")
        except psycopg.Error as error:
            words = "its URL is none" if isinstance(error, psycopg.ProgrammingError) else " ".join(str(error).split())
            raise GlueLocalError(f"the connection {connection.name!r} cannot be opened: {words}") from None

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What psycopg raises."""
        return (self._psycopg.Error,)

    def _batches(self, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        cursor = self._server.cursor("rows")  # of the server: it keeps the rows that are not asked for yet
        cursor.execute(sql)
        described = cursor.description or []
        schema = pa.schema([pa.field(one.name, self._arrow_type(one)) for one in described])

        def batches() -> Iterator[pa.RecordBatch]:
            while rows := cursor.fetchmany(BATCH_ROWS):
                columns = zip(*rows, strict=True)
                arrays = [_array(list(values), kind) for values, kind in zip(columns, schema.types, strict=True)]
                yield pa.record_batch(arrays, schema=schema)
            cursor.close()

        return schema, batches()

    def _arrow_type(self, column: Any) -> pa.DataType:
        kind = self._server.adapters.types.get(column.type_code)
        # an array is known by the type of its elements
        name = kind.name if kind and kind.oid == column.type_code else ""
        if name == "numeric":
            # without a precision, as Spark's JDBC source reads it
            return pa.decimal128(column.precision or 38, column.scale if column.precision else 18)
        return ARROW_OF.get(name, pa.string())

    def _rows(self, sql: str) -> list[Sequence[object]]:
        return list(self._server.execute(sql).fetchall())

    def _execute(self, sql: str) -> None:
        self._server.execute(sql)

    def _append(self, table: exp.Table, files: Sequence[Path], is_there: bool) -> None:
        schema = pq.read_schema(files[0])
        name = table.sql("postgres")
        spelling = self._columns_of(table) if is_there else {}
        names = [spelling.get(field.name.lower(), field.name.lower()) for field in schema]
        columns = [exp.to_identifier(one, quoted=True).sql("postgres") for one in names]
        if not is_there:
            kinds = [f"{column} {_postgres_type(field)}" for column, field in zip(columns, schema, strict=True)]
            self._execute(f"create table {name} ({', '.join(kinds)})")
        command = f"copy {name} ({', '.join(columns)}) from stdin"
        with self._server.cursor() as cursor, cursor.copy(command) as copy:
            for file in files:
                for batch in pq.ParquetFile(file).iter_batches(BATCH_ROWS):
                    for row in zip(*(column.to_pylist() for column in batch), strict=True):
                        copy.write_row(row)

    def _columns_of(self, table: exp.Table) -> dict[str, str]:
        """Return a table's columns by their names in lower case, in which Redshift has them."""
        cursor = self._server.execute(f"select * from {table.sql('postgres')} limit 0")  # noqa: S608 - a parsed name
        return {one.name.lower(): one.name for one in cursor.description or []}

    def commit(self) -> None:
        """Keep what was done, and begin anew.

        Raises
        ------
        GlueLocalError
            A statement failed before, which the script passed over: PostgreSQL keeps nothing then.
        """
        if self._server.info.transaction_status == self._psycopg.pq.TransactionStatus.INERROR:
            raise GlueLocalError(
                f"the connection {self.connection.name!r}: a statement failed before, so nothing that the script wrote "
                "to it can be kept; ask whether a table is there before you read it"
            )
        self._server.commit()

    def close(self) -> None:
        """Undo what is not committed, and leave the server."""
        self._server.rollback()
        self._server.close()


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        values = [value if value is None or isinstance(value, str) else _text(value) for value in values]
    return pa.array(values, kind)


def _text(value: Any) -> str:
    """Return a value of a type that engines do not have as PostgreSQL writes it."""
    if isinstance(value, dict | list):
        import orjson

        return orjson.dumps(value).decode()
    return str(value)


def _postgres_type(field: pa.Field) -> str:
    if pa.types.is_decimal(field.type):
        return f"numeric({field.type.precision},{field.type.scale})"
    return next(name for holds, name in TYPE_OF if holds(field.type))
