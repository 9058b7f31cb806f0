"""Iceberg tables of the emulator's catalog and S3, through PyIceberg."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io import PY_IO_IMPL, FileIO, load_file_io
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.table import Table as IcebergTable
from pyiceberg.transforms import (
    BucketTransform,
    DayTransform,
    HourTransform,
    IdentityTransform,
    MonthTransform,
    Transform,
    TruncateTransform,
    YearTransform,
)
from pyiceberg.typedef import EMPTY_DICT, Properties

from awsglue_local.athena.trino.errors import QueryError
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.column_types import arrow_type
from awsglue_local.storage.table import Table
from glue_emulator.running_emulator import Keys, running

TIMES: dict[str, Callable[[], Transform[Any, Any]]] = {
    "year": YearTransform,
    "month": MonthTransform,
    "day": DayTransform,
    "hour": HourTransform,
}


class Catalog(GlueCatalog):
    """Glue's catalog; how files are reached is the emulator's choice, and nothing that a table's properties say."""

    def _load_file_io(self, properties: Properties = EMPTY_DICT, location: str | None = None) -> FileIO:  # noqa: ARG002
        return load_file_io(self.properties, location)


class IcebergTables:
    """The Iceberg tables of an account and region, as somebody with keys sees them."""

    def __init__(self, region: str, keys: Keys) -> None:
        here = running()
        token = {"s3.session-token": keys[2]} if keys[2] else {}
        self._catalog = Catalog(
            "emulator",
            client=here.client("glue", region, keys),
            **{
                "s3.endpoint": here.address,
                "s3.region": region,
                "s3.access-key-id": keys[0],
                "s3.secret-access-key": keys[1],
                PY_IO_IMPL: "glue_emulator.athena.iceberg_files.FilesOfS3",
                **token,
            },
        )

    def load(self, database: str, name: str) -> IcebergTable:
        """Return a table.

        Raises
        ------
        GlueLocalError
            There is none of that name, or it is no Iceberg table.
        """
        try:
            return self._catalog.load_table((database, name))
        except NoSuchTableError as error:
            raise GlueLocalError(f"there is no Iceberg table {database}.{name}") from error

    def rows(self, table: Table, version: tuple[str, Any] | None = None) -> pa.Table:
        """Return the rows of a table.

        Parameters
        ----------
        version
            `VERSION` and a snapshot's id, or `TIMESTAMP` and epoch milliseconds; None for the latest.

        Raises
        ------
        QueryError
            There is no such snapshot.
        """
        found = self.load(table.database, table.name)
        snapshot = None
        if version is not None:
            kind, value = version
            there = found.snapshot_by_id(value) if kind == "VERSION" else found.snapshot_as_of_timestamp(value)
            if there is None:
                words = f"ID does not exist: {value}" if kind == "VERSION" else f"No version history table at {value}"
                raise QueryError(f"INVALID_ARGUMENTS: Iceberg snapshot {words}")
            snapshot = there.snapshot_id
        return found.scan(snapshot_id=snapshot).to_arrow()

    def about(self, table: Table, what: str) -> pa.Table:
        """Return a table about a table, such as its history."""
        found: pa.Table = getattr(self.load(table.database, table.name).inspect, what)()
        return found

    def create(self, table: Table, partitioning: list[str], properties: dict[str, str]) -> IcebergTable:
        """Create a table with the columns and location of a definition.

        Parameters
        ----------
        partitioning
            Such as `day(at)` and `bucket(4, id)`.

        Raises
        ------
        QueryError
            A partition field is not known, or its column is not there; no table is made.
        """
        schema = pa.schema([(name, arrow_type(kind)) for name, kind in table.columns])
        fields = [_partition(text) for text in partitioning]
        name, location = (table.database, table.name), table.location.rstrip("/")
        try:
            with (
                self._catalog.create_table_transaction(name, schema, location=location, properties=properties) as made,
                made.update_spec() as spec,
            ):
                for column, transform in fields:
                    spec.add_field(column, transform)
        except ValueError as error:
            raise QueryError(f"INVALID_TABLE_PROPERTY: Unable to parse partitioning value: {error}") from error
        return self.load(table.database, table.name)

    def partitioning(self, table: Table) -> list[str]:
        """Return how a table is partitioned, as CREATE TABLE has it: `id`, `bucket(4, id)`, `day(at)`."""
        found = self.load(table.database, table.name)
        written = []
        for one in found.spec().fields:
            name, _, number = str(one.transform).rstrip("]").partition("[")
            column = found.schema().find_column_name(one.source_id) or ""
            arguments = f"{number}, {column}" if number else column
            written.append(column if name == "identity" else f"{name}({arguments})")
        return written

    def append(self, database: str, name: str, rows: pa.Table) -> None:
        """Add rows, whose columns are those of the table in their order."""
        found = self.load(database, name)
        found.append(_fitted(found, rows))

    def replace(self, database: str, name: str, rows: pa.Table) -> None:
        """Put rows in the place of those that are there; earlier snapshots keep theirs."""
        found = self.load(database, name)
        with found.transaction() as change:
            # PyIceberg warns of a delete that finds nothing
            if found.scan().count():
                change.delete(AlwaysTrue())
            if rows.num_rows:
                change.append(_fitted(found, rows))

    def rename(self, database: str, name: str, new: tuple[str, str]) -> None:
        """Give a table another name."""
        self._catalog.rename_table((database, name), new)


def _fitted(table: IcebergTable, rows: pa.Table) -> pa.Table:
    schema = schema_to_pyarrow(table.schema(), include_field_ids=False)
    return pa.table([rows.column(number).cast(one.type) for number, one in enumerate(schema)], names=schema.names)


def _partition(text: str) -> tuple[str, Transform[Any, Any]]:
    """Return the column and the transform of a partition field."""
    found = re.fullmatch(r"\s*(\w+)\s*\(([^)]*)\)\s*", text)
    if found is None:
        return text.strip().strip('`"').lower(), IdentityTransform()
    name = found[1].lower()
    arguments = [one.strip().strip('`"').lower() for one in found[2].split(",")]
    number = next((int(one) for one in arguments if one.isdigit()), 0)
    column = next(one for one in arguments if not one.isdigit())
    if name == "bucket":
        return column, BucketTransform(number)
    if name == "truncate":
        return column, TruncateTransform(number)
    if name.rstrip("s") in TIMES:
        return column, TIMES[name.rstrip("s")]()
    raise QueryError(f"INVALID_TABLE_PROPERTY: Unsupported partition field: {text}")
