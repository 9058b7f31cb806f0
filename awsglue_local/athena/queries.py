"""Athena's SQL over a lake and its catalog: translated into DuckDB's, which runs it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from awsglue_local.athena import catalog_tables
from awsglue_local.athena.sql_text import parse
from awsglue_local.athena.trino import run_errors
from awsglue_local.athena.trino.errors import QueryError, QueryRefused
from awsglue_local.athena.trino.operators import milliseconds
from awsglue_local.athena.trino.python_values import zone_named
from awsglue_local.athena.trino.queries import new_translation, translate_query
from awsglue_local.athena.trino.scope import Scope
from awsglue_local.athena.trino.session import Session
from awsglue_local.athena.trino.translation import Rows, Translation, identifier
from awsglue_local.athena.trino.type_names import duckdb_named, hive_type
from awsglue_local.athena.trino.types import ZONED, Type, duckdb_type
from awsglue_local.errors import GlueLocalError, SourceError, TableNotFound
from awsglue_local.files.json_serde import refuse_malformed
from awsglue_local.files.parquet_files import parquet_rows
from awsglue_local.files.staging import Stage
from awsglue_local.files.text_source import text_source
from awsglue_local.nearest import instead_of
from awsglue_local.storage.catalog import Catalog, FolderCatalog
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.lake import Lake, data_files, require_folder
from awsglue_local.storage.partitions import table_files
from awsglue_local.storage.table import Table

ICEBERG_TABLES = ("history", "snapshots", "files", "manifests", "partitions", "refs")
CATALOG_TABLES = catalog_tables.INFORMATION_SCHEMA


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


@dataclass(frozen=True)
class Found:
    """The rows of a query, not fetched yet.

    Attributes
    ----------
    columns
        `(name, Trino's type)`; a column without a name is called `_col0` and so on, by its place.
    relation
        The rows as DuckDB keeps them.
    scanned
        Bytes of the files that were read.
    """

    columns: list[tuple[str, Type]]
    relation: duckdb.DuckDBPyRelation
    scanned: int = 0

    def answer(self, most: int | None = None) -> Answer:
        """Return the rows, or the first of them, as Python values.

        Raises
        ------
        GlueLocalError
            A value cannot be computed.
        """
        zoned = [number for number, (_, kind) in enumerate(self.columns) if kind.name == ZONED]
        rows = self.fetch(most)
        if zoned:
            rows = [tuple(_python(value, number in zoned) for number, value in enumerate(row)) for row in rows]
        return Answer([name for name, _ in self.columns], rows)

    def fetch(self, most: int | None = None) -> list[tuple[Any, ...]]:
        """Return the rows as DuckDB keeps their values; QueryFailed."""
        try:
            return (self.relation if most is None else self.relation.limit(most)).fetchall()
        except duckdb.Error as error:
            raise QueryFailed(error) from error

    def arrow(self) -> pa.Table:
        """Return the rows as Arrow, the columns by their names; QueryFailed."""
        try:
            return self.relation.to_arrow_table().rename_columns([name for name, _ in self.columns])
        except duckdb.Error as error:
            raise QueryFailed(error) from error


def _python(value: Any, is_zoned: bool) -> Any:
    if not is_zoned or value is None:
        return value
    return value["at"].replace(tzinfo=UTC).astimezone(zone_named(value["zone"]))


class QueryFailed(QueryError):
    """A query that failed while it ran."""

    def __init__(self, error: duckdb.Error) -> None:
        is_file = isinstance(error, duckdb.IOException)
        plain = f"a file of the lake cannot be read; is a run writing to it? {error}" if is_file else ""
        super().__init__(run_errors.reason_of(error), plain)


class IcebergReader(Protocol):
    """Reads the rows of Iceberg tables."""

    def rows(self, table: Table, version: tuple[str, Any] | None = None) -> pa.Table:
        """Return the rows of a table, or of an earlier version: `VERSION` or `TIMESTAMP`, and which."""
        ...

    def about(self, table: Table, what: str) -> pa.Table:
        """Return a table about a table, such as its `history`."""
        ...


class AthenaSql:
    """Answers queries over the tables of a catalog.

    Parameters
    ----------
    scratch
        A folder for text tables as Parquet, which are read anew only when a file has changed.
    as_in_files
        Whether Parquet tables have all columns that are in their files. Athena shows those of the catalog.
    stage
        Has read text tables already, into `scratch`.
    iceberg
        Reads Iceberg tables; without it they are refused.
    """

    def __init__(
        self,
        lake: Lake,
        catalog: Catalog,
        scratch: Path,
        as_in_files: bool = False,
        stage: Stage | None = None,
        iceberg: IcebergReader | None = None,
    ) -> None:
        self.lake = lake
        self.catalog = catalog
        self.stage = stage or Stage(lake.uri, scratch)
        self.as_in_files = as_in_files
        self.iceberg = iceberg
        self._scratch = scratch
        self._running: duckdb.DuckDBPyConnection | None = None

    def interrupt(self) -> None:
        """End the query that is running; it fails."""
        running = self._running
        if running is not None:
            with suppress(duckdb.Error):  # it may have ended meanwhile
                running.interrupt()

    @contextmanager
    def run(self, query: exp.Expr, database: str) -> Iterator[Found]:
        """Run a parsed query over the tables as they are now, and yield its rows.

        Raises
        ------
        TableNotFound
            The query names a table that the catalog does not have.
        QueryRefused
            Athena refuses the query.
        GlueLocalError
            The query cannot be answered.
        """
        with self.snapshot() as tables, tables.run(query, database) as found:
            yield found

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Open the tables for several queries."""
        with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
            # a query may name no file of this machine
            folders = exp.array(*(exp.Literal.string(str(one)) for one in (self.lake.root, self._scratch)))
            connection.execute(f"set allowed_directories = {folders.sql('duckdb')}")
            connection.execute("set enable_external_access = false")
            self._running = connection
            yield Snapshot(self, Session(connection))


