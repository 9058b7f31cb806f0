"""Rows that a script keeps with `cache` or `persist`, on an engine that keeps none: computed once, in a scratch folder.

Sail takes both calls and computes the rows anew for each use. A frame of random numbers or of new ids would then have
others each time, and a script that keeps its rows before it empties a table would compute them twice.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from awsglue_local.files.compressions import chosen
from awsglue_local.job_run.runtime import Runtime
from awsglue_local.storage.column_types import SIMPLE

COMPRESSION = chosen("parquet", None)[0]
IN_PARQUET = {*SIMPLE, "decimal"}
"""The types that Parquet gives back as they were, beside those made of them."""


def keep(runtime: Runtime, df: Any) -> Any:
    """Compute a DataFrame's rows and let it stand for them from now on; return it.

    A frame that was sorted is left as it is, because files do not keep the order of rows; so is one that Parquet
    cannot hold.
    """
    if kept_folder(df) or _sorts(df._plan.to_proto(runtime.session.client)):
        return df
    schema = df.schema  # a request to the engine, each time
    if not _fits(schema):
        return df
    folder = runtime.lake.aside("kept")
    if runtime.cluster:
        runtime.cluster.write(df, folder, "parquet", COMPRESSION)
    else:
        df.write.options(**runtime.engine.parquet_options(COMPRESSION)).parquet(str(folder))
    if runtime.lake.files(folder):
        plan_id = df._plan._plan_id
        df._plan = runtime.session.read.schema(schema).parquet(*runtime.lake.paths(folder))._plan
        df._plan._plan_id = plan_id  # columns that the script has taken from the frame name its plan
        df._plan.kept_folder = folder
    return df


def kept_folder(df: Any) -> Path | None:
    """Return the folder with the Parquet files that are a DataFrame's rows, in COMPRESSION; None where it has none."""
    return getattr(getattr(df, "_plan", None), "kept_folder", None)


def _fits(schema: Any) -> bool:
    names = {name.lower() for name in schema.names}
    return len(names) == len(schema.names) and _is_in_parquet(schema)


def _is_in_parquet(kind: Any) -> bool:
    from pyspark.sql import types

    if isinstance(kind, types.StructType):
        return bool(kind.fields) and all(_is_in_parquet(field.dataType) for field in kind.fields)
    if isinstance(kind, types.ArrayType):
        return _is_in_parquet(kind.elementType)
    if isinstance(kind, types.MapType):
        return _is_in_parquet(kind.keyType) and _is_in_parquet(kind.valueType)
    return re.sub(r"\(.*", "", kind.simpleString()) in IN_PARQUET


def _sorts(message: Any) -> bool:
    """Say whether a plan, as Spark Connect's message, sorts rows somewhere."""
    for field, value in message.ListFields():
        if field.name == "sort" or (field.name == "query" and re.search(r"\border\s+by\b", value, re.IGNORECASE)):
            return True
        inner = [value] if hasattr(value, "ListFields") else value
        if field.message_type and any(_sorts(one) for one in inner if hasattr(one, "ListFields")):
            return True
    return False
