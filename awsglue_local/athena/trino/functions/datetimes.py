"""The functions of https://trino.io/docs/current/functions/datetime.html."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from awsglue_local.athena.trino import python_values as python
from awsglue_local.athena.trino.calls import Call, Rule, in_python, when_given
from awsglue_local.athena.trino.casts import cast, coerce, local, zoned
from awsglue_local.athena.trino.errors import mismatch, not_supported
from awsglue_local.athena.trino.functions import date_patterns
from awsglue_local.athena.trino.operators import milliseconds, moved
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import Translation
from awsglue_local.athena.trino.types import (
    DATE,
    INTERVAL_DAYS,
    INTERVAL_MONTHS,
    TIMESTAMP_TZ,
    VARCHAR,
    ZONED,
    Type,
    duckdb_type,
)

PAGE = "datetime"
MILLISECONDS = {
    "millisecond": 1,
    "second": 1000,
    "minute": 60_000,
    "hour": 3_600_000,
    "day": 86_400_000,
    "week": 604_800_000,
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
ZONED_SQL = duckdb_type(TIMESTAMP_TZ)


def at_zone(t: Translation, value: Value, zone: Value, node: exp.Expr) -> Value:
    """Return `value AT TIME ZONE zone`."""
    if value.type.name not in ("timestamp", ZONED) or not (zone.type.is_text or zone.type == INTERVAL_DAYS):
        raise mismatch(
            f"Type of value must be a time or timestamp with or without time zone (actual {value.type})", node
        )
    digits = value.type.arguments
    given = coerce(t, value, Type(ZONED, digits), node)
    name = zone.sql if zone.type.is_text else t.python(python.function(python.offset_of, "BIGINT", "VARCHAR"), zone.sql)
    return Value(
        t.python(python.function(python.in_zone, ZONED_SQL, "VARCHAR", ZONED_SQL), given.sql, name), given.type
    )


def unit_of(call: Call) -> str:
    """Return the unit that a call names as its first argument."""
    found = re.fullmatch(r"'(\w+)'", call.sql[0])
    if found is None:
        raise not_supported("a unit that is no literal", call.node)
    return found[1].lower()


def wrong_unit(call: Call, unit: str) -> Exception:
    """Return the refusal of a unit."""
    kind = {"date": "DATE", "time": "TIME"}.get(call.arguments[-1].type.name, "TIMESTAMP")
    return call.refused(f"'{unit}' is not a valid {kind} field")


def date_add(call: Call) -> Value:
    unit, value = unit_of(call), call.arguments[2]
    if unit in MONTHS:
        step = Value(f"({call.sql[1]} * {MONTHS[unit]})", INTERVAL_MONTHS)
    elif unit in MILLISECONDS and (value.type != DATE or unit in ("day", "week")):
        step = Value(f"({call.sql[1]} * {MILLISECONDS[unit]})", INTERVAL_DAYS)
    else:
        raise wrong_unit(call, unit)
    if value.type == DATE and unit in ("day", "week"):
        return Value(f"({value.sql} + CAST({call.sql[1]} * {MILLISECONDS[unit] // 86_400_000} AS INTEGER))", DATE)
    if value.type.name == "time":
        return Value(f"({value.sql} + to_milliseconds({step.sql}))", value.type)
    if value.type.name == ZONED and unit in ("day", "week"):
        return on_local(call, value, lambda there: f"({there} + to_milliseconds({step.sql}))")
    return moved(call.t, value, step)


def on_local(call: Call, value: Value, change: Callable[[str], str]) -> Value:
    """Change what a clock in the zone of an instant shows."""
    function = python.function(python.zoned_of, "TIMESTAMP", "VARCHAR", ZONED_SQL)
    zone = f"struct_extract({value.sql}, 'zone')"
    return Value(call.t.python(function, change(local(call.t, value)), zone), value.type)


def date_diff(call: Call) -> str:
    """Count whole units, not the borders between them."""
    unit, one, other = unit_of(call), call.arguments[1], call.arguments[2]
    if unit not in MILLISECONDS and unit not in MONTHS:
        raise wrong_unit(call, unit)
    if one.type == DATE and unit in ("hour", "minute", "second", "millisecond"):
        raise wrong_unit(call, unit)
    if unit in MILLISECONDS and not (one.type.name == ZONED and unit in ("day", "week")):
        return f"({milliseconds(other)} - {milliseconds(one)}) // {MILLISECONDS[unit]}"
    if one.type.name == ZONED:
        zone = f"struct_extract({one.sql}, 'zone')"
        function = python.function(python.to_local_or_none, "TIMESTAMP", "VARCHAR", "TIMESTAMP")
        a, b = (call.t.python(function, f"struct_extract({part.sql}, 'at')", zone) for part in (one, other))
    else:
        a, b = (f"CAST({part.sql} AS TIMESTAMP)" for part in (one, other))
    return call.t.python(
        python.function(date_patterns.whole_units, "VARCHAR", "TIMESTAMP", "TIMESTAMP", "BIGINT"), f"'{unit}'", a, b
    )


def date_trunc(call: Call) -> Value:
    unit, value = unit_of(call), call.arguments[1]
    small = ("millisecond", "second", "minute", "hour")
    if unit not in (*small, "day", "week", "month", "quarter", "year") or (value.type == DATE and unit in small):
        raise wrong_unit(call, unit)
    if value.type.name == ZONED and unit in small:
        # by what the clock shows, from the instant: an hour that comes twice stays the one it is
        size = MILLISECONDS[unit] * 1000
        past = f"((epoch_us({local(call.t, value)}) % {size} + {size}) % {size})"
        at = f"struct_extract({value.sql}, 'at') - to_microseconds(CAST({past} AS BIGINT))"
        made = zoned(at, f"struct_extract({value.sql}, 'zone')")
        return Value(f"CASE WHEN {value.sql} IS NOT NULL THEN {made} END", value.type)
    if value.type.name == ZONED:
        return on_local(call, value, lambda there: f"date_trunc('{unit}', {there})")
    if value.type.name == "time":
        return Value(f"CAST(date_trunc('{unit}', DATE '1970-01-01' + {value.sql}) AS TIME)", value.type)
    return Value(f"CAST(date_trunc('{unit}', {value.sql}) AS {duckdb_type(value.type)})", value.type)


def part(word: str) -> Rule:
    """Return the rule of year, hour and so on, as a clock in the value's zone shows them."""

    def rule(call: Call) -> str:
        value = call.arguments[0]
        there = local(call.t, value) if value.type.name == ZONED else value.sql
        return f"CAST({word.format(there)} AS BIGINT)"

    return rule


