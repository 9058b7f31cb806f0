"""Athena's SQL over a lake and its catalog: sqlglot translates it, DuckDB runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from awsglue_local.catalog import Catalog, FolderCatalog, Table
from awsglue_local.column_types import arrow_type
from awsglue_local.errors import GlueLocalError, SourceError
from awsglue_local.lake import Lake, data_files
from awsglue_local.partitions import table_files
from awsglue_local.sources import text_source
from awsglue_local.staging import Stage

CATALOG_TABLES = "information_schema"
CATALOG = "awsdatacatalog"


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
                raise GlueLocalError(f"the query failed, or a run is writing to the lake: {error}") from error

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
                raise SourceError(f"table {table.name}: {staged.misfits[0]}; mend the file or the table's column")
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


def parse(athena_sql: str) -> exp.Expr:
    """Parse one statement in Athena's SQL; columns without a name are called as Athena calls them, `_col0` and so on.

    Raises
    ------
    GlueLocalError
        It is no statement, or there are several.
    """
    try:
        statements = [one for one in sqlglot.parse(athena_sql, read="athena") if one is not None]
    except sqlglot.errors.SqlglotError as error:
        raise GlueLocalError(f"the query does not parse: {error}") from error
    if len(statements) != 1:
        raise GlueLocalError(f"a query is one statement, not {len(statements)}")
    for table in statements[0].find_all(exp.Table):
        if table.catalog.lower() == CATALOG:
            table.set("catalog", None)
    if isinstance(statements[0], exp.Query):
        _name_columns(statements[0])
    return statements[0]


def _name_columns(query: exp.Query) -> None:
    for number, column in enumerate(query.selects):
        if not has_name(column):
            column.replace(exp.alias_(column.copy(), f"_col{number}"))


def has_name(column: exp.Expr) -> bool:
    """Say whether a column of a query has a name of its own."""
    return isinstance(column, exp.Alias | exp.Column | exp.Star | exp.Dot)


def with_values(athena_sql: str, values: Sequence[str]) -> str:
    """Return a query with literals in the place of its question marks, in the order of the text.

    Raises
    ------
    GlueLocalError
        There are more or fewer values than question marks, or a value is no literal.
    """
    try:
        tokens = sqlglot.tokenize(athena_sql, read="athena")
    except sqlglot.errors.SqlglotError as error:
        raise GlueLocalError(f"the query does not parse: {error}") from error
    marks = [token for token in tokens if token.token_type.name == "PLACEHOLDER"]
    if len(marks) != len(values):
        raise GlueLocalError(f"the query has {len(marks)} question marks, and {len(values)} values are given")
    text = athena_sql
    for mark, value in reversed(list(zip(marks, values, strict=True))):
        text = f"{text[: mark.start]}{_literal(value)}{text[mark.end + 1 :]}"
    return text


def _literal(value: str) -> str:
    """Return a value as SQL; anything but one value, such as a subquery, is refused."""
    try:
        statements = [one for one in sqlglot.parse(f"select {value}", read="athena") if one is not None]
    except sqlglot.errors.SqlglotError as error:
        raise GlueLocalError(f"{value!r} is no value for a question mark") from error
    select = statements[0]
    is_one = len(statements) == 1 and isinstance(select, exp.Select) and len(select.expressions) == 1
    if not is_one or select.find(exp.Column, exp.Star, exp.From) or len(list(select.find_all(exp.Query))) > 1:
        raise GlueLocalError(f"{value!r} is no value for a question mark")
    return f"({select.expressions[0].sql('athena')})"


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
        raise GlueLocalError(f"there is no lake at {root}; `make run` makes one, LAKE=DIR names another")
    with tempfile.TemporaryDirectory() as scratch:
        yield AthenaSql(Lake(root), catalog, Path(scratch), as_in_files=True)
