"""Values that DuckDB has no function for, made in Python: Java's text of doubles, zones, JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import orjson

from awsglue_local.athena.trino.translation import PythonFunction
from awsglue_local.athena.trino.types import INTEGERS, Type, field_names, field_types

Zoned = dict[str, Any]
"""An instant: `at` in UTC without a zone, `zone` its name."""

MINUTE = timedelta(minutes=1)
DAY = 86_400_000


def function(call: Callable[..., Any], *types: str) -> PythonFunction:
    """Return a Python function for DuckDB; the last of its types is the result's."""
    return PythonFunction(f"trino_{call.__name__}", call, types[:-1], types[-1])


# text of numbers


def text_of_double(value: float | None) -> str | None:
    """Return a double as `cast(x as varchar)` has it, in the standard's form: 1.0E-1, 0E0."""
    if value is None:
        return None
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "-Infinity" if value < 0 else "Infinity"
    if value == 0:
        return "-0E0" if math.copysign(1, value) < 0 else "0E0"
    digits, exponent = f"{Decimal(repr(value)):E}".split("E") if value else ("0", "0")
    whole, _, rest = digits.partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}E{int(exponent)}"


def text_of_real(value: float | None) -> str | None:
    """Return a real as `cast(x as varchar)` has it."""
    return None if value is None else text_of_double(float(str(np.float32(value))))


def java_text(value: float) -> str:
    """Return a double as Java prints it: 1.0E10 from ten millions on, 1.0E-4 below a thousandth."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{Decimal(repr(value)):f}"
    return text_of_double(value) or ""


def text_of_days(milliseconds: int | None) -> str | None:
    """Return an interval day to second as text: `2 00:00:00.000`."""
    if milliseconds is None:
        return None
    rest = abs(milliseconds)
    days, rest = divmod(rest, DAY)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    sign = "-" if milliseconds < 0 else ""
    return f"{sign}{days} {hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def text_of_months(months: int | None) -> str | None:
    """Return an interval year to month as text: `1-2`."""
    if months is None:
        return None
    return f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12}"


# zones

OFFSET = r"(?:UTC|GMT|UT)?([+-])(\d{1,2}):?(\d{2})?"


@cache
def zone_named(name: str) -> tzinfo:
    """Return a zone by its name or offset; ValueError where there is none."""
    if name in ("Z", "UTC"):
        return UTC
    found = re.fullmatch(OFFSET, name)
    if found and int(found[2]) <= 14:
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return timezone(MINUTE * (-minutes if found[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: '{name}' is not a valid time zone") from error


def zone_text(name: str) -> str:
    """Return how a zone is printed: +02:00, UTC, Europe/Berlin."""
    found = re.fullmatch(OFFSET, name)
    if name == "Z" or (found and int(found[2]) == int(found[3] or 0) == 0):
        return "UTC"
    return f"{found[1]}{int(found[2]):02}:{found[3] or '00'}" if found else name


def to_local(at: datetime, zone: str) -> datetime:
    """Return what a clock in a zone shows at an instant."""
    return at.replace(tzinfo=UTC).astimezone(zone_named(zone)).replace(tzinfo=None)


def to_instant(local: datetime, zone: str) -> datetime:
    """Return the instant at which a clock in a zone shows a time; one that it leaves out is later by the gap."""
    return local.replace(tzinfo=zone_named(zone)).astimezone(UTC).replace(tzinfo=None)


def zoned_of(local: datetime | None, zone: str | None) -> Zoned | None:
    """Return the instant at which a clock in a zone shows a time, with the zone."""
    return None if local is None or zone is None else instant(local, zone)


def instant(local: datetime, zone: str) -> Zoned:
    """Return the instant at which a clock in a zone shows a time, with the zone."""
    return {"at": to_instant(local, zone), "zone": zone_text(zone)}


def in_zone(value: Zoned | None, zone: str | None) -> Zoned | None:
    """Return an instant with another zone."""
    if value is None or zone is None:
        return None
    zone_named(zone)
    return {"at": value["at"], "zone": zone_text(zone)}


def local_of(value: Zoned | None) -> datetime | None:
    """Return what a clock in its zone shows at an instant."""
    return None if value is None else to_local(value["at"], value["zone"])


def text_of_zoned(value: Zoned | None, digits: int) -> str | None:
    """Return an instant as text: `2020-01-01 00:00:00.000 Europe/Berlin`."""
    if value is None:
        return None
    return f"{timestamp_text(to_local(value['at'], value['zone']), digits)} {value['zone']}"


def timestamp_text(value: datetime, digits: int) -> str:
    """Return a timestamp as text with so many digits of a second."""
    text = value.strftime("%m-%d %H:%M:%S") + f".{value.microsecond:06}"
    text = f"{value.year:04}-{text}"
    return text[: len(text) - 6 + digits] if digits else text[:-7]


MOMENT = (
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?"
    r"\s*([A-Za-z+\-][\w/+:\-]*)?\s*"
)
"""Year to second, the digits after it, and a zone."""


def zoned_of_text(text: str | None) -> Zoned | None:
    """Return the instant that a text names; in UTC where it names no zone."""
    if text is None:
        return None
    found = re.fullmatch(MOMENT, text)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(one or 0) for one in found.groups()[:6])
        micros = int((found[7] or "0").ljust(6, "0")[:6])
        return zoned_of(datetime(year, month, day, hour, minute, second, micros), found[8] or "UTC")
    except ValueError as error:
        words = f"INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp with time zone: {text}"
        raise ValueError(words) from error


# JSON


class Exact(str):
    """A number that JSON keeps as it is written."""


def loads(text: str, is_exact: bool = False) -> Any:
    """Read JSON, numbers with a point as they are written if they are to be exact; ValueError."""
    return json.loads(text, parse_float=Exact if is_exact else None, parse_constant=_no_constant)


def loads_first(text: str, is_exact: bool = False) -> Any:
    """Read the JSON that a text begins with, as Trino's functions of paths do; ValueError."""
    decoder = json.JSONDecoder(parse_float=Exact if is_exact else None, parse_constant=_no_constant)
    return decoder.raw_decode(text.lstrip(" \t\r\n"))[0]


