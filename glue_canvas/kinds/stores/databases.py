"""Tables of databases that the Data Catalog knows, and Snowflake's.

What Studio writes for them was seen in public scripts, two or more for each kind: a catalog table of MySQL, PostgreSQL
or SQL Server, or of DynamoDB, is read and written as any other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glue_canvas.document.java_hash import hash_map_order
from glue_canvas.kinds import python_text
from glue_canvas.kinds.kind import NodeScope
from glue_canvas.kinds.stores.catalog import CatalogSource, CatalogTarget
from glue_canvas.kinds.stores.target import Target


class MySqlCatalogSource(CatalogSource):
    """A MySQL table of the Data Catalog as source."""

    name = "MySQLCatalogSource"


class MySqlCatalogTarget(CatalogTarget):
    """A MySQL table of the Data Catalog as target."""

    name = "MySQLCatalogTarget"


class PostgreSqlCatalogSource(CatalogSource):
    """A PostgreSQL table of the Data Catalog as source."""

    name = "PostgreSQLCatalogSource"


class PostgreSqlCatalogTarget(CatalogTarget):
    """A PostgreSQL table of the Data Catalog as target."""

    name = "PostgreSQLCatalogTarget"


class SqlServerCatalogTarget(CatalogTarget):
    """A SQL Server table of the Data Catalog as target."""

    name = "MicrosoftSQLServerCatalogTarget"


class DynamoDbCatalogSource(CatalogSource):
    """A DynamoDB table of the Data Catalog as source."""

    name = "DynamoDBCatalogSource"
    runs_locally = False

    def options(self, scope: NodeScope) -> str:
        """Return nothing; what Studio writes for further options has not been seen."""
        if scope.get("PitrEnabled") or scope.get("AdditionalOptions"):
            raise scope.error("not supported yet: a DynamoDB table with options")
        return ""


class SnowflakeTarget(Target):
    """A Snowflake table, written through a connection."""

    name = "SnowflakeTarget"

    def sink(self, scope: NodeScope) -> str:
        """Return one write."""
        return (
            f"{scope.variable} = glueContext.write_dynamic_frame.from_options(frame={scope.input}, "
            f'connection_type="snowflake", connection_options={{{_snowflake(scope)}}}, '
            f'transformation_ctx="{scope.variable}")'
        )


WRITTEN = frozenset(
    {
        "Action",
        "AutoPushdown",
        "Connection",
        "Database",
        "PostAction",
        "PreAction",
        "Schema",
        "SourceType",
        "Table",
        "TableSchema",
    }
)
"""Members of a node's Data that its script says, or that only Studio's page needs."""


def _snowflake(scope: NodeScope) -> str:
    """Return the connection options that the node has, in the order of Java's HashMap."""
    data: Mapping[str, Any] = scope.get("Data", {})
    asked = [key for key, value in data.items() if value and key not in WRITTEN]
    if asked or data.get("SourceType", "table") != "table":
        raise scope.error(f"not supported yet: a Snowflake node with {', '.join(asked) or 'a query'}")
    if data.get("Action", "append") != "append" and not data.get("PreAction"):
        raise scope.error(f"not supported yet: a Snowflake node with the action {data['Action']!r} and no PreAction")
    connection = data.get("Connection") or {}
    options = {
        "autopushdown": "on" if data.get("AutoPushdown", True) else None,
        "dbtable": data.get("Table"),
        "connectionName": connection.get("Value"),
        "preactions": data.get("PreAction"),
        "postactions": data.get("PostAction"),
        "sfDatabase": data.get("Database"),
        "sfSchema": data.get("Schema"),
    }
    there = {key: value for key, value in options.items() if value}
    return ", ".join(f'"{key}": {python_text.quoted(there[key])}' for key in hash_map_order(there))
