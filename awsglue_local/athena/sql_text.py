"""The text of a statement in Athena's SQL: parsed, its question marks filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import sqlglot
from sqlglot import exp

from awsglue_local.athena.trino import dialect
from awsglue_local.athena.trino.errors import QueryRefused
from awsglue_local.errors import GlueLocalError

CATALOG = "awsdatacatalog"


def plain(error: Exception) -> str:
    """Return sqlglot's words without the codes that underline in a terminal."""
    return re.sub(r"\x1b\[\d*m", "", str(error))


def parse(athena_sql: str) -> exp.Expr:
    """Parse one query in Athena's SQL.

    Raises
    ------
    GlueLocalError
        It is no statement, or there are several.
    """
    return _parsed(athena_sql).copy()


@lru_cache(maxsize=64)
def _parsed(athena_sql: str) -> exp.Expr:
    statements = dialect.parse(athena_sql)
    if len(statements) != 1:
        plain = f"expected one statement, found {len(statements)}"
        raise QueryRefused("SYNTAX_ERROR", plain, statements[1] if len(statements) > 1 else None, plain)
    for table in statements[0].find_all(exp.Table):
        if table.catalog.lower() == CATALOG:
            table.set("catalog", None)
    return statements[0]


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
        raise GlueLocalError(f"the query does not parse: {plain(error)}") from error
    marks = [token for token in tokens if token.token_type.name == "PLACEHOLDER"]
    if len(marks) != len(values):
        raise GlueLocalError(f"the query has {len(marks)} question marks, but {len(values)} values were given")
    text = athena_sql
    for mark, value in reversed(list(zip(marks, values, strict=True))):
        text = f"{text[: mark.start]}{_literal(value)}{text[mark.end + 1 :]}"
    return text


def _literal(value: str) -> str:
    """Return a value as SQL; anything but one value, such as a subquery, is refused."""
    try:
        statements = dialect.parse(f"select {value}")
    except GlueLocalError as error:
        raise GlueLocalError(f"{value!r} is not a value for a question mark") from error
    select = statements[0]
    is_one = len(statements) == 1 and isinstance(select, exp.Select) and len(select.expressions) == 1
    if not is_one or select.find(exp.Column, exp.Star, exp.From) or len(list(select.find_all(exp.Query))) > 1:
        raise GlueLocalError(f"{value!r} is not a value for a question mark")
    return f"({value})"