def _no_constant(word: str) -> None:
    """Refuse what Python takes for a number and JSON does not."""
    raise ValueError(f"JSON has no {word}")


def dumps(value: Any, is_sorted: bool = False) -> str:
    """Write JSON as Trino does, without spaces."""
    if isinstance(value, dict):
        names = sorted(value) if is_sorted else value
        return "{" + ",".join(f"{dumps(name)}:{dumps(value[name], is_sorted)}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dumps(one, is_sorted) for one in value) + "]"
    if isinstance(value, float):
        return java_text(value) if math.isfinite(value) else f'"{text_of_double(value)}"'
    if isinstance(value, Exact):
        return str(value)
    if isinstance(value, str):
        return orjson.dumps(value).decode()
    return json.dumps(value)


def json_writer(kind: Type) -> Callable[[Any], str | None]:
    """Return the function that makes JSON of the values of a type."""

    def write(value: Any) -> str | None:
        return None if value is None else dumps(plain(value, kind))

    return write


def plain(value: Any, kind: Type) -> Any:
    """Return a value of a type as `cast(x as json)` has it: numbers, text, lists and objects."""
    if value is None:
        return None
    if kind.name == "json":
        return loads(value)
    if kind.name == "array":
        return [plain(one, kind.element) for one in value]
    if kind.name == "map":
        named = {key_text(key, kind.key): plain(item, kind.value) for key, item in value.items()}
        return dict(sorted(named.items()))
    if kind.name == "row":
        names = [name[1:-1] for name in field_names(kind)]
        shown = [name for name, _ in kind.arguments]
        if len(set(shown)) < len(shown):
            raise ValueError("NOT_SUPPORTED: a row whose fields have one name, or none, as JSON is not supported here")
        return {
            given: plain(value[name], one) for given, name, one in zip(shown, names, field_types(kind), strict=True)
        }
    if kind.name == "decimal":
        return Exact(f"{value:f}")
    if kind.name == "real" and math.isfinite(value):
        return float(str(np.float32(value)))
    return value if isinstance(value, bool | int | float | str) else text_of(value, kind)


def key_text(key: Any, kind: Type) -> str:
    """Return the key of a map as the name of a member."""
    return key if isinstance(key, str) else str(text_of(key, kind))


def text_of(value: Any, kind: Type) -> str:
    """Return a value as `cast(x as varchar)` has it."""
    if kind.name in ("double", "real"):
        return java_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if kind.name == "timestamp":
        return timestamp_text(value, int(kind.arguments[0]))
    if isinstance(value, dict) and "zone" in value:
        return str(text_of_zoned(value, int(kind.arguments[0])))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def json_reader(kind: Type) -> Callable[[str | None], Any]:
    """Return the function that makes values of a type of JSON: `cast(json as T)`."""

    def read(text: str | None) -> Any:
        if text is None:
            return None
        try:
            return of_plain(loads(text), kind)
        except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
            if str(error).split(":")[0].isupper():
                raise
            raise ValueError(f"INVALID_CAST_ARGUMENT: Cannot cast to {kind}. {error}\n{text}") from error

    return read


