"""Run AWS Glue scripts, unmodified, on a laptop."""

from __future__ import annotations

from awsglue_local.errors import GlueLocalError, LakeError, ScriptError, SourceError, TableNotFound, Unsupported
from awsglue_local.session import LocalGlue, ScriptRun, run_script

__all__ = [
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
