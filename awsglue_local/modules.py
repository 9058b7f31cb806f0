"""The modules that a Glue script imports: AWS's own where they run anywhere, ours where they need Glue's Java half."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from awsglue_local.catalog import Table
from awsglue_local.engine import Engine
from awsglue_local.runtime import Runtime
from awsglue_local.studio_transforms import TRANSFORMS


def install() -> None:
    """Put our modules in the place of AWS's, for the rest of the process; doing it again changes nothing."""
    if "awsgluedq" in sys.modules:
        return
    from awsglue_local import dynamicframe

    # AWS's package imports its own dynamicframe module when it is imported, so ours must be there before it
    sys.modules["awsglue.dynamicframe"] = _module(
        "awsglue.dynamicframe",
        DynamicFrame=dynamicframe.DynamicFrame,
        DynamicFrameCollection=dynamicframe.DynamicFrameCollection,
    )
    import awsglue.job
    import awsglue.transforms
    import awsglue.utils

    from awsglue_local import context, data_quality, job, ml_transforms

    awsglue.job.Job = job.Job
    sys.modules["awsglue.context"] = _module("awsglue.context", GlueContext=context.GlueContext)
    transforms = _module("awsgluedq.transforms", EvaluateDataQuality=data_quality.EvaluateDataQuality)
    for transform in ("gs_common", *TRANSFORMS):
        # their functions are methods of every frame
        sys.modules[transform] = _module(transform)
    ml = _module("awsglueml.transforms", **{one.__name__: one for one in ml_transforms.REFUSED})
    sys.modules["awsglueml"] = _module("awsglueml", transforms=ml)
    sys.modules["awsglueml.transforms"] = ml
    sys.modules["awsgluedq"] = _module("awsgluedq", transforms=transforms)
    sys.modules["awsgluedq.transforms"] = transforms


@contextmanager
def spark_of(engine: Engine) -> Iterator[None]:
    """Let a script's `SparkContext()` and `SparkSession.builder` find the engine that runs already."""
    import pyspark
    import pyspark.context
    from pyspark.sql import functions
    from pyspark.sql.session import SparkSession

    from awsglue_local.context import SparkContext

    replaced: list[tuple[Any, str, Any]] = [
        (pyspark, "SparkContext", SparkContext),
        # `from pyspark.sql.functions import *` brings it along
        (functions, "SparkContext", SparkContext),
        (SparkSession.Builder, "getOrCreate", lambda _: engine.session),
    ]
    with ExitStack() as stack:
        for owner, name, value in replaced:
            stack.enter_context(patch.object(owner, name, value))
        # PySpark itself looks at the real class, in the real module; only new imports see ours
        stack.callback(sys.modules.__setitem__, "pyspark.context", sys.modules["pyspark.context"])
        sys.modules["pyspark.context"] = _module("pyspark.context", SparkContext=SparkContext)
        yield


@contextmanager
def catalog_of(surroundings: Runtime) -> Iterator[None]:
    """Let a script's SQL find the tables of the catalog, and Spark's readers and writers the lake."""
    from awsglue_local.catalog_sql import catalog_in_sql
    from awsglue_local.context import GlueContext
    from awsglue_local.lake_in_spark import lake_in_spark
    from awsglue_local.sources import read_table

    def frame_of(table: Table) -> Any:
        return read_table(surroundings, GlueContext(), table, "", "").toDF()

    with catalog_in_sql(surroundings.session, frame_of), lake_in_spark(surroundings):
        yield


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    return module
