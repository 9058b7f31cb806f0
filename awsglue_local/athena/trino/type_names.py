"""Types as they are written: in a query, in a catalog (Hive's), in DuckDB."""

from __future__ import annotations

from functools import cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

from awsglue_local.athena.trino.errors import QueryRefused
from awsglue_local.athena.trino.types import (
    BIGINT,
    DAYS,
    JSON,
    MONTHS,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    WIDEST_DECIMAL,
    ZONED,
    Type,
    array_of,
    decimal,
    map_of,
    row_of,
    varchar,
)

Kind = exp.DataType.Type
SIMPLE = {
    Kind.BOOLEAN: Type("boolean"),
    Kind.TINYINT: Type("tinyint"),
    Kind.SMALLINT: Type("smallint"),
    Kind.INT: Type("integer"),
    Kind.BIGINT: BIGINT,
    Kind.FLOAT: Type("real"),
    Kind.DOUBLE: Type("double"),
    Kind.DATE: Type("date"),
    Kind.TEXT: VARCHAR,
    Kind.BINARY: VARBINARY,
    Kind.VARBINARY: VARBINARY,
    Kind.BLOB: VARBINARY,
    Kind.JSON: JSON,
    Kind.UUID: Type("uuid"),
    Kind.NULL: UNKNOWN,
    Kind.UNKNOWN: UNKNOWN,
    # of DuckDB alone: sums of whole numbers
    Kind.INT128: BIGINT,
    Kind.UINT128: BIGINT,
    Kind.UBIGINT: BIGINT,
    Kind.UINT: BIGINT,
    Kind.USMALLINT: Type("integer"),
    Kind.UTINYINT: Type("smallint"),
}
TIMES = {
    Kind.TIMESTAMP: "timestamp",
    Kind.TIMESTAMPNTZ: "timestamp",
    Kind.TIMESTAMP_MS: "timestamp",
    Kind.TIMESTAMP_S: "timestamp",
    Kind.TIMESTAMP_NS: "timestamp",
    Kind.DATETIME: "timestamp",
    Kind.TIMESTAMPTZ: ZONED,
    Kind.TIMESTAMPLTZ: ZONED,
    Kind.TIME: "time",
}
MOST_DIGITS = 6
"""Digits of a second that DuckDB keeps."""


@cache
def hive_type(text: str) -> Type:
    """Return the type that a catalog names, such as `array<struct<a:int>>`; of a nameless one varchar."""
    return _written(text, "hive")


@cache
def duckdb_named(text: str) -> Type:
    """Return the type whose values DuckDB keeps as a type that it names."""
    return _written(text, "duckdb")


def _written(text: str, dialect: str) -> Type:
    try:
        return type_of(exp.DataType.build(text, dialect=dialect))
    except (SqlglotError, QueryRefused):
        return VARCHAR


def type_of(written: exp.DataType) -> Type:
    """Return the type that is written in a query.

    Raises
    ------
    QueryRefused
        Trino has no such type, or it is not supported here.
    """
    kind, given = written.this, written.expressions
    if kind in SIMPLE:
        return SIMPLE[kind]
    if kind in TIMES:
        return Type(TIMES[kind], (_digits(written),))
    if kind in (Kind.VARCHAR, Kind.CHAR, Kind.NCHAR, Kind.NVARCHAR):
        return _text(kind, [int(one.name) for one in given])
    if kind == Kind.DECIMAL:
        sizes = [int(one.name) for one in given]
        return decimal(sizes[0] if sizes else WIDEST_DECIMAL, sizes[1] if len(sizes) > 1 else 0)
    if kind in (Kind.ARRAY, Kind.LIST) and len(given) == 1:
        return array_of(_inner(given[0]))
    if kind == Kind.MAP and len(given) == 2:
        return map_of(_inner(given[0]), _inner(given[1]))
    if kind == Kind.STRUCT:
        return row_of([_field(one) for one in given])
    name = written.sql("trino").lower()
    if name in (DAYS, MONTHS):
        return Type(name)
    raise QueryRefused("TYPE_NOT_FOUND", f"Unknown type: {name}", written)


def _inner(written: exp.Expr) -> Type:
    return type_of(written if isinstance(written, exp.DataType) else exp.DataType.build(written.sql()))


def _field(written: exp.Expr) -> tuple[str, Type]:
    if isinstance(written, exp.ColumnDef):
        return written.name.lower(), type_of(written.args["kind"])
    return "", _inner(written)


def _text(kind: exp.DType, sizes: list[int]) -> Type:
    if kind in (Kind.CHAR, Kind.NCHAR):
        return Type("char", (sizes[0] if sizes else 1,))
    return varchar(sizes[0]) if sizes else VARCHAR


def _digits(written: exp.DataType) -> int:
    digits = int(written.expressions[0].name) if written.expressions else 3
    if digits > MOST_DIGITS:
        raise QueryRefused(
            "NOT_SUPPORTED", f"more than {MOST_DIGITS} digits of a second are not supported here", written
        )
    return digits
