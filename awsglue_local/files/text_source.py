"""Files that no engine reads as AWS Glue does: which ones, and how they are to be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsglue_local.files.csv_files import csv_options
from awsglue_local.files.json_serde import serde_options
from awsglue_local.storage.table import Table


@dataclass(frozen=True)
class TextSource:
    """Files that belong together and that no engine reads as AWS Glue does: text, and Avro and ORC.

    Attributes
    ----------
    files
        Plain or packed files, in or below `folder`.
    format
        `json`, `csv`, `xml`, `regex`, `avro` or `orc`.
    options
        Glue's format options.
    columns
        `(name, Hive type)` of the catalog's columns; None to take them from the files.
    partition_keys
        The same of the columns in the folders' names.
    name
        How messages call the source, such as `table stedi.customer_landing`.
    keeps_longs
        Whether whole numbers without a catalog's column are `long`, also where all would fit into `int`.
    looks_closely
        Whether records that go over several lines are told apart by a parser, which is slow, and not by their looks.
    """

    folder: Path
    files: list[Path]
    format: str
    options: dict[str, Any]
    columns: list[tuple[str, str]] | None
    partition_keys: list[tuple[str, str]]
    name: str
    keeps_longs: bool = False
    looks_closely: bool = False

    def state(self, state_of: Callable[[Path], str]) -> str:
        """Return a text that differs when a file, or how it is to be read, differs."""
        states = [(str(file), state_of(file)) for file in self.files]
        return json.dumps([states, self.format, self.options, self.columns, self.partition_keys])

    @property
    def is_of_records(self) -> bool:
        """Whether its files are read as lines of JSON, or made into such."""
        return self.format in ("json", "xml", "regex")

    @property
    def is_of_lines(self) -> bool:
        """Whether a line of its files is a record, so that each part of whole lines can be read by itself."""
        other_ways = {"jsonPath", "keys", "dots", "exactCase"}
        return self.format == "json" and not self.is_multiline and not self.options.keys() & other_ways

    @property
    def is_multiline(self) -> bool:
        """Whether a record may go over several lines."""
        asked = self.options.get("multiLine", self.options.get("multiline", False))
        return self.format == "json" and str(asked).lower() == "true"


def text_source(folder: Path, files: list[Path], table: Table, of_serde: bool = False) -> TextSource:
    """Return files of a JSON or CSV table, and how they are to be read: by Glue's readers, or by the table's SerDe."""
    options = csv_options(table, of_serde) if table.format == "csv" else serde_options(table) if of_serde else {}
    if table.format == "regex":
        options = table.serde_parameters
    name = f"table {table.database}.{table.name}"
    return TextSource(folder, files, table.format, options, table.columns, table.partition_keys, name)
