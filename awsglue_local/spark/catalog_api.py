"""`spark.catalog`: what it says of the Data Catalog's databases and tables; temporary views stay the engine's."""

from __future__ import annotations

import re
from typing import Any

from awsglue_local.spark.catalog_tables import CatalogTables
from awsglue_local.storage.column_types import quoted

METASTORE = "spark_catalog"
"""What Spark calls the Data Catalog."""


def catalog_methods(catalog: Any, tables: CatalogTables) -> list[tuple[Any, str, Any]]:
    """Return the methods of `spark.catalog`'s class that look at the catalog, as `(class, name, method)`."""
    owner = type(catalog)
    methods = _of_databases(tables) | _of_tables(owner, tables)
    return [(owner, name, method) for name, method in methods.items()]


def _of_databases(tables: CatalogTables) -> dict[str, Any]:
    from pyspark.sql.catalog import Database

    def use(_: Any, dbName: str) -> None:
        tables.runtime.database = tables.require_database(dbName)

    def listed(_: Any, pattern: str | None = None) -> list[Any]:
        return [Database(name, METASTORE, None, "") for name in tables.databases() if _like(name, pattern)]

    return {
        "currentDatabase": lambda _: tables.runtime.database,
        "setCurrentDatabase": use,
        "listDatabases": listed,
        "databaseExists": lambda _, dbName: dbName.lower() in tables.databases(),
    }


def _of_tables(owner: Any, tables: CatalogTables) -> dict[str, Any]:
    from pyspark.sql.catalog import Column, Table

    plain = {name: getattr(owner, name) for name in ("tableExists", "listColumns", "getTable")}

    def found_as(name: str, database: str | None) -> Any:
        if database is None and tables.is_view(name):
            return None
        return tables.find(f"{quoted(database)}.{quoted(name)}" if database else name)

    def described(database: str, name: str) -> Any:
        return Table(name, METASTORE, [database], None, "EXTERNAL", False)

    def got(self: Any, tableName: str) -> Any:
        found = found_as(tableName, None)
        return plain["getTable"](self, tableName) if found is None else described(found.database, found.name)

    def exists(self: Any, tableName: str, dbName: str | None = None) -> bool:
        return found_as(tableName, dbName) is not None or bool(plain["tableExists"](self, tableName))

    def listed(_: Any, dbName: str | None = None, pattern: str | None = None) -> list[Any]:
        database = tables.require_database(dbName or tables.runtime.database)
        every = [described(database, name) for name in tables.names(database)] + tables.views()
        return [one for one in every if _like(one.name, pattern)]

    def columns(self: Any, tableName: str, dbName: str | None = None) -> list[Any]:
        found = found_as(tableName, dbName)
        if found is None:
            return list(plain["listColumns"](self, tableName))
        of_files = [Column(name, None, kind, True, False, False) for name, kind in found.columns]
        return of_files + [Column(name, None, kind, True, True, False) for name, kind in found.partition_keys]

    return {
        "getTable": got,
        "listTables": listed,
        "tableExists": exists,
        "listColumns": columns,
        "refreshTable": lambda _, tableName: None,
    }


def _like(name: str, pattern: str | None) -> bool:
    """Say whether a name fits a pattern in which `*` stands for any text; no pattern fits every name."""
    return pattern is None or re.fullmatch(pattern.replace("*", ".*"), name, re.IGNORECASE) is not None
