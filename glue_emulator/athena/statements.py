"""What a statement does: queries read tables, DDL changes the catalog of Glue."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError
from sqlglot import exp

from awsglue_local.athena.ddl import table_of
from awsglue_local.athena.error_words import no_table, reason_of
from awsglue_local.athena.queries import AthenaSql, duckdb_type, tables_of
from awsglue_local.athena.sql_text import has_name, parse
from awsglue_local.errors import GlueLocalError, TableNotFound
from awsglue_local.storage.column_types import arrow_type, hive_type
from awsglue_local.storage.endpoint import code_of
from awsglue_local.storage.glue_catalog import GlueCatalog
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.s3_lake import S3Lake
from awsglue_local.storage.table import Partition, Table, storage_formats
from glue_emulator.athena.results import athena_type, text_of
from glue_emulator.glue.schemas import partitions_of

LEADING_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)
NAME = r"[`\"]?([\w.]+)[`\"]?"


class StatementError(Exception):
    """A statement that failed; the message is the reason that the API gives."""


class TooManyBytesError(StatementError):
    """A query that the workgroup's limit cancels."""


@dataclass
class StatementResult:
    """What a statement returned.

    Attributes
    ----------
    columns
        `(name, DuckDB's type)`.
    rows
        The rows as text, without a header.
    scanned
        Bytes.
    files
        S3 addresses of files that were written, for a manifest.
    """

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    scanned: int = 0
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where statements run: the tables, and a client of Glue.

    Attributes
    ----------
    most
        Bytes that a query may scan; None for any.
    """

    sql: AthenaSql
    lake: S3Lake
    glue: Any
    database: str
    output: str
    most: int | None = None
    is_cancelled: Callable[[], bool] = lambda: False

    @property
    def catalog(self) -> GlueCatalog:
        """The catalog of Glue."""
        return GlueCatalog(self.glue)


def run_statement(text: str, place: Place) -> StatementResult:
    """Run one statement.

    Raises
    ------
    StatementError
        It failed, with a reason in Athena's words where they are known.
    """
    plain = LEADING_COMMENTS.sub("", text).strip().rstrip(";").strip()
    for pattern, run in COMMANDS:
        match = re.fullmatch(pattern, plain, re.IGNORECASE | re.DOTALL)
        if match:
            return _guarded(run, place, *match.groups())
    try:
        statement = parse(text)
    except GlueLocalError as error:
        raise StatementError(f"SYNTAX_ERROR: {error}") from error
    for kind, run_parsed in STATEMENTS:
        if isinstance(statement, kind):
            return _guarded(run_parsed, statement, place)
    if isinstance(statement, exp.Condition):
        raise StatementError(f"SYNTAX_ERROR: line 1:1: mismatched input '{text.split()[0]}'")
    raise StatementError(f"NOT_SUPPORTED: the emulator does not run {type(statement).__name__.upper()} statements")


def _guarded(run: Callable[..., StatementResult], *arguments: Any) -> StatementResult:
    try:
        return run(*arguments)
    except ClientError as error:
        words = error.response["Error"]
        reason = "SCHEMA_NOT_FOUND: Database" if "Database" in words["Message"] else words["Code"]
        raise StatementError(f"{reason} {words['Message']}") from error
    except GlueLocalError as error:
        raise StatementError(f"GENERIC_USER_ERROR: {error}") from error


def _query(statement: exp.Expr, place: Place) -> StatementResult:
    with _answering(statement, place) as (rows, scanned):
        columns = _columns(rows)
        kinds = [kind for _, kind in columns]
        texts = [[text_of(*cell) for cell in zip(row, kinds, strict=True)] for row in rows.fetchall()]
        return StatementResult(columns, texts, scanned)


@contextmanager
def _answering(statement: exp.Expr, place: Place) -> Iterator[tuple[duckdb.DuckDBPyRelation, int]]:
    """Run a query; what DuckDB or the catalog says of a mistake becomes what Athena says."""
    try:
        with place.sql.run(statement, place.database) as (rows, scanned):
            if place.most is not None and scanned > place.most:
                raise TooManyBytesError(
                    f"Bytes scanned limit was exceeded: {scanned}, the workgroup allows {place.most}"
                )
            yield rows, scanned
    except TableNotFound as error:
        raise StatementError(_missing_table(statement, place)) from error
    except GlueLocalError as error:
        raise StatementError(reason_of(error)) from error


def _columns(rows: duckdb.DuckDBPyRelation) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in zip(rows.columns, rows.types, strict=True)]


def _missing_table(statement: exp.Expr, place: Place) -> str:
    for database, name in sorted(tables_of(statement)):
        schema = database or place.database.lower()
        try:
            place.catalog.table(schema, name)
        except TableNotFound:
            return no_table(schema, name)
    return "TABLE_NOT_FOUND: a table was deleted while the query was read"


def _create(statement: exp.Expr, place: Place) -> StatementResult:
    if statement.args["kind"] in ("DATABASE", "SCHEMA"):
        return _create_database(statement, place)
    if statement.args["kind"] != "TABLE":
        raise StatementError(f"NOT_SUPPORTED: the emulator does not create a {statement.args['kind']}")
    if statement.expression:
        return _create_as(statement, place)
    table = table_of(statement, "the statement", place.database)
    if not _exists(place, table.database, table.name) or not statement.args.get("exists"):
        place.glue.create_table(DatabaseName=table.database, TableInput=table.definition)
    return StatementResult()


def _create_database(statement: exp.Expr, place: Place) -> StatementResult:
    try:
        place.glue.create_database(DatabaseInput={"Name": statement.this.name.lower()})
    except ClientError as error:
        if code_of(error) != "AlreadyExistsException" or not statement.args.get("exists"):
            raise
    return StatementResult()


def _create_as(statement: exp.Expr, place: Place) -> StatementResult:
    """CREATE TABLE AS SELECT: a table of Parquet files at `external_location`, or below the query's output."""
    given = statement.find_all(exp.Property)
    properties = {one.name.lower(): one.args["value"].name for one in given if one.args.get("value")}
    form = statement.find(exp.FileFormatProperty)
    if form is not None and form.this.name.upper() != "PARQUET":
        raise StatementError(f"NOT_SUPPORTED: the emulator writes Parquet, not {form.this.name}")
    if statement.find(exp.PartitionedByProperty) or {"partitioned_by", "bucketed_by", "table_type"} & set(properties):
        raise StatementError("NOT_SUPPORTED: the emulator cannot create partitioned, bucketed or Iceberg tables")
    target = statement.this
    database, name = (target.db or place.database).lower(), target.name.lower()
    if _exists(place, database, name):
        if statement.args.get("exists"):
            return StatementResult()
        raise StatementError(f"TABLE_ALREADY_EXISTS: Table '{database}.{name}' already exists")
    location = properties.get("external_location") or f"{place.output.rsplit('/', 1)[0]}/tables/{uuid.uuid4()}/"
    if place.lake.addresses(place.lake.path(location)):
        raise StatementError(f"HIVE_PATH_ALREADY_EXISTS: Target directory for table '{database}.{name}' already exists")
    for number, column in enumerate(statement.expression.selects, 1):
        if not has_name(column):
            raise StatementError(f"MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {number}")
    with _answering(statement.expression, place) as (relation, scanned):
        rows = relation.to_arrow_table()
    columns = [{"Name": one.name.lower(), "Type": _catalog_type(one)} for one in rows.schema]
    files = _put_rows(rows, place, location)
    definition = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {"Columns": columns, "Location": location, **storage_formats("parquet")},
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
    }
    place.glue.create_table(DatabaseName=database, TableInput=definition)
    return StatementResult(scanned=scanned, files=files)


