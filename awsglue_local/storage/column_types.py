"""Column types as the Data Catalog writes them (Hive's), and the same in Arrow."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa

from awsglue_local.errors import SourceError

SIMPLE: dict[str, pa.DataType] = {
    "string": pa.string(),
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "binary": pa.binary(),
}

GLUE_NAMES = {
    "long": "bigint",
    "byte": "tinyint",
    "short": "smallint",
    "integer": "int",
    "null": "string",
    "varchar": "string",
    "char": "string",
}
"""What ApplyMapping calls types that Spark SQL and Hive call otherwise."""
FAMILIES = {
    "number": ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal"),
    "text": ("string", "varchar", "char"),
    "truth": ("boolean",),
    "time": ("date", "timestamp", "timestamp_ntz"),
}
"""Types between which every value has a counterpart."""


def spark_type(glue_type: str) -> str:
    """Return Spark SQL's name of a type that a Glue script names, such as `long`."""
    return GLUE_NAMES.get(re.sub(r"^((?:var)?char)\s*\(.*", r"\1", glue_type.lower()), glue_type)


def family(kind: str) -> str:
    """Return the family of a type, whoever names it; empty for `choice`, nested and other types."""
    plain = spark_type(re.sub(r"\(.*", "", kind.strip().lower()))
    return next((name for name, kinds in FAMILIES.items() if plain in kinds), "")


def spark_schema(columns: list[tuple[str, str]]) -> str:
    """Return `(name, Hive type)` columns as a Spark DDL schema."""
    return ", ".join(f"{quoted(name)} {hive_type}" for name, hive_type in columns)


def quoted(name: str) -> str:
    """Return a column name in backticks, as Spark SQL and PySpark's `col` take any name."""
    return "`" + name.replace("`", "``") + "`"


def arrow_type(hive_type: str) -> pa.DataType:
    """Return the Arrow type of a Hive type.

    Raises
    ------
    SourceError
        The type is none of Hive's.
    """
    text = hive_type.strip().lower()
    if text in SIMPLE:
        return SIMPLE[text]
    if re.fullmatch(r"(varchar|char)\(\d+\)", text):
        return pa.string()
    decimal = re.fullmatch(r"decimal(?:\((\d+)(?:,\s*(\d+))?\))?", text)
    if decimal:
        return pa.decimal128(int(decimal[1] or 10), int(decimal[2] or 0))
    nested = re.fullmatch(r"(array|map|struct)<(.*)>", text, re.DOTALL)
    if not nested:
        raise SourceError(f"{hive_type!r} is not a column type of the Data Catalog")
    return _nested_type(nested[1], _split(nested[2]))


def hive_type(arrow: pa.DataType) -> str:
    """Return the Hive type of an Arrow type that a reader inferred."""
    for name, simple in SIMPLE.items():
        if arrow == simple:
            return name
    if pa.types.is_null(arrow):
        return "string"
    if pa.types.is_list(arrow):
        return f"array<{hive_type(arrow.value_type)}>"
    if pa.types.is_map(arrow):
        return f"map<{hive_type(arrow.key_type)},{hive_type(arrow.item_type)}>"
    if pa.types.is_timestamp(arrow) and arrow.tz is None:
        return "timestamp"
    if pa.types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    if pa.types.is_struct(arrow):
        return f"struct<{','.join(f'{field.name}:{hive_type(field.type)}' for field in arrow)}>"
    return str(arrow)


def _nested_type(kind: str, parts: list[str]) -> pa.DataType:
    if kind == "array":
        return pa.list_(arrow_type(parts[0]))
    if kind == "map":
        return pa.map_(arrow_type(parts[0]), arrow_type(parts[1]))
    members: list[Any] = []
    for part in parts:
        name, _, member_type = part.partition(":")
        members.append((name.strip(), arrow_type(member_type)))
    return pa.struct(members)


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]
