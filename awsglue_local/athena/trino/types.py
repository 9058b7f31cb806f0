"""Trino's types: their names, what turns into what by itself, and how DuckDB keeps their values.

https://trino.io/docs/current/language/types.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

INTEGERS = ("tinyint", "smallint", "integer", "bigint")
NUMBERS = (*INTEGERS, "decimal", "real", "double")
DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
"""Digits of the decimal that a whole number turns into."""

UNBOUNDED = 2147483647
WIDEST_DECIMAL = 38
ZONED = "timestamp with time zone"
DAYS = "interval day to second"
MONTHS = "interval year to month"


@dataclass(frozen=True)
class Type:
    """A type of Trino.

    Attributes
    ----------
    name
        Such as `varchar`, `array`, `timestamp with time zone`.
    arguments
        Of a varchar and a char its length, of a decimal precision and scale, of a timestamp its digits; the types that
        an array or a map holds; `(name, type)` of a row's fields, the name empty where a field has none.
    """

    name: str
    arguments: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.name == "varchar" and self.arguments in ((), (UNBOUNDED,)):
            return "varchar"
        if not self.arguments:
            return self.name
        if self.name == "row":
            return f"row({', '.join(f'{_quoted(name)} {kind}'.strip() for name, kind in self.arguments)})"
        inner = ("," if self.name == "decimal" else ", ").join(str(one) for one in self.arguments)
        first, _, rest = self.name.partition(" ")
        return f"{first}({inner}) {rest}".strip()

    @property
    def element(self) -> Type:
        """What an array holds."""
        return self.arguments[0]  # type: ignore[no-any-return]

    @property
    def key(self) -> Type:
        """A map's key."""
        return self.arguments[0]  # type: ignore[no-any-return]

    @property
    def value(self) -> Type:
        """A map's value."""
        return self.arguments[1]  # type: ignore[no-any-return]

    @property
    def is_number(self) -> bool:
        """Whether one can calculate with it."""
        return self.name in NUMBERS

    @property
    def is_text(self) -> bool:
        """Whether it is varchar or char."""
        return self.name in ("varchar", "char")

    @property
    def is_time(self) -> bool:
        """Whether it is a date or a timestamp."""
        return self.name in ("date", "timestamp", ZONED)


def _quoted(name: str) -> str:
    return name if name.isidentifier() or not name else f'"{name}"'


BIGINT, INTEGER, DOUBLE, REAL, BOOLEAN = (Type(one) for one in ("bigint", "integer", "double", "real", "boolean"))
DATE, UNKNOWN, JSON, VARBINARY = (Type(one) for one in ("date", "unknown", "json", "varbinary"))
VARCHAR = Type("varchar")
TIMESTAMP = Type("timestamp", (3,))
TIMESTAMP_TZ = Type(ZONED, (3,))
TIME = Type("time", (3,))
INTERVAL_DAYS, INTERVAL_MONTHS = Type(DAYS), Type(MONTHS)


def array_of(element: Type) -> Type:
    """Return the type of an array."""
    return Type("array", (element,))


def map_of(key: Type, value: Type) -> Type:
    """Return the type of a map."""
    return Type("map", (key, value))


def row_of(fields: Sequence[tuple[str, Type]]) -> Type:
    """Return the type of a row."""
    return Type("row", tuple(fields))


def varchar(length: int) -> Type:
    """Return the type of a text of at most so many characters."""
    return VARCHAR if length >= UNBOUNDED else Type("varchar", (length,))


def decimal(precision: int, scale: int) -> Type:
    """Return the type of a decimal, as wide as there is one."""
    return Type("decimal", (min(precision, WIDEST_DECIMAL), scale))


def length_of(kind: Type) -> int:
    """Return the most characters that a varchar or char holds."""
    default = 1 if kind.name == "char" else UNBOUNDED
    return int(kind.arguments[0]) if kind.arguments else default


def common(one: Type, other: Type) -> Type | None:
    """Return the type that both turn into by themselves; None where there is none."""
    if one == other or other == UNKNOWN:
        return one
    if one == UNKNOWN:
        return other
    if one.is_number and other.is_number:
        return _common_number(one, other)
    names = {one.name, other.name}
    if names == {"varchar"}:
        return varchar(max(length_of(one), length_of(other)))
    if names == {"char"} or names == {"char", "varchar"}:
        return Type("char", (max(length_of(one), length_of(other)),)) if names == {"char"} else VARCHAR
    if one.is_time and other.is_time:
        return _common_time(one, other)
    if len(names) == 1 and one.name in ("array", "map", "row"):
        return _common_nested(one, other)
    return one if len(names) == 1 and one.name == "time" else None


