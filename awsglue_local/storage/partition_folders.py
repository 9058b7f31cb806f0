"""The names of partitions' folders, `key=value`, as Spark and Hive spell them (Spark's ExternalCatalogUtils)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
ESCAPED = {ord(letter): f"%{ord(letter):02X}" for letter in "\"#%'*/:=?\\{[]^\x7f" + "".join(map(chr, range(1, 32)))}


def folder_value(value: str | None) -> str:
    """Return what stands in a folder's name for a key's value, as text; null and the empty text are one."""
    return value.translate(ESCAPED) if value else HIVE_NULL


def as_spark_spells(place: Path) -> Path:
    """Return the path of a partition's folder, relative to its table's, as Spark would have named it.

    Sail escapes other letters, and names the folder of null as that of the empty text.
    """
    return Path(*map(_spelled, place.parts))


def _spelled(part: str) -> str:
    name, equals, value = part.partition("=")
    return f"{name}={folder_value(unquote(value))}" if equals else part
