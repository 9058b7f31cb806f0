"""Text files to Parquet, once a session: both engines then read the same rows.

Sail, Spark and Glue read JSON and CSV each in their own way (broken lines, types, case of keys). Here they are read
in one way, Glue's, in parallel, and the engines are given Parquet.
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from awsglue_local.files.choice_types import with_choices
from awsglue_local.files.file_bytes import refuse_packed
from awsglue_local.files.json_chunk import BadRecord, Misfit
from awsglue_local.files.parquet_files import StagedSource, write_stream, write_together
from awsglue_local.files.source_tables import SourceTables
from awsglue_local.files.text_source import TextSource
from awsglue_local.files.whole_numbers import narrowed


class SourcesOnce(ABC):
    """Reads text sources, each once.

    Parameters
    ----------
    state_of
        Tells what differs when a file has changed.
    """

    def __init__(self, state_of: Callable[[Path], str]) -> None:
        self._state_of = state_of
        self._staged: dict[str, StagedSource] = {}

    def read(self, source: TextSource) -> StagedSource:
        """Return a source as Parquet.

        Raises
        ------
        SourceError
            A file cannot be read, or a value of a CSV file does not fit its column.
        """
        state = source.state(self._state_of)
        if state not in self._staged:
            refuse_packed(source.files, source.name)
            staged = self._written(source)
            if source.is_multiline and staged.bad:
                staged = self._written(replace(source, looks_closely=True))
            self._staged[state] = staged
        return self._staged[state]

    @abstractmethod
    def _written(self, source: TextSource) -> StagedSource:
        """Read a source, and write it as Parquet."""


class Stage(SourcesOnce):
    """Reads text sources into a scratch folder.

    Parameters
    ----------
    name_of
        Tells how messages call a file, such as `Lake.uri`.
    scratch
        A folder for Parquet files.
    """

    def __init__(self, name_of: Callable[[Path], str], scratch: Path) -> None:
        super().__init__(_file_state)
        self._name_of = name_of
        self._scratch = scratch

    def known(self) -> dict[str, dict[str, Any]]:
        """Return what has been read, as JSON for the stage of another process: where it is, by the sources' states."""
        return {
            state: {
                "folder": staged.folder and str(staged.folder),
                "rows": staged.rows,
                "misfits": [asdict(one) for one in staged.misfits[:1]],
                "bad": [asdict(one) for one in staged.bad[:1]],
            }
            for state, staged in self._staged.items()
        }

    def learn(self, known: dict[str, dict[str, Any]]) -> None:
        """Take over what another stage has read; of its columns nothing is known."""
        for state, one in known.items():
            folder = Path(one["folder"]) if one["folder"] else None
            misfits = [Misfit(**misfit) for misfit in one["misfits"]]
            bad = [BadRecord(**line) for line in one["bad"]]
            self._staged[state] = StagedSource(folder, [], one["rows"], bad=bad, misfits=misfits)

    def _written(self, source: TextSource) -> StagedSource:
        read = SourceTables(source, self._name_of)
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        if not source.is_of_records:
            staged = write_together(read.of_files(), source.name, folder)
        elif source.columns is not None:
            staged = write_stream(read.of_files(), source.name, folder)
        else:
            staged = write_together(with_common_types(list(read.of_files()), source), source.name, folder)
        if source.is_of_records:
            # Arrow's pool keeps what it has freed, while the engine needs memory for what follows
            pa.default_memory_pool().release_unused()
        return replace(staged, bad=read.bad, misfits=read.misfits)


def with_common_types(tables: list[pa.Table], source: TextSource) -> list[pa.Table]:
    """Return tables of a source whose columns have the types that those of all of them have together."""
    tables = with_choices(tables)
    narrow = source.is_of_records and source.columns is None and not source.keeps_longs
    return narrowed(tables) if narrow else tables


def _file_state(file: Path) -> str:
    state = file.stat()
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ino}"
