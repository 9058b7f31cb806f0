"""Athena's CREATE EXTERNAL TABLE as a catalog table."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

from awsglue_local.catalog import TEXT_FORMATS, Table, storage_formats
from awsglue_local.errors import GlueLocalError

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
"""Hive's class for ROW FORMAT DELIMITED."""


def read_table(path: Path, values: dict[str, str]) -> Table:
    """Read one DDL file.

    Parameters
    ----------
    path
        A file with one CREATE EXTERNAL TABLE statement; the table's name has its database before it.
    values
        What stands in for `${name}` placeholders, such as `bucket`.

    Raises
    ------
    GlueLocalError
        The file does not parse, is another statement, has no database, no location, or a placeholder without a value.
    """
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    try:
        create = parse_one(Template(path.read_text(encoding="utf-8")).substitute(values), dialect="athena")
    except KeyError as error:
        raise GlueLocalError(f"{path}: the placeholder ${{{error.args[0]}}} has no value") from error
    except (SqlglotError, ValueError) as error:
        raise GlueLocalError(f"{path}: {error}") from error
    return table_of(create, str(path))


def table_of(create: Any, where: str, database: str = "") -> Table:
    """Return the table that a parsed CREATE EXTERNAL TABLE defines.

    Parameters
    ----------
    where
        What messages call the statement.
    database
        The table's database where the statement names none.

    Raises
    ------
    GlueLocalError
        It is another statement, or has no database or no location.
    """
    from sqlglot import exp

    is_table = isinstance(create, exp.Create) and create.kind == "TABLE" and isinstance(create.this, exp.Schema)
    if not is_table or not (create.this.this.db or database):
        raise GlueLocalError(f"{where}: expected CREATE EXTERNAL TABLE database.table (...)")
    return Table((create.this.this.db or database).lower(), _table_input(where, create))


def _table_input(path: str, create: Any) -> dict[str, Any]:
    from sqlglot import exp

    properties = create.args.get("properties") or exp.Properties()
    location = properties.find(exp.LocationProperty)
    if location is None:
        raise GlueLocalError(f"{path}: the table has no LOCATION")
    parameters = {
        prop.this.name: prop.args["value"].name for prop in properties.expressions if type(prop) is exp.Property
    }
    comment = properties.find(exp.SchemaCommentProperty)
    partitions = properties.find(exp.PartitionedByProperty)
    return {
        "Name": create.this.this.name.lower(),
        **({"Description": comment.this.name} if comment else {}),
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [_column(column) for column in create.this.expressions],
            "Location": location.this.name,
            **_formats(path, properties),
        },
        "PartitionKeys": [_column(column) for column in partitions.this.expressions] if partitions else [],
        "Parameters": {"EXTERNAL": "TRUE", **parameters},
    }


def _column(column: Any) -> dict[str, str]:
    from sqlglot import exp

    comment = column.find(exp.CommentColumnConstraint)
    # Hive writes struct<a:int>, sqlglot struct<a: int>; Glue keeps Hive's
    hive_type = column.kind.sql(dialect="hive").lower().replace(": ", ":").replace(", ", ",")
    return {
        "Name": column.name.lower(),
        "Type": hive_type,
        **({"Comment": comment.this.name} if comment else {}),
    }


def _formats(path: str, properties: Any) -> dict[str, Any]:
    from sqlglot import exp

    stored_as = properties.find(exp.FileFormatProperty)
    formats = properties.find(exp.InputOutputFormat)
    kind = stored_as.this.name.upper() if stored_as and not formats else ""
    if kind == "PARQUET":
        return storage_formats("parquet")
    serde, parameters = _serde(properties)
    if not serde or kind not in ("", "TEXTFILE"):
        raise GlueLocalError(f"{path}: expected STORED AS PARQUET, or a ROW FORMAT of text files")
    # text is what Athena takes where a statement names a SerDe and no formats
    read, write = (formats.args["input_format"].name, formats.args["output_format"].name) if formats else TEXT_FORMATS
    return {
        "InputFormat": read,
        "OutputFormat": write,
        "SerdeInfo": {"SerializationLibrary": serde, "Parameters": parameters},
    }


def _serde(properties: Any) -> tuple[str, dict[str, str]]:
    """Return the SerDe of text files and its parameters; empty where the statement has no ROW FORMAT."""
    from sqlglot import exp

    delimited = properties.find(exp.RowFormatDelimitedProperty)
    if delimited is not None:
        separator = delimited.args.get("fields")
        delimiter = {"field.delim": separator.name, "serialization.format": separator.name} if separator else {}
        return LAZY_SIMPLE, delimiter
    named = properties.find(exp.RowFormatSerdeProperty)
    if named is None:
        return "", {}
    given = named.args.get("serde_properties")
    parameters = given.expressions if given else []
    return named.this.name, {one.this.name: one.args["value"].name for one in parameters}
