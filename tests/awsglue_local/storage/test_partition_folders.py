"""The names of partitions' folders are Spark's, however an engine has spelled them."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsglue_local.storage.partition_folders import as_spark_spells, folder_value


# what Spark 3.5.6 and Sail 0.7.2 name the folder of a text
@pytest.mark.parametrize(
    ("text", "spark", "sail"),
    [
        ("a/b", "a%2Fb", "a%2Fb"),
        ("x=y", "x%3Dy", "x=y"),
        ("a:b", "a%3Ab", "a:b"),
        ("ä", "ä", "%C3%A4"),
        ("it's", "it%27s", "it's"),
        ("50%", "50%25", "50%25"),
        ("%2F", "%252F", "%252F"),
        ("a b", "a b", "a b"),
        ("tab\there", "tab%09here", "tab%09here"),
        ("{c}", "%7Bc}", "%7Bc%7D"),
        ("", "__HIVE_DEFAULT_PARTITION__", ""),
        (None, "__HIVE_DEFAULT_PARTITION__", ""),
    ],
)
def test_a_folder_is_named_as_spark_names_it(text: str | None, spark: str, sail: str) -> None:
    assert folder_value(text) == spark
    for spelled in (spark, sail):
        assert as_spark_spells(Path(f"k={spelled}/n=1")) == Path(f"k={spark}/n=1")


def test_other_folders_keep_their_names() -> None:
    assert as_spark_spells(Path("deep/it's")) == Path("deep/it's")
    assert as_spark_spells(Path()) == Path()
