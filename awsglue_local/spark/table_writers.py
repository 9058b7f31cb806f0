"""`df.write.saveAsTable`, `df.write.insertInto` and `df.writeTo`: catalog tables, in the script's transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.spark.catalog_tables import CatalogTables

Patch = tuple[Any, str, Any]


def writer_methods(frame: type, writer: type, tables: CatalogTables) -> list[Patch]:
    """Return the methods of the engine's frames and writers that write catalog tables."""

    def save_as_table(
        self: Any, name: str, format: str | None = None, mode: str | None = None, partitionBy: Any = None, **more: Any
    ) -> None:
        noted = _noted(self)
        keys = partitionBy or noted.get("keys") or []
        options = {**noted.get("options", {}), **more}
        form = format or noted.get("format") or ""
        tables.save(
            _rows(self, frame), name, str(mode or noted.get("mode") or "error").lower(), form, _names(keys), options
        )

    def insert_into(self: Any, tableName: str, overwrite: bool | None = None) -> None:
        table = tables.find(tableName)
        if table is None:
            raise GlueLocalError(f"no table {tableName} in the catalog; saveAsTable makes one")
        replace = overwrite if overwrite is not None else _noted(self).get("mode") == "overwrite"
        tables.insert(_rows(self, frame), table, replace)

    ours = [(writer, "saveAsTable", save_as_table), (writer, "insertInto", insert_into)]
    ours += [(writer, name, _noting(getattr(writer, name), name)) for name in ("format", "mode", "option", "options")]
    ours += [(writer, "partitionBy", _noting(writer.partitionBy, "keys"))]  # type: ignore[attr-defined]
    return [*ours, (frame, "writeTo", lambda df, table: TableWriter(df, table, tables))]


def _rows(writer: Any, frame: Any) -> Any:
    """Return the DataFrame that a writer is of; Spark Connect's has its plan only."""
    rows = writer._df
    return rows if isinstance(rows, frame) else frame.withPlan(rows, writer._spark)


def _noted(writer: Any) -> dict[str, Any]:
    """Return what a writer was told, which engines keep in ways of their own."""
    return writer.__dict__.setdefault("_told", {})  # type: ignore[no-any-return]


def _noting(method: Callable[..., Any], what: str) -> Callable[..., Any]:
    def noting(writer: Any, *given: Any, **named: Any) -> Any:
        noted = _noted(writer)
        if what in ("option", "options"):
            pairs = {str(given[0]): given[1]} if what == "option" and len(given) > 1 else named
            noted["options"] = {**noted.get("options", {}), **pairs}
        else:
            noted[what] = list(given) if what == "keys" else (given or tuple(named.values()))[0]
        return method(writer, *given, **named)

    return noting


def _names(keys: Any) -> list[str]:
    if isinstance(keys, str):
        return [keys]
    return [name for key in keys for name in _names(key)]


class TableWriter:
    """What `df.writeTo(table)` gives: tables made, replaced or added to."""

    def __init__(self, df: Any, table: str, tables: CatalogTables) -> None:
        self._df, self._table, self._tables = df, table, tables
        self._form, self._options, self._keys = "", dict[str, Any](), list[str]()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Unsupported(f"writeTo(...).{name}", "use append, create or createOrReplace, or df.write.insertInto")

    def using(self, provider: str) -> TableWriter:
        """Choose the format of a new table; Iceberg, Hudi and Delta are refused."""
        self._form = provider
        return self

    def option(self, key: str, value: Any) -> TableWriter:
        """Set an option, such as `path` or `compression`."""
        self._options[key] = value
        return self

    def options(self, **options: Any) -> TableWriter:
        """Set options."""
        self._options |= options
        return self

    def tableProperty(self, property: str, value: Any) -> TableWriter:
        """Set a property; `location` is a new table's place."""
        if property == "location":
            self._options["path"] = value
        return self

    def partitionedBy(self, col: Any, *cols: Any) -> TableWriter:
        """Partition a new table by columns, which have to be names."""
        if not all(isinstance(one, str) for one in (col, *cols)):
            raise Unsupported("writeTo(...).partitionedBy of an expression", "name columns")
        self._keys = [col, *cols]
        return self

    def append(self) -> None:
        """Add the rows to a table that is there."""
        if self._tables.find(self._table) is None:
            raise GlueLocalError(f"no table {self._table} in the catalog; create() makes one")
        self._save("append")

    def create(self) -> None:
        """Make the table; one that is there is an error."""
        self._save("error")

    def createOrReplace(self) -> None:
        """Make the table, or replace its rows."""
        self._save("overwrite")

    replace = createOrReplace

    def _save(self, mode: str) -> None:
        self._tables.save(self._df, self._table, mode, self._form, self._keys, self._options)
