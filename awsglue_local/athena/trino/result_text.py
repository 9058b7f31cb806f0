"""Values of a result as Athena prints them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import time
from decimal import Decimal
from typing import Any

import numpy as np

from awsglue_local.athena.trino import python_values as python
from awsglue_local.athena.trino.errors import QueryError
from awsglue_local.athena.trino.types import DAYS, MONTHS, ZONED, Type, field_names, field_types

TIMES = ("date", "timestamp", "time", ZONED)


def text_of(value: Any, kind: Type) -> str | None:
    """Return a value of a type, as DuckDB keeps it, as Athena prints it; None for a null."""
    if value is None:
        return None
    if kind.name in TIMES and isinstance(value["at"] if isinstance(value, dict) else value, str):
        # what Python's times cannot hold, DuckDB gives as text
        raise QueryError(f"NOT_SUPPORTED: a {kind} outside of the years 1 to 9999 is not supported here")
    return TEXTS.get(kind.name, _text)(value, kind)


def _text(value: Any, _kind: Type) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _boolean(value: Any, _kind: Type) -> str:
    return str(value).lower()


def _double(value: Any, _kind: Type) -> str:
    if math.isnan(value) or math.isinf(value):
        return python.text_of_double(value) or ""
    return python.java_text(value)


def _real(value: Any, kind: Type) -> str:
    return _double(float(str(np.float32(value))), kind)


def _timestamp(value: Any, kind: Type) -> str:
    return python.timestamp_text(value, _digits(kind))


def _zoned(value: Any, kind: Type) -> str:
    return python.text_of_zoned(value, _digits(kind)) or ""


def _digits(kind: Type) -> int:
    """Return the digits of a second that are printed: Athena prints milliseconds at least."""
    return max(int(kind.arguments[0]) if kind.arguments else 3, 3)


def _time(value: time, kind: Type) -> str:
    return f"{value:%H:%M:%S}.{value.microsecond:06}"[: _digits(kind) - 6 or None]


def _bytes(value: bytes, _kind: Type) -> str:
    return value.hex(" ")


def _inner(value: Any, kind: Type) -> str:
    text = text_of(value, kind)
    return "null" if text is None else text


def _array(value: list[Any], kind: Type) -> str:
    return "[" + ", ".join(_inner(one, kind.element) for one in value) + "]"


def _map(value: dict[Any, Any], kind: Type) -> str:
    return "{" + ", ".join(f"{_inner(name, kind.key)}={_inner(one, kind.value)}" for name, one in value.items()) + "}"


def _row(value: dict[str, Any], kind: Type) -> str:
    names = [name[1:-1].replace('""', '"') for name in field_names(kind)]
    parts = zip(names, field_types(kind), strict=True)
    return "{" + ", ".join(f"{name}={_inner(value[name], one)}" for name, one in parts) + "}"


TEXTS: dict[str, Callable[[Any, Type], str]] = {
    "boolean": _boolean,
    "double": _double,
    "real": _real,
    "timestamp": _timestamp,
    ZONED: _zoned,
    "time": _time,
    "varbinary": _bytes,
    "array": _array,
    "map": _map,
    "row": _row,
    DAYS: lambda value, _kind: python.text_of_days(value) or "",
    MONTHS: lambda value, _kind: python.text_of_months(value) or "",
}
"""By the name of a type; numbers, dates and text are as Python prints them."""
