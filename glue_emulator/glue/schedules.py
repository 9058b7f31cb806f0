"""Schedules of triggers and crawlers: `cron(minutes hours day-of-month month day-of-week year)`.

https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html
"""

from __future__ import annotations

import re

MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
WEEKDAYS = "SUN|MON|TUE|WED|THU|FRI|SAT"
FIELDS = (
    ("minutes", 0, 59, ""),
    ("hours", 0, 23, ""),
    ("day of month", 1, 31, ""),
    ("month", 1, 12, MONTHS),
    ("day of week", 1, 7, WEEKDAYS),
    ("year", 1970, 2199, ""),
)


def fault_of(schedule: str) -> str | None:
    """Return what is wrong with a schedule; None where nothing is."""
    found = re.fullmatch(r"cron\((.*)\)", schedule.strip())
    if found is None:
        return "it is no cron(...)"
    values = found[1].split()
    if len(values) != len(FIELDS):
        return f"it has {len(values)} fields, not six"
    for value, (name, low, high, words) in zip(values, FIELDS, strict=True):
        if not _is_field(value, name, low, high, words):
            return f"{value} is no {name}"
    if (values[2] == "?") == (values[4] == "?"):
        return "one of day of month and day of week has to be ?, and the other not"
    return None


def _is_field(value: str, name: str, low: int, high: int, words: str) -> bool:
    if value == "?":
        return name.startswith("day")
    return all(_is_part(part, name, low, high, words) for part in value.split(","))


def _is_part(part: str, name: str, low: int, high: int, words: str) -> bool:
    part, slash, step = part.partition("/")
    if slash and not step.isdecimal():
        return False
    if part == "*" or (name == "day of month" and re.fullmatch(r"L|LW|\d{1,2}W", part)):
        return True
    if name == "day of week" and re.fullmatch(rf"(?:[1-7]|{WEEKDAYS})(?:L|#[1-5])", part, re.IGNORECASE):
        return True
    return all(_is_value(end, low, high, words) for end in part.split("-", 1))


def _is_value(text: str, low: int, high: int, words: str) -> bool:
    if text.isdecimal():
        return low <= int(text) <= high
    return bool(words) and re.fullmatch(words, text, re.IGNORECASE) is not None
