"""Results as the API and the CSV file have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from awsglue_local.athena.trino.types import UNBOUNDED, Type, length_of

PRECISIONS = {"bigint": 19, "integer": 10, "smallint": 5, "tinyint": 3, "double": 17, "real": 17}
TIMES = ("time", "timestamp", "timestamp with time zone")


def column_info(name: str, kind: Type) -> dict[str, Any]:
    """Return a column as the API's ColumnInfo."""
    precision, scale = PRECISIONS.get(kind.name, 0), 0
    if kind.name == "decimal":
        precision, scale = kind.arguments
    elif kind.name in ("varchar", "char"):
        precision = min(length_of(kind), UNBOUNDED)
    elif kind.name in TIMES:
        precision = int(kind.arguments[0])
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": "float" if kind.name == "real" else kind.name,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind.is_text,
    }


def csv_text(rows: Iterable[Sequence[str | None]]) -> str:
    """Return rows as the CSV file that Athena writes: every value in quotes, nothing for a null."""
    return "".join(",".join(_cell(value) for value in row) + "\n" for row in rows)


def _cell(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'
