"""Java's hash order, against values that Java's own documentation and the format's import table give."""

from __future__ import annotations

import pytest

from glue_canvas.document.java_hash import hash_map_order, java_hash, table_size


def as_int(value: int) -> int:
    return value - 2**32 if value >= 2**31 else value


@pytest.mark.parametrize(
    ("text", "expected"),
    # known values of String.hashCode
    [("", 0), ("a", 97), ("hello", 99162322), ("Aa", 2112), ("BB", 2112), ("polygenelubricants", -(2**31))],
)
def test_hash_code(text: str, expected: int) -> None:
    assert as_int(java_hash(text)) == expected


def test_hash_code_counts_utf16_units() -> None:
    # U+1F600 is the pair D83D DE00
    assert java_hash("\U0001f600") == (31 * 0xD83D + 0xDE00) & 0xFFFFFFFF


@pytest.mark.parametrize(("entries", "size"), [(0, 16), (12, 16), (13, 32), (24, 32), (25, 64), (48, 64), (49, 128)])
def test_table_grows_at_three_quarters(entries: int, size: int) -> None:
    assert table_size(entries) == size


# the buckets that public Studio scripts show for their import lines
IMPORT_BUCKETS = [
    (3, "from awsglue.gluetypes import *"),
    (3, "from awsglue.dynamicframe import DynamicFrameCollection"),
    (5, "from awsgluedq.transforms import EvaluateDataQuality"),
    (6, "from awsglue.dynamicframe import DynamicFrame"),
    (8, "from awsglue import DynamicFrame"),
    (11, "import concurrent.futures"),
    (15, "from pyspark.sql import functions as SqlFuncs"),
    (15, "import re"),
]


@pytest.mark.parametrize(("bucket", "line"), IMPORT_BUCKETS)
def test_import_lines_fall_into_studios_buckets(bucket: int, line: str) -> None:
    value = java_hash(line)
    assert (value ^ value >> 16) & 15 == bucket


def test_order_is_by_bucket_then_insertion() -> None:
    lines = [line for _, line in IMPORT_BUCKETS]
    shuffled = [lines[index] for index in (7, 5, 0, 3, 6, 1, 4, 2)]
    assert hash_map_order(shuffled) == [lines[index] for index in (0, 1, 2, 3, 4, 5, 7, 6)]
