"""Forms hold what botocore says of each kind: a kind is never written down twice."""

from __future__ import annotations

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from glue_canvas.kinds import KINDS
from glue_studio.server.kind_forms import FieldForm, KindForm, kind_forms, setting_forms
from tests.glue_studio.studios import Client

GLUE = ServiceModel(Loader().load_service_model("glue", "service-2"))


def test_every_kind_that_compiles_has_a_form() -> None:
    assert {form.kind for form in kind_forms()} == set(KINDS)
    assert [form.role for form in kind_forms()] == sorted(
        (form.role for form in kind_forms()), key=["Data source", "Transform", "Data target"].index
    )


@pytest.mark.parametrize("form", kind_forms(), ids=lambda form: form.kind)
def test_fields_are_botocores(form: KindForm) -> None:
    shape = GLUE.shape_for("CodeGenConfigurationNode").members[form.kind]
    assert {field.name for field in form.fields} == set(shape.members) - {"Name", "Inputs"}
    for field in form.fields:
        member = shape.members[field.name]
        assert (field.type, field.choices) == (member.type_name, list(getattr(member, "enum", [])))
        assert field.required == (field.name in shape.required_members)


def test_a_join_names_its_types_and_a_filter_its_operations() -> None:
    by_kind = {form.kind: {field.name: field for field in form.fields} for form in kind_forms()}
    assert by_kind["Join"]["JoinType"].choices == ["equijoin", "left", "right", "outer", "leftsemi", "leftanti"]
    conditions = by_kind["Filter"]["Filters"].member
    assert conditions is not None
    operation = next(one for one in conditions.members if one.name == "Operation")
    assert operation.choices == ["EQ", "LT", "GT", "LTE", "GTE", "REGEX", "ISNULL"]


def test_settings_are_named_as_in_the_file() -> None:
    names: dict[str, FieldForm] = {form.name: form for form in setting_forms()}
    assert {"timeout", "workerType", "defaultArguments", "glueVersion", "numberOfWorkers"} <= set(names)
    assert "G.1X" in names["workerType"].choices or names["workerType"].type == "string"
    assert [one.name for one in names["executionProperty"].members] == ["maxConcurrentRuns"]


def test_the_page_gets_them(client: Client) -> None:
    forms = client.get("/api/forms")
    assert len(forms["kinds"]) == len(KINDS)
