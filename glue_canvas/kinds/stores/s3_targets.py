"""Files on S3, written by path, with or without a table of the Data Catalog."""

from __future__ import annotations

from typing import ClassVar

from glue_canvas.kinds import python_text
from glue_canvas.kinds.kind import NodeScope
from glue_canvas.kinds.stores.target import Target

NO_COMPRESSION = frozenset({"none", "uncompressed", ""})


class S3DirectTarget(Target):
    """Files of a format that the node names."""

    name = "S3DirectTarget"
    formats: ClassVar[frozenset[str]] = frozenset({"json", "csv", "avro", "orc", "parquet"})

    def sink(self, scope: NodeScope) -> str:
        """Return a write, or a sink that keeps the Data Catalog up to date."""
        policy = scope.get("SchemaChangePolicy", {})
        return self.catalog_sink(scope, policy) if policy.get("EnableUpdateCatalog") else self.plain_sink(scope)

    def gap(self, scope: NodeScope) -> str:
        """Return nothing after a sink that keeps the Data Catalog up to date."""
        return "" if scope.get("SchemaChangePolicy", {}).get("EnableUpdateCatalog") else "\n"

    def plain_sink(self, scope: NodeScope) -> str:
        """Return one write."""
        variable = scope.variable
        return (
            f'{variable} = glueContext.write_dynamic_frame.from_options(frame={scope.input}, connection_type="s3", '
            f'format={self._format(scope)}, connection_options={{"path": {scope.quoted("Path")}, '
            f'{self.compression_option(scope)}"partitionKeys": {scope.paths("PartitionKeys")}}}, '
            f'{self.format_options(scope)}transformation_ctx="{variable}")'
        )

    def catalog_sink(self, scope: NodeScope, policy: dict[str, str]) -> str:
        """Return a sink, its table, its format and the write."""
        variable = scope.variable
        behavior = python_text.quoted(policy.get("UpdateBehavior") or "UPDATE_IN_DATABASE")
        database, table = (python_text.quoted(policy.get(key) or "") for key in ("Database", "Table"))
        return (
            f'{variable} = glueContext.getSink(path={scope.quoted("Path")}, connection_type="s3", '
            f"updateBehavior={behavior}, partitionKeys={scope.paths('PartitionKeys')}, "
            f'{self.compression_argument(scope)}enableUpdateCatalog=True, transformation_ctx="{variable}")\n'
            f"{variable}.setCatalogInfo(catalogDatabase={database},catalogTableName={table})\n"
            f"{variable}.setFormat({self.sink_format(scope)})\n"
            f"{variable}.writeFrame({scope.input})"
        )

    def compression_option(self, scope: NodeScope) -> str:
        """Return the connection option, followed by a comma and a space."""
        compression = scope.get("Compression", "none")
        return "" if compression in NO_COMPRESSION else f'"compression": {python_text.quoted(compression)}, '

    def compression_argument(self, scope: NodeScope) -> str:
        """Return getSink's argument, followed by a comma and a space."""
        compression = scope.get("Compression", "none")
        return "" if compression in NO_COMPRESSION else f"compression={python_text.quoted(compression)}, "

    def format_options(self, scope: NodeScope) -> str:
        """Return the argument format_options, followed by a comma and a space."""
        return ""

    def sink_format(self, scope: NodeScope) -> str:
        """Return the arguments of setFormat."""
        return self._format(scope)

    def _format(self, scope: NodeScope) -> str:
        name = scope.get("Format")
        if name not in self.formats:
            raise scope.error(f"not supported yet: the format {name!r}")
        return python_text.quoted(name)


class S3GlueParquetTarget(S3DirectTarget):
    """Parquet written by Glue's own writer."""

    name = "S3GlueParquetTarget"

    def compression_option(self, scope: NodeScope) -> str:
        """Return none: it is a format option."""
        return ""

    def compression_argument(self, scope: NodeScope) -> str:
        """Return none: it is an argument of setFormat, but for the first years."""
        return super().compression_argument(scope) if scope.era.sink_compression else ""

    def format_options(self, scope: NodeScope) -> str:
        """Return the compression, if the canvas has one."""
        compression = scope.get("Compression")
        return f'format_options={{"compression": {python_text.quoted(compression)}}}, ' if compression else ""

    def sink_format(self, scope: NodeScope) -> str:
        """Return format and compression."""
        compression = scope.get("Compression")
        if scope.era.sink_compression or not compression:
            return '"glueparquet"'
        return f'"glueparquet", compression={python_text.quoted(compression)}'

    def _format(self, scope: NodeScope) -> str:
        return '"glueparquet"'
