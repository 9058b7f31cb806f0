"""What statements share: where they run, what they return, how they fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from awsglue_local.athena.queries import AthenaSql, Found
from awsglue_local.athena.trino.errors import QueryError
from awsglue_local.athena.trino.types import VARCHAR, Type
from awsglue_local.errors import GlueLocalError, TableNotFound
from awsglue_local.storage.glue_catalog import GlueCatalog
from awsglue_local.storage.s3_lake import S3Lake
from awsglue_local.storage.table import Table
from glue_emulator.athena.iceberg_tables import IcebergTables


class StatementError(Exception):
    """A statement that failed; the message is the reason that the API gives."""


class TooManyBytesError(StatementError):
    """A query that the workgroup's limit cancels."""


PreparedStatements = dict[str, dict[str, Any]]
"""The prepared statements of a workgroup, as the API's PreparedStatement, by name."""


def prepared_statement(name: str, workgroup: str, text: str, description: str | None = None) -> dict[str, Any]:
    """Return a prepared statement as the API's PreparedStatement."""
    described = {"StatementName": name, "WorkGroupName": workgroup, "QueryStatement": text}
    return described | ({"Description": description} if description else {}) | {"LastModifiedTime": time.time()}


@dataclass
class StatementResult:
    """What a statement returned.

    Attributes
    ----------
    columns
        `(name, Trino's type)`.
    rows
        The rows as text, without a header.
    scanned
        Bytes.
    files
        S3 addresses of files that were written, for a manifest.
    written
        Rows that were written.
    """

    columns: list[tuple[str, Type]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    scanned: int = 0
    files: list[str] = field(default_factory=list)
    written: int = 0


@dataclass(frozen=True)
class Place:
    """Where statements run: the tables, and a client of Glue.

    Attributes
    ----------
    output
        S3 address of the file with the result.
    most
        Bytes that a query may scan; None for any.
    prepared
        The prepared statements of the workgroup, by name.
    """

    sql: AthenaSql
    lake: S3Lake
    glue: Any
    database: str
    output: str
    most: int | None
    is_cancelled: Callable[[], bool]
    iceberg: IcebergTables
    workgroup: str = "primary"
    prepared: PreparedStatements = field(default_factory=dict)

    @property
    def catalog(self) -> GlueCatalog:
        """The catalog of Glue."""
        return GlueCatalog(self.glue)


@dataclass(frozen=True)
class Name:
    """The name of a table or view; the database is empty where none is written."""

    database: str
    name: str

    def __str__(self) -> str:
        return f"{self.database}.{self.name}" if self.database else self.name


def lines(name: str, rows: list[str]) -> StatementResult:
    """Return a result of one column of text."""
    return StatementResult([(name, VARCHAR)], [[row] for row in rows])


@contextmanager
def answering(query: exp.Expr, place: Place) -> Iterator[Found]:
    """Run a query; what is wrong with it is said as Athena says it.

    Raises
    ------
    StatementError
        The query fails.
    """
    try:
        with place.sql.run(query, place.database) as found:
            if place.most is not None and found.scanned > place.most:
                raise TooManyBytesError(
                    f"Bytes scanned limit was exceeded: {found.scanned}, the workgroup allows {place.most}"
                )
            yield found
    except QueryError as error:
        raise StatementError(error.reason) from error
    except GlueLocalError as error:
        raise StatementError(f"GENERIC_USER_ERROR: {error}") from error


def table_named(place: Place, name: Name) -> Table:
    """Return a table of the catalog.

    Raises
    ------
    StatementError
        There is none of that name.
    """
    found = table_or_none(place, name)
    if found is None:
        raise StatementError(f"FAILED: SemanticException [Error 10001]: Table not found {name}")
    return found


def table_or_none(place: Place, name: Name) -> Table | None:
    """Return a table of the catalog; None where there is none of that name."""
    try:
        return place.catalog.table(name.database or place.database, name.name)
    except TableNotFound:
        return None


def exists(place: Place, name: Name) -> bool:
    """Say whether the catalog has a table."""
    return table_or_none(place, name) is not None
