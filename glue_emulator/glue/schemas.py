"""What a crawler finds out about files: their format, their columns, their partitions."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from awsglue_local.errors import GlueLocalError
from awsglue_local.files.column_traits import EXPLICIT_NULL
from awsglue_local.files.file_bytes import file_bytes
from awsglue_local.files.staging import Stage
from awsglue_local.files.text_source import TextSource, text_source
from awsglue_local.storage.column_types import hive_type
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Table, storage_formats

SIMILAR = 0.7
SEPARATORS = ",|;\t"
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Found:
    """What the files of a folder are.

    Attributes
    ----------
    format
        `json`, `csv` or `parquet`.
    columns
        `(name, Hive type)`; names in lower case, as a crawler writes them.
    keys
        Names of the partition keys: `key=value` folders give the key, others `partition_0` and so on.
    partitions
        A value for each key, by folder.
    """

    format: str
    columns: list[tuple[str, str]]
    keys: list[str] = field(default_factory=list)
    partitions: dict[Path, list[str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    files: int = 0
    size: int = 0
    rows: int = 0

    def definition(self, name: str, location: str) -> dict[str, Any]:
        """Return a new table's definition, as the API's TableInput."""
        storage = storage_formats(self.format)
        parameters = {"classification": self.format, "typeOfData": "file", "compressionType": "none"}
        if self.format == "csv":
            storage["SerdeInfo"]["Parameters"] = {"separatorChar": self.options["separator"], "quoteChar": '"'}
            parameters |= {"skip.header.line.count": "1"} if self.options["withHeader"] else {}
        return {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {
                "Columns": [{"Name": column, "Type": kind} for column, kind in self.columns],
                "Location": location,
                **storage,
            },
            "PartitionKeys": [{"Name": key, "Type": "string"} for key in self.keys],
            "Parameters": parameters | self.counts(),
        }

    def counts(self) -> dict[str, str]:
        """Return the table parameters that say how much there is."""
        average = self.size // self.rows if self.rows else 0
        return {
            "objectCount": str(self.files),
            "sizeKey": str(self.size),
            "recordCount": str(self.rows),
            "averageRecordSize": str(average),
        }


def look(folder: Path, files: list[Path], stage: Stage, table: Table | None = None) -> Found:
    """Return what the files of a folder are.

    Parameters
    ----------
    table
        The catalog's definition, which says how CSV files are to be read.

    Raises
    ------
    GlueLocalError
        The files are no JSON lines, CSV or Parquet, or do not agree on their columns.
    """
    form = table.format if table else format_of(files[0])
    keys, partitions = partitions_of(folder, files)
    size = sum(file.stat().st_size for file in files)
    if form == "parquet":
        columns = _parquet_columns(files)
        rows = sum(pq.read_metadata(file).num_rows for file in files)
        return Found(form, columns, keys, partitions, {}, len(files), size, rows)
    options = _csv_options(files[0]) if form == "csv" else {}
    plain = TextSource(folder, files, form, options, None, [], str(folder.name))
    source = text_source(folder, files, table) if table and form == "csv" else plain
    staged = stage.read(source)
    columns = _merged([(name.lower(), kind) for name, kind in staged.columns if not name.startswith(EXPLICIT_NULL)])
    typed = _csv_types(files, options, columns) if form == "csv" and table is None else columns
    return Found(form, typed, keys, partitions, options, len(files), size, staged.rows)


def format_of(file: Path) -> str:
    """Return the format that a file's first bytes show."""
    if file.suffix == ".gz":
        start = file_bytes(file)[:4]
    else:
        with file.open("rb") as stream:
            start = stream.read(4)
    if start == b"PAR1":
        return "parquet"
    return "json" if start.lstrip()[:1] in (b"{", b"[") else "csv"


