"""Tables of Amazon Redshift: through the Data Catalog, or directly through a connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glue_canvas.document.java_hash import hash_map_order
from glue_canvas.kinds import python_text
from glue_canvas.kinds.kind import DYNAMIC_FRAME_OF_PACKAGE, NodeScope, Source
from glue_canvas.kinds.stores.catalog import CatalogSource, CatalogTarget
from glue_canvas.kinds.stores.target import Target


class RedshiftSource(CatalogSource):
    """A Redshift table of the Data Catalog as source."""

    name = "RedshiftSource"

    def options(self, scope: NodeScope) -> str:
        """Return the temporary folder and the role."""
        return temporary_folder(scope)


class RedshiftTarget(CatalogTarget):
    """A Redshift table of the Data Catalog as target."""

    name = "RedshiftTarget"

    def options(self, scope: NodeScope) -> str:
        """Return the temporary folder and the role."""
        return temporary_folder(scope)


def temporary_folder(scope: NodeScope) -> str:
    """Return the arguments, each followed by a comma; Studio leaves the space before additional_options out."""
    if not scope.get("RedshiftTmpDir"):
        return ""
    role = scope.get("TmpDirIAMRole")
    options = f'additional_options={{"aws_iam_role": {python_text.quoted(role)}}}, ' if role else ""
    return f"redshift_tmp_dir={scope.quoted('RedshiftTmpDir')},{options or ' '}"


class AmazonRedshiftSource(Source):
    """A Redshift table, read through a connection."""

    name = "AmazonRedshiftSource"

    def statements(self, scope: NodeScope) -> str:
        """Return one read."""
        return (
            f'{scope.variable} = glueContext.create_dynamic_frame.from_options(connection_type="redshift", '
            f'connection_options={{{_connection(scope)}}}, transformation_ctx="{scope.variable}")'
        )


class AmazonRedshiftTarget(Target):
    """A Redshift table, written through a connection."""

    name = "AmazonRedshiftTarget"

    def imports(self, scope: NodeScope) -> Iterable[str]:
        """Return DynamicFrame's."""
        return (DYNAMIC_FRAME_OF_PACKAGE,)

    def sink(self, scope: NodeScope) -> str:
        """Return one write."""
        return (
            f"{scope.variable} = glueContext.write_dynamic_frame.from_options(frame={scope.input}, "
            f'connection_type="redshift", connection_options={{{_connection(scope)}}}, '
            f'transformation_ctx="{scope.variable}")'
        )


def _connection(scope: NodeScope) -> str:
    """Return the connection options that the node has, in the order of Java's HashMap."""
    data: Mapping[str, Any] = scope.get("Data", {})
    if data.get("AccessType") not in (None, "connection") or data.get("SourceType") not in (None, "table"):
        raise scope.error("not supported yet: a Redshift node without a connection, or with a query")
    if data.get("Upsert") or data.get("AdvancedOptions") or (data.get("IamRole") or {}).get("Value"):
        raise scope.error("not supported yet: a Redshift node that merges, with a role or advanced options")
    schema, table, connection = ((data.get(key) or {}).get("Value", "") for key in ("Schema", "Table", "Connection"))
    options = {
        "redshiftTmpDir": data.get("TempDir"),
        "useConnectionProperties": "true",
        "dbtable": f"{schema}.{table}",
        "connectionName": connection,
        "preactions": data.get("PreAction"),
        "postactions": data.get("PostAction"),
    }
    return ", ".join(f'"{key}": {python_text.quoted(options[key])}' for key in hash_map_order(options) if options[key])