def of_interval(unit: int, within: int | None) -> Rule:
    """Return the rule of a part of an interval: milliseconds or months divided."""
    rest = f" % {within}" if within else ""
    return f"({{0}} // {unit}){rest}"


def from_unixtime(call: Call) -> str:
    seconds = call.sql[0]
    at = f"make_timestamp(CAST(round({seconds} * 1000) AS BIGINT) * 1000)"
    zone = "'UTC'"
    if len(call.sql) == 2:
        zone = call.sql[1]
    if len(call.sql) == 3:
        zone = call.t.python(python.function(python.offset_text, "BIGINT", "BIGINT", "VARCHAR"), *call.sql[1:])
    made = f'struct_pack("at" := {at}, "zone" := \'UTC\')'
    given = f"CASE WHEN {seconds} IS NOT NULL THEN {made} END"
    if zone == "'UTC'":
        return given
    return call.t.python(python.function(python.in_zone, ZONED_SQL, "VARCHAR", ZONED_SQL), given, zone)


def to_unixtime(call: Call) -> str:
    value = call.arguments[0]
    at = f"struct_extract({value.sql}, 'at')" if value.type.name == ZONED else f"CAST({value.sql} AS TIMESTAMP)"
    return f"epoch({at})"


def with_timezone(call: Call) -> str:
    function = python.function(python.zoned_of, "TIMESTAMP", "VARCHAR", ZONED_SQL)
    return call.t.python(function, *call.sql)


def at_timezone(call: Call) -> Value:
    return at_zone(call.t, call.arguments[0], call.arguments[1], call.node)


def as_date(call: Call) -> Value:
    return cast(call.t, call.arguments[0], DATE, call.node)


def to_iso8601(call: Call) -> str:
    value = call.arguments[0]
    if value.type == DATE:
        return f"CAST({value.sql} AS VARCHAR)"
    if value.type.name == ZONED:
        function = python.function(date_patterns.iso_of_zoned, ZONED_SQL, "BIGINT", "VARCHAR")
        return call.t.python(function, value.sql, str(value.type.arguments[0]))
    return f"replace({cast(call.t, value, VARCHAR).sql}, ' ', 'T')"


def last_day_of_month(call: Call) -> str:
    return f"last_day({cast(call.t, call.arguments[0], DATE, call.node).sql})"


def formatted(function: Callable[..., str | None]) -> Rule:
    """Return the rule of date_format and format_datetime."""

    def rule(call: Call) -> str:
        value = coerce(call.t, call.arguments[0], TIMESTAMP_TZ, call.node)
        return call.t.python(python.function(function, ZONED_SQL, "VARCHAR", "VARCHAR"), value.sql, call.sql[1])

    return rule


