"""Studio's own visual transforms, `frame.gs_derived(...)` and so on, which come to a script as modules of their name.

"AWS Glue managed data transform nodes" (AWS Glue Studio User Guide) says what each does; the arguments' names are those
of generated scripts. An argument that is not known here is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from awsglue_local.errors import Unsupported
from awsglue_local.storage.column_types import quoted
from awsglue_local.transforms.flatten import flat_columns

EPOCHS = {"seconds": 1, "milliseconds": 1000, "microseconds": 1_000_000}


def _col(name: str) -> Any:
    from pyspark.sql import functions as F

    return F.col(quoted(name))


def gs_derived(df: Any, colName: str, expr: str) -> Any:
    """Add a column by a SQL expression."""
    from pyspark.sql import functions as F

    return df.withColumn(colName, F.expr(expr))


def gs_concat(df: Any, colName: str, colList: list[str], spacer: str = "", nullReplacement: str | None = None) -> Any:
    """Add a column of the texts of others; a null is left out, or replaced."""
    from pyspark.sql import functions as F

    columns = [_col(name).cast("string") for name in _names(colList)]
    texts = columns if nullReplacement is None else [F.coalesce(one, F.lit(nullReplacement)) for one in columns]
    return df.withColumn(colName, F.concat_ws(spacer, *texts))


def gs_split(df: Any, colName: str, pattern: str, newColName: str | None = None) -> Any:
    """Split a text by a regular expression into an array."""
    from pyspark.sql import functions as F

    return df.withColumn(newColName or colName, F.split(_col(colName), pattern))


def gs_array_to_cols(df: Any, colName: str, colList: str | list[str], indexes: str | list[int] | None = None) -> Any:
    """Make columns of an array's elements; one that is not there is null. Indexes count from 1."""
    from pyspark.sql import functions as F

    names = _names(colList)
    places = [int(one) for one in _names(indexes)] if indexes else range(1, len(names) + 1)
    for name, place in zip(names, places, strict=True):
        df = df.withColumn(name, F.expr(f"try_element_at({quoted(colName)}, {int(place)})"))
    return df


def gs_now(df: Any, colName: str, dateFormat: str | None = None) -> Any:
    """Add a column with the time of the run."""
    from pyspark.sql import functions as F

    now = F.current_timestamp()
    return df.withColumn(colName, F.date_format(now, dateFormat) if dateFormat else now)


def gs_uuid(df: Any, colName: str = "uuid") -> Any:
    """Add a column with an id for each row."""
    from pyspark.sql import functions as F

    return df.withColumn(colName, F.expr("uuid()"))


def gs_sequence_id(df: Any, colName: str = "sequence_id") -> Any:
    """Add a column of numbers, different in each row."""
    from pyspark.sql import functions as F

    return df.withColumn(colName, F.monotonically_increasing_id())


def gs_to_timestamp(df: Any, colName: str, colType: str = "autodetect", newColName: str | None = None) -> Any:
    """Make a timestamp of a text or of an epoch number in `seconds`, `milliseconds` or `microseconds`."""
    from pyspark.sql import functions as F

    column = _col(colName)
    unit = EPOCHS.get(colType.lower())
    is_number = df.schema[colName].dataType.typeName() in ("byte", "short", "integer", "long", "float", "double")
    if unit is None and is_number:
        raise Unsupported(f"gs_to_timestamp of numbers with colType={colType!r}", f"use {', '.join(EPOCHS)}")
    made = (column.cast("double") / float(unit)).cast("timestamp") if unit else F.to_timestamp(column)
    return df.withColumn(newColName or colName, made)


def gs_format_timestamp(df: Any, colName: str, dateFormat: str, newColName: str | None = None) -> Any:
    """Make a text of a timestamp, by a pattern."""
    from pyspark.sql import functions as F

    return df.withColumn(newColName or colName, F.date_format(_col(colName), dateFormat))


def gs_explode(df: Any, colName: str, newCol: str | None = None, outer: bool = False) -> Any:
    """Make a row of each element of an array."""
    from pyspark.sql import functions as F

    explode = F.explode_outer if outer else F.explode
    return df.withColumn(newCol or colName, explode(_col(colName)))


def gs_flatten(df: Any) -> Any:
    """Make columns of the fields inside of structs, `outer.inner`."""
    return df.select(*flat_columns(df.schema))


def gs_null_rows(df: Any, extended: bool = False) -> Any:
    """Leave out rows in which all is null; `extended`: or empty text."""
    from pyspark.sql import functions as F

    filled = F.lit(False)
    for name in df.columns:
        column = _col(name)
        filled = filled | (
            column.isNotNull() & (F.trim(column.cast("string")) != "") if extended else column.isNotNull()
        )
    return df.filter(F.coalesce(filled, F.lit(False)))


def gs_repartition(df: Any, numPartitionsStr: str = "", partitionByCols: list[str] | None = None) -> Any:
    """Spread the rows over partitions."""
    return df.repartition(int(numPartitionsStr or 1), *(_col(name) for name in partitionByCols or []))


def _names(given: str | list[Any] | None) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else given or []
    return [str(part).strip() for part in parts]


TRANSFORMS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        gs_derived,
        gs_concat,
        gs_split,
        gs_array_to_cols,
        gs_now,
        gs_uuid,
        gs_sequence_id,
        gs_to_timestamp,
        gs_format_timestamp,
        gs_explode,
        gs_flatten,
        gs_null_rows,
        gs_repartition,
    )
}


def transformed(df: Any, name: str, arguments: dict[str, Any]) -> Any:
    """Return what a transform makes of a DataFrame.

    Raises
    ------
    Unsupported
        An argument that is not known here.
    """
    function = TRANSFORMS[name]
    known = function.__code__.co_varnames[1 : function.__code__.co_argcount]
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        raise Unsupported(f"{name} with {', '.join(unknown)}", f"use {', '.join(known) or 'no argument'}")
    return function(df, **arguments)
