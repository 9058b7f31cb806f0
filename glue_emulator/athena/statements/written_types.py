"""Trino's types as Hive's, for tables that a query writes, and what goes into their columns."""

from __future__ import annotations

from awsglue_local.athena.queries import Found
from awsglue_local.athena.trino.type_names import hive_type
from awsglue_local.athena.trino.types import UNBOUNDED, Type, turns_into
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


def require_names(columns: list[tuple[str, str]], names: list[str]) -> None:
    """Refuse names that are of no column, or there twice."""
    known = {name for name, _ in columns}
    for name in names:
        if name not in known:
            words = "Insert column name does not exist in target table"
            raise StatementError(f"COLUMN_NOT_FOUND: line 1:1: {words}: {name}")
        if names.count(name) > 1:
            words = "Insert column name is specified more than once"
            raise StatementError(f"DUPLICATE_COLUMN_NAME: line 1:1: {words}: {name}")


def require_fit(columns: list[tuple[str, str]], names: list[str], rows: Found) -> None:
    """Refuse values whose number or types are not those of the columns."""
    require_names(columns, names)
    kinds = dict(columns)
    wanted = [hive_type(kinds[name]) for name in names]
    found = [kind for _, kind in rows.columns]
    if len(wanted) != len(found) or not all(_goes_into(one, other) for one, other in zip(found, wanted, strict=True)):
        raise StatementError(
            "TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: "
            f"Table: [{', '.join(str(one) for one in wanted)}], Query: [{', '.join(str(one) for one in found)}]"
        )


def _goes_into(given: Type, wanted: Type) -> bool:
    return turns_into(given, wanted) or (given.is_text and wanted.is_text)
