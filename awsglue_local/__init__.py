"""Run AWS Glue scripts, unmodified, on a laptop."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from awsglue_local.errors import EndpointError as EndpointError
    from awsglue_local.errors import GlueLocalError as GlueLocalError
    from awsglue_local.errors import LakeError as LakeError
    from awsglue_local.errors import ScriptError as ScriptError
    from awsglue_local.errors import SourceError as SourceError
    from awsglue_local.errors import TableNotFound as TableNotFound
    from awsglue_local.errors import Unsupported as Unsupported
    from awsglue_local.runner.session import LocalGlue as LocalGlue
    from awsglue_local.runner.session import ScriptRun as ScriptRun
    from awsglue_local.runner.session import run_script as run_script
    from awsglue_local.storage.endpoint import Endpoint as Endpoint

HOMES = {
    "errors": (
        "EndpointError",
        "GlueLocalError",
        "LakeError",
        "ScriptError",
        "SourceError",
        "TableNotFound",
        "Unsupported",
    ),
    "runner.session": ("LocalGlue", "ScriptRun", "run_script"),
    "storage.endpoint": ("Endpoint",),
}
"""Module to the names that are imported from it when they are first asked for: half of them need Arrow."""


def __getattr__(name: str) -> Any:
    for module, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
