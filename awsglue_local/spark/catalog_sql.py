"""SQL that names catalog tables, `select ... from database.table`: to a job the Data Catalog is the metastore.

Such a table becomes a view of the engine when a query first names it, and the query is given the view's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from awsglue_local.spark.catalog_api import catalog_methods
from awsglue_local.spark.catalog_commands import answer
from awsglue_local.spark.catalog_tables import NAME, VIEW, CatalogTables
from awsglue_local.spark.patching import replaced
from awsglue_local.spark.table_writers import writer_methods
from awsglue_local.storage.column_types import quoted

MADE_VIEW = re.compile(rf"(?i)\bcreate\s+(?:or\s+replace\s+)?temp(?:orary)?\s+view\s+(?:if\s+not\s+exists\s+)?({NAME})")
QUALIFIED = re.compile(r"(?i)(?:\bfrom|\bjoin|,)\s*(?:`[^`]+`|\w+)\s*\.\s*[`\w]")
"""What a query must hold to be looked at; most have nothing of the kind, and need no parser."""


@contextmanager
def catalog_in_sql(tables: CatalogTables) -> Iterator[None]:
    """Let the session's SQL, its `table` and `catalog`, and its frames' writers find catalog tables."""
    session = tables.runtime.session
    owner, reader, frame = type(session), type(session.read), type(session.range(0))
    plain, plain_table, plain_read = owner.sql, owner.table, reader.table

    def sql(self: Any, sqlQuery: str, *arguments: Any, **more: Any) -> Any:
        query = sqlQuery
        tables.made_views |= {name.strip("`") for name in MADE_VIEW.findall(query)}
        found = answer(query, tables, lambda text: self.sql(text, *arguments, **more))
        if found is not None:
            return found
        return plain(
            self, with_views(query, partial(_view, tables), _default_of(tables), tables.is_view), *arguments, **more
        )

    def table(self: Any, name: str) -> Any:
        found = _rows(tables, name)
        return plain_table(self, name) if found is None else found

    def read(self: Any, name: str) -> Any:
        found = _rows(tables, name)
        return plain_read(self, name) if found is None else found

    def noting(method: Any) -> Any:
        def make_view(self: Any, name: str) -> Any:
            tables.made_views.add(name)
            return method(self, name)

        return make_view

    ours = [(owner, "sql", sql), (owner, "table", table), (reader, "table", read)]
    ours += [(frame, name, noting(getattr(frame, name))) for name in ("createTempView", "createOrReplaceTempView")]
    ours += catalog_methods(session.catalog, tables)
    ours += writer_methods(frame, type(session.range(0).write), tables)
    with replaced(*ours):
        try:
            yield
        finally:
            tables.drop_views()


def _rows(tables: CatalogTables, name: str) -> Any:
    """Return a catalog table's rows; None where there is a view of that name, or no such table."""
    if re.fullmatch(NAME, name) and tables.is_view(name.strip("`")):
        return None
    found = tables.find(name)
    return None if found is None else tables.rows_of(found)


def _default_of(tables: CatalogTables) -> str:
    """Return the database of names without one; empty while it is Spark's own."""
    return "" if tables.runtime.database == "default" else tables.runtime.database


def with_views(
    query: str,
    view_of: Callable[[str, str], str | None],
    default: str = "",
    is_view: Callable[[str], bool] = lambda _: False,
) -> str:
    """Return a query without a semicolon at its end, in which catalog tables are called by their views.

    Parameters
    ----------
    view_of
        Returns the view of a database's table; None where the catalog has no such table.
    default
        The database of tables that are named without one; empty where they are the engine's.
    is_view
        Says whether a name without a database is one of the script's own views, which come first.
    """
    text = query.rstrip().rstrip(";")
    for start, end, database, name in reversed(_names(text, default, is_view)):
        view = view_of(database, name)
        if view:
            text = f"{text[:start]}{view}{text[end:]}"
    return text


def _names(query: str, default: str, is_view: Callable[[str], bool]) -> list[tuple[int, int, str, str]]:
    """Return place, database and name of each table that a query names with its database, or in the default one."""
    if not default and not QUALIFIED.search(query):
        return []
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        parsed = parse_one(query, read="spark")
    except SqlglotError:
        return []  # the engine says what is wrong with it
    inner = {cte.alias_or_name.lower() for cte in parsed.find_all(exp.CTE)}
    made = parsed.this if isinstance(parsed, exp.Create) else None
    found = []
    for table in parsed.find_all(exp.Table):
        database, name = table.args.get("db"), table.this
        if table.args.get("catalog") or "end" not in name.meta or (database or name).meta.get("start") is None:
            continue
        if table is made or (database is None and (not default or name.name.lower() in inner or is_view(name.name))):
            continue
        start, end = (database or name).meta["start"], name.meta["end"] + 1
        # positions are those of the names, with or without their backticks
        start -= start > 0 and query[start - 1] == "`"
        end += end < len(query) and query[end] == "`"
        found.append((start, end, database.name if database else default, name.name))
    return sorted(set(found))


def _view(tables: CatalogTables, database: str, name: str) -> str | None:
    table = tables.find(f"{quoted(database)}.{quoted(name)}")
    if table is None:
        return None
    view = VIEW + re.sub(r"\W", "_", f"{len(database)}_{database}_{name}").lower()
    tables.rows_of(table).createOrReplaceTempView(view)
    return view
