"""Athena's SQL over a lake and its catalog: sqlglot translates it, DuckDB runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from awsglue_local.athena.sql_text import parse
from awsglue_local.errors import GlueLocalError, SourceError
from awsglue_local.files.staging import Stage, text_source
from awsglue_local.storage.catalog import Catalog, FolderCatalog
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.lake import Lake, data_files
from awsglue_local.storage.partitions import table_files
from awsglue_local.storage.table import Table

CATALOG_TABLES = "information_schema"


@dataclass(frozen=True)
class Answer:
    """What a query returned.

    Attributes
    ----------
    columns
        The columns' names.
    rows
        The rows, as Python values.
    types
        The columns' types as DuckDB names them.
    scanned
        Bytes of the files that were read, of Parquet files those of the columns that the query names.
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]
    types: list[str] = field(default_factory=list)
    scanned: int = 0


class QueryFailed(GlueLocalError):
    """A query that DuckDB did not answer.

    Attributes
    ----------
    reason
        What DuckDB said.
    """

    def __init__(self, reason: duckdb.Error) -> None:
        super().__init__(f"the query failed, or a run is writing to the lake: {reason}")
        self.reason = reason


class AthenaSql:
    """Answers queries over the tables of a catalog. Each query sees the tables as they are then.

    Where it answers otherwise than Athena: a whole number divided by zero is null, quotients of decimals are doubles.

    Parameters
    ----------
    scratch
        A folder for text tables as Parquet, which are read anew only when a file has changed.
    as_in_files
        Whether Parquet tables have all columns that are in their files. Athena shows those of the catalog.
    """

    def __init__(self, lake: Lake, catalog: Catalog, scratch: Path, as_in_files: bool = False) -> None:
        self._lake = lake
        self._catalog = catalog
        self._scratch = scratch
        self._stage = Stage(lake.uri, scratch)
        self._as_in_files = as_in_files
        self._running: duckdb.DuckDBPyConnection | None = None

    def interrupt(self) -> None:
        """End the query that is running; it fails."""
        running = self._running
        if running is not None:
            with suppress(duckdb.Error):  # it may have ended meanwhile
                running.interrupt()

    def query(self, athena_sql: str, database: str) -> Answer:
        """Run one query in Athena's SQL; see `run`."""
        with self.run(parse(athena_sql), database) as (rows, scanned):
            return Answer(rows.columns, rows.fetchall(), [str(kind) for kind in rows.types], scanned)

    @contextmanager
    def run(self, query: exp.Expr, database: str) -> Iterator[tuple[duckdb.DuckDBPyRelation, int]]:
        """Run a parsed query, and yield its rows and the bytes that were scanned.

        Parameters
        ----------
        database
            Where tables are that the query names without a database.

        Raises
        ------
        TableNotFound
            The query names a table that the catalog does not have.
        GlueLocalError
            The query cannot be answered.
        """
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            # a query may name no file of this machine
            folders = exp.array(*(exp.Literal.string(str(one)) for one in (self._lake.root, self._scratch)))
            connection.execute(f"set allowed_directories = {folders.sql('duckdb')}")
            connection.execute("set enable_external_access = false")
            connection.execute("set integer_division = true")
            self._running = connection
            scanned = sum(bytes_read(files, names_of(query)) for files in self._open(connection, query, database))
            try:
                yield connection.sql(query.sql("duckdb")), scanned
            except duckdb.Error as error:
                raise QueryFailed(error) from error

    def _open(self, connection: duckdb.DuckDBPyConnection, query: exp.Expr, database: str) -> Iterator[list[Path]]:
        """Make a view of each table that a query names, and yield its files."""
        wanted = tables_of(query)
        named = {(schema or database.lower(), name) for schema, name in wanted if schema != CATALOG_TABLES}
        if any(schema == CATALOG_TABLES for schema, _ in wanted):
            named |= {(database.lower(), name) for name in self._catalog.table_names(database)}
        for schema, name in sorted(named):
            _use(connection, schema)
            table = self._catalog.table(schema, name)
            try:
                relation, files = self._relation(connection, table)
                relation.create_view(name)
            except (duckdb.Error, OSError) as error:
                raise GlueLocalError(f"table {name} cannot be read: {error}; is a run writing to the lake?") from error
            yield files
        _use(connection, database)

    def _relation(self, connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[Any, list[Path]]:
        """Return a table's rows and files."""
        folder, files = table_files(self._lake, self._catalog, table)
        columns = table.columns + table.partition_keys
        if table.format == "parquet":
            there, as_in_files = files, self._as_in_files
        else:
            staged = self._stage.read(text_source(folder, files, table))
            if staged.misfits:  # Athena fails on such a value too
                raise SourceError(
                    f"table {table.name}: {staged.misfits[0]}; fix the file or change the column in the table"
                )
            there, as_in_files = data_files(staged.folder) if staged.folder else [], False
        if not there:
            empty = pa.schema([(name, arrow_type(kind)) for name, kind in columns]).empty_table()
            return connection.from_arrow(empty), files
        rows = connection.read_parquet([str(file) for file in there], union_by_name=True, hive_partitioning=True)
        return (rows if as_in_files else rows.select(*_selected(rows.columns, columns))), files


def _selected(there: list[str], columns: list[tuple[str, str]]) -> list[Any]:
    """Return the catalog's columns with the catalog's types; one that no file has is null."""
    spelling = {name.lower(): name for name in there}
    return [
        (duckdb.ColumnExpression(spelling[name]) if name in spelling else duckdb.ConstantExpression(None))
        .cast(duckdb_type(kind))
        .alias(name)
        for name, kind in columns
    ]


def duckdb_type(kind: str) -> str:
    """Return DuckDB's name of a Hive type."""
    return str(duckdb.from_arrow(pa.table({"c": pa.array([], arrow_type(kind))})).types[0])


def _use(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    quoted = exp.to_identifier(schema.lower(), quoted=True).sql("duckdb")
    connection.execute(f"create schema if not exists {quoted}")
    connection.execute(f"set schema = {exp.Literal.string(schema.lower()).sql('duckdb')}")


def tables_of(query: exp.Expr) -> set[tuple[str, str]]:
    """Return database (empty where none is named) and name of the tables that a query reads."""
    common = {one.alias_or_name.lower() for one in query.find_all(exp.CTE)}
    tables = {(one.db.lower(), one.name.lower()) for one in query.find_all(exp.Table) if one.name}
    return {(database, name) for database, name in tables if database or name not in common}


def names_of(query: exp.Expr) -> set[str] | None:
    """Return the names of the columns that a query names; None where a star names all."""
    if any(not isinstance(star.parent, exp.Count) for star in query.find_all(exp.Star)):
        return None
    return {column.name.lower() for column in query.find_all(exp.Column)}


def bytes_read(files: list[Path], names: set[str] | None) -> int:
    """Return the bytes of files, of Parquet files those of some columns only."""
    return sum(_bytes_of(file, names) for file in files)


def _bytes_of(file: Path, names: set[str] | None) -> int:
    if names is None or file.suffix != ".parquet":
        return file.stat().st_size
    footer = pq.read_metadata(file)
    columns = [
        footer.row_group(group).column(one)
        for group in range(footer.num_row_groups)
        for one in range(footer.num_columns)
    ]
    return sum(one.total_compressed_size for one in columns if one.path_in_schema.split(".")[0].lower() in names)


@contextmanager
def open_lake(root: Path, database: str) -> Iterator[AthenaSql]:
    """Open a lake folder for queries; nothing is written to it.

    Raises
    ------
    GlueLocalError
        There is no such lake or database.
    """
    catalog = FolderCatalog(root)
    if not catalog.table_names(database):
        raise GlueLocalError(f"there is no lake at {root}; `make run` creates one, and LAKE=DIR names another one")
    with tempfile.TemporaryDirectory() as scratch:
        yield AthenaSql(Lake(root), catalog, Path(scratch), as_in_files=True)
