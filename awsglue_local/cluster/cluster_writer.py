"""Rows of a DataFrame to files on S3, written by the executors of a cluster."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsglue_local.cluster.executors import with_rows
from awsglue_local.cluster.shipped_code import CodeOnS3
from awsglue_local.cluster.store import Store
from awsglue_local.cluster.writing_tasks import KEY_COLUMN, LINE_COLUMN, Writing
from awsglue_local.storage.column_types import quoted

if TYPE_CHECKING:
    from awsglue_local.storage.remote_lake import RemoteLake

WRITE = "awsglue_local.cluster.writing_tasks:write"
FORMATS = ("parquet", "avro", "orc")
"""What executors write here; JSON and CSV are written by the engine itself, which has its own texts for numbers."""


class ClusterWriter:
    """Has the executors write rows to places below a run's prefix."""

    formats = FORMATS

    def __init__(self, lake: RemoteLake, store: Store, code: CodeOnS3) -> None:
        self._lake, self._store, self._code = lake, store, code

    def write(self, df: Any, place: Path, format_: str, compression: str, keys: tuple[str, ...] = ()) -> int:
        """Write rows to a place that holds nothing yet; return how many they are.

        Parameters
        ----------
        keys
            The columns that become folders.
        """
        where = place.relative_to(self._lake.root).as_posix()
        told = Writing(self._store, where, format_, compression, keys)
        answers = with_rows(_prepared(df, format_, keys), self._code, WRITE, told)
        files = list(chain.from_iterable(answer["files"] for answer in answers))
        self._lake.written(place, files)
        return sum(rows for _, rows, _ in files)


def _prepared(df: Any, format_: str, keys: tuple[str, ...]) -> Any:
    """Return rows as the executors write them, with the keys as text."""
    from pyspark.sql import functions as F

    if format_ == "lines":
        return df.toDF(LINE_COLUMN)
    if not keys:
        return df
    columns = [F.col(quoted(name)) for name in df.columns if name not in keys]
    return df.select(*columns, *(F.col(quoted(key)).cast("string").alias(KEY_COLUMN + key) for key in keys))
