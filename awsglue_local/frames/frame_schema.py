"""A frame's schema in the words of `awsglue.gluetypes`, which scripts and AWS's transforms look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

SIMPLE = {
    "binary": "BinaryType",
    "boolean": "BooleanType",
    "tinyint": "ByteType",
    "smallint": "ShortType",
    "int": "IntegerType",
    "bigint": "LongType",
    "float": "FloatType",
    "double": "DoubleType",
    "date": "DateType",
    "timestamp": "TimestampType",
    "timestamp_ntz": "TimestampType",
    "string": "StringType",
    "void": "NullType",
}


Path = tuple[str, ...]


def glue_schema(spark_schema: Any, choices: dict[str, list[str]], empty: frozenset[Path]) -> Any:
    """Return a frame's schema.

    Parameters
    ----------
    spark_schema
        PySpark's StructType.
    choices
        Columns of a choice type: structs with a member for each type.
    empty
        Columns and fields of structs without a value in any record: to Glue they are of the null type.
    """
    from awsglue import gluetypes

    fields = []
    for field in spark_schema.fields:
        kind = glue_type(field.dataType, empty, (field.name,))
        if field.name in choices:
            kind = gluetypes.ChoiceType([glue_type(member.dataType) for member in field.dataType.fields])
        fields.append(gluetypes.Field(field.name, kind))
    return gluetypes.StructType(fields)


def glue_type(spark_type: Any, empty: frozenset[Path] = frozenset(), path: Path = ()) -> Any:
    """Return a type in the words of `awsglue.gluetypes`; `path` is where it stands."""
    from awsglue import gluetypes
    from pyspark.sql import types

    if path in empty:
        return gluetypes.NullType()
    if isinstance(spark_type, types.StructType):
        members = [(one.name, glue_type(one.dataType, empty, (*path, one.name))) for one in spark_type.fields]
        return gluetypes.StructType([gluetypes.Field(name, kind) for name, kind in members])
    if isinstance(spark_type, types.ArrayType):
        return gluetypes.ArrayType(glue_type(spark_type.elementType))
    if isinstance(spark_type, types.MapType):
        return gluetypes.MapType(glue_type(spark_type.valueType))
    if isinstance(spark_type, types.DecimalType):
        return gluetypes.DecimalType(spark_type.precision, spark_type.scale)
    return getattr(gluetypes, SIMPLE.get(spark_type.simpleString(), "UnknownType"))()


def tree(schema: Any) -> str:
    """Return a frame's schema as Glue prints it ("Code example: Joining and relationalizing data" shows one)."""
    return "\n".join(["root", *_branches(schema, "")])


def _branches(kind: Any, indent: str) -> Iterator[str]:
    from awsglue import gluetypes

    inner: list[tuple[str, Any]] = []
    if isinstance(kind, gluetypes.StructType):
        inner = [(field.name, field.dataType) for field in kind]
    elif isinstance(kind, gluetypes.ArrayType):
        inner = [("element", kind.elementType)]
    elif isinstance(kind, gluetypes.MapType):
        inner = [("keyType", gluetypes.StringType()), ("valueType", kind.valueType)]
    elif isinstance(kind, gluetypes.ChoiceType):
        for one in sorted(kind.choices.values(), key=lambda choice: str(choice.typeName())):
            yield f"{indent}|-- {one.typeName()}"
            yield from _branches(one, f"{indent}|    ")
    for name, one in inner:
        yield f"{indent}|-- {name}: {one.typeName()}"
        yield from _branches(one, f"{indent}|    ")
