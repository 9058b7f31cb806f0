"""Partition projection: a table's parameters say which partitions there are, and where; the catalog keeps none.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.table import Partition, Table

ENABLED = "projection.enabled"
TEMPLATE = "storage.location.template"
PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
NOW = re.compile(r"NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?", re.IGNORECASE)
DATE_WORDS = re.compile(r"'[^']*'|([A-Za-z])\1*|.", re.DOTALL)
DATE_PARTS = {
    "yyyy": (r"\d{4}", "%Y"),
    "yy": (r"\d{2}", "%y"),
    "MM": (r"\d{2}", "%m"),
    "M": (r"\d{1,2}", "%m"),
    "MMM": (r"[A-Z][a-z]{2}", "%b"),
    "MMMM": (r"[A-Z][a-z]+", "%B"),
    "dd": (r"\d{2}", "%d"),
    "d": (r"\d{1,2}", "%d"),
    "HH": (r"\d{2}", "%H"),
    "H": (r"\d{1,2}", "%H"),
    "mm": (r"\d{2}", "%M"),
    "ss": (r"\d{2}", "%S"),
}
"""Of each word of a date's format: the pattern of its text, and what `strptime` calls it."""
SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True)
class Key:
    """The values that a partition key may have.

    Attributes
    ----------
    pattern
        Of the text of a value.
    allows
        Says whether a text of that pattern is one of the values.
    """

    pattern: str
    allows: Callable[[str], bool]


def is_projected(table: Table) -> bool:
    """Say whether a table's partitions follow from its parameters."""
    return bool(table.partition_keys) and table.parameters.get(ENABLED, "").lower() == "true"


def projected_partitions(table: Table, folder: Path, files: Iterable[Path]) -> list[Partition]:
    """Return the partitions that the parameters allow and that have files.

    Parameters
    ----------
    folder
        Of the table's location, where its files are.

    Raises
    ------
    GlueLocalError
        A parameter is missing, or of a kind that is not known here.
    """
    keys = {name: _key(table, name) for name, _ in table.partition_keys}
    pattern = _pattern(_template(table), keys)
    base = table.location.rstrip("/")
    found: dict[str, Partition] = {}
    for file in files:
        match = pattern.match(file.parent.relative_to(folder).as_posix())
        if match is None or match[0] in found:
            continue
        if all(key.allows(match[name]) for name, key in keys.items()):
            found[match[0]] = Partition(tuple(match[name] for name in keys), f"{base}/{match[0]}/")
    return list(found.values())


def projected_location(table: Table, values: tuple[str, ...]) -> str:
    """Return where the rows of a partition are.

    Raises
    ------
    GlueLocalError
        The parameters do not allow one of the values, or are not known here.
    """
    given = {name: value for (name, _), value in zip(table.partition_keys, values, strict=True)}
    for name, value in given.items():
        key = _key(table, name)
        if not re.fullmatch(key.pattern, value) or not key.allows(value):
            raise GlueLocalError(
                f"table {table.database}.{table.name}: {value!r} is no value of the projected partition key {name}"
            )
    return f"{table.location.rstrip('/')}/{PLACEHOLDER.sub(lambda found: given[found[1]], _template(table))}/"


def _template(table: Table) -> str:
    """Return the folders of a partition below the table's, with a placeholder for each key."""
    template = table.parameters.get(TEMPLATE)
    base = table.location.rstrip("/")
    if template is None:
        return "/".join(f"{key}=${{{key}}}" for key, _ in table.partition_keys)
    if not template.startswith(f"{base}/"):
        raise GlueLocalError(
            f"table {table.database}.{table.name}: {TEMPLATE} {template} leads out of the table's location {base}"
        )
    return template.removeprefix(f"{base}/").strip("/")


def _pattern(template: str, keys: dict[str, Key]) -> re.Pattern[str]:
    """Return the pattern of the folders that a template names."""
    parts = PLACEHOLDER.split(template)
    unknown = [one for one in parts[1::2] if one not in keys] + [one for one in keys if one not in parts[1::2]]
    if unknown:
        raise GlueLocalError(f"{TEMPLATE} {template} does not fit the partition key {unknown[0]}")
    texts = [
        _group(part, parts[:place], keys[part]) if place % 2 else re.escape(part) for place, part in enumerate(parts)
    ]
    return re.compile(f"{''.join(texts)}(?=/|$)")


