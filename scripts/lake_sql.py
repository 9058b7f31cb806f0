"""Athena's SQL over a lake folder: sqlglot translates it, DuckDB runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot

from awsglue_local.catalog import FolderCatalog, Table
from awsglue_local.column_types import arrow_type
from awsglue_local.errors import GlueLocalError
from awsglue_local.lake import Lake, data_files
from awsglue_local.sources import text_source
from awsglue_local.staging import Stage


@dataclass(frozen=True)
class Answer:
    """What a query returned: the columns' names and the rows."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class LakeSql:
    """Answers queries over the tables of one database; see `open_lake`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def query(self, athena_sql: str) -> Answer:
        """Run one query in Athena's SQL.

        Raises
        ------
        GlueLocalError
            The query does not parse, or names a table or column that is not there.
        """
        try:
            sql = sqlglot.transpile(athena_sql, read="athena", write="duckdb")[0]
            cursor = self._connection.execute(sql)
            return Answer([column[0] for column in cursor.description or []], cursor.fetchall())
        except (sqlglot.errors.SqlglotError, duckdb.Error) as error:
            raise GlueLocalError(f"the query failed, or a run is writing to the lake: {error}") from error


@contextmanager
def open_lake(root: Path, database: str) -> Iterator[LakeSql]:
    """Open a lake for queries; nothing is written to it.

    Raises
    ------
    GlueLocalError
        There is no such lake or database, or a table's files are not what the table says.
    """
    lake, catalog = Lake(root), FolderCatalog(root)
    names = catalog.table_names(database)
    if not names:
        raise GlueLocalError(f"there is no lake at {root}; `make run` makes one, LAKE=DIR names another")
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        stage = Stage(lake, Path(scratch))
        for name in names:
            table = catalog.table(database, name)
            try:
                _relation(connection, lake, stage, table).create_view(name)
            except (duckdb.Error, OSError) as error:
                raise GlueLocalError(f"table {name} cannot be read: {error}; is a run writing to the lake?") from error
        yield LakeSql(connection)


def _relation(connection: duckdb.DuckDBPyConnection, lake: Lake, stage: Stage, table: Table) -> duckdb.DuckDBPyRelation:
    """Return a table's rows: a Parquet table with the columns its files have, not only the catalog's."""
    if table.format == "parquet":
        files = data_files(lake.path(table.location))
        return _read_parquet(connection, files) if files else _empty(connection, table)
    staged = stage.read(text_source(lake, table))
    if staged.folder is None:
        return _empty(connection, table)
    rows = _read_parquet(connection, data_files(staged.folder))
    names = [name for name, _ in table.columns + table.partition_keys]
    return rows.select(*(duckdb.ColumnExpression(name) for name in names))


def _read_parquet(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> duckdb.DuckDBPyRelation:
    return connection.read_parquet([str(file) for file in files], union_by_name=True, hive_partitioning=True)


def _empty(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    columns = table.columns + table.partition_keys
    return connection.from_arrow(pa.schema([(name, arrow_type(kind)) for name, kind in columns]).empty_table())