def partitions_of(folder: Path, files: list[Path]) -> tuple[list[str], dict[Path, list[str]]]:
    """Return the names of the partition keys, and the values of each folder that holds files.

    Raises
    ------
    GlueLocalError
        Files lie at different depths.
    """
    places = sorted({file.parent for file in files})
    depths = {len(place.relative_to(folder).parts) for place in places}
    if len(depths) > 1:
        raise GlueLocalError(f"files of {folder.name} are at different depths, so the partitions are unclear")
    if depths in ({0}, set()):
        return [], {}
    names = places[0].relative_to(folder).parts
    keys = [name.partition("=")[0].lower() if "=" in name else f"partition_{n}" for n, name in enumerate(names)]
    return keys, {
        place: [part.partition("=")[2] if "=" in part else part for part in place.relative_to(folder).parts]
        for place in places
    }


def tables_below(folder: Path) -> list[Path]:
    """Return the folders that are tables: those with files, or with folders that are alike or partitions.

    "How does a crawler determine when to create partitions?" (AWS Glue Developer Guide): folders whose files have
    similar schemas are partitions of one table.
    """
    if any(file.parent == folder for file in data_files(folder)):
        return [folder]
    below = (
        [place for place in sorted(folder.iterdir()) if place.is_dir() and data_files(place)] if folder.is_dir() else []
    )
    if not below:
        return []
    if all("=" in place.name for place in below) or (len(below) > 1 and _alike(below)):
        return [folder]
    return [table for place in below for table in tables_below(place)]


def _alike(folders: list[Path]) -> bool:
    shapes = [_shape(data_files(folder)[0]) for folder in folders]
    first = shapes[0]
    return all(
        form == first[0] and len(names & first[1]) >= SIMILAR * max(len(names | first[1]), 1) for form, names in shapes
    )


def _shape(file: Path) -> tuple[str, set[str]]:
    """Return a file's format and the names of its columns, by its first record."""
    import json

    form = format_of(file)
    if form == "parquet":
        return form, set(pq.read_schema(file).names)
    line = file_bytes(file).split(b"\n", 1)[0].decode(errors="replace")
    if form == "csv":
        return form, set(re.split(f"[{SEPARATORS}]", line))
    try:
        record = json.loads(line)
    except ValueError:
        record = {}
    return form, set(record) if isinstance(record, dict) else set()


def _merged(columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return columns so that no name comes twice; keys may differ only in case."""
    return list({name: (name, kind) for name, kind in reversed(columns)}.values())[::-1]


def _parquet_columns(files: list[Path]) -> list[tuple[str, str]]:
    columns: dict[str, str] = {}
    for file in files:
        for column in pq.read_schema(file):
            kind = hive_type(column.type)
            if columns.setdefault(column.name.lower(), kind) != kind:
                raise GlueLocalError(
                    f"{file.name}: {column.name} is {kind} here and {columns[column.name.lower()]} elsewhere"
                )
    return list(columns.items())


def _csv_options(file: Path) -> dict[str, Any]:
    """Return separator and header of a CSV file: a first row of names, each once, none a number, is a header."""
    text = file_bytes(file).decode(errors="replace")
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    cells = next(csv.reader([first], delimiter=separator), [])
    header = len(set(cells)) == len(cells) and all(cell and not NUMBER.fullmatch(cell) for cell in cells)
    return {"separator": separator, "withHeader": header}


def _csv_types(files: list[Path], options: dict[str, Any], columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return CSV columns with bigint or double where every value is one."""
    kinds = {name: "bigint" for name, _ in columns}
    for file in files:
        rows = csv.reader(io.StringIO(file_bytes(file).decode(errors="replace")), delimiter=options["separator"])
        for number, row in enumerate(rows):
            if options["withHeader"] and number == 0:
                continue
            for (name, _), cell in zip(columns, row, strict=False):
                kinds[name] = _wider(kinds[name], cell)
    return [(name, kinds[name]) for name, _ in columns]


def _wider(kind: str, cell: str) -> str:
    if kind == "string" or not cell or (kind == "bigint" and re.fullmatch(r"[-+]?\d{1,18}", cell)):
        return kind
    return "double" if NUMBER.fullmatch(cell) else "string"
