"""SQL that names catalog tables, `select ... from database.table`: to a job the Data Catalog is the metastore.

Such a table becomes a view of the engine when a query first names it, and the query is given the view's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from awsglue_local.errors import TableNotFound
from awsglue_local.job_run import runtime as running
from awsglue_local.spark.patching import replaced

VIEW = "__catalog__"
QUALIFIED = re.compile(r"(?i)(?:\bfrom|\bjoin|,)\s*(?:`[^`]+`|\w+)\s*\.\s*[`\w]")
"""What a query must hold to be looked at; most have nothing of the kind, and need no parser."""


@contextmanager
def catalog_in_sql(session: Any, frame_of: Callable[[Any], Any]) -> Iterator[None]:
    """Let `session.sql` find catalog tables.

    Parameters
    ----------
    frame_of
        Returns a catalog table's rows as a DataFrame.
    """
    plain = type(session).sql

    def sql(self: Any, query: str, *arguments: Any, **more: Any) -> Any:
        return plain(
            self, with_views(query, lambda database, name: _view(database, name, frame_of)), *arguments, **more
        )

    with replaced((type(session), "sql", sql)):
        yield


def with_views(query: str, view_of: Callable[[str, str], str | None]) -> str:
    """Return a query without a semicolon at its end, in which catalog tables are called by their views.

    Parameters
    ----------
    view_of
        Returns the view of a database's table; None where the catalog has no such table.
    """
    text = query.rstrip().rstrip(";")
    for start, end, database, name in reversed(_names(text)):
        view = view_of(database, name)
        if view:
            text = f"{text[:start]}{view}{text[end:]}"
    return text


def _names(query: str) -> list[tuple[int, int, str, str]]:
    """Return place, database and name of each table that a query names with its database."""
    if not QUALIFIED.search(query):
        return []
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        parsed = parse_one(query, read="spark")
    except SqlglotError:
        return []  # the engine says what is wrong with it
    found = []
    for table in parsed.find_all(exp.Table):
        database, name = table.args.get("db"), table.this
        if database is None or table.args.get("catalog") or "end" not in name.meta or "start" not in database.meta:
            continue
        start, end = database.meta["start"], name.meta["end"] + 1
        # positions are those of the names, with or without their backticks
        start -= start > 0 and query[start - 1] == "`"
        end += end < len(query) and query[end] == "`"
        found.append((start, end, database.name, name.name))
    return sorted(set(found))


def _view(database: str, name: str, frame_of: Callable[[Any], Any]) -> str | None:
    try:
        table = running.current().table(database, name)
    except TableNotFound:
        return None
    view = VIEW + re.sub(r"\W", "_", f"{database}_{name}").lower()
    frame_of(table).createOrReplaceTempView(view)
    return view
