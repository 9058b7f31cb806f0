"""The form of each kind of node, as botocore describes its fields: types, choices, what is required."""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from glue_canvas.document.node_shapes import api_shape, node_shape
from glue_canvas.drawing.picture import ROLES, TARGET, TRANSFORM, kind_label
from glue_canvas.drawing.picture import SOURCE as SOURCE_ROLE
from glue_canvas.editing.job_settings import SETTINGS
from glue_canvas.kinds import KINDS, Source, Target

if TYPE_CHECKING:
    from botocore.model import Shape

MOST_NESTED = 2
"""How often a form shows a structure inside of itself, as the mappings of a mapping are."""


class FieldForm(BaseModel):
    """One field: `member` is what a list or map holds, `members` what a structure has."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    name: str
    type: str
    required: bool
    choices: list[str]
    help: str
    member: FieldForm | None = None
    members: list[FieldForm] = []


class KindForm(BaseModel):
    """A kind of node that a person can add."""

    kind: str
    label: str
    role: str
    help: str
    least_inputs: int
    most_inputs: int
    fields: list[FieldForm]


@cache
def kind_forms() -> list[KindForm]:
    """Return the kinds that the compiler has: sources, transforms, targets, each by its label."""
    forms = [_kind_form(name) for name in KINDS]
    order = list(ROLES.values())
    return sorted(forms, key=lambda form: (order.index(form.role), form.label, form.kind))


@cache
def setting_forms() -> list[FieldForm]:
    """Return the settings of a job that a canvas file holds, named as there."""
    members = api_shape("JobUpdate").members
    forms = [_field_form(key, members[key[0].upper() + key[1:]], required=False) for key in SETTINGS]
    return [_in_camel_case(form) for form in forms]


def _kind_form(name: str) -> KindForm:
    kind, shape = KINDS[name], node_shape(name)
    role = SOURCE_ROLE if isinstance(kind, Source) else TARGET if isinstance(kind, Target) else TRANSFORM
    required = set(shape.required_members)
    return KindForm(
        kind=name,
        label=kind_label(name),
        role=ROLES[role],
        help=_plain(shape.documentation),
        least_inputs=kind.input_count.start,
        most_inputs=kind.input_count.stop - 1,
        fields=[
            _field_form(field, member, field in required)
            for field, member in shape.members.items()
            if field not in ("Name", "Inputs")
        ],
    )


def _field_form(name: str, shape: Shape, required: bool, around: tuple[str, ...] = ()) -> FieldForm:
    form = FieldForm(
        name=name,
        type=shape.type_name,
        required=required,
        choices=list(getattr(shape, "enum", [])),
        help=_plain(shape.documentation),
    )
    if around.count(shape.name) >= MOST_NESTED:
        return form
    around = (*around, shape.name) if shape.type_name == "structure" else around
    if shape.type_name == "list":
        form.member = _field_form("", shape.member, required=False, around=around)
    elif shape.type_name == "map":
        form.member = _field_form("", shape.value, required=False, around=around)
    elif shape.type_name == "structure":
        needed = set(shape.required_members)
        form.members = [_field_form(one, part, one in needed, around) for one, part in shape.members.items()]
    return form


def _in_camel_case(form: FieldForm) -> FieldForm:
    members = [_in_camel_case(one) for one in form.members]
    name = form.name[:1].lower() + form.name[1:]
    return form.model_copy(update={"name": name, "members": members})


def _plain(documentation: str) -> str:
    """Return botocore's HTML as text."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", documentation)).split())
