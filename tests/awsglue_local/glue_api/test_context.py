"""GlueContext: its methods are AWS's, on both engines."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SQLContext

from awsglue_local.glue_api.context import GlueContext
from scripts.docs import runtime_calls
from tests.awsglue_local.frames_of import read
from tests.awsglue_local.transforms.test_nested_fields import NESTED


def test_sources_and_samples_of_the_context(glue_context: Any) -> None:
    read(glue_context, NESTED)
    source = glue_context.getSource("s3", paths=["s3://bucket/in/"])
    source.setFormat("json")
    assert source.getFrame().count() == 2
    options = {"paths": ["s3://bucket/in/"]}
    sample = glue_context.create_sample_dynamic_frame_from_options("s3", options, num=1, format="json")
    assert sample.count() == 1
    assert glue_context.create_dynamic_frame.from_rdd([(1, "x")], "name", "a int, b string").count() == 1
    assert glue_context.sql("select 1 as one").collect()[0]["one"] == 1


def test_no_method_of_aws_package_is_missing() -> None:
    seen = 0
    for name, methods in runtime_calls.aws_methods().items():
        cls = runtime_calls.our_class(name)
        by_instance = (
            {"from_options", "from_catalog", "from_rdd", "from_jdbc_conf"}
            if name.endswith(("Reader", "Writer"))
            else set()
        )
        missing = set(methods) - set(dir(cls)) - by_instance - set(runtime_calls.REFUSED)
        assert not missing, f"{name}: {sorted(missing)}"
        seen += len(methods)
    assert seen > 70


def test_glue_context_has_no_method_of_ours() -> None:
    """What AWS's GlueContext has: its own methods, and those of Spark's SQLContext, which it is."""
    of_aws = {*runtime_calls.aws_methods()["GlueContext"], *dir(SQLContext)}
    assert not {name for name in dir(GlueContext) if not name.startswith("_")} - of_aws
