"""Athena's SQL over a lake and its catalog: sqlglot translates it, DuckDB runs it."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from awsglue_local.athena.sql_text import parse
from awsglue_local.errors import GlueLocalError, SourceError
from awsglue_local.files.json_serde import refuse_malformed
from awsglue_local.files.parquet_files import parquet_rows
from awsglue_local.files.staging import Stage, text_source
from awsglue_local.nearest import instead_of, nearest
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
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]


class QueryFailed(GlueLocalError):
    """A query that DuckDB did not answer.

    Attributes
    ----------
    reason
        What DuckDB said.
    """

    def __init__(self, reason: duckdb.Error) -> None:
        super().__init__(_words(reason))
        self.reason = reason


MISSING_COLUMN = re.compile(
    r'Referenced column "([^"]+)" not found|column named "([^"]+)"|does not have a column named "([^"]+)"'
)


def missing_column(reason: duckdb.Error) -> str | None:
    """Return the column that a query asks for in vain; None where that is not what went wrong."""
    found = MISSING_COLUMN.search(str(reason).split("\n")[0])
    return next(group for group in found.groups() if group) if found else None


def _words(reason: duckdb.Error) -> str:
    """Return what went wrong with a query, in a sentence."""
    text = str(reason)
    if isinstance(reason, duckdb.IOException):
        return f"a file of the lake cannot be read; is a run writing to it? {text}"
    column = missing_column(reason)
    if column is None:
        return f"the query failed: {text}"
    candidates = re.findall(r'"([^"]+)"', text.partition("Candidate bindings:")[2].split("\n")[0])
    near = nearest(column, candidates)
    return f"no table of the query has a column {column!r}" + (f"; did you mean {near!r}?" if near else "")


class AthenaSql:
    """Answers queries over the tables of a catalog.

    Where it answers otherwise than Athena: a whole number divided by zero is null, quotients of decimals are doubles.

    Parameters
    ----------
    scratch
        A folder for text tables as Parquet, which are read anew only when a file has changed.
    as_in_files
        Whether Parquet tables have all columns that are in their files. Athena shows those of the catalog.
    stage
        Has read text tables already, into `scratch`.
    """

    def __init__(
        self, lake: Lake, catalog: Catalog, scratch: Path, as_in_files: bool = False, stage: Stage | None = None
    ) -> None:
        self.lake = lake
        self.catalog = catalog
        self.stage = stage or Stage(lake.uri, scratch)
        self.as_in_files = as_in_files
        self._scratch = scratch
        self._running: duckdb.DuckDBPyConnection | None = None

    def interrupt(self) -> None:
        """End the query that is running; it fails."""
        running = self._running
        if running is not None:
            with suppress(duckdb.Error):  # it may have ended meanwhile
                running.interrupt()

    @contextmanager
    def run(self, query: exp.Expr, database: str) -> Iterator[tuple[duckdb.DuckDBPyRelation, int]]:
        """Run a parsed query over the tables as they are now, and yield its rows and the bytes that were scanned.

        Raises
        ------
        TableNotFound
            The query names a table that the catalog does not have.
        GlueLocalError
            The query cannot be answered.
        """
        with self.snapshot() as tables, tables.run(query, database) as rows:
            yield rows, sum(bytes_read(files, names_of(query)) for files in tables.files.values())

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open the tables for several queries."""
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            # a query may name no file of this machine
            folders = exp.array(*(exp.Literal.string(str(one)) for one in (self.lake.root, self._scratch)))
            connection.execute(f"set allowed_directories = {folders.sql('duckdb')}")
            connection.execute("set enable_external_access = false")
            connection.execute("set integer_division = true")
            self._running = connection
            yield Snapshot(self, connection)