def timezone_part(call: Call) -> str:
    name = str(call.node.name if isinstance(call.node, exp.Anonymous) else call.node.this.name).lower()
    function = python.zone_hour if name.endswith("hour") else python.zone_minute
    return call.t.python(python.function(function, ZONED_SQL, "BIGINT"), call.sql[0])


MOMENTS = ("date", "timestamp(p)", "timestamp(p) with time zone")


def each(name: str, result: str = "bigint", kinds: tuple[str, ...] = MOMENTS) -> str:
    """Return a signature for dates, timestamps and instants."""
    return " | ".join(f"{name}({kind}) -> {result}" for kind in kinds)


def same(name: str, before: str, kinds: tuple[str, ...] = (*MOMENTS, "time(p)")) -> str:
    """Return a signature for each kind of moment whose result is of that kind."""
    return " | ".join(f"{name}({before}{kind}) -> {kind}" for kind in kinds)


CLOCKS = (*MOMENTS[1:], "time(p)")
RULES: dict[str, Rule] = {
    "at_timezone(timestamp(p) with time zone, varchar) -> timestamp(p) with time zone": at_timezone,
    "current_timezone() -> varchar": "'UTC'",
    each("date", "date", ("varchar", *MOMENTS[1:])): as_date,
    "date(date) -> date": "{0}",
    same("date_add", "varchar, bigint, "): date_add,
    " | ".join(f"date_diff(varchar, {kind}, {kind}) -> bigint" for kind in MOMENTS): date_diff,
    " | ".join(f"{name}({kind}, varchar) -> varchar" for name in ("date_format",) for kind in MOMENTS): formatted(
        date_patterns.date_format
    ),
    " | ".join(f"{name}({kind}, varchar) -> varchar" for name in ("format_datetime",) for kind in MOMENTS): formatted(
        date_patterns.format_datetime
    ),
    "date_parse(varchar, varchar) -> timestamp(3)": when_given(date_patterns.date_parse),
    same("date_trunc", "varchar, "): date_trunc,
    f"{each('day')} | {each('day_of_month')}": part("day({0})"),
    f"{each('day_of_week')} | {each('dow')}": part("isodow({0})"),
    f"{each('day_of_year')} | {each('doy')}": part("dayofyear({0})"),
    "from_iso8601_date(varchar) -> date": when_given(date_patterns.from_iso8601_date),
    "from_iso8601_timestamp(varchar) -> timestamp(3) with time zone": when_given(date_patterns.from_iso8601_timestamp),
    "from_unixtime(double) -> timestamp(3) with time zone": from_unixtime,
    "from_unixtime(double, varchar) -> timestamp(3) with time zone": from_unixtime,
    "from_unixtime(double, bigint, bigint) -> timestamp(3) with time zone": from_unixtime,
    each("hour", kinds=CLOCKS): part("hour({0})"),
    "human_readable_seconds(double) -> varchar": when_given(date_patterns.human_readable_seconds),
    each("last_day_of_month", "date"): last_day_of_month,
    each("millisecond", kinds=CLOCKS): part("millisecond({0}) % 1000"),
    each("minute", kinds=CLOCKS): part("minute({0})"),
    each("month"): part("month({0})"),
    "parse_datetime(varchar, varchar) -> timestamp(3) with time zone": when_given(date_patterns.parse_datetime),
    "parse_duration(varchar) -> interval day to second": when_given(date_patterns.parse_duration),
    each("quarter"): part("quarter({0})"),
    each("second", kinds=CLOCKS): part("second({0})"),
    "timezone(timestamp(p) with time zone) -> varchar": "struct_extract({0}, 'zone')",
    "timezone_hour(timestamp(p) with time zone) -> bigint": in_python(python.zone_hour),
    "timezone_minute(timestamp(p) with time zone) -> bigint": in_python(python.zone_minute),
    each("to_iso8601", "varchar"): to_iso8601,
    "to_milliseconds(interval day to second) -> bigint": "{0}",
    each("to_unixtime", "double", MOMENTS[1:]): to_unixtime,
    f"{each('week')} | {each('week_of_year')}": part("weekofyear({0})"),
    "with_timezone(timestamp(p), varchar) -> timestamp(p) with time zone": with_timezone,
    each("year"): part("year({0})"),
    f"{each('year_of_week')} | {each('yow')}": part("isoyear({0})"),
    "day(interval day to second) -> bigint": of_interval(86_400_000, None),
    "hour(interval day to second) -> bigint": of_interval(3_600_000, 24),
    "minute(interval day to second) -> bigint": of_interval(60_000, 60),
    "second(interval day to second) -> bigint": of_interval(1000, 60),
    "millisecond(interval day to second) -> bigint": of_interval(1, 1000),
    "year(interval year to month) -> bigint": of_interval(12, None),
    "month(interval year to month) -> bigint": of_interval(1, 12),
}
