"""Dates as text: MySQL's patterns (date_format, date_parse), Joda's (format_datetime, parse_datetime), ISO 8601."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from awsglue_local.athena.trino.python_values import Zoned, instant, to_local, zone_named, zone_text

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [calendar.month_name[number] for number in range(1, 13)]


def whole_units(unit: str | None, start: datetime | None, end: datetime | None) -> int | None:
    """Return how many whole months, quarters, years, days or weeks are between two times; negative backwards."""
    if unit is None or start is None or end is None:
        return None
    if unit in ("day", "week"):
        days = (end - start) / timedelta(days=7 if unit == "week" else 1)
        return int(days)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    return -(_months(end, start) // size) if end < start else _months(start, end) // size


def _months(start: datetime, end: datetime) -> int:
    count = (end.year - start.year) * 12 + end.month - start.month
    last = calendar.monthrange(end.year, end.month)[1]
    return count - ((end.day, end.time()) < (min(start.day, last), start.time()))


# MySQL's patterns

MYSQL: dict[str, Callable[[datetime], str]] = {
    "a": lambda at: DAYS[at.weekday()][:3],
    "b": lambda at: MONTHS[at.month - 1][:3],
    "c": lambda at: str(at.month),
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: str(at.day),
    "f": lambda at: f"{at.microsecond:06}",
    "H": lambda at: f"{at.hour:02}",
    "h": lambda at: f"{at.hour % 12 or 12:02}",
    "I": lambda at: f"{at.hour % 12 or 12:02}",
    "i": lambda at: f"{at.minute:02}",
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "k": lambda at: str(at.hour),
    "l": lambda at: str(at.hour % 12 or 12),
    "M": lambda at: MONTHS[at.month - 1],
    "m": lambda at: f"{at.month:02}",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "r": lambda at: f"{at.hour % 12 or 12:02}:{at.minute:02}:{at.second:02} {'AM' if at.hour < 12 else 'PM'}",
    "S": lambda at: f"{at.second:02}",
    "s": lambda at: f"{at.second:02}",
    "T": lambda at: f"{at.hour:02}:{at.minute:02}:{at.second:02}",
    "v": lambda at: f"{at.isocalendar().week:02}",
    "W": lambda at: DAYS[at.weekday()],
    "x": lambda at: f"{at.isocalendar().year:04}",
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year % 100:02}",
    "%": lambda _at: "%",
}


def _to_millisecond(at: datetime) -> datetime:
    """Round to what Trino's patterns are filled from."""
    rounded = at + timedelta(microseconds=500)
    return rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)


def date_format(value: Zoned | None, pattern: str | None) -> str | None:
    if value is None or pattern is None:
        return None
    at = to_local(_to_millisecond(value["at"]), value["zone"])

    def part(found: re.Match[str]) -> str:
        sign = found[1]
        if sign in "DUuVwX":
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: %{sign} not supported in date format string")
        return MYSQL[sign](at) if sign in MYSQL else sign

    return re.sub(r"%(.)", part, pattern)


PARSED = {
    "b": "(?P<month_short>[A-Za-z]{3})",
    "M": "(?P<month_long>[A-Za-z]+)",
    "a": "(?P<weekday>[A-Za-z]{3})",
    "W": "(?P<weekday_long>[A-Za-z]+)",
    "c": r"(?P<month>\d{1,2})",
    "m": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "e": r"(?P<day>\d{1,2})",
    "f": r"(?P<fraction>\d{1,9})",
    "H": r"(?P<hour>\d{1,2})",
    "k": r"(?P<hour>\d{1,2})",
    "h": r"(?P<hour12>\d{1,2})",
    "I": r"(?P<hour12>\d{1,2})",
    "l": r"(?P<hour12>\d{1,2})",
    "i": r"(?P<minute>\d{1,2})",
    "j": r"(?P<yearday>\d{1,3})",
    "p": r"(?P<half>[AaPp][Mm])",
    "S": r"(?P<second>\d{1,2})",
    "s": r"(?P<second>\d{1,2})",
    "Y": r"(?P<year>[+-]?\d{1,9})",
    "y": r"(?P<year2>\d{2})",
    "x": r"(?P<weekyear>\d{4})",
    "v": r"(?P<week>\d{1,2})",
    "%": "%",
}
WHOLE = {"T": "%H:%i:%s", "r": "%h:%i:%s %p"}


@lru_cache(maxsize=128)
def _mysql_pattern(pattern: str) -> re.Pattern[str]:
    for sign, meant in WHOLE.items():
        pattern = pattern.replace(f"%{sign}", meant)
    text, place = "", 0
    for found in re.finditer(r"%(.)", pattern):
        text += re.escape(pattern[place : found.start()])
        if found[1] not in PARSED:
            raise ValueError(f"INVALID_FUNCTION_ARGUMENT: %{found[1]} not supported in date format string")
        is_next_to_digits = re.match(r"%[cmdeHkhIlijSsYyf]|\d", pattern[found.end() :]) is not None
        text += _narrow(PARSED[found[1]]) if is_next_to_digits else PARSED[found[1]]
        place = found.end()
    return re.compile(text + re.escape(pattern[place:]))


