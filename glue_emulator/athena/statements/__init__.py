"""What a statement does: queries read tables, DDL changes the catalog of Glue. A kind of statement a module."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from sqlglot import exp

from awsglue_local.athena.sql_text import parse
from awsglue_local.athena.trino.errors import QueryError
from awsglue_local.errors import GlueLocalError
from glue_emulator.athena.statements import databases, iceberg, partitions, queries, showing, tables, views, writing
from glue_emulator.athena.statements.hive import BEGINS, parse_hive
from glue_emulator.athena.statements.statement import Place, StatementError, StatementResult, TooManyBytesError

__all__ = [
    "Place",
    "StatementError",
    "StatementResult",
    "TooManyBytesError",
    "run_statement",
    "statement_type",
    "substatement_type",
]

LEADING_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", re.DOTALL)
CREATE_TABLE = re.compile(r"create\s+(?:external\s+)?table\b", re.IGNORECASE)

HIVE: dict[str, Callable[..., StatementResult]] = {
    "create_database": databases.create_database,
    "drop_database": databases.drop_database,
    "alter_database": databases.alter_database,
    "show_databases": databases.show_databases,
    "create_view": views.create_view,
    "drop_view": tables.drop_view,
    "drop_table": tables.drop_table,
    "set_properties": tables.set_properties,
    "add_columns": tables.add_columns,
    "replace_columns": tables.replace_columns,
    "change": iceberg.change,
    "add_partitions": partitions.add_partitions,
    "drop_partitions": partitions.drop_partitions,
    "rename_partition": partitions.rename_partition,
    "set_location": partitions.set_location,
    "repair": partitions.repair,
    "show_partitions": partitions.show_partitions,
    "show_tables": showing.show_tables,
    "show_views": showing.show_views,
    "show_columns": showing.show_columns,
    "show_create_table": showing.show_create_table,
    "show_create_view": showing.show_create_view,
    "show_properties": showing.show_properties,
    "describe": showing.describe,
    "explain": queries.explain,
    "prepare": queries.prepare,
    "deallocate": queries.deallocate,
    "unload": writing.unload,
}
"""Statements that are no queries, by the name that the grammar gives them."""


def run_statement(text: str, place: Place) -> StatementResult:
    """Run one statement.

    Raises
    ------
    StatementError
        It failed, with a reason in Athena's words where they are known.
    """
    plain = LEADING_COMMENTS.sub("", text).strip().removesuffix(";").strip()
    if not plain:
        raise StatementError("SYNTAX_ERROR: line 1:1: mismatched input '<EOF>'")
    return _guarded(_run, plain, text, place)


def _run(plain: str, text: str, place: Place) -> StatementResult:
    word = plain.split(None, 1)[0].lower()
    if word in iceberg.DML:
        return iceberg.DML[word](place, plain)
    if BEGINS.match(plain):
        kind, parts = parse_hive(plain)
        return HIVE[kind](place, *parts)
    if found := writing.CREATE_AS.fullmatch(plain):
        return writing.create_as(found, place)
    if CREATE_TABLE.match(plain):
        return tables.create_table(plain, place)
    statement = parse(text)
    if isinstance(statement, exp.Insert):
        return writing.insert(statement, place)
    if isinstance(statement, exp.Query | exp.Values | exp.Table):
        return queries.select(statement, place)
    raise StatementError(f"SYNTAX_ERROR: line 1:1: mismatched input '{plain.split()[0]}'")


def _guarded(run: Callable[..., StatementResult], *arguments: Any) -> StatementResult:
    try:
        return run(*arguments)
    except ClientError as error:
        words = error.response["Error"]
        is_missing = words["Code"] == "EntityNotFoundException" and words["Message"].startswith("Database")
        reason = "SCHEMA_NOT_FOUND:" if is_missing else words["Code"]
        raise StatementError(f"{reason} {words['Message']}") from error
    except QueryError as error:
        raise StatementError(error.reason) from error
    except GlueLocalError as error:
        raise StatementError(f"GENERIC_USER_ERROR: {error}") from error


def statement_type(text: str) -> str:
    """Return DML, DDL or UTILITY, as GetQueryExecution names a statement."""
    plain = LEADING_COMMENTS.sub("", text)
    word = plain.split(None, 1)[0].upper() if plain else ""
    if word in ("SHOW", "DESCRIBE", "DESC", "EXPLAIN"):
        return "UTILITY"
    return "DDL" if word in ("CREATE", "DROP", "ALTER", "MSCK") else "DML"


SUBSTATEMENTS = (
    (r"create\s+(?:external\s+)?table.*\bas\b\s*\(?\s*(?:select|with|values)", "CREATE_TABLE_AS_SELECT"),
    (r"create\s+(?:external\s+)?table", "CREATE_TABLE"),
    (r"create\s+(?:or\s+replace\s+)?view", "CREATE_VIEW"),
    (r"create\s+(?:database|schema)", "CREATE_DATABASE"),
    (r"drop\s+(?:database|schema)", "DROP_DATABASE"),
    (r"drop\s+table", "DROP_TABLE"),
    (r"drop\s+view", "DROP_VIEW"),
    (r"alter\s+table\s+\S+\s+add\s+(?:if\s+not\s+exists\s+)?partition", "ALTER_TABLE_ADD_PARTITION"),
    (r"alter\s+table", "ALTER_TABLE"),
    (r"msck", "MSCK_REPAIR"),
    (r"show\s+create\s+table", "SHOW_CREATE_TABLE"),
    (r"show\s+tables", "SHOW_TABLES"),
    (r"show\s+(?:databases|schemas)", "SHOW_DATABASES"),
    (r"show\s+partitions", "SHOW_PARTITIONS"),
    (r"show\s+columns", "SHOW_COLUMNS"),
    (r"show", "SHOW"),
    (r"desc(?:ribe)?", "DESCRIBE_TABLE"),
    (r"(insert|unload|explain|prepare|execute|deallocate)", ""),
)


def substatement_type(text: str) -> str:
    """Return what GetQueryExecution calls a statement more exactly, such as CREATE_TABLE_AS_SELECT."""
    plain = LEADING_COMMENTS.sub("", text)
    for pattern, name in SUBSTATEMENTS:
        if found := re.match(pattern, plain, re.IGNORECASE | re.DOTALL):
            return name or found[1].upper()
    return "SELECT"