class Snapshot:
    """Tables, each as it is when a query first names it.

    Attributes
    ----------
    files
        The data files of each table that was named, by database and name.
    """

    def __init__(self, sql: AthenaSql, connection: duckdb.DuckDBPyConnection) -> None:
        self._sql = sql
        self._connection = connection
        self.files: dict[tuple[str, str], list[Path]] = {}
        self._rows: dict[tuple[str, str], int] = {}
        self._shared: dict[str, str] = {}

    def share(self, athena_queries: Iterable[str]) -> None:
        """Compute what several queries define in the same words, `with name as (...)`, once for all of them."""
        texts = Counter(_text(cte) for query in athena_queries for cte in _ctes(parse(query)) if _stands_alone(cte))
        self._shared = {text: f"shared_{number}" for number, (text, times) in enumerate(texts.items()) if times > 1}

    def query(self, athena_sql: str, database: str) -> Answer:
        """Run one query in Athena's SQL; see `AthenaSql.run`."""
        with self.run(parse(athena_sql), database) as rows:
            return Answer(rows.columns, rows.fetchall())

    @contextmanager
    def run(self, query: exp.Expr, database: str) -> Iterator[duckdb.DuckDBPyRelation]:
        """Run a parsed query, and yield its rows; see `AthenaSql.run`."""
        for schema, name in sorted(self._tables_of(query, database)):
            self._open(schema, name)
        _use(self._connection, database)
        try:
            for cte in _ctes(query):
                self._take_shared(cte)
            yield self._connection.sql(query.sql("duckdb"))
        except duckdb.Error as error:
            raise QueryFailed(error) from error

    def rows_of(self, database: str, name: str) -> int:
        """Return the number of a table's rows, which need not be read for that."""
        self._open(database, name)
        return self._rows[(database, name)]

    def _take_shared(self, cte: exp.CTE) -> None:
        """Let a query read what another one has computed, or will read."""
        name = self._shared.get(_text(cte))
        if name:
            self._connection.execute(f"create temp table if not exists {name} as {cte.this.sql('duckdb')}")
            cte.set("this", exp.select("*").from_(exp.table_(name, catalog="temp", db="main")))

    def _tables_of(self, query: exp.Expr, database: str) -> set[tuple[str, str]]:
        wanted = tables_of(query)
        named = {(schema or database.lower(), name) for schema, name in wanted if schema != CATALOG_TABLES}
        if any(schema == CATALOG_TABLES for schema, _ in wanted):
            named |= {(database.lower(), name) for name in self._sql.catalog.table_names(database)}
        return named

    def _open(self, schema: str, name: str) -> None:
        """Make a view of a table, unless there is one."""
        if (schema, name) in self.files:
            return
        table = self._sql.catalog.table(schema, name)
        _use(self._connection, schema)
        try:
            relation, files, rows = self._relation(table)
            relation.create_view(name)
        except (duckdb.Error, OSError) as error:
            raise GlueLocalError(f"table {name} cannot be read: {error}; is a run writing to the lake?") from error
        self.files[(schema, name)], self._rows[(schema, name)] = files, rows

    def _relation(self, table: Table) -> tuple[Any, list[Path], int]:
        """Return a table as DuckDB reads it, its files, and how many rows it has."""
        folder, files = table_files(self._sql.lake, self._sql.catalog, table)
        columns = table.columns + table.partition_keys
        if table.format == "parquet":
            there, rows, as_in_files = files, parquet_rows(files), self._sql.as_in_files
        else:
            staged = self._sql.stage.read(text_source(folder, files, table, of_serde=True))
            refuse_malformed(table, staged.bad)
            if staged.misfits:  # Athena fails on such a value too
                raise SourceError(
                    f"table {table.name}: {staged.misfits[0]}; fix the file or change the column in the table"
                )
            there, rows, as_in_files = data_files(staged.folder) if staged.folder else [], staged.rows, False
        if not there:
            empty = pa.schema([(name, arrow_type(kind)) for name, kind in columns]).empty_table()
            return self._connection.from_arrow(empty), files, 0
        found = self._connection.read_parquet([str(file) for file in there], union_by_name=True, hive_partitioning=True)
        return (found if as_in_files else found.select(*_selected(found.columns, columns))), files, rows


def _ctes(query: exp.Expr) -> list[exp.CTE]:
    return list(query.ctes) if isinstance(query, exp.Query) else []


def _text(cte: exp.CTE) -> str:
    return str(cte.this.sql("athena", comments=False))


def _stands_alone(cte: exp.CTE) -> bool:
    """Say whether a common table expression reads tables only."""
    query = cte.find_ancestor(exp.Query)
    others = {one.alias_or_name.lower() for one in query.ctes} if query else set()
    return not any(table.name.lower() in others and not table.db for table in cte.this.find_all(exp.Table))


def _selected(there: list[str], columns: list[tuple[str, str]]) -> list[Any]:
    """Return the catalog's columns with the catalog's types; one that no file has is null."""
    spelling = {name.lower(): name for name in there}
    return [
        (duckdb.ColumnExpression(spelling[name]) if name in spelling else duckdb.ConstantExpression(None))
        .cast(duckdb_type(kind))
        .alias(name)
        for name, kind in columns
    ]


DUCKDB_TYPES = {
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
"""Hive types to DuckDB's names: to ask DuckDB about an Arrow type loads pandas."""


@cache
def duckdb_type(kind: str) -> str:
    """Return DuckDB's name of a Hive type."""
    if kind in DUCKDB_TYPES:
        return DUCKDB_TYPES[kind]
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
def open_lake(root: Path, database: str) -> Iterator[Snapshot]:
    """Open a lake folder for queries over what it holds now; nothing is written to it.

    Raises
    ------
    GlueLocalError
        There is no such lake or database.
    """
    catalog = FolderCatalog(root)
    there = catalog.databases()
    if there and database not in there:
        raise GlueLocalError(f"the lake {root} has no database {database!r}{instead_of(database, there, 'it has')}")
    if not there:
        raise GlueLocalError(f"there is no lake at {root}; `make run` creates one, and LAKE=DIR names another one")
    with tempfile.TemporaryDirectory() as folder:
        lake, scratch = Lake(root), Path(folder)
        sql = AthenaSql(lake, catalog, scratch, as_in_files=True)
        with sql.snapshot() as tables:
            yield tables