def _narrow(pattern: str) -> str:
    """Return the pattern of a number that other digits follow: it takes as many as it usually has."""
    return pattern.replace(r"[+-]?\d{1,9}", r"\d{4}").replace(r"\d{1,2}", r"\d{2}").replace(r"\d{1,3}", r"\d{3}")


def date_parse(text: str, pattern: str) -> datetime:
    found = _mysql_pattern(pattern).fullmatch(text)
    if found is None:
        raise ValueError(f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{text}"')
    return _moment(found.groupdict(), text)


def _moment(parts: dict[str, str | None], text: str) -> datetime:
    """Return the time that named parts of a text say."""
    try:
        year = int(parts.get("year") or 1970)
        if parts.get("year2"):
            short = int(parts["year2"] or 0)
            year = 2000 + short if short < 70 else 1900 + short
        hour = int(parts.get("hour") or 0)
        if parts.get("hour12"):
            twelve = int(parts["hour12"] or 0)
            if not 1 <= twelve <= 12:
                raise ValueError
            hour = twelve % 12 + (12 if (parts.get("half") or "am").lower() == "pm" else 0)
        micros = int((parts.get("fraction") or "0").ljust(6, "0")[:6])
        micros = micros // 1000 * 1000
        at = datetime(
            year,
            _month(parts),
            int(parts.get("day") or 1),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            micros,
        )
        if parts.get("week"):
            at = datetime.fromisocalendar(int(parts.get("weekyear") or 1970), int(parts["week"] or 1), 1)
        if parts.get("yearday"):
            at = at.replace(month=1, day=1) + timedelta(days=int(parts["yearday"] or 1) - 1)
    except ValueError as error:
        raise ValueError(f'INVALID_FUNCTION_ARGUMENT: Cannot parse "{text}"') from error
    return at


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("month_short") or parts.get("month_long")
    if name:
        length = 3 if parts.get("month_short") or len(name) == 3 else None
        return [one[:length].lower() for one in MONTHS].index(name.lower()) + 1
    return int(parts.get("month") or 1)


# Joda's patterns

LETTERS = r"([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z']+"


def format_datetime(value: Zoned | None, pattern: str | None) -> str | None:
    if value is None or pattern is None:
        return None
    at = to_local(_to_millisecond(value["at"]), value["zone"])
    return "".join(_joda_part(found, at, value) for found in re.finditer(LETTERS, pattern))


def _joda_part(found: re.Match[str], at: datetime, value: Zoned) -> str:
    letter, size = found[1], len(found[0])
    if letter is None:
        text = found[2]
        return found[0] if text is None else "'" if not text else text.replace("''", "'")
    if letter in "zZ":
        return _joda_zone(letter, size, at, value)
    if letter in JODA_TEXT:
        return JODA_TEXT[letter](at, size)
    if letter == "S":
        return f"{at.microsecond // 1000:03}".ljust(size, "0")[:size]
    if letter in "yYx" and size == 2:
        return f"{(at.isocalendar().year if letter == 'x' else at.year) % 100:02}"
    if letter not in JODA:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Illegal pattern component: {found[0]}")
    return f"{JODA[letter](at):0{size}}"


JODA: dict[str, Callable[[datetime], int]] = {
    "y": lambda at: at.year,
    "Y": lambda at: at.year,
    "x": lambda at: at.isocalendar().year,
    "w": lambda at: at.isocalendar().week,
    "e": lambda at: at.isoweekday(),
    "D": lambda at: at.timetuple().tm_yday,
    "d": lambda at: at.day,
    "H": lambda at: at.hour,
    "h": lambda at: at.hour % 12 or 12,
    "K": lambda at: at.hour % 12,
    "k": lambda at: at.hour or 24,
    "m": lambda at: at.minute,
    "s": lambda at: at.second,
    "C": lambda at: at.year // 100,
}
JODA_TEXT: dict[str, Callable[[datetime, int], str]] = {
    "M": lambda at, size: f"{at.month:0{size}}" if size < 3 else MONTHS[at.month - 1][: 3 if size == 3 else None],
    "E": lambda at, size: DAYS[at.weekday()][: 3 if size <= 3 else None],
    "a": lambda at, _size: "AM" if at.hour < 12 else "PM",
    "G": lambda _at, _size: "AD",
}


def _offset(at: datetime, zone: str, colon: str) -> str:
    delta = (
        zone_named(zone).utcoffset(at.replace(tzinfo=UTC))
        if zone == "UTC"
        else at.replace(tzinfo=zone_named(zone)).utcoffset()
    )
    minutes = int((delta or timedelta()).total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{colon}{abs(minutes) % 60:02}"


def _joda_zone(letter: str, size: int, at: datetime, value: Zoned) -> str:
    zone = str(value["zone"])
    if letter == "Z":
        return zone if size >= 3 else _offset(at, zone, "" if size == 1 else ":")
    if zone[0] in "+-":
        return zone
    return at.replace(tzinfo=zone_named(zone)).tzname() or zone


JODA_PARSED = {
    "y": r"(?P<year>[+-]?\d{1,9})",
    "Y": r"(?P<year>[+-]?\d{1,9})",
    "d": r"(?P<day>\d{1,2})",
    "D": r"(?P<yearday>\d{1,3})",
    "H": r"(?P<hour>\d{1,2})",
    "k": r"(?P<hour>\d{1,2})",
    "h": r"(?P<hour12>\d{1,2})",
    "K": r"(?P<hour12>\d{1,2})",
    "m": r"(?P<minute>\d{1,2})",
    "s": r"(?P<second>\d{1,2})",
    "S": r"(?P<fraction>\d{1,9})",
    "a": r"(?P<half>[AaPp][Mm])",
    "Z": r"(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Za-z]+(?:/[\w+\-]+)*)",
    "z": r"(?P<zone>[A-Za-z]+(?:/[\w+\-]+)*)",
}


@lru_cache(maxsize=128)
def _joda_pattern(pattern: str) -> re.Pattern[str]:
    text = ""
    for found in re.finditer(LETTERS, pattern):
        letter, size = found[1], len(found[0])
        if letter is None:
            text += re.escape(found[0] if found[2] is None else found[2].replace("''", "'") or "'")
        elif letter == "M":
            month = r"(?P<month>\d{2})" if size == 2 else r"(?P<month>\d{1,2})"
            text += month if size < 3 else "(?P<month_long>[A-Za-z]+)"
        elif letter == "E":
            text += "(?P<weekday>[A-Za-z]+)"
        elif letter in "yY" and size == 2:
            text += r"(?P<year2>\d{2})"
        elif letter in JODA_PARSED:
            after = pattern[found.end() : found.end() + 1]
            text += _narrow(JODA_PARSED[letter]) if after and after in "yYMdDHkhKmsS" else JODA_PARSED[letter]
        else:
            raise ValueError(f"NOT_SUPPORTED: the letter {letter} of a pattern is not supported here")
    return re.compile(text)


def parse_datetime(text: str, pattern: str) -> Zoned:
    found = _joda_pattern(pattern).fullmatch(text)
    if found is None:
        raise ValueError(f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{text}"')
    parts = found.groupdict()
    return instant(_moment(parts, text), parts.get("zone") or "UTC")


# ISO 8601

ISO_DATE = r"([+-]?\d{4})(?:-(\d{2})(?:-(\d{2}))?|-W(\d{2})(?:-(\d))?|-(\d{3}))?"
ISO_TIME = r"(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?"


def _iso_date(text: str) -> date:
    found = re.fullmatch(ISO_DATE, text)
    if found is None:
        raise ValueError
    year = int(found[1])
    if found[4]:
        return date.fromisocalendar(year, int(found[4]), int(found[5] or 1))
    if found[6]:
        if not 1 <= int(found[6]) <= 366:
            raise ValueError
        return date(year, 1, 1) + timedelta(days=int(found[6]) - 1)
    return date(year, int(found[2] or 1), int(found[3] or 1))


def from_iso8601_date(text: str) -> date:
    try:
        return _iso_date(text)
    except ValueError as error:
        raise ValueError(f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{text}"') from error


def from_iso8601_timestamp(text: str) -> Zoned:
    day, _, clock = text.partition("T")
    try:
        found = re.fullmatch(ISO_TIME, clock) if clock else None
        if clock and found is None:
            raise ValueError
        hour, minute, second, fraction = ((found[number] or "0") for number in range(1, 5)) if found else ("0",) * 4
        micros = int(fraction.ljust(6, "0")[:6]) // 1000 * 1000
        there = _iso_date(day)
        at = datetime(there.year, there.month, there.day, int(hour), int(minute), int(second), micros)
        zone = (found[5] if found else None) or "UTC"
    except ValueError as error:
        raise ValueError(f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{text}"') from error
    return instant(at, zone)


def iso_of_zoned(value: Zoned | None, digits: int | None) -> str | None:
    """Return an instant with so many digits of a second."""
    if value is None or digits is None:
        return None
    zone = zone_text(str(value["zone"]))
    at = to_local(value["at"], zone)
    offset = "Z" if zone == "UTC" else _offset(at, zone, ":")
    fraction = f".{at.microsecond:06}"[: digits + 1] if digits else ""
    return at.isoformat(timespec="seconds") + fraction + offset


# durations

UNITS = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4, "h": 3.6e6, "d": 8.64e7}


def parse_duration(text: str) -> int:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*", text)
    if found is None or found[2] not in UNITS:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: duration is not a valid data duration string: {text}")
    return int(float(found[1]) * UNITS[found[2]] + 0.5)


def human_readable_seconds(value: float) -> str:
    rest = int(value + 0.5)
    words = []
    for name, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {name}{'s' if count != 1 else ''}")
    return ", ".join(words) or "0 seconds"
