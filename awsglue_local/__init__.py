"""Run AWS Glue scripts, unmodified, on a laptop."""

from __future__ import annotations

from awsglue_local.endpoint import Endpoint
from awsglue_local.errors import (
    EndpointError,
    GlueLocalError,
    LakeError,
    ScriptError,
    SourceError,
    TableNotFound,
    Unsupported,
)
from awsglue_local.session import LocalGlue, ScriptRun, run_script

__all__ = [
    "Endpoint",
    "EndpointError",
    "GlueLocalError",
    "LakeError",
    "LocalGlue",
    "ScriptError",
    "ScriptRun",
    "SourceError",
    "TableNotFound",
    "Unsupported",
    "run_script",
]
