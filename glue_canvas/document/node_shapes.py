"""What AWS says a canvas node looks like: botocore's model of the Glue API."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import ServiceModel, Shape


@cache
def _glue() -> ServiceModel:
    # botocore is slow to import, and running jobs needs no shapes
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model("glue", "service-2"))


@cache
def api_shape(name: str) -> Shape:
    """Return a shape of the Glue API, such as `JobUpdate`."""
    return _glue().shape_for(name)


def known_kinds() -> frozenset[str]:
    """Return the names of all node kinds."""
    return frozenset(api_shape("CodeGenConfigurationNode").members)


def shape_faults(kind: str, fields: dict[str, Any]) -> list[str]:
    """Return what is missing or of another type in a node's fields, a sentence each.

    Fields that this botocore does not know are no fault: Studio may be newer.
    """
    from botocore.validate import ParamValidator

    shape = node_shape(kind)
    if shape is None:
        return [f"{kind} is not a kind of node in the Glue API"]
    report = ParamValidator().validate(known_fields(fields, shape), shape)
    return list(report.generate_report().splitlines())


def unknown_fields(kind: str, fields: dict[str, Any]) -> list[str]:
    """Return the names of fields that this botocore's model of the kind does not have."""
    shape = node_shape(kind)
    return sorted(set(fields) - set(shape.members)) if shape else []


def known_fields(value: Any, shape: Shape) -> Any:
    """Return `value` without the structure members that `shape` does not have, at any depth."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {key: known_fields(value[key], shape.members[key]) for key in value if key in shape.members}
    if shape.type_name == "list" and isinstance(value, list):
        return [known_fields(item, shape.member) for item in value]
    return value


def node_shape(kind: str) -> Any:
    """Return the shape of a kind's fields, with their shapes in `members`; None for a kind that is not known."""
    return api_shape("CodeGenConfigurationNode").members.get(kind)
