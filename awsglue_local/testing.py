"""For tests of Glue scripts: tables from rows, a run, rows from tables, a comparison that shows both sides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.errors import GlueLocalError
from awsglue_local.files.csv_files import csv_options, read_csv
from awsglue_local.runner.session import LocalGlue, ScriptRun
from awsglue_local.storage.column_types import arrow_type, hive_type
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Table, storage_formats

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BUCKET = "s3://test"
Rows = Sequence[dict[str, Any]]


class GlueTest:
    """A local Glue for one test: an empty lake and catalog.

    Parameters
    ----------
    glue
        An open `LocalGlue`.
    """

    def __init__(self, glue: LocalGlue) -> None:
        self._glue = glue

    def table(
        self, name: str, rows: Rows | Path = (), columns: dict[str, str] | None = None, format: str = "parquet"
    ) -> None:
        """Make a catalog table.

        Parameters
        ----------
        name
            `database.table`.
        rows
            Its rows; or a file of JSON lines, CSV with a header, or Parquet, which then says the format.
        columns
            Name to Hive type; None takes them from the rows.
        format
            `json`, `csv` or `parquet`.

        Raises
        ------
        GlueLocalError
            There are neither rows nor columns.
        """
        database, _, table = name.partition(".")
        form = rows.suffix.lstrip(".").removesuffix("l") if isinstance(rows, Path) else format
        found = read_rows(rows) if isinstance(rows, Path) else list(rows)
        if not found and not columns:
            raise GlueLocalError(f"the table {name} needs rows, or columns such as {{'id': 'int'}}")
        kinds = columns or _columns(found)
        location = f"{BUCKET}/{database}/{table}/"
        storage = {
            "Columns": [{"Name": column, "Type": kind} for column, kind in kinds.items()],
            "Location": location,
            **storage_formats(form),
        }
        parameters = (
            {"classification": form, "skip.header.line.count": "1"} if form == "csv" else {"classification": form}
        )
        self._glue.catalog.put(Table(database, {"Name": table, "StorageDescriptor": storage, "Parameters": parameters}))
        if isinstance(rows, Path):
            self.files(location, rows)
        elif found:
            self._write(location, found, form, kinds)

    def files(self, uri: str, source: Rows | Path) -> None:
        """Put a file, a folder's files, or rows as JSON lines at an S3 address."""
        folder = self._glue.lake.path(uri)
        folder.mkdir(parents=True, exist_ok=True)
        if not isinstance(source, Path):
            self._write(uri, list(source), "json", {})
            return
        for file in data_files(source):
            target = folder / (file.relative_to(source) if source.is_dir() else file.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())

    def connection(self, name: str) -> DuckDBPyConnection:
        """Return the DuckDB database that stands in for a Glue connection: fill it before a run, ask it after one."""
        from awsglue_local.databases.connections import Connection
        from awsglue_local.databases.duckdb_file import open_file

        return open_file(self._glue.database_folder / Connection(name, "redshift").file_name)

    def run(self, script: str | Path, *arguments: str) -> ScriptRun:
        """Run a script; `ScriptError` where it fails."""
        return self._glue.run(Path(script), arguments)

    def rows(self, place: str) -> list[dict[str, Any]]:
        """Return the rows of a table, `database.table`, or of the files at an S3 address."""
        if place.startswith("s3:"):
            folder = self._glue.lake.path(place)
        else:
            folder = self._glue.lake.path(self._glue.catalog.table(*place.split(".", 1)).location)
        return [row for file in data_files(folder) for row in read_rows(file)]

    def _write(self, uri: str, rows: list[dict[str, Any]], form: str, kinds: dict[str, str]) -> None:
        folder = self._glue.lake.path(uri)
        folder.mkdir(parents=True, exist_ok=True)
        if form == "parquet":
            schema = pa.schema([(name, arrow_type(kind)) for name, kind in kinds.items()])
            pq.write_table(pa.Table.from_pylist(rows, schema), folder / "rows.parquet")
        elif form == "json":
            (folder / "rows.json").write_text("".join(json.dumps(row, default=str) + "\n" for row in rows), "utf-8")
        else:
            raise GlueLocalError("rows can be written as json or parquet; for csv, pass a file")


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of JSON lines, CSV with a header, or Parquet."""
    if file.suffix == ".parquet":
        return list(pq.ParquetFile(file).read().to_pylist())
    if file.suffix == ".csv":
        options = {**csv_options(Table("", {"Name": ""})), "withHeader": True, "multiLine": True}
        return list(read_csv(file.read_bytes(), str(file), options, None, str(file)).table.to_pylist())
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _columns(rows: list[dict[str, Any]]) -> dict[str, str]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: hive_type(pa.array([row.get(name) for row in rows]).type) for name in names}


def assert_rows(actual: Iterable[dict[str, Any]], expected: Iterable[dict[str, Any]], ordered: bool = False) -> None:
    """Compare rows, in any order unless `ordered`; a null is as good as an absent key.

    Raises
    ------
    AssertionError
        They differ; the message shows both sides in a table.
    """
    left, right = ([_plain(row) for row in rows] for rows in (actual, expected))
    if not ordered:
        left, right = sorted(left, key=repr), sorted(right, key=repr)
    if left != right:
        raise AssertionError(difference(left, right))


def difference(actual: list[dict[str, Any]], expected: list[dict[str, Any]]) -> str:
    """Return both sides in a table, the rows that only one side has first."""
    import io

    from rich.console import Console
    from rich.table import Table as Grid

    only_left = [row for row in actual if row not in expected]
    only_right = [row for row in expected if row not in actual]
    names = list(dict.fromkeys(name for row in [*only_left, *only_right] for name in row))
    grid = Grid("", *names, title=f"{len(actual)} rows, expected {len(expected)}")
    for mark, rows in (("actual", only_left), ("expected", only_right)):
        for row in rows:
            grid.add_row(mark, *(repr(row.get(name)) for name in names))
    if not only_left and not only_right:
        grid.add_row("the same rows, but not as often or not in this order")
    text = io.StringIO()
    console = Console(file=text, width=160)
    console.print(grid)
    return f"\n{text.getvalue()}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(row.items()) if value is not None}
