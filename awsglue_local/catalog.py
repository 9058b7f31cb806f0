"""The Data Catalog: what a table's definition says, and a catalog in a folder.

That one is `<lake>/_catalog/<database>/<table>.json`, each file a Glue API `TableInput`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from awsglue_local.errors import GlueLocalError, TableNotFound

CATALOG_FOLDER = "_catalog"
NAME = re.compile(r"[^\x00-\x1f/\\.][^\x00-\x1f/\\]*")

FORMATS = {"json": "json", "csv": "csv", "parquet": "parquet", "glueparquet": "parquet"}
TEXT_FORMATS = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
STORAGE = {
    "json": (*TEXT_FORMATS, "org.openx.data.jsonserde.JsonSerDe"),
    "csv": (*TEXT_FORMATS, "org.apache.hadoop.hive.serde2.OpenCSVSerde"),
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
}
"""Hive's classes for each format: input, output, SerDe."""

FORMAT_OF_SERDE = (("json", "json"), ("parquet", "parquet"), ("csv", "csv"), ("lazysimple", "csv"))


def storage_formats(format_: str) -> dict[str, Any]:
    """Return the members of a `StorageDescriptor` that say how files of a format are read and written."""
    input_format, output_format, serde = STORAGE[format_]
    return {
        "InputFormat": input_format,
        "OutputFormat": output_format,
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {}},
    }


@dataclass(frozen=True)
class Table:
    """A table definition: the database's name and the Glue API's `TableInput`."""

    database: str
    definition: dict[str, Any]

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.definition["Name"])

    @property
    def location(self) -> str:
        """The S3 URI of the table's folder."""
        return str(self._storage.get("Location", ""))

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Names (lower case) and Hive types of the columns in the files."""
        return [_column(column) for column in self._storage.get("Columns", [])]

    @property
    def partition_keys(self) -> list[tuple[str, str]]:
        """Names (lower case) and Hive types of the columns in the folders' names."""
        return [_column(column) for column in self.definition.get("PartitionKeys", [])]

    @property
    def format(self) -> str:
        """`json`, `csv` or `parquet`: what the classification says, else the SerDe.

        Raises
        ------
        GlueLocalError
            Neither of them is one of these.
        """
        classification = self.parameters.get("classification", "").lower()
        if classification in FORMATS:
            return FORMATS[classification]
        serde = str(self._storage.get("SerdeInfo", {}).get("SerializationLibrary", "")).lower()
        for part, name in FORMAT_OF_SERDE:
            if not classification and part in serde:
                return name
        raise GlueLocalError(
            f"table {self.database}.{self.name} is of the format {classification or serde or 'unknown'!r}; "
            "json, csv and parquet can be read here"
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The table's parameters, such as its classification."""
        return dict(self.definition.get("Parameters", {}))

    @property
    def serde_parameters(self) -> dict[str, str]:
        """The SerDe's parameters, such as the field delimiter."""
        return dict(self._storage.get("SerdeInfo", {}).get("Parameters", {}))

    @property
    def _storage(self) -> dict[str, Any]:
        return dict(self.definition.get("StorageDescriptor", {}))


def _column(column: dict[str, str]) -> tuple[str, str]:
    return column["Name"].lower(), column.get("Type", "string").lower()


@dataclass(frozen=True)
class Partition:
    """A partition of a table: a value for each partition key, and the S3 URI of its folder."""

    values: tuple[str, ...]
    location: str


class Catalog(Protocol):
    """Where table definitions are kept: a folder, or AWS Glue."""

    def table(self, database: str, name: str) -> Table:
        """Read a table's definition; raises `TableNotFound`."""
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
            there = ", ".join(self.table_names(database)) or "no tables"
            hint = "" if self.root.exists() else "; the lake has no table at all: awsglue-local create-table makes one"
            raise TableNotFound(f"the catalog has no table {database}.{name}; database {database!r} has {there}{hint}")
        try:
            definition = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise GlueLocalError(f"{path} is no TableInput in JSON: {error}") from error
        return Table(database.lower(), definition)

    def table_names(self, database: str) -> list[str]:
        """Return the names of a database's tables, sorted."""
        return sorted(path.stem for path in self._file(database, "_").parent.glob("*.json"))

    def put(self, table: Table) -> None:
        """Create a table or replace its definition, whole or not at all."""
        path = self._file(table.database, table.name)
        text = json.dumps(table.definition, indent=2, ensure_ascii=False) + "\n"
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".json.new")
        aside.write_text(text, encoding="utf-8")
        os.replace(aside, path)

    def partitions(self, table: Table) -> list[Partition] | None:
        """Return None: in a lake folder every folder below a table's location is a partition."""

    def add_partitions(self, table: Table, partitions: list[Partition]) -> None:
        """Do nothing: the folders are there."""

    def _file(self, database: str, name: str) -> Path:
        for part in (database, name):
            if not isinstance(part, str) or not NAME.fullmatch(part):
                raise TableNotFound(f"{part!r} is no name of a database or table")
        return self.root / database.lower() / f"{name.lower()}.json"