def _catalog_type(column: pa.Field) -> str:
    kind = hive_type(column.type)
    try:
        arrow_type(kind)
    except GlueLocalError as error:
        raise StatementError(f"NOT_SUPPORTED: Unsupported Hive type: {column.type} of {column.name}") from error
    return kind


def _insert(statement: exp.Expr, place: Place) -> StatementResult:
    """INSERT INTO a Parquet table: values go to the columns that are named, or to all in their order."""
    named = statement.this.expressions if isinstance(statement.this, exp.Schema) else []
    target = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    database = (target.db or place.database).lower()
    try:
        table = place.catalog.table(database, target.name)
    except TableNotFound as error:
        raise StatementError(no_table(database, target.name)) from error
    if table.format != "parquet" or table.partition_keys:
        raise StatementError("NOT_SUPPORTED: the emulator can insert only into unpartitioned Parquet tables")
    names = [one.name.lower() for one in named] or [name for name, _ in table.columns]
    with _answering(statement.expression, place) as (relation, scanned):
        _require_fit(table, names, relation)
        given = dict(zip(names, relation.columns, strict=True))
        columns = [
            (duckdb.ColumnExpression(given[name]) if name in given else duckdb.ConstantExpression(None))
            .cast(duckdb_type(kind))
            .alias(name)
            for name, kind in table.columns
        ]
        rows = relation.select(*columns).to_arrow_table()
    return StatementResult(scanned=scanned, files=_put_rows(rows, place, table.location))


