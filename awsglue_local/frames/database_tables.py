"""Reading and writing tables of databases, on the stand-ins of their connections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from awsglue_local.databases.connections import DIALECTS
from awsglue_local.errors import GlueLocalError
from awsglue_local.files.parquet_files import parquet_rows
from awsglue_local.frames.reading import Rows
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Table

if TYPE_CHECKING:
    from sqlglot import exp

    from awsglue_local.databases.stand_in import StandIn

COMPLEX = ("struct", "array", "map")


def is_database(connection_type: str) -> bool:
    """Say whether a connection type leads to a database."""
    return connection_type in DIALECTS or connection_type == "jdbc"


def catalog_options(table: Table) -> tuple[str, dict[str, Any]] | None:
    """Return the connection type and options of a catalog table that is a database's; None for one of files."""
    kind, name = table.parameters.get("classification", ""), table.parameters.get("connectionName", "")
    if not is_database(kind) and not name:
        return None
    return kind if is_database(kind) else "", {"connectionName": name, "dbtable": table.location}


def read_database(runtime: Runtime, connection_type: str, options: Mapping[str, Any], context: str) -> Rows:
    """Return the rows of a table (`dbtable`), of a `query`, or of a `sampleQuery`.

    Where the script's bookmark is on, rows of earlier runs are left out, by `jobBookmarkKeys` or else the primary key.

    Raises
    ------
    GlueLocalError
        The options name no database or no table, or the database refuses.
    """
    runtime.refuse_on_cluster("a database's table")
    # sqlglot is slow to import, and most scripts do without a database
    from awsglue_local.databases.sql_dialects import all_rows

    database = _opened(runtime, connection_type, options)
    asked = str(options.get("sampleQuery") or options.get("query") or "")
    name = _table_name(options)
    if not asked and not name:
        raise GlueLocalError(f'the {connection_type} source has neither "dbtable" nor "query"')
    if not asked and not name.startswith("(") and not database.has(name):
        raise GlueLocalError(f"{_called(database, name)}: there is no such table")
    sql = asked or all_rows(name, database.connection.dialect)
    if runtime.bookmark.counts(context) and (keys := _keys(database, options)):
        descends = str(options.get("jobBookmarkKeysSortOrder", "asc")).lower() == "desc"
        sql = _unread(runtime, database, sql, keys, descends, context)
    file = runtime.lake.work_folder("database") / "rows.parquet"
    count = database.read(sql, file)
    runtime.account.reads[_called(database, name or "query")] = count
    return Rows(runtime.session.read.parquet(str(file)), count=count)


def _table_name(options: Mapping[str, Any]) -> str:
    """Return the name of the table that options name; empty where they name none."""
    name, schema = str(options.get("dbtable") or ""), str(options.get("sfSchema") or "")
    return f"{schema}.{name}" if name and schema and "." not in name and not name.startswith("(") else name


def _keys(database: StandIn, options: Mapping[str, Any]) -> list[str]:
    """Return the columns by which a bookmark knows rows: those that the script names, or else the table's key."""
    asked = bool(options.get("sampleQuery") or options.get("query"))
    keys = options.get("jobBookmarkKeys") or ([] if asked else database.primary_key(_table_name(options)))
    return [keys] if isinstance(keys, str) else list(keys)


