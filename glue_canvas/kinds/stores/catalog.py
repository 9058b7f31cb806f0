"""Sources and targets that name a table of the Data Catalog."""

from __future__ import annotations

from glue_canvas.kinds import python_text
from glue_canvas.kinds.kind import DYNAMIC_FRAME, NodeScope, Source
from glue_canvas.kinds.stores.target import Target


class CatalogSource(Source):
    """A table of the Data Catalog."""

    name = "CatalogSource"

    def statements(self, scope: NodeScope) -> str:
        """Return one read."""
        variable = scope.variable
        return (
            f"{variable} = glueContext.create_dynamic_frame.from_catalog(database={scope.quoted('Database')}, "
            f"{self._predicate(scope)}table_name={scope.quoted('Table')}, "
            f'{self.options(scope)}transformation_ctx="{variable}")'
        )

    def options(self, scope: NodeScope) -> str:
        """Return further arguments, each followed by a comma and a space."""
        return ""

    def _predicate(self, scope: NodeScope) -> str:
        predicate = scope.get("PartitionPredicate")
        return f"push_down_predicate={python_text.quoted(predicate)}, " if predicate else ""


class S3CatalogSource(CatalogSource):
    """A table of the Data Catalog whose files lie on S3."""

    name = "S3CatalogSource"


class IcebergCatalogSource(Source):
    """An Iceberg table of the Data Catalog, read as a DataFrame."""

    name = "CatalogIcebergSource"
    runs_locally = False

    def imports(self, scope: NodeScope) -> tuple[str, ...]:
        """Return DynamicFrame's."""
        return (DYNAMIC_FRAME,)

    def statements(self, scope: NodeScope) -> str:
        """Return a read and a conversion."""
        variable = scope.variable
        return (
            f"{variable}_df = glueContext.create_data_frame.from_catalog(database={scope.quoted('Database')}, "
            f"table_name={scope.quoted('Table')})\n"
            f'{variable} = DynamicFrame.fromDF({variable}_df, glueContext, "{variable}")'
        )


class CatalogTarget(Target):
    """A table of the Data Catalog."""

    name = "CatalogTarget"

    def sink(self, scope: NodeScope) -> str:
        """Return one write."""
        variable = scope.variable
        return (
            f"{variable} = glueContext.write_dynamic_frame.from_catalog(frame={scope.input}, "
            f"database={scope.quoted('Database')}, table_name={scope.quoted('Table')}, "
            f'{self.options(scope)}transformation_ctx="{variable}")'
        )

    def options(self, scope: NodeScope) -> str:
        """Return further arguments, each followed by a comma and a space."""
        policy = scope.get("SchemaChangePolicy", {})
        if not policy.get("EnableUpdateCatalog"):
            return ""
        behavior = python_text.quoted(policy.get("UpdateBehavior") or "UPDATE_IN_DATABASE")
        keys = f', "partitionKeys": {scope.paths("PartitionKeys")}' if scope.get("PartitionKeys") else ""
        return f'additional_options={{"enableUpdateCatalog": True, "updateBehavior": {behavior}{keys}}}, '


class S3CatalogTarget(CatalogTarget):
    """A table of the Data Catalog whose files lie on S3."""

    name = "S3CatalogTarget"