def _require_fit(table: Table, names: list[str], relation: duckdb.DuckDBPyRelation) -> None:
    """Refuse values whose number or kind (text, number, ...) is not that of the columns."""
    kinds = dict(table.columns)
    unknown = [name for name in names if name not in kinds]
    if unknown:
        raise StatementError(f"COLUMN_NOT_FOUND: Insert column name does not exist in target table: {unknown[0]}")
    wanted = [_family(duckdb_type(kinds[name])) for name in names]
    found = [_family(str(kind)) for kind in relation.types]
    if len(wanted) != len(found) or any(one not in (other, "null") for one, other in zip(found, wanted, strict=True)):
        table_kinds = ", ".join(kinds[name] for name in names)
        query_kinds = ", ".join(athena_type(str(kind)) for kind in relation.types)
        raise StatementError(
            f"TYPE_MISMATCH: Insert query has mismatched column types: Table: [{table_kinds}], Query: [{query_kinds}]"
        )


def _family(duckdb_kind: str) -> str:
    kind = athena_type(duckdb_kind)
    numbers = ("bigint", "integer", "smallint", "tinyint", "double", "float", "decimal")
    return "number" if kind in numbers else "null" if kind == "unknown" else kind


def _put_rows(rows: pa.Table, place: Place, location: str) -> list[str]:
    """Put rows as a Parquet file at a location, unless the query was cancelled; return the addresses of new files."""
    if place.is_cancelled():
        raise StatementError("Query was cancelled by the user")
    folder = place.lake.path(location)
    aside = place.lake.work_folder("athena")
    pq.write_table(rows, aside / "rows.parquet", compression="snappy")
    before = set(place.lake.addresses(folder))
    place.lake.publish(folder, [aside], purged=False)
    return sorted(set(place.lake.addresses(folder)) - before)


def _drop(statement: exp.Expr, place: Place) -> StatementResult:
    kind, name = statement.args["kind"], statement.find(exp.Table)
    if name is None:
        raise StatementError("SYNTAX_ERROR: DROP needs the name of a table or database")
    try:
        if kind in ("DATABASE", "SCHEMA"):
            _drop_database(name.name.lower(), bool(statement.args.get("cascade")), place)
        elif kind == "TABLE":
            place.glue.delete_table(DatabaseName=(name.db or place.database).lower(), Name=name.name.lower())
        else:
            raise StatementError(f"NOT_SUPPORTED: the emulator does not drop a {kind}")
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException" or not statement.args.get("exists"):
            raise
    return StatementResult()


def _drop_database(name: str, cascade: bool, place: Place) -> None:
    there = place.catalog.table_names(name)
    if there and not cascade:
        raise StatementError(
            f"FAILED: InvalidOperationException: Database {name} is not empty. One or more tables exist."
        )
    place.glue.delete_database(Name=name)


def _show_tables(place: Place, database: str | None, pattern: str | None) -> StatementResult:
    wanted = re.compile((pattern or "*").replace("*", ".*"))
    names = place.catalog.table_names(database or place.database)
    return StatementResult([("tab_name", "VARCHAR")], [[name] for name in names if wanted.fullmatch(name)])


def _show_databases(place: Place) -> StatementResult:
    pages = place.glue.get_paginator("get_databases").paginate()
    return StatementResult(
        [("database_name", "VARCHAR")], sorted([one["Name"]] for page in pages for one in page["DatabaseList"])
    )


def _describe(place: Place, name: str) -> StatementResult:
    table = _named(place, name)
    rows = [f"{column:<20}\t{kind:<20}\t{'':<20}" for column, kind in table.columns + table.partition_keys]
    if table.partition_keys:
        rows += ["", "# Partition Information", f"{'# col_name':<20}\t{'data_type':<20}\t{'comment':<20}", ""]
        rows += [f"{column:<20}\t{kind:<20}\t{'':<20}" for column, kind in table.partition_keys]
    return StatementResult([("col_name", "VARCHAR")], [[row] for row in rows])


