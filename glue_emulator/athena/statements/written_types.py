"""Trino's types as Hive's, for tables that a query writes."""

from __future__ import annotations

from awsglue_local.athena.trino.types import UNBOUNDED, Type
from glue_emulator.athena.statements.statement import StatementError

SIMPLE = {
    "integer": "int",
    "real": "float",
    "varbinary": "binary",
    **{name: name for name in ("boolean", "tinyint", "smallint", "bigint", "double", "date")},
}


def catalog_type(kind: Type, column: str) -> str:
    """Return the type of a catalog's column that keeps the values of a type.

    Raises
    ------
    StatementError
        Hive has no such type.
    """
    found = _hive(kind)
    if found is None:
        raise StatementError(f"NOT_SUPPORTED: Unsupported Hive type: {kind} of {column}")
    return found


def _hive(kind: Type) -> str | None:
    if kind.name in SIMPLE:
        return SIMPLE[kind.name]
    if kind.name == "timestamp":
        return "timestamp"
    if kind.name in ("varchar", "char"):
        is_short = kind.arguments and kind.arguments[0] < UNBOUNDED
        return f"{kind.name}({kind.arguments[0]})" if is_short else "string"
    if kind.name == "decimal":
        return f"decimal({kind.arguments[0]},{kind.arguments[1]})"
    if kind.name == "row":
        names = [name or f"field{number}" for number, (name, _) in enumerate(kind.arguments)]
        inner = [_hive(one) for _, one in kind.arguments]
        pairs = ",".join(f"{name}:{one}" for name, one in zip(names, inner, strict=True))
        return None if None in inner else f"struct<{pairs}>"
    if kind.name in ("array", "map"):
        inner = [_hive(one) for one in kind.arguments]
        return None if None in inner else f"{kind.name}<{','.join(str(one) for one in inner)}>"
    return None
