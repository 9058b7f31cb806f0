"""The Data Catalog: what a table's definition says, and a catalog in a folder.

That one is `<lake>/_catalog/<database>/<table>.json`, each file a Glue API `TableInput`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Protocol

from awsglue_local.errors import GlueLocalError, TableNotFound
from awsglue_local.nearest import nearest
from awsglue_local.storage.table import Partition, Table
from awsglue_local.storage.whole_file import write_file

CATALOG_FOLDER = "_catalog"
NAME = re.compile(r"[^\x00-\x1f/\\.][^\x00-\x1f/\\]*")


class Catalog(Protocol):
    """Where table definitions are kept: a folder, or AWS Glue."""

    def table(self, database: str, name: str) -> Table:
        """Read a table's definition; raises `TableNotFound`."""
        ...

    def databases(self) -> list[str]:
        """Return the names of the databases, sorted."""
        ...

    def table_names(self, database: str) -> list[str]:
        """Return the names of a database's tables, sorted."""
        ...

    def put(self, table: Table) -> None:
        """Create a table or replace its definition."""
        ...

    def partitions(self, table: Table) -> list[Partition] | None:
        """Return a table's partitions; None where every folder below the table's location is one."""
        ...

    def add_partitions(self, table: Table, partitions: list[Partition]) -> None:
        """Let the catalog know partitions; those that it knows are passed over."""
        ...


def no_table(database: str, name: str, there: list[str]) -> str:
    """Return the message about a table that a catalog does not have."""
    near = nearest(name, there)
    mean = f"; did you mean {near!r}?" if near else ""
    has = ", ".join(there) or "no tables"
    return f"no table {database}.{name} in the catalog; database {database!r} has {has}{mean}"


class FolderCatalog:
    """The catalog of a lake folder. A file put there by hand is a table."""

    def __init__(self, lake_root: Path) -> None:
        self.root = lake_root / CATALOG_FOLDER

    def table(self, database: str, name: str) -> Table:
        """Read a table's definition.

        Raises
        ------
        TableNotFound
            The catalog has no such database or table; the message lists what it has.
        """
        path = self._file(database, name)
        if not path.is_file():
            hint = "" if self.root.exists() else "; the lake has no tables yet: `awsglue-local create-table` adds one"
            raise TableNotFound(no_table(database, name, self.table_names(database)) + hint)
        try:
            definition = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise GlueLocalError(f"{path} is not a TableInput in JSON: {error}") from error
        return Table(database.lower(), definition)

    def databases(self) -> list[str]:
        """Return the names of the databases that have tables, sorted."""
        return sorted({path.parent.name for path in self.root.glob("*/*.json")})

    def table_names(self, database: str) -> list[str]:
        """Return the names of a database's tables, sorted."""
        return sorted(path.stem for path in self._file(database, "_").parent.glob("*.json"))

    def put(self, table: Table) -> None:
        """Create a table or replace its definition, whole or not at all."""
        path = self._file(table.database, table.name)
        text = json.dumps(table.definition, indent=2, ensure_ascii=False) + "\n"
        write_file(path, text)

    def partitions(self, table: Table) -> list[Partition] | None:
        """Return None: in a lake folder every folder below a table's location is a partition."""

    def add_partitions(self, table: Table, partitions: list[Partition]) -> None:
        """Do nothing: the folders are there."""

    def _file(self, database: str, name: str) -> Path:
        for part in (database, name):
            if not isinstance(part, str) or not NAME.fullmatch(part):
                raise TableNotFound(f"{part!r} is not a valid name for a database or table")
        return self.root / database.lower() / f"{name.lower()}.json"