def _show_columns(place: Place, name: str, database: str | None) -> StatementResult:
    table = _named(place, f"{database}.{name}" if database else name)
    return StatementResult([("field", "VARCHAR")], [[column] for column, _ in table.columns + table.partition_keys])


def _show_create(place: Place, name: str) -> StatementResult:
    table = _named(place, name)
    columns = ",\n".join(f"  `{column}` {kind}" for column, kind in table.columns)
    keys = ",\n".join(f"  `{column}` {kind}" for column, kind in table.partition_keys)
    storage = table.definition["StorageDescriptor"]
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`(", f"{columns})"]
    lines += ["PARTITIONED BY (", f"{keys})"] if keys else []
    lines += ["ROW FORMAT SERDE", f"  '{storage.get('SerdeInfo', {}).get('SerializationLibrary', '')}'"]
    lines += ["STORED AS INPUTFORMAT", f"  '{storage.get('InputFormat', '')}'"]
    lines += ["OUTPUTFORMAT", f"  '{storage.get('OutputFormat', '')}'", "LOCATION", f"  '{table.location}'"]
    lines += ["TBLPROPERTIES ("]
    lines += [",\n".join(f"  '{key}'='{value}'" for key, value in sorted(table.parameters.items())) + ")"]
    return StatementResult([("createtab_stmt", "VARCHAR")], [[line] for line in "\n".join(lines).split("\n")])


def _show_partitions(place: Place, name: str) -> StatementResult:
    table = _named(place, name)
    keys = [key for key, _ in table.partition_keys]
    values = sorted(one.values for one in place.catalog.partitions(table) or [])
    rows: list[list[str | None]] = [
        ["/".join(f"{key}={value}" for key, value in zip(keys, one, strict=True))] for one in values
    ]
    return StatementResult([("partition", "VARCHAR")], rows)


def _repair(place: Place, name: str) -> StatementResult:
    """MSCK REPAIR TABLE: add the partitions whose folders are there."""
    table = _named(place, name)
    folder = place.lake.path(table.location)
    place.lake.fetch(folder)
    _, values = partitions_of(folder, data_files(folder))
    found = [Partition(tuple(one), place.lake.uri(path) + "/") for path, one in values.items()]
    place.catalog.add_partitions(table, found)
    return StatementResult()


def _named(place: Place, name: str) -> Table:
    database, _, table = name.rpartition(".")
    try:
        return place.catalog.table(database or place.database, table)
    except TableNotFound as error:
        raise StatementError(f"FAILED: SemanticException [Error 10001]: Table not found {name}") from error


def _exists(place: Place, database: str, name: str) -> bool:
    try:
        place.catalog.table(database, name)
    except TableNotFound:
        return False
    return True


COMMANDS: list[tuple[str, Callable[..., StatementResult]]] = [
    (rf"show\s+tables(?:\s+(?:in|from)\s+{NAME})?(?:\s+(?:like\s+)?'([^']*)')?", _show_tables),
    (r"show\s+(?:databases|schemas)", _show_databases),
    (rf"(?:describe|desc)\s+(?:extended\s+|formatted\s+)?{NAME}", _describe),
    (rf"show\s+columns\s+(?:in|from)\s+{NAME}(?:\s+(?:in|from)\s+{NAME})?", _show_columns),
    (rf"show\s+create\s+table\s+{NAME}", _show_create),
    (rf"show\s+partitions\s+{NAME}", _show_partitions),
    (rf"msck\s+repair\s+table\s+{NAME}", _repair),
]
"""Statements that sqlglot does not parse, by pattern."""

STATEMENTS: list[tuple[type[exp.Expr], Callable[[exp.Expr, Place], StatementResult]]] = [
    (exp.Query, _query),
    (exp.Values, _query),
    (exp.Create, _create),
    (exp.Insert, _insert),
    (exp.Drop, _drop),
]


def statement_type(text: str) -> str:
    """Return DML, DDL or UTILITY, as GetQueryExecution names a statement."""
    plain = LEADING_COMMENTS.sub("", text)
    word = plain.split(None, 1)[0].upper() if plain else ""
    if word in ("SHOW", "DESCRIBE", "DESC", "EXPLAIN"):
        return "UTILITY"
    is_as = word == "CREATE" and re.search(r"\bas\s*\(?\s*(select|with)\b", text, re.IGNORECASE)
    return "DDL" if word in ("CREATE", "DROP", "ALTER", "MSCK") and not is_as else "DML"
