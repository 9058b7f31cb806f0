"""Rows as Athena gives them: text in GetQueryResults and in the CSV file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

TYPES = {
    "VARCHAR": "varchar",
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TINYINT": "tinyint",
    "DOUBLE": "double",
    "FLOAT": "float",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "TIME": "time",
    "BLOB": "varbinary",
    "JSON": "json",
    # sums of whole numbers stay bigint in Athena
    "HUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    '"NULL"': "unknown",
}


def athena_type(duckdb_type: str) -> str:
    """Return Athena's name of a column type that DuckDB names."""
    if duckdb_type in TYPES:
        return TYPES[duckdb_type]
    if duckdb_type.startswith("TIMESTAMP_"):
        return "timestamp"
    if duckdb_type.startswith("DECIMAL"):
        return "decimal"
    if duckdb_type.endswith("[]"):
        return "array"
    return "row" if duckdb_type.startswith("STRUCT") else "map" if duckdb_type.startswith("MAP") else "varchar"


def column_info(name: str, duckdb_type: str) -> dict[str, Any]:
    """Return a column as the API's ColumnInfo."""
    kind = athena_type(duckdb_type)
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", duckdb_type)
    precisions = {
        "varchar": 2147483647,
        "bigint": 19,
        "integer": 10,
        "double": 17,
        "smallint": 5,
        "tinyint": 3,
        "float": 17,
    }
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": int(decimal[1]) if decimal else precisions.get(kind, 0),
        "Scale": int(decimal[2]) if decimal else 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind == "varchar",
    }


def text_of(value: Any, kind: str = "") -> str | None:
    """Return a value of a DuckDB type as Athena prints it; None for a null."""
    if value is None:
        return None
    if kind == "FLOAT":
        return _java_double(float(str(np.float32(value))))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _java_double(value)
    if isinstance(value, datetime):
        zone = "" if value.tzinfo is None else " UTC"
        whole = value if value.tzinfo is None else value.astimezone(UTC)
        return whole.replace(tzinfo=None).isoformat(" ", "milliseconds") + zone
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inner(one) for one in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_inner(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _inner(value: Any) -> str:
    text = text_of(value)
    return "null" if text is None else text


def _java_double(value: float) -> str:
    """Return a double as Java prints it: 1.0E10 from ten millions on, 1.0E-4 below a thousandth."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{value:f}"
    digits, exponent = f"{Decimal(repr(value)):E}".split("E")
    mantissa = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def csv_text(rows: Iterable[Sequence[str | None]]) -> str:
    """Return rows as the CSV file that Athena writes: every value in quotes, nothing for a null."""
    return "".join(",".join(_cell(value) for value in row) + "\n" for row in rows)


def _cell(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'