LIMITS = {name: 2 ** (8 * size - 1) for name, size in zip(INTEGERS, (1, 2, 4, 8), strict=True)}


def of_plain(value: Any, kind: Type) -> Any:
    """Return what was read from JSON as a value of a type; ValueError."""
    if kind.name == "json":
        return dumps(value)
    if value is None:
        return None
    if kind.name == "array":
        return [of_plain(one, kind.element) for one in _required(value, list, "array")]
    if kind.name == "map":
        there = _required(value, dict, "map")
        return {of_plain(name, kind.key): of_plain(one, kind.value) for name, one in there.items()}
    if kind.name == "row":
        return _row(value, kind)
    if isinstance(value, list | dict):
        raise ValueError(f"Unexpected token when cast to {kind}: {'[' if isinstance(value, list) else '{'}")
    return _scalar(value, kind)


def _required(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"Expected a json {name}, but got {dumps(value)}")
    return value


def _row(value: Any, kind: Type) -> dict[str, Any]:
    names = [name[1:-1] for name in field_names(kind)]
    if isinstance(value, list):
        if len(value) != len(names):
            raise ValueError(f"Expected json array of {len(names)} values")
        given = dict(zip(names, value, strict=True))
    else:
        by_name = {name.lower(): one for name, one in _required(value, dict, "object").items()}
        given = {name: by_name.get(name) for name in names}
    return {name: of_plain(given[name], one) for name, one in zip(names, field_types(kind), strict=True)}


def _scalar(value: Any, kind: Type) -> Any:
    if kind.name in ("varchar", "char"):
        return _text(value)
    if kind.name == "boolean":
        return _boolean(value)
    if kind.name in INTEGERS:
        whole = _whole(value)
        if not -LIMITS[kind.name] <= whole < LIMITS[kind.name]:
            raise ValueError(f"Out of range for {kind.name}: {value}")
        return whole
    if kind.name in ("double", "real"):
        return float(value)
    if kind.name == "decimal":
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-int(kind.arguments[1])), ROUND_HALF_UP)
    if kind.name == "date":
        return date.fromisoformat(value)
    if kind.name == "timestamp":
        return datetime.fromisoformat(value)
    raise ValueError(f"Cannot cast JSON to {kind}")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return text_of_double(float(value)) or ""
    return str(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.lower() in ("true", "t", "1"):
            return True
        if value.lower() in ("false", "f", "0"):
            return False
        raise ValueError(f"Cannot cast '{value}' to BOOLEAN")
    return bool(value)


def _whole(value: Any) -> int:
    if isinstance(value, str):
        return int(value)
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)) if isinstance(value, float) else int(value)


# decimals


def _divided(
    left: Decimal | None, right: Decimal | None, divide: Callable[[Decimal, Decimal], Decimal]
) -> Decimal | None:
    if left is None or right is None:
        return None
    if right == 0:
        raise ValueError("DIVISION_BY_ZERO: Division by zero")
    with localcontext() as context:
        context.prec = 120
        return divide(left, right)


def decimal_quotient(scale: int) -> Callable[[Decimal | None, Decimal | None], Decimal | None]:
    """Return the function that divides decimals, rounding half up to a scale."""
    unit = Decimal(1).scaleb(-scale)

    def quotient(left: Decimal | None, right: Decimal | None) -> Decimal | None:
        return _divided(left, right, lambda one, other: (one / other).quantize(unit, ROUND_HALF_UP))

    return quotient