def _common_number(one: Type, other: Type) -> Type:
    for widest in ("double", "real"):
        if widest in (one.name, other.name):
            return Type(widest)
    if "decimal" not in (one.name, other.name):
        return max(one, other, key=lambda kind: INTEGERS.index(kind.name))
    (p, s), (q, t) = as_decimal(one).arguments, as_decimal(other).arguments
    return decimal(max(p - s, q - t) + max(s, t), max(s, t))


def as_decimal(kind: Type) -> Type:
    """Return the decimal that a whole number or a decimal turns into."""
    if kind.name == "decimal":
        return kind if kind.arguments else decimal(WIDEST_DECIMAL, 0)
    return decimal(DIGITS[kind.name], 0)


def _common_time(one: Type, other: Type) -> Type:
    order = ("date", "timestamp", ZONED)
    name = max(one.name, other.name, key=order.index)
    digits = max((kind.arguments[0] for kind in (one, other) if kind.arguments), default=3)
    return Type(name) if name == "date" else Type(name, (digits,))


def _common_nested(one: Type, other: Type) -> Type | None:
    if len(one.arguments) != len(other.arguments):
        return None
    if one.name == "row":
        kinds = [common(a, b) for (_, a), (_, b) in zip(one.arguments, other.arguments, strict=True)]
        names = [a if a == b else "" for (a, _), (b, _) in zip(one.arguments, other.arguments, strict=True)]
        return None if None in kinds else Type("row", tuple(zip(names, kinds, strict=True)))
    inner = tuple(common(a, b) for a, b in zip(one.arguments, other.arguments, strict=True))
    return None if None in inner else Type(one.name, inner)


def turns_into(given: Type, wanted: Type) -> bool:
    """Say whether values of a type are taken where another one is wanted."""
    if given.name == "varchar" and wanted.name == "char":
        return True
    met = common(given, wanted)
    return met is not None and (met == wanted or _same_but_size(met, wanted))


def _same_but_size(met: Type, wanted: Type) -> bool:
    """Say whether a wanted type without a size, such as `varchar` or `decimal`, takes what was met."""
    if met.name != wanted.name:
        return False
    if met.name == "row":
        pairs = zip(met.arguments, wanted.arguments, strict=True)
        return all(a == b or _same_but_size(a, b) for (_, a), (_, b) in pairs)
    if met.name in ("array", "map"):
        return all(a == b or _same_but_size(a, b) for a, b in zip(met.arguments, wanted.arguments, strict=True))
    return not wanted.arguments or met.name in ("timestamp", ZONED, "time")


DUCKDB = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "real": "FLOAT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "time": "TIME",
    "varchar": "VARCHAR",
    "char": "VARCHAR",
    "json": "VARCHAR",
    "uuid": "VARCHAR",
    "varbinary": "BLOB",
    "unknown": "VARCHAR",
    DAYS: "BIGINT",
    MONTHS: "BIGINT",
    ZONED: 'STRUCT("at" TIMESTAMP, "zone" VARCHAR)',
}
"""How DuckDB keeps values: intervals as milliseconds or months, an instant with its zone as UTC and the zone's name."""


@cache
def duckdb_type(kind: Type) -> str:
    """Return the type of DuckDB that keeps the values of a type."""
    if kind.name == "decimal":
        precision, scale = kind.arguments or (WIDEST_DECIMAL, 0)
        return f"DECIMAL({precision},{scale})"
    if kind.name == "array":
        return f"{duckdb_type(kind.element)}[]"
    if kind.name == "map":
        return f"MAP({duckdb_type(kind.key)}, {duckdb_type(kind.value)})"
    if kind.name == "row":
        fields = zip(field_names(kind), field_types(kind), strict=True)
        return f"STRUCT({', '.join(f'{name} {duckdb_type(one)}' for name, one in fields)})"
    return DUCKDB[kind.name]


def field_types(kind: Type) -> list[Type]:
    """Return the types of a row's fields."""
    return [one for _, one in kind.arguments]


def field_names(kind: Type) -> list[str]:
    """Return the quoted names of a row's fields in DuckDB; one without a name, or with that of another, gets one."""
    taken: set[str] = set()
    names = []
    for number, (given, _) in enumerate(kind.arguments):
        name = given.lower() if given and given.lower() not in taken else f"field{number}"
        taken.add(name)
        names.append('"' + name.replace('"', '""') + '"')
    return names
