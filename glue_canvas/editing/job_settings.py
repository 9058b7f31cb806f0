"""The members of a job that a person sets in Studio's Job details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue_local.nearest import instead_of
from glue_canvas.document.canvas import CanvasError
from glue_canvas.document.node_shapes import api_shape
from glue_canvas.document.studio_form import KEYS

FIXED = ("name", "jobMode", "codeGenConfigurationNodes", "sourceControlDetails")
"""What is not set here: the folder has the name, and the nodes are changed one by one."""
SETTINGS = tuple(key for key in KEYS if key not in FIXED)


def checked_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings that are to be set on a job, named as in the canvas file.

    Raises
    ------
    CanvasError
        There is no such setting, or a value is not of its type.
    """
    from botocore.validate import ParamValidator

    for key, value in settings.items():
        if key not in SETTINGS:
            raise CanvasError(f"a job has no setting {key!r}" + instead_of(key, SETTINGS, "it has"))
        shape = api_shape("JobUpdate").members[key[0].upper() + key[1:]]
        if value is None:
            continue
        if shape.type_name == "string" and shape.enum and value not in shape.enum:
            raise CanvasError(f"{key} cannot be {value!r}" + instead_of(str(value), shape.enum, "it can be"))
        report = ParamValidator().validate(_as_in_api(value) if key != "defaultArguments" else value, shape)
        for fault in report.generate_report().splitlines():
            raise CanvasError(f"{key}: {fault}")
    return dict(settings)


def _as_in_api(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name[0].upper() + name[1:]: member for name, member in value.items()}
    return value