def decimal_remainder(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """Return the remainder of decimals, with the sign of the left one."""
    return _divided(left, right, lambda one, other: one % other)


# offsets


def offset_text(hours: int | None, minutes: int | None) -> str | None:
    """Return an offset as the name of a zone: +05:30."""
    if hours is None or minutes is None:
        return None
    whole = hours * 60 + minutes
    return zone_text(f"{'-' if whole < 0 else '+'}{abs(whole) // 60:02}:{abs(whole) % 60:02}")


def offset_of(milliseconds: int | None) -> str | None:
    """Return an interval as the name of a zone."""
    return None if milliseconds is None else offset_text(0, milliseconds // 60_000)


def _zone_minutes(value: Zoned) -> int:
    at = value["at"].replace(tzinfo=UTC).astimezone(zone_named(value["zone"]))
    return int((at.utcoffset() or timedelta()).total_seconds() // 60)


def zone_hour(value: Zoned | None) -> int | None:
    """Return the whole hours of a zone's offset at an instant."""
    return None if value is None else int(_zone_minutes(value) / 60)


def zone_minute(value: Zoned | None) -> int | None:
    """Return the minutes of a zone's offset that are no whole hours."""
    return None if value is None else _zone_minutes(value) - int(_zone_minutes(value) / 60) * 60


def to_local_or_none(at: datetime | None, zone: str | None) -> datetime | None:
    """Return what a clock in a zone shows at an instant."""
    return None if at is None or zone is None else to_local(at, zone)


# format


def formatter(kinds: tuple[Type, ...]) -> Callable[..., str | None]:
    """Return the function that fills Java's patterns, such as `%05d`, with values of types."""

    def fill(pattern: str | None, *values: Any) -> str | None:
        if pattern is None:
            return None
        left = iter(range(len(values)))

        def part(found: re.Match[str]) -> str:
            if found["letter"] in "%n":
                return "%" if found["letter"] == "%" else "\n"
            place = int(found["place"]) - 1 if found["place"] else next(left, len(values))
            if place >= len(values):
                raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Format specifier '{found[0]}'")
            return _java_format(found, values[place], kinds[place])

        return re.sub(JAVA_FORMAT, part, pattern)

    return fill


JAVA_FORMAT = (
    r"%(?:(?P<place>\d+)\$)?(?P<flags>[-#+ 0,(]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?P<letter>t?[a-zA-Z%])"
)


def _java_format(found: re.Match[str], value: Any, kind: Type) -> str:
    """Return a value as Java's Formatter writes it; ValueError where the letter does not fit the type."""
    letter, flags = found["letter"], found["flags"]
    write = JAVA_LETTERS.get(letter[0].lower())
    nothing = "false" if letter in "bB" else "null"
    text = nothing if value is None else write(found, value, kind) if write else None
    if text is None:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Invalid format string: {found[0]} for {kind}")
    width = int(found["width"] or 0)
    if "-" in flags:
        text = text.ljust(width)
    elif "0" in flags and text[:1] in "+-":
        text = text[0] + text[1:].rjust(width - 1, "0")
    else:
        text = text.rjust(width, "0" if "0" in flags else " ")
    return text.upper() if letter in "SBX" else text


def _java_text(found: re.Match[str], value: Any, kind: Type) -> str:
    if kind.name in ("array", "map", "row", "time") or kind.name.startswith("timestamp"):
        raise ValueError(f"NOT_SUPPORTED: format of {kind} with {found[0]} is not supported here")
    text = value if isinstance(value, str) else text_of(value, kind)
    return text[: int(found["precision"])] if found["precision"] else text


def _java_boolean(_found: re.Match[str], value: Any, _kind: Type) -> str:
    return str(value).lower()


def _sign(found: re.Match[str]) -> str:
    return ("+" if "+" in found["flags"] else "") + ("," if "," in found["flags"] else "")


def _java_whole(found: re.Match[str], value: Any, _kind: Type) -> str | None:
    return f"{value:{_sign(found)}d}" if isinstance(value, int) else None


def _java_base(found: re.Match[str], value: Any, _kind: Type) -> str | None:
    if not isinstance(value, int):
        return None
    return f"{value & (2**64 - 1) if value < 0 else value:{found['letter'].lower()}}"


def _java_number(found: re.Match[str], value: Any, _kind: Type) -> str | None:
    if not isinstance(value, float | Decimal):
        return None
    digits = int(found["precision"] or 6)
    if found["letter"] in "eE":
        return f"{value:{_sign(found)}.{digits}{found['letter']}}"
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):{_sign(found)}f}"


def _java_date(found: re.Match[str], value: Any, _kind: Type) -> str | None:
    letters = {
        "A": "%A",
        "B": "%B",
        "b": "%b",
        "a": "%a",
        "d": "%d",
        "e": "%-d",
        "Y": "%Y",
        "m": "%m",
        "y": "%y",
        "j": "%j",
    }
    letter = letters.get(found["letter"][1:])
    return value.strftime(letter) if letter and isinstance(value, date) else None


JAVA_LETTERS: dict[str, Callable[[re.Match[str], Any, Type], str | None]] = {
    "s": _java_text,
    "b": _java_boolean,
    "d": _java_whole,
    "x": _java_base,
    "o": _java_base,
    "f": _java_number,
    "e": _java_number,
    "t": _java_date,
}
