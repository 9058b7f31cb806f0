"""What one script writes: built aside, and swapped into the lake when the script has ended well."""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from awsglue_local.catalog import FolderCatalog, Table
from awsglue_local.errors import LakeError
from awsglue_local.lake import Lake, data_files, link_or_copy, swap_in


@dataclass
class _Pending:
    """What is to become of one folder of the lake."""

    purged: bool = False
    new: list[Path] = field(default_factory=list)


class Transaction:
    """The pending writes of one script, a folder of the lake each.

    A script that fails, or is killed, leaves every table as it was.
    """

    def __init__(self, lake: Lake, catalog: FolderCatalog) -> None:
        self._lake = lake
        self._catalog = catalog
        self._pending: dict[Path, _Pending] = {}
        self._tables: list[Table] = []

    def purge(self, place: Path) -> None:
        """Drop what is in the folder, and what this script wrote there before."""
        self._pending[place] = _Pending(purged=True)

    def add(self, place: Path, new: Path) -> None:
        """Add the data files of the folder `new`, built aside, to the folder `place`."""
        self._pending.setdefault(place, _Pending()).new.append(new)

    def put_table(self, table: Table) -> None:
        """Create a table or change its definition."""
        self._tables.append(table)

    def touches(self, place: Path) -> bool:
        """Say whether something is pending for a folder, so that a reader of it would see old files."""
        return any(place.is_relative_to(other) or other.is_relative_to(place) for other in self._pending)

    @property
    def has_tables(self) -> bool:
        """Whether a table is yet to be created or changed."""
        return bool(self._tables)

    def publish(self) -> None:
        """Swap everything in, a folder at a time.

        Raises
        ------
        LakeError
            The lake cannot be written or is full; folders not yet swapped are as they were.
        """
        try:
            for place in list(self._pending):
                self._publish(place, self._pending.pop(place))
            for table in self._tables:
                self._catalog.put(table)
        except OSError as error:
            raise LakeError(
                f"the lake {self._lake.root} cannot be written: {error.strerror}: {error.filename}"
            ) from error
        self._tables = []

    def _publish(self, place: Path, pending: _Pending) -> None:
        work = self._lake.work_folder("publish")
        whole, aside = work / "whole", work / "aside"
        whole.mkdir()
        aside.mkdir()
        if place.is_dir() and not pending.purged:
            _link_all(place, data_files(place), whole)
        for folder in pending.new:
            for file in data_files(folder):
                target = whole / file.relative_to(folder).parent / f"part-{uuid.uuid4().hex}{''.join(file.suffixes)}"
                target.parent.mkdir(parents=True, exist_ok=True)
                os.rename(file, target)
        swap_in(whole, place, aside)
        shutil.rmtree(work, ignore_errors=True)


def _link_all(folder: Path, files: list[Path], target: Path) -> None:
    for file in files:
        link = target / file.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(file, link)
