"""Hive's buckets: the file of a row follows from a hash of some of its columns.

The hash is that of Hive's ObjectInspectorUtils, which readers of bucketed tables count on.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from glue_emulator.athena.statements.statement import StatementError

EPOCH = date(1970, 1, 1)
HASHED = ("boolean", "tinyint", "smallint", "int", "bigint", "string", "date")


def require_hash(kind: str, column: str) -> None:
    """Refuse a bucketing column whose hash is not known here."""
    if kind not in HASHED and not kind.startswith(("varchar", "char")):
        raise StatementError(f"NOT_SUPPORTED: buckets by the column {column} of type {kind} are not written here")


def in_buckets(rows: pa.Table, columns: list[str], count: int) -> list[pa.Table]:
    """Return rows by their bucket."""
    values = [rows[name].to_pylist() for name in columns]
    buckets = [_bucket(row, count) for row in zip(*values, strict=True)]
    return [rows.filter(pa.array([one == number for one in buckets], pa.bool_())) for number in range(count)]


def _bucket(values: tuple[Any, ...], count: int) -> int:
    code = 0
    for value in values:
        code = _signed(31 * code + _hash(value))
    return (code & 0x7FFFFFFF) % count


def _hash(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -(2**31) <= value < 2**31 else _signed(value ^ (value >> 32))
    if isinstance(value, date):
        return (value - EPOCH).days
    code = 0
    for one in str(value).encode():
        code = _signed(31 * code + (one - 256 if one > 127 else one))
    return code


def _signed(value: int) -> int:
    """Return the number that Java's 32 bits hold."""
    value &= 0xFFFFFFFF
    return value - 2**32 if value >= 2**31 else value
