"""Athena's CREATE EXTERNAL TABLE as a catalog table."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.table import TEXT_FORMATS, Table, storage_formats

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
"""Hive's class for ROW FORMAT DELIMITED."""

DELIMITED = {
    "fields": ("field.delim", "serialization.format"),
    "escaped": ("escape.delim",),
    "collection_items": ("colelction.delim",),
    "map_keys": ("mapkey.delim",),
    "lines": ("line.delim",),
    "null": ("serialization.null.format",),
}
"""Clauses of ROW FORMAT DELIMITED to the SerDe's parameters, with Hive's own slip of the pen (its serdeConstants)."""


def read_ddl(path: Path, values: dict[str, str]) -> Table:
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
    try:
        text = Template(path.read_text(encoding="utf-8")).substitute(values)
    except KeyError as error:
        raise GlueLocalError(f"{path}: the placeholder ${{{error.args[0]}}} has no value") from error
    except ValueError as error:
        raise GlueLocalError(f"{path}: {error}") from error
    return table_of(_parsed(path, text), str(path))


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
    named, name = address_of(create.this.this) if is_table else ("", "")
    if not is_table or not (named or database):
        raise GlueLocalError(f"{where}: expected CREATE EXTERNAL TABLE database.table (...)")
    return Table((named or database).lower(), _table_input(where, create, name.lower()))


def columns_of_text(text: str) -> list[dict[str, str]]:
    """Return the columns that stand between the parentheses of a statement, such as "a int, b string".

    Raises
    ------
    GlueLocalError
        They do not parse.
    """
    create = _parsed(Path("the columns"), f"CREATE EXTERNAL TABLE t ({text}) LOCATION 's3://b/'")
    return [_column(column) for column in create.this.expressions]


def address_of(table: Any) -> tuple[str, str]:
    """Return database (empty where none is named) and name of a parsed table.

    Athena's SHOW CREATE TABLE puts both into one pair of backticks, `database.table`.
    """
    database, _, name = table.name.rpartition(".")
    return table.db or database, name


def with_placeholder(path: Path) -> str:
    """Return the text of a DDL file with `${database}` in the place of its database, in whatever layout it is.

    Raises
    ------
    GlueLocalError
        The file does not parse.
    """
    from sqlglot import exp

    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    table = _parsed(path, text).find(exp.Table)
    place = table.args.get("db") or table.this
    start, end = place.meta["start"], place.meta["end"] + 1
    named = text[start:end]
    inside = named.strip("`").split(".")[0]
    return text[:start] + named.replace(inside, "${database}", 1) + text[end:]


def _parsed(path: Path, text: str) -> Any:
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    from awsglue_local.athena.sql_text import plain

    try:
        return parse_one(text, dialect="athena")
    except SqlglotError as error:
        raise GlueLocalError(f"{path}: {plain(error)}") from error


def _table_input(path: str, create: Any, name: str) -> dict[str, Any]:
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
        "Name": name,
        **({"Description": _text(comment.this)} if comment else {}),
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [_column(column) for column in create.this.expressions],
            "Location": location.this.name,
            **_formats(path, properties),
            **_buckets(properties),
        },
        "PartitionKeys": [_column(column) for column in partitions.this.expressions] if partitions else [],
        "Parameters": {"EXTERNAL": "TRUE", **parameters},
    }


def _column(column: Any) -> dict[str, str]:
    from sqlglot import exp

    comment = column.find(exp.CommentColumnConstraint)
    # Hive writes struct<a:int>, sqlglot struct<a: int>; Glue keeps Hive's
    hive_type = column.kind.sql(dialect="hive").lower().replace(": ", ":").replace(", ", ",").replace("`", "")
    return {
        "Name": column.name.lower(),
        "Type": hive_type,
        **({"Comment": _text(comment.this)} if comment else {}),
    }


def _text(literal: Any) -> str:
    """Return the text of a literal; of two that follow each other, as in 'it''s', with a quote between them."""
    from sqlglot import exp

    return "'".join(part.name for part in literal.find_all(exp.Literal)) if literal.expressions else str(literal.name)


def _buckets(properties: Any) -> dict[str, Any]:
    from sqlglot import exp

    clustered = properties.find(exp.ClusteredByProperty)
    if clustered is None:
        return {}
    return {
        "BucketColumns": [one.name.lower() for one in clustered.expressions],
        "NumberOfBuckets": int(clustered.args["buckets"].name),
    }


def _formats(path: str, properties: Any) -> dict[str, Any]:
    from sqlglot import exp

    stored_as = properties.find(exp.FileFormatProperty)
    formats = properties.find(exp.InputOutputFormat)
    kind = stored_as.this.name.upper() if stored_as and not formats else ""
    if kind == "PARQUET":
        return storage_formats("parquet")
    serde, parameters = _serde(properties)
    if kind in ("ORC", "AVRO"):
        return storage_formats(kind.lower())
    if not serde and kind in ("", "TEXTFILE"):  # what Hive takes where nothing is said
        serde, parameters = LAZY_SIMPLE, {"serialization.format": "1"}
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
        given = {clause: delimited.args[clause].name for clause in DELIMITED if delimited.args.get(clause)}
        return LAZY_SIMPLE, {name: value for clause, value in given.items() for name in DELIMITED[clause]}
    named = properties.find(exp.RowFormatSerdeProperty)
    if named is None:
        return "", {}
    given = named.args.get("serde_properties")
    parameters = given.expressions if given else []
    return named.this.name, {one.this.name: one.args["value"].name for one in parameters}
