"""The columns that a Spark SQL query returns, and those it asks for in vain."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError, TokenError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify

from awsglue_local.nearest import nearest
from glue_canvas.kinds.column_flow import Columns

DIALECT = "spark"


class QueryError(Exception):
    """A query that cannot be understood here."""


class MissingColumnError(Exception):
    """A query that asks for a column that does not come in."""


def result_columns(query: str, views: Mapping[str, Columns | None]) -> Columns | None:
    """Return the columns of a query's result, without their types.

    Parameters
    ----------
    query
        Spark SQL, with or without a semicolon at its end.
    views
        Alias to columns, None where they are not known.

    Returns
    -------
    Columns | None
        None where they cannot be known: a view's columns are not, the query names a catalog table,
        or leaves it to Spark to name a column.

    Raises
    ------
    QueryError
        The query is no SQL.
    MissingColumnError
        The query names a column that no view has.
    """
    try:
        tree = sqlglot.parse_one(query.strip().rstrip(";"), dialect=DIALECT)
    except (ParseError, TokenError, RecursionError) as error:
        raise QueryError(f"the query cannot be parsed: {_first_line(error)}") from error
    if not isinstance(tree, exp.Query) or not _all_known(tree, views):
        return None
    spelling = _spelling(tree, views)
    unnamed = not all(isinstance(column, exp.Column | exp.Alias | exp.Star) for column in tree.selects)
    schema: dict[str, object] = {
        alias: dict.fromkeys(columns, "unknown") for alias, columns in views.items() if columns is not None
    }
    try:
        qualified = qualify(tree, schema=schema, dialect=DIALECT, quote_identifiers=False)
    except OptimizeError as error:
        raise MissingColumnError(_missing(_first_line(error), views)) from error
    except (SqlglotError, RecursionError) as error:
        raise QueryError(f"the columns of the query cannot be determined: {_first_line(error)}") from error
    names = [column.alias_or_name for column in qualified.selects]
    if unnamed or any(not name or name == "*" for name in names):
        return None
    return {spelling.get(name, name): "" for name in names}


def sources_of(query: str, views: Mapping[str, Columns | None], name: str) -> list[tuple[str, str]] | None:
    """Return the columns of views, `(view in lower case, column)`, that a column of a query's result is made of.

    None where that cannot be told: see `result_columns`.
    """
    try:
        tree = sqlglot.parse_one(query.strip().rstrip(";"), dialect=DIALECT)
        if not isinstance(tree, exp.Query) or not _all_known(tree, views) or _is_beyond(tree):
            return None
        schema = {alias: dict.fromkeys(columns or (), "unknown") for alias, columns in views.items()}
        root = lineage(name, tree, schema=schema, dialect=DIALECT)
    except (SqlglotError, RecursionError, ValueError):
        return None
    leaves = [node for node in root.walk() if not node.downstream]
    spelling = {(alias.lower(), column.lower()): column for alias, columns in views.items() for column in columns or ()}
    found = []
    for leaf in leaves:
        if isinstance(leaf.source, exp.Table):
            key = (leaf.source.name.lower(), leaf.name.rpartition(".")[2].strip('`"').lower())
            if key not in spelling:
                return None
            found.append((key[0], spelling[key]))
    return list(dict.fromkeys(found))


def other_tables(query: str, views: Mapping[str, Columns | None]) -> list[tuple[str, str]]:
    """Return the tables, `(database or empty, name)`, that a query names and that are none of its views."""
    try:
        tree = sqlglot.parse_one(query.strip().rstrip(";"), dialect=DIALECT)
    except (SqlglotError, RecursionError):
        return []
    own = {alias.lower() for alias in views} | {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    tables = tree.find_all(exp.Table)
    return [(table.db, table.name) for table in tables if table.db or table.name.lower() not in own]


def _is_beyond(tree: exp.Query) -> bool:
    """Say whether a query has what the lineage of its columns cannot be trusted with."""
    for star in tree.find_all(exp.Star):
        holder = star.parent.parent if isinstance(star.parent, exp.Column) else star.parent
        if not isinstance(holder, exp.Select | exp.Count):
            return True  # to_json(struct(*))
    if any("." in one.name for one in tree.find_all(exp.Identifier)):
        return True
    if any(alias.args.get("columns") for alias in tree.find_all(exp.TableAlias)):
        return True  # a view whose columns get other names
    return tree.find(exp.Lateral) is not None


def _all_known(tree: exp.Query, views: Mapping[str, Columns | None]) -> bool:
    """Say whether each table of the query is a view with known columns or a part of the query itself."""
    known = {alias.lower() for alias, columns in views.items() if columns is not None}
    known |= {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return all(table.name.lower() in known and not table.db for table in tree.find_all(exp.Table))


def _spelling(tree: exp.Query, views: Mapping[str, Columns | None]) -> dict[str, str]:
    """Return lower-case name to the name as the views or, before them, the query itself spell it."""
    names = [name for columns in views.values() for name in columns or ()]
    names += [alias.alias for alias in tree.find_all(exp.Alias)] + [column.alias_or_name for column in tree.selects]
    return {name.lower(): name for name in names}


def _missing(words: str, views: Mapping[str, Columns | None]) -> str:
    """Return sqlglot's words about a name that is not there, with the nearest one that is."""
    found = re.search(r"(?:Unknown column|Column '?\"?([^'\"]+)'?\"? could not be resolved)(?:: (\S+))?", words)
    column = (found[2] or found[1] or "").rpartition(".")[2].strip("`'\"") if found else ""
    if not column:
        return f"the query uses something that is not in its input: {words}"
    there = [name for columns in views.values() for name in columns or ()]
    near = nearest(column, there)
    mean = f"; did you mean {near!r}?" if near else ""
    return f"the query uses the column {column!r}, which is not in its input{mean}"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].replace("\x1b[4m", "").replace("\x1b[0m", "")
