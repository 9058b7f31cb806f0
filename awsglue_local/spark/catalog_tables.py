"""Tables of the Data Catalog, as a script names them to Spark: `database.table`, or `table` of the current database."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from pyspark.errors import PySparkException

from awsglue_local.errors import GlueLocalError, TableNotFound, Unsupported
from awsglue_local.frames.writing import layout, new_table, write_files, write_table
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.storage.column_types import family, quoted, spark_type
from awsglue_local.storage.partitions import partitions_in
from awsglue_local.storage.table import Table

NAME = r"(?:`[^`]+`|\w+)"
TABLE = rf"{NAME}(?:\s*\.\s*{NAME}){{0,2}}"
"""A table's name in SQL."""
VIEW = "__catalog__"
"""What the views of catalog tables begin with, which queries are given in their place."""
METASTORES = ("spark_catalog", "awsdatacatalog")
"""What may stand before a database and means the Data Catalog."""
OVERWRITE = "spark.sql.sources.partitionOverwriteMode"
MODES = ("append", "overwrite", "ignore", "error", "errorifexists", "default")


class CatalogTables:
    """The catalog's tables of one running script.

    Parameters
    ----------
    rows_of
        Returns a table's rows as a DataFrame.
    """

    def __init__(self, runtime: Runtime, rows_of: Callable[[Table], Any]) -> None:
        self.runtime, self.rows_of = runtime, rows_of
        self.made_views: set[str] = set()
        self._list_plainly = type(runtime.session.catalog).listTables

    def views(self) -> list[Any]:
        """Return the script's own temporary views."""
        every = self._list_plainly(self.runtime.session.catalog, "default")
        return [one for one in every if one.isTemporary and not one.name.startswith(VIEW)]

    def drop_views(self) -> None:
        """Drop the script's views: the next one must not find them; in AWS each job has a session of its own."""
        for name in self.made_views:
            with suppress(PySparkException):  # the script has dropped it itself
                self.runtime.session.catalog.dropTempView(name)

    def is_view(self, name: str) -> bool:
        """Say whether a name is one of a temporary view."""
        return any(one.name.lower() == name.lower() for one in self.views())

    def address(self, name: str) -> tuple[str, str]:
        """Return database and table of a name.

        Raises
        ------
        Unsupported
            It is one of another catalog, such as Iceberg's.
        """
        parts = [part.strip("`") for part in re.findall(NAME, name)]
        if len(parts) == 3 and parts[0].lower() not in METASTORES:
            raise Unsupported(f"the catalog {parts[0]} of the table {name}", "name the table as database.table")
        return (parts[-2] if len(parts) > 1 else self.runtime.database).lower(), parts[-1].lower()

    def find(self, name: str) -> Table | None:
        """Return a table; None where the catalog has none of that name."""
        try:
            return self.runtime.table(*self.address(name))
        except TableNotFound:
            return None

    def databases(self) -> list[str]:
        """Return the names of all databases."""
        self._publish_new()
        return sorted({*self.runtime.catalog.databases(), "default"})

    def require_database(self, name: str) -> str:
        """Return a database's name in lower case.

        Raises
        ------
        GlueLocalError
            The catalog has no such database.
        """
        wanted, there = name.strip("`").lower(), self.databases()
        if wanted not in there:
            raise GlueLocalError(f"no database {wanted!r} in the catalog; it has {', '.join(there)}")
        return wanted

    def names(self, database: str = "") -> list[str]:
        """Return the names of a database's tables."""
        wanted = self.require_database(database or self.runtime.database)
        return self.runtime.catalog.table_names(wanted) if wanted in self.runtime.catalog.databases() else []

    def insert(self, df: Any, table: Table, overwrite: bool, columns: Sequence[str] = ()) -> None:
        """Write rows to a table, by the places of their columns, as `INSERT` does.

        Raises
        ------
        GlueLocalError
            The rows have another number of columns, or a column is named that the table has not.
        """
        wanted = list(columns) or _names(table)
        if len(df.columns) != len(wanted):
            raise GlueLocalError(
                f"{table.database}.{table.name} takes {len(wanted)} columns ({', '.join(wanted)}), and the query gives "
                f"{len(df.columns)}"
            )
        self._write(df.toDF(*wanted), table, overwrite)

    def save(self, df: Any, name: str, mode: str, form: str, keys: Sequence[str], options: dict[str, Any]) -> None:
        """Write rows as a table, by the names of their columns, as `saveAsTable` does.

        Raises
        ------
        GlueLocalError
            The table is there already and the mode does not say what to do, or it is new and has no place.
        """
        if mode not in MODES:
            raise GlueLocalError(f"no mode {mode!r}; use append, overwrite, ignore or error")
        table = self.find(name)
        if table is None:
            self._create(df, name, form, keys, options, replaces=mode == "overwrite")
        elif mode == "append":
            self._write(df, table, overwrite=False)
        elif mode == "overwrite":
            self._create(df, name, form or table.format, keys, {"path": table.location, **options}, replaces=True)
        elif mode != "ignore":
            raise GlueLocalError(f"the table {name} exists already; use mode('append') or mode('overwrite')")

    def _write(self, df: Any, table: Table, overwrite: bool) -> None:
        dynamic = str(self.runtime.session.conf.get(OVERWRITE, "static")).lower() == "dynamic"
        if overwrite and dynamic and table.partition_keys:
            raise Unsupported(f"{OVERWRITE}=dynamic", "overwrite the whole table, or write the partition's folder")
        written = write_table(self.runtime, _typed(df, table), table, overwrite)
        if table.partition_keys:
            self.runtime.transaction.put_table(table, partitions_in(written.files, written.folder, table))

    def _create(
        self, df: Any, name: str, form: str, keys: Sequence[str], options: dict[str, Any], replaces: bool
    ) -> None:
        database, table = self.address(name)
        if not options.get("path"):
            raise GlueLocalError(
                f"the new table {database}.{table} has no place: give .option('path', 's3://bucket/folder/'), or "
                "LOCATION in SQL"
            )
        path, low = str(options["path"]), [key.lower() for key in keys]
        plan = layout(self.runtime, form or "parquet", options.get("compression"), low, options)
        df = df.toDF(*(column.lower() for column in df.columns))  # as the catalog has names
        written = write_files(self.runtime, df, self.runtime.lake.path(path), plan, table, replaces)
        fields = {field.name: field.dataType.simpleString() for field in df.schema}
        made = new_table(database, table, path, fields, plan)
        self.runtime.transaction.put_table(made, partitions_in(written.files, written.folder, made))

    def _publish_new(self) -> None:
        if self.runtime.transaction.has_tables:
            self.runtime.transaction.publish()


def _names(table: Table) -> list[str]:
    return [name for name, _ in [*table.columns, *table.partition_keys]]


def _typed(df: Any, table: Table) -> Any:
    """Return rows with all columns of a table in their types; what is not given is null.

    Raises
    ------
    GlueLocalError
        A column is none of the table's, or text would have to become something else: Spark refuses both.
    """
    from pyspark.sql import functions as F

    types = dict([*table.columns, *table.partition_keys])
    there = {field.name.lower(): field for field in df.schema}
    whole = f"{table.database}.{table.name}"
    if strangers := [name for name in there if name not in types]:
        raise GlueLocalError(f"{whole} has no column {strangers[0]!r}; its columns are {', '.join(types)}")
    for name, field in there.items():
        if family(field.dataType.simpleString()) == "text" and family(types[name]) not in ("text", ""):
            raise GlueLocalError(f"{whole}: {name!r} is {types[name]}, and the rows have text; cast it")
    return df.select(
        *(
            (F.col(quoted(there[name].name)) if name in there else F.lit(None)).cast(spark_type(kind)).alias(name)
            for name, kind in types.items()
        )
    )
