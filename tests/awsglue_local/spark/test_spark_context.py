"""SparkContext and SparkSession in scripts, on both engines."""

from __future__ import annotations

from tests.awsglue_local.frames.test_reading import Run


def test_session_builders_and_contexts_find_the_engine(run_body: Run) -> None:
    run_body(
        "from pyspark.sql import SparkSession\nimport pyspark\n"
        "assert SparkSession.builder.getOrCreate() is spark\nassert SparkContext.getOrCreate() is not None\n"
        "pyspark.SparkContext().setLogLevel('ERROR')\nassert job.isInitialized()\n"
    )
