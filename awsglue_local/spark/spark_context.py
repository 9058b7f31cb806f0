"""The SparkContext and SparkSession that a script finds: those of the running engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pyspark

from awsglue_local.errors import GlueLocalError, Unsupported
from awsglue_local.job_run import runtime as running
from awsglue_local.job_run.engine import Engine
from awsglue_local.spark.patching import replaced, replaced_module


class SparkContext(pyspark.SparkContext):
    """What `SparkContext()` gives in a script: the running engine's context, never a second one.

    PySpark's own code meets this class too while a script runs, so it is a kind of PySpark's.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        runtime = running.current()
        return ConnectContext() if runtime.engine.is_connect else runtime.session.sparkContext

    @classmethod
    def getOrCreate(cls, *args: Any, **kwargs: Any) -> Any:
        """Return the running engine's context."""
        return cls()


class ConnectContext:
    """Stands for the SparkContext that Spark Connect does not have, and names what is missing."""

    def setLogLevel(self, level: str) -> None:
        """Do nothing: the engine's log is off."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise Unsupported(f"SparkContext.{name}", "run with --engine spark; Spark Connect has no SparkContext")


def _no_rdd(_: Any) -> NoReturn:
    # no AttributeError, for which Python would ask the frame's own __getattr__
    raise GlueLocalError("DataFrame.rdd is not supported by Spark Connect: use DataFrame methods, or --engine spark")


@contextmanager
def spark_of(engine: Engine) -> Iterator[None]:
    """Let a script's `SparkContext()` and `SparkSession.builder` find the engine that runs already."""
    import pyspark.context
    from pyspark.sql import functions
    from pyspark.sql.session import SparkSession

    only_classic = []
    if engine.is_connect:
        frame, session = type(engine.session.range(0)), type(engine.session)
        context = property(lambda _: ConnectContext())
        only_classic = [(frame, "rdd", property(_no_rdd)), (session, "sparkContext", context)]
    with (
        replaced(
            *only_classic,
            (pyspark, "SparkContext", SparkContext),
            # `from pyspark.sql.functions import *` brings it along
            (functions, "SparkContext", SparkContext),
            (SparkSession.Builder, "getOrCreate", lambda _: engine.session),
        ),
        # PySpark itself looks at the real class, in the real module; only new imports see ours
        replaced_module("pyspark.context", SparkContext=SparkContext),
    ):
        yield
