"""What one script writes: built aside, and swapped into the lake when the script has succeeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from awsglue_local.errors import GlueLocalError, LakeError
from awsglue_local.storage.catalog import Catalog
from awsglue_local.storage.lake import Lake
from awsglue_local.storage.table import Partition, Table


@dataclass
class _Pending:
    """What is to become of one folder of the lake."""

    purged: bool = False
    new: list[Path] = field(default_factory=list)


class Transaction:
    """The pending writes of one script, a folder of the lake each.

    A script that fails, or is killed, leaves every table as it was.

    Parameters
    ----------
    at_once
        Whether writes and purges happen when the script asks for them, as on AWS, and not together at its end.
    is_preview
        Whether nothing of it is to happen ever.

    Attributes
    ----------
    has_published
        Whether some of it has happened, or may have.
    """

    def __init__(self, lake: Lake, catalog: Catalog, at_once: bool = False, is_preview: bool = False) -> None:
        self._lake = lake
        self.is_preview = is_preview
        self._catalog = catalog
        self._at_once = at_once
        self.has_published = False
        self._pending: dict[Path, _Pending] = {}
        self._tables: list[Table] = []
        self._partitions: list[tuple[Table, list[Partition]]] = []

    def purge(self, place: Path) -> None:
        """Drop what is in the folder, and what this script wrote there before."""
        self._pending[place] = _Pending(purged=True)
        self._publish_at_once()

    def purges(self, place: Path) -> bool:
        """Say whether the folder's files of earlier runs will be gone."""
        return place in self._pending and self._pending[place].purged

    def add(self, place: Path, new: Path) -> None:
        """Add the data files of the folder `new`, built aside, to the folder `place`."""
        self._pending.setdefault(place, _Pending()).new.append(new)
        self._publish_at_once()

    def put_table(self, table: Table, partitions: list[Partition]) -> None:
        """Create a table or change its definition, and add partitions that were written."""
        self._tables.append(table)
        self._partitions.append((table, partitions))

    def _publish_at_once(self) -> None:
        if self._at_once:
            self.publish()

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
        GlueLocalError
            The transaction is a preview's.
        """
        if self.is_preview:
            raise GlueLocalError(
                "a preview does not show what a script reads back of what it has just written or purged; "
                "run the job to see it"
            )
        if self._pending or self._tables:
            self._lake.require_read()
            self.has_published = True
        try:
            for place in list(self._pending):
                pending = self._pending.pop(place)
                self._lake.publish(place, pending.new, pending.purged)
            for table in self._tables:
                self._catalog.put(table)
            for table, partitions in self._partitions:
                if partitions:
                    self._catalog.add_partitions(table, partitions)
        except OSError as error:
            raise LakeError(f"the lake {self._lake} cannot be written: {error.strerror}: {error.filename}") from error
        self._tables, self._partitions = [], []
