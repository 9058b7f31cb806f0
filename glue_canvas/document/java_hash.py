"""Iteration order of Java's HashMap and HashSet: Studio keeps nodes and import lines in them."""

from __future__ import annotations

from collections.abc import Iterable

SMALLEST_TABLE = 16
LOAD_FACTOR = 0.75


def java_hash(text: str) -> int:
    """Return `String.hashCode()` of `text` as an unsigned 32-bit number (Java hashes UTF-16 code units)."""
    utf16 = text.encode("utf-16-be", "surrogatepass")
    value = 0
    for index in range(0, len(utf16), 2):
        value = (31 * value + int.from_bytes(utf16[index : index + 2], "big")) & 0xFFFFFFFF
    return value


def table_size(entries: int) -> int:
    """Return the number of buckets that a Java HashMap has after `entries` insertions."""
    size = SMALLEST_TABLE
    while entries > size * LOAD_FACTOR:
        size *= 2
    return size


def bucket(key: str, size: int = SMALLEST_TABLE) -> int:
    """Return the number of the bucket that a Java HashMap of `size` buckets keeps `key` in."""
    value = java_hash(key)
    return (value ^ (value >> 16)) & (size - 1)


def hash_map_order(keys: Iterable[str]) -> list[str]:
    """Return `keys`, given in insertion order, in the order in which a Java HashMap iterates over them."""
    keys = list(dict.fromkeys(keys))
    size = table_size(len(keys))
    return sorted(keys, key=lambda key: bucket(key, size))
