"""A table as the Data Catalog defines it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awsglue_local.errors import GlueLocalError

FORMATS = {
    "json": "json",
    "csv": "csv",
    "parquet": "parquet",
    "glueparquet": "parquet",
    "avro": "avro",
    "orc": "orc",
}
"""What a classification, or a script, says, to the format of the files."""


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
    "avro": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "orc": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    ),
}
"""Hive's classes for each format: input, output, SerDe."""


FORMAT_OF_SERDE = (
    ("json", "json"),
    ("parquet", "parquet"),
    ("csv", "csv"),
    ("lazysimple", "csv"),
    ("avro", "avro"),
    ("orcserde", "orc"),
    ("regexserde", "regex"),
)


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
        return [_column(column) for column in self._storage.get("Columns", []) if _is_current(column)]

    @property
    def described(self) -> list[dict[str, Any]]:
        """Columns as the catalog describes them, with their comments; those in the folders' names last."""
        in_files = [column for column in self._storage.get("Columns") or [] if _is_current(column)]
        return [*in_files, *(self.definition.get("PartitionKeys") or [])]

    @property
    def partition_keys(self) -> list[tuple[str, str]]:
        """Names (lower case) and Hive types of the columns in the folders' names."""
        return [_column(column) for column in self.definition.get("PartitionKeys", [])]

    @property
    def format(self) -> str:
        """`json`, `csv`, `parquet`, `avro`, `orc` or `regex`: what the classification says, else the SerDe.

        Raises
        ------
        GlueLocalError
            Neither of them is one of these.
        """
        classification = self.parameters.get("classification", "").lower()
        if classification in FORMATS:
            return FORMATS[classification]
        serde = self.serde.lower()
        for part, name in FORMAT_OF_SERDE:
            if not classification and part in serde:
                return name
        raise GlueLocalError(
            f"table {self.database}.{self.name} has the format {classification or serde or 'unknown'!r}; "
            "only json, csv, parquet, avro and orc can be read here"
        )

    @property
    def serde(self) -> str:
        """Hive's class that reads the table's files; empty where the definition names none."""
        return str(self._storage.get("SerdeInfo", {}).get("SerializationLibrary", ""))

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


def _is_current(column: dict[str, Any]) -> bool:
    """Say whether a table has a column; of Iceberg tables the catalog keeps those that were dropped or renamed."""
    parameters: dict[str, str] = column.get("Parameters") or {}
    return parameters.get("iceberg.field.current") != "false"


def _column(column: dict[str, str]) -> tuple[str, str]:
    return column["Name"].lower(), column.get("Type", "string").lower()


@dataclass(frozen=True)
class Partition:
    """A partition of a table: a value for each partition key, and the S3 URI of its folder."""

    values: tuple[str, ...]
    location: str
