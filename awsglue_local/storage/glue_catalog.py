"""The Data Catalog of AWS Glue, or of an emulator, through boto3."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from awsglue_local.errors import EndpointError, TableNotFound
from awsglue_local.storage.catalog import no_table
from awsglue_local.storage.endpoint import code_of
from awsglue_local.storage.table import Partition, Table

PARTITIONS_AT_ONCE = 100


class GlueCatalog:
    """The catalog of one account and region.

    Parameters
    ----------
    client
        A boto3 client of Glue.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._writable = set(client.meta.service_model.shape_for("TableInput").members)

    def table(self, database: str, name: str) -> Table:
        """Read a table's definition.

        Raises
        ------
        TableNotFound
            The catalog has no such database or table; the message lists what it has.
        EndpointError
            Glue refuses, or does not answer.
        """
        try:
            found = self._client.get_table(DatabaseName=database.lower(), Name=name.lower())["Table"]
        except (BotoCoreError, ClientError) as error:
            if code_of(error) != "EntityNotFoundException":
                raise EndpointError(f"the table {database}.{name} cannot be read: {error}") from error
            raise TableNotFound(no_table(database, name, self._names_or_none(database))) from error
        return Table(database.lower(), {key: value for key, value in found.items() if key in self._writable})

    def databases(self) -> list[str]:
        """Return the names of the databases, sorted."""
        pages = self._client.get_paginator("get_databases").paginate()
        return sorted(database["Name"] for page in pages for database in page["DatabaseList"])

    def table_names(self, database: str) -> list[str]:
        """Return the names of a database's tables, sorted."""
        pages = self._client.get_paginator("get_tables").paginate(DatabaseName=database.lower())
        return sorted(table["Name"] for page in pages for table in page["TableList"])

    def put(self, table: Table) -> None:
        """Create a table or replace its definition.

        Raises
        ------
        EndpointError
            Glue refuses, or does not answer.
        """
        wanted = {"DatabaseName": table.database, "TableInput": table.definition}
        try:
            try:
                self._client.update_table(**wanted)
            except self._client.exceptions.EntityNotFoundException:
                self._client.create_table(**wanted)
        except (BotoCoreError, ClientError) as error:
            raise EndpointError(f"the table {table.database}.{table.name} cannot be written: {error}") from error

    def partitions(self, table: Table) -> list[Partition] | None:
        """Return the partitions that the catalog knows of a table."""
        asked = {"DatabaseName": table.database, "TableName": table.name}
        pages = self._client.get_paginator("get_partitions").paginate(**asked)
        found = [one for page in pages for one in page["Partitions"]]
        return [Partition(tuple(one["Values"]), str(one["StorageDescriptor"]["Location"])) for one in found]

    def add_partitions(self, table: Table, partitions: list[Partition]) -> None:
        """Let the catalog know partitions; those that it knows are passed over.

        Raises
        ------
        EndpointError
            Glue refuses, or does not answer.
        """
        known = {one.values for one in self.partitions(table) or []}
        storage = table.definition["StorageDescriptor"]
        inputs = [
            {"Values": list(one.values), "StorageDescriptor": {**storage, "Location": one.location}}
            for one in partitions
            if one.values not in known
        ]
        for start in range(0, len(inputs), PARTITIONS_AT_ONCE):
            some = inputs[start : start + PARTITIONS_AT_ONCE]
            asked = {"DatabaseName": table.database, "TableName": table.name, "PartitionInputList": some}
            refused = self._client.batch_create_partition(**asked).get("Errors")
            if refused:
                raise EndpointError(f"partitions of {table.database}.{table.name} cannot be added: {refused[0]}")

    def _names_or_none(self, database: str) -> list[str]:
        try:
            return self.table_names(database)
        except ClientError:
            return []