class Snapshot:
    """Tables, each as it is when a query first names it.

    Attributes
    ----------
    files
        The data files of each table that was named, by database and name.
    """

    def __init__(self, sql: AthenaSql, session: Session) -> None:
        self._sql = sql
        self._session = session
        self._connection = session.connection
        self.files: dict[tuple[str, str], list[Path]] = {}
        self._rows: dict[tuple[str, str], int] = {}
        self._columns: dict[tuple[str, str], list[tuple[str, str, Type]]] = {}
        self._shared: dict[str, str] = {}
        self._views: list[tuple[str, str]] = []

    def share(self, athena_queries: Iterable[str]) -> None:
        """Compute what several queries define in the same words, `with name as (...)`, once for all of them."""
        texts = Counter(_text(cte) for query in athena_queries for cte in _ctes(parse(query)) if _stands_alone(cte))
        self._shared = {text: f"shared_{number}" for number, (text, times) in enumerate(texts.items()) if times > 1}

    def query(self, athena_sql: str, database: str) -> Answer:
        """Run one query in Athena's SQL; see `AthenaSql.run`."""
        with self.run(parse(athena_sql), database) as found:
            return found.answer()

    @contextmanager
    def run(self, query: exp.Expr, database: str) -> Iterator[Found]:
        """Run a parsed query, and yield its rows; see `AthenaSql.run`."""
        named: set[tuple[str, str]] = set()
        columns_named = [names_of(query)]

        def tables(schema: str, name: str, node: exp.Table) -> Rows:
            return self._table(translation, schema, name, node, named, columns_named)

        translation = new_translation(database.lower(), tables)
        translation.shared = lambda node, sql: self._share(translation, node, sql)
        rows = translate_query(translation, query)
        self._session.prepare(translation)
        columns = [(name or f"_col{number}", kind) for number, (name, _, kind) in enumerate(rows.columns)]
        try:
            relation = self._connection.sql(rows.sql)
        except duckdb.Error as error:
            raise QueryFailed(error) from error
        names = None if None in columns_named else {one for part in columns_named for one in part or ()}
        yield Found(columns, relation, sum(bytes_read(self.files[one], names) for one in named))

    def rows_of(self, database: str, name: str) -> int:
        """Return the number of a table's rows, which need not be read for that."""
        self._open(self._sql.catalog.table(database, name))
        return self._rows[(database, name)]

    def _share(self, translation: Translation, node: exp.CTE, sql: str) -> str:
        """Let a query read what another one has computed, or will read."""
        name = self._shared.get(_text(node))
        if not name:
            return sql
        self._session.prepare(translation)
        try:
            self._connection.execute(f"create temp table if not exists {name} as {sql}")
        except duckdb.Error as error:
            raise QueryFailed(error) from error
        return f"SELECT * FROM temp.main.{name}"

    def _table(
        self,
        translation: Translation,
        schema: str,
        name: str,
        node: exp.Table,
        named: set[tuple[str, str]],
        columns_named: list[set[str] | None],
    ) -> Rows:
        """Return a table that a query names: of the catalog, of `information_schema`, a view."""
        if schema == CATALOG_TABLES:
            columns_of = self._columns_in_files if self._sql.as_in_files else catalog_tables.of_catalog
            rows = catalog_tables.information(self._sql.catalog, name, columns_of)
            if rows is None:
                raise QueryRefused("TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{schema}.{name}' does not exist", node)
            return rows
        base, _, what = name.partition("$")
        table = self._found(schema, base, node)
        if table.parameters.get("table_type", "").upper() == "ICEBERG":
            return self._of_iceberg(translation, table, what, node)
        if node.args.get("version") is not None:
            raise QueryRefused("NOT_SUPPORTED", "This connector does not support versioned tables", node)
        if what:
            return self._of_system(table, what, node)
        if catalog_tables.is_view(table):
            return self._of_view(translation, table, node, columns_named)
        self._open(table)
        named.add((table.database, table.name))
        key = (table.database, table.name)
        return Rows(f"{identifier(schema)}.{identifier(name)}", self._columns[key])

    def _of_view(
        self, translation: Translation, table: Table, node: exp.Table, columns_named: list[set[str] | None]
    ) -> Rows:
        if (table.database, table.name) in self._views:
            raise QueryRefused("VIEW_IS_RECURSIVE", f"View is recursive: {table.database}.{table.name}", node)
        query = parse(catalog_tables.view_query(table))
        columns_named.append(names_of(query))
        around, translation.database = translation.database, catalog_tables.view_database(table)
        self._views.append((table.database, table.name))
        rows = translate_query(translation, query)
        self._views.pop()
        translation.database = around
        return rows

    def _columns_in_files(self, table: Table) -> list[tuple[str, Type]]:
        """Return the columns that the files of a table have; the catalog's where they cannot be read."""
        try:
            self._open(table)
        except GlueLocalError:
            return catalog_tables.of_catalog(table)
        return [(name, kind) for name, _, kind in self._columns[(table.database, table.name)]]

    def _found(self, schema: str, name: str, node: exp.Table) -> Table:
        try:
            return self._sql.catalog.table(schema, name)
        except TableNotFound as error:
            code, words = "TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{schema}.{name}' does not exist"
            if schema not in self._sql.catalog.databases():
                code, words = "SCHEMA_NOT_FOUND", f"Schema '{schema}' does not exist"
            raise QueryRefused(code, words, node, str(error)) from error

    def _of_iceberg(self, translation: Translation, table: Table, what: str, node: exp.Table) -> Rows:
        """Return an Iceberg table, an earlier version of it, or a table about it."""
        reader = self._sql.iceberg
        if reader is None or (what and what not in ICEBERG_TABLES):
            words = f"Table '{table.database}.{node.name.lower()}' is an Iceberg table, which is not read here"
            raise QueryRefused("NOT_SUPPORTED", words, node)
        if what:
            found, known = reader.about(table, what), {}
        else:
            found, known = reader.rows(table, self._version(translation, node)), dict(table.columns)
        name = translation.new_name("iceberg_")
        _use(self._connection, table.database)
        relation = self._connection.from_arrow(found)
        relation.create(name)
        columns = [
            (column.lower(), column, _of_iceberg(known.get(column.lower()), str(kind)))
            for column, kind in zip(relation.columns, relation.types, strict=True)
        ]
        return Rows(f"{identifier(table.database)}.{identifier(name)}", columns)

    def _version(self, translation: Translation, node: exp.Table) -> tuple[str, Any] | None:
        """Return what FOR TIMESTAMP AS OF or FOR VERSION AS OF asks for."""
        version = node.args.get("version")
        if version is None:
            return None
        value = translation.value(translation, version.args["expression"], Scope())
        self._session.prepare(translation)
        kind = str(version.this).upper()
        sql = milliseconds(value) if kind == "TIMESTAMP" else value.sql
        found = self._connection.execute(f"SELECT {sql}").fetchone()
        return kind, found[0] if found else None

    def _of_system(self, table: Table, what: str, node: exp.Table) -> Rows:
        if what != "partitions" or not table.partition_keys:
            words = f"Table 'awsdatacatalog.{table.database}.{table.name}${what}' does not exist"
            raise QueryRefused("TABLE_NOT_FOUND", words, node)
        return catalog_tables.partitions_of(self._sql.catalog, table)

    def _open(self, table: Table) -> None:
        """Make a view of a table, unless there is one."""
        key = (table.database, table.name)
        if key in self.files:
            return
        _use(self._connection, table.database)
        try:
            relation, files, rows = self._relation(table)
            relation.create_view(table.name)
        except (duckdb.Error, OSError) as error:
            raise GlueLocalError(
                f"table {table.name} cannot be read: {error}; is a run writing to the lake?"
            ) from error
        self.files[key], self._rows[key] = files, rows
        of_catalog = {name: hive_type(kind) for name, kind in table.columns + table.partition_keys}
        self._columns[key] = [
            (name.lower(), name, of_catalog.get(name.lower()) or duckdb_named(str(kind)))
            for name, kind in zip(relation.columns, relation.types, strict=True)
        ]

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
        selected = _as_in_files(found, columns) if as_in_files else _selected(found.columns, columns)
        return found.select(*selected), files, rows


