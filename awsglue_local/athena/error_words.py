"""What goes wrong with a query, in Athena's words where they are known."""

from __future__ import annotations

import duckdb

from awsglue_local.athena.queries import QueryFailed, missing_column
from awsglue_local.errors import GlueLocalError


def no_table(database: str, name: str) -> str:
    """Return what Athena says of a table that is not there."""
    return f"TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.{database}.{name.lower()}' does not exist"


def reason_of(error: GlueLocalError) -> str:
    """Return what Athena says of an error that a query ended in."""
    if not isinstance(error, QueryFailed):
        return f"GENERIC_USER_ERROR: {error}"
    words = str(error.reason).split("\n")[0]
    if name := missing_column(error.reason):
        return (
            f"COLUMN_NOT_FOUND: line 1:1: Column '{name}' cannot be resolved or requester is not authorized to access "
            "requested resources"
        )
    if isinstance(error.reason, duckdb.ConversionException):
        return f"INVALID_CAST_ARGUMENT: {words}"
    is_function = isinstance(error.reason, duckdb.CatalogException) and "Function" in words
    return f"{'FUNCTION_NOT_FOUND' if is_function else 'SYNTAX_ERROR'}: line 1:1: {words}"