def _group(name: str, before: list[str], key: Key) -> str:
    return f"(?P={name})" if name in before[1::2] else f"(?P<{name}>{key.pattern})"


def _key(table: Table, name: str) -> Key:
    def parameter(word: str) -> str:
        return table.parameters.get(f"projection.{name}.{word}", "").strip()

    kind = parameter("type").lower()
    low, _, high = (one.strip() for one in parameter("range").partition(","))
    try:
        if kind == "injected":
            return Key(r"[^/]+", lambda _: True)
        if kind == "enum" and parameter("values"):
            values = [one.strip() for one in parameter("values").split(",")]
            longest = sorted(values, key=len, reverse=True)
            return Key("|".join(re.escape(one) for one in longest), lambda text: text in values)
        if kind == "integer" and low and high:
            return _integer(int(low), int(high), int(parameter("interval") or 1), int(parameter("digits") or 0))
        if kind == "date" and low and high:
            return _date(low, high, parameter("format"), parameter("interval"), parameter("interval.unit"))
    except ValueError as error:
        raise GlueLocalError(f"table {table.database}.{table.name}: projection.{name}: {error}") from error
    raise GlueLocalError(
        f"table {table.database}.{table.name}: projection.{name}.type is {kind or 'missing'}; "
        "enum, integer, date and injected are known, with their values or range"
    )


def _integer(low: int, high: int, interval: int, digits: int) -> Key:
    def allows(text: str) -> bool:
        number = int(text)
        return f"{number:0{digits}d}" == text and low <= number <= high and (number - low) % interval == 0

    return Key(r"-?\d+", allows)


def _date(low: str, high: str, form: str, interval: str, unit: str) -> Key:
    """Return the dates between two, `interval` units apart where both are given."""
    pattern, written = _date_format(form)
    first, last = (_moment(text, written) for text in (low, high))
    step = int(interval or 1)

    def allows(text: str) -> bool:
        try:
            at = datetime.strptime(text, written)
        except ValueError:
            return False
        return first <= at <= last and (step == 1 or _units(first, at, unit) % step == 0)

    return Key(pattern, allows)


def _date_format(form: str) -> tuple[str, str]:
    """Return the pattern and `strptime`'s format of Java's format of dates: ValueError where it has other words."""
    pattern = written = ""
    for found in DATE_WORDS.finditer(form):
        word = found[0]
        if found[1] and word not in DATE_PARTS:
            raise ValueError(f"the format {form!r} has {word}, which is not known here")
        plain = word.strip("'") or ("'" if word == "''" else "")
        part = DATE_PARTS.get(word, (re.escape(plain), plain.replace("%", "%%")))
        pattern, written = pattern + part[0], written + part[1]
    if not written:
        raise ValueError("a date needs a format")
    return pattern, written


def _moment(text: str, written: str) -> datetime:
    """Return a bound of a range, such as `2024/01/01` or `NOW-3YEARS`, to what the format tells apart."""
    found = NOW.fullmatch(text)
    if found is None:
        return datetime.strptime(text, written)
    now = datetime.now(UTC).replace(tzinfo=None)
    count, unit = int(f"{found[1] or ''}{found[2] or 0}"), (found[3] or "day").lower()
    moved = _month_later(now, count * MONTHS[unit]) if unit in MONTHS else now + timedelta(0, count * SECONDS[unit])
    return datetime.strptime(moved.strftime(written), written)


def _month_later(at: datetime, months: int) -> datetime:
    years, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + years, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def _units(first: datetime, at: datetime, unit: str) -> float:
    """Return how many units lie between two moments; a part of one counts as a fraction."""
    word = unit.lower().rstrip("s") or "day"
    if word in MONTHS:
        return ((at.year - first.year) * 12 + at.month - first.month) / MONTHS[word]
    if word not in SECONDS:
        raise ValueError(f"interval.unit is {unit}")
    return (at - first).total_seconds() / SECONDS[word]
