"""Tables of databases, read through a connection."""

from __future__ import annotations

from typing import ClassVar

from glue_canvas.kinds.kind import NodeScope, Source


class DirectJdbcSource(Source):
    """A table of a database; for each of these what Studio writes was seen in two public scripts or more."""

    name = "DirectJDBCSource"
    databases: ClassVar[frozenset[str]] = frozenset({"mysql", "postgresql", "oracle", "sqlserver"})
    silent_fields = frozenset({"Database"})

    def statements(self, scope: NodeScope) -> str:
        """Return one read over several lines."""
        database = scope.get("ConnectionType")
        if database not in self.databases or not scope.era.quoted_multiline:
            raise scope.error(f"not supported yet: a {database} source of this era")
        return f"""\
{scope.variable} = glueContext.create_dynamic_frame.from_options(
    connection_type = "{database}",
    connection_options = {{
        "useConnectionProperties": "true",
        "dbtable": {scope.quoted("Table")},
        "connectionName": {scope.quoted("ConnectionName")},
    }},
    transformation_ctx = "{scope.variable}"
)"""