def _unread(runtime: Runtime, database: StandIn, sql: str, keys: list[str], descends: bool, context: str) -> str:
    """Return a query for the rows after the last key that an earlier run has read, and note the last key of now."""
    from sqlglot import exp

    dialect = database.connection.dialect
    columns = [exp.column(key, quoted=dialect != "redshift") for key in keys]
    rows = exp.select("*").from_(exp.maybe_parse(sql, dialect=dialect).subquery("source"))
    last = runtime.bookmark.last_key(context)
    if last and len(last) != len(keys):
        raise GlueLocalError(
            f"the bookmark of {context!r} has {len(last)} keys, and here are {len(keys)}; start it over"
        )
    if last:
        rows = rows.where(_after(columns, [exp.Literal.string(value) for value in last], descends))
    whole = rows.copy().subquery("unread")
    keys_of = [exp.column(key, "unread", quoted=dialect != "redshift") for key in keys]
    order = [exp.Ordered(this=column.copy(), desc=not descends) for column in keys_of]
    newest = exp.select(*(exp.alias_(exp.cast(column.copy(), "text"), f"key_{n}") for n, column in enumerate(keys_of)))
    filled = [exp.not_(exp.Is(this=column.copy(), expression=exp.Null())) for column in keys_of]
    found = database.ask(newest.from_(whole).where(*filled).order_by(*order).limit(1))
    runtime.bookmark.saw_key(context, [str(value) for value in found[0]] if found else last)
    return rows.sql(dialect)


def _after(columns: list[exp.Column], values: list[exp.Literal], descends: bool) -> exp.Expr:
    """Return the condition that a row comes after another: by the first key, by the second where that is equal, ..."""
    from sqlglot import exp

    column, value, after = columns[0].copy(), values[0].copy(), exp.LT if descends else exp.GT
    first = after(this=column, expression=value)
    if len(columns) == 1:
        return first
    return exp.or_(first, exp.and_(column.eq(value), _after(columns[1:], values[1:], descends)))


def write_database(
    runtime: Runtime, df: Any, connection_type: str, options: Mapping[str, Any], mode: str = "append"
) -> int:
    """Write a DataFrame's rows to a table, between `preactions` and `postactions`; return how many they are.

    Parameters
    ----------
    mode
        What becomes of a table that is there: `append`, `overwrite`, `ignore` (nothing is written), `error`.

    Raises
    ------
    GlueLocalError
        The options name no database or no table, a column is of a nested type, or the database refuses.
    """
    name = _table_name(options)
    if not name:
        raise GlueLocalError(f'the {connection_type} sink has no "dbtable"; add the name of the table to its options')
    runtime.refuse_on_cluster("a database's table")
    _refuse_nested(df, name)
    database = _opened(runtime, connection_type, options)
    if mode in ("error", "ignore") and database.has(name):
        if mode == "ignore":
            return 0
        raise GlueLocalError(f"{_called(database, name)} is there already; use mode('overwrite') or mode('append')")
    if mode == "overwrite":
        database.drop(name)
    database.act(str(options.get("preactions") or ""))
    folder = runtime.lake.work_folder("database") / "new"
    df.write.parquet(str(folder))
    files = data_files(folder) or [_empty_file(df, folder)]
    rows = parquet_rows(files)
    database.append(name, files)
    database.act(str(options.get("postactions") or ""))
    runtime.databases.wrote()
    called = _called(database, name)
    runtime.account.writes[called] = runtime.account.writes.get(called, 0) + rows
    return rows


def _empty_file(df: Any, folder: Path) -> Path:
    """Write a file without rows: an empty frame makes its table too."""
    columns = [(column.name, arrow_type(column.dataType.simpleString())) for column in df.schema]
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.schema(columns).empty_table(), folder / "empty.parquet")
    return folder / "empty.parquet"


def _refuse_nested(df: Any, name: str) -> None:
    for column in df.schema:
        if column.dataType.typeName() in COMPLEX:
            raise GlueLocalError(
                f"column {column.name!r} is {column.dataType.simpleString()}, which a column of {name} cannot hold; "
                "use ResolveChoice, Relationalize or to_json before"
            )


def _opened(runtime: Runtime, connection_type: str, options: Mapping[str, Any]) -> StandIn:
    return runtime.databases.of("" if connection_type == "jdbc" else connection_type, options)


def _called(database: StandIn, name: str) -> str:
    """Return what the account calls a table of a database."""
    return f"{database.connection.name}: {name}"
