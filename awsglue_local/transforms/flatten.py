"""Nested data made flat: structs to columns, arrays to tables of their own.

"Relationalize class" and "UnnestFrame class" (AWS Glue Developer Guide).
"""

from __future__ import annotations

from typing import Any

from awsglue_local.storage.column_types import quoted

ID, INDEX, VALUE = "id", "index", "val"


def flat_columns(schema: Any, column: Any = None, prefix: str = "") -> list[Any]:
    """Return the columns of a schema with structs made flat: `outer.inner`."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import StructType

    found = []
    for field in schema.fields:
        inner = F.col(quoted(field.name)) if column is None else column.getField(field.name)
        name = f"{prefix}.{field.name}" if prefix else field.name
        if isinstance(field.dataType, StructType):
            found += flat_columns(field.dataType, inner, name)
        else:
            found.append(inner.alias(name))
    return found


def unnested(df: Any) -> Any:
    """Return a DataFrame with its structs made flat; arrays stay."""
    return df.select(*flat_columns(df.schema))


def relationalized(df: Any, root: str) -> dict[str, Any]:
    """Return flat DataFrames by name: the root, and one for each array, joined to where it was by its id.

    The array's column holds the id; its table has `id`, `index` and `<array>.val`, or `<array>.val.<field>` where the
    array holds structs.
    """
    flat = unnested(df)
    tables: dict[str, Any] = {}
    tables[root] = _pivoted(flat, root, tables)
    return {root: tables.pop(root), **tables}


def _pivoted(df: Any, root: str, tables: dict[str, Any]) -> Any:
    """Take the arrays out of a flat DataFrame, each into a table of its own."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import ArrayType

    arrays = [field.name for field in df.schema.fields if isinstance(field.dataType, ArrayType)]
    if not arrays:
        return df
    # the same order on both sides: ids must be those of the rows that hold them
    numbered = df.withColumn(ROW, F.expr(f"row_number() over (order by {_order(df)})").cast("bigint"))
    for name in arrays:
        array = F.col(quoted(name))
        exploded = numbered.filter(array.isNotNull()).select(
            F.col(ROW).alias(ID), F.posexplode(array).alias(INDEX, VALUE)
        )
        inner = exploded.schema[VALUE].dataType
        whole = f"{name}.{VALUE}"
        members = [F.col(ID), F.col(INDEX)]
        if hasattr(inner, "fields"):
            members += flat_columns(inner, F.col(VALUE), whole)
        else:
            members.append(F.col(VALUE).alias(whole))
        child = f"{root}_{name}"
        tables[child] = _pivoted(exploded.select(*members), root, tables)
    columns = [
        F.when(F.col(quoted(one)).isNotNull(), F.col(ROW)).alias(one) if one in arrays else F.col(quoted(one))
        for one in df.columns
    ]
    return numbered.select(*columns)


ROW = "__row__"


def _order(df: Any) -> str:
    return ", ".join(f"to_json(struct({quoted(name)}))" for name in df.columns)