def _as_in_files(found: Any, columns: list[tuple[str, str]]) -> list[Any]:
    """Return all columns of files, with the catalog's types where it has them."""
    kinds = dict(columns)
    return [
        duckdb.ColumnExpression(name).cast(duckdb_type(hive_type(kinds[name.lower()]))).alias(name)
        if name.lower() in kinds
        else _without_zone(name, str(kind))
        for name, kind in zip(found.columns, found.types, strict=True)
    ]


def _without_zone(name: str, kind: str) -> Any:
    """Return a column; an instant is the time that it is in UTC, as Hive keeps it."""
    column = duckdb.ColumnExpression(name)
    if kind != "TIMESTAMP WITH TIME ZONE":
        return column
    return duckdb.FunctionExpression("timezone", duckdb.ConstantExpression("UTC"), column).alias(name)


def _of_iceberg(hive: str | None, duckdb_kind: str) -> Type:
    """Return the type of a column of an Iceberg table: its timestamps have six digits of a second."""
    found = hive_type(hive) if hive else duckdb_named(duckdb_kind)
    return Type("timestamp", (6,)) if found.name == "timestamp" else found


def _ctes(query: exp.Expr) -> list[exp.CTE]:
    return list(query.ctes) if isinstance(query, exp.Query) else []


def _text(cte: exp.CTE) -> str:
    return str(cte.this.sql("trino", comments=False))


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
        .cast(duckdb_type(hive_type(kind)))
        .alias(name)
        for name, kind in columns
    ]


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
    if any(not isinstance(star.parent, exp.Anonymous) for star in query.find_all(exp.Star)):
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
    require_folder(root)
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
