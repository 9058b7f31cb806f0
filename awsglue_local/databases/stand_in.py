"""A database that stands in for one of a Glue connection; all that a script does to it is one transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from awsglue_local.databases import sql_dialects
from awsglue_local.databases.connections import Connection
from awsglue_local.errors import GlueLocalError


def _refuse_repeated(names: Sequence[str], sql: str) -> None:
    """Refuse a query with two columns of one name, of which a frame would have one."""
    lowered = [name.lower() for name in names]
    if repeated := next((name for name in names if lowered.count(name.lower()) > 1), ""):
        raise GlueLocalError(f"the query has several columns called {repeated!r}: {sql}; name them with AS")


class StandIn(ABC):
    """An open database.

    Attributes
    ----------
    connection
        The connection that it stands in for.
    dialect
        Its own SQL, as sqlglot names it.
    schemas
        Where a table without a schema is looked for.
    """

    dialect = ""
    schemas: tuple[str, ...] = ()

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def read(self, sql: str, file: Path) -> int:
        """Write a query's rows to a Parquet file, in parts, and return how many they are; `sql` is the script's.

        Raises
        ------
        GlueLocalError
            The database refuses the query.
        """
        with self._told(sql):
            schema, batches = self._batches(sql_dialects.query(sql, self.connection.dialect, self.dialect))
            _refuse_repeated(schema.names, sql)
            rows = 0
            with pq.ParquetWriter(file, schema) as writer:
                for batch in batches:
                    writer.write_batch(batch)
                    rows += batch.num_rows
            return rows

    def act(self, sql: str) -> None:
        """Run `preactions` or `postactions`; `sql` is the script's.

        Raises
        ------
        GlueLocalError
            The database refuses a statement.
        """
        for statement in sql_dialects.statements(sql, self.connection.dialect, self.dialect):
            with self._told(statement):
                self._execute(statement)

    def append(self, name: str, files: Sequence[Path]) -> None:
        """Add the rows of Parquet files to a table, column by column by name; a table that is not there is made.

        Raises
        ------
        GlueLocalError
            The table has no such column, or one of another type.
        """
        table = self._table(name)
        with self._told(f"insert into {name}"):
            if table.db:
                self._execute(f"create schema if not exists {table.args['db'].sql(self.dialect)}")
            self._append(table, files, self.has(name))

    def drop(self, name: str) -> None:
        """Drop a table, if it is there."""
        with self._told(f"drop table {name}"):
            self._execute(f"drop table if exists {self._table(name).sql(self.dialect)}")

    def has(self, name: str) -> bool:
        """Say whether a table is there."""
        table = self._table(name)
        found = (
            exp.select(exp.Literal.number(1))
            .from_("information_schema.tables")
            .where(exp.Lower(this=exp.column("table_name")).eq(table.name.lower()))
            .where(exp.Lower(this=exp.column("table_schema")).isin(*self._schemas_of(table)))
        )
        # asked of the catalog: a statement that fails would end the transaction
        return bool(self._rows(found.sql(self.dialect)))

    def _schemas_of(self, table: exp.Table) -> Sequence[str]:
        return [table.db.lower()] if table.db else self.schemas

    def _table(self, name: str) -> exp.Table:
        return sql_dialects.table_of(name, self.connection.dialect)

    def primary_key(self, name: str) -> list[str]:
        """Return the names of a table's key columns, in order; empty where it has no key."""
        table = self._table(name)
        keys = (
            exp.select("k.column_name")
            .from_("information_schema.table_constraints as c")
            .join(
                "information_schema.key_column_usage as k",
                on=["k.constraint_name = c.constraint_name", "k.table_schema = c.table_schema"],
            )
            .where("c.constraint_type = 'PRIMARY KEY'", "k.table_name = c.table_name")
            .where(exp.Lower(this=exp.column("table_name", "c")).eq(table.name.lower()))
            .where(exp.Lower(this=exp.column("table_schema", "c")).isin(*self._schemas_of(table)))
            .order_by("k.ordinal_position")
        )
        rows = self._rows(keys.sql(self.dialect))
        return list(dict.fromkeys(str(row[0]) for row in rows))

    def ask(self, query: exp.Expr) -> list[tuple[object, ...]]:
        """Return the rows of a query that is put together already."""
        sql = query.sql(self.dialect)
        with self._told(sql):
            _, batches = self._batches(sql)
            return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]

    def answer(self, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """Return the columns' names and the rows of a query of the script's dialect, at once.

        Raises
        ------
        GlueLocalError
            The database refuses the query.
        """
        with self._told(sql):
            schema, batches = self._batches(sql_dialects.query(sql, self.connection.dialect, self.dialect))
            rows = [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
        return list(schema.names), rows

    @contextmanager
    def _told(self, sql: str) -> Iterator[None]:
        """Tell what the database refused, and of which connection."""
        try:
            yield
        except GlueLocalError:
            raise
        except (pa.ArrowException, *self.errors) as error:
            words = str(error).strip().splitlines()[0]
            raise GlueLocalError(f"the connection {self.connection.name!r}: {sql}: {words}") from error

    @property
    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """What the database's library raises."""

    @abstractmethod
    def _batches(self, sql: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]: ...

    @abstractmethod
    def _rows(self, sql: str) -> list[Sequence[object]]: ...

    @abstractmethod
    def _execute(self, sql: str) -> None: ...

    @abstractmethod
    def _append(self, table: exp.Table, files: Sequence[Path], is_there: bool) -> None: ...

    @abstractmethod
    def commit(self) -> None:
        """Keep what was done, and begin anew."""

    @abstractmethod
    def close(self) -> None:
        """Undo what is not committed, and leave the database."""
