"""Forms hold what botocore says of each kind: a kind is never written down twice."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from glue_canvas.kinds import KINDS
from glue_studio.server.kind_forms import FieldForm, KindForm, kind_forms, setting_forms
from glue_studio.server.workspace import Workspace
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


def test_a_form_is_cut_only_where_a_structure_holds_itself_again() -> None:
    def lists(form: FieldForm, around: str) -> list[str]:
        found = [around] if form.type in ("list", "map") and form.member is None else []
        inner = [*form.members, *([form.member] if form.member else [])]
        return [*found, *(one for part in inner for one in lists(part, f"{around}.{part.name}"))]

    cut = [one for kind in kind_forms() for field in kind.fields for one in lists(field, f"{kind.kind}.{field.name}")]
    assert all(one.count("Children") >= 2 for one in cut), cut


def test_settings_are_named_as_in_the_file() -> None:
    names: dict[str, FieldForm] = {form.name: form for form in setting_forms()}
    assert {"timeout", "workerType", "defaultArguments", "glueVersion", "numberOfWorkers"} <= set(names)
    assert "G.1X" in names["workerType"].choices or names["workerType"].type == "string"
    assert [one.name for one in names["executionProperty"].members] == ["maxConcurrentRuns"]


def test_the_page_gets_them(client: Client) -> None:
    forms = client.get("/api/forms")
    assert len(forms["kinds"]) == len(KINDS)


def beginning(form: FieldForm, items: int, deep: int = 0) -> Any:
    """Return what a person has who has just added a field and filled in nothing, with so many items in its lists."""
    if form.type == "list" and form.member:
        return [beginning(form.member, items, deep + 1)] * (items if deep < 4 else 0)
    if form.type == "map":
        return {"": ""} if items else {}
    if form.type == "structure":
        return {one.name: beginning(one, items, deep + 1) for one in form.members if one.required}
    if form.type == "boolean":
        return False
    return 0 if form.type in ("integer", "long", "double", "float") else (form.choices or [""])[0]


@pytest.mark.parametrize("items", [0, 1, 2])
@pytest.mark.parametrize("form", kind_forms(), ids=lambda form: form.kind)
def test_what_is_half_filled_in_is_inspected_or_refused_in_words(
    client: Client, workspace: Workspace, form: KindForm, items: int
) -> None:
    job = "machine_learning_curated"
    text = workspace.text_of(job)
    nodes = client.get(f"/api/jobs/{job}")["inspection"]["nodes"]
    sources = [one["id"] for one in nodes if one["role"] != "Data target"][: form.least_inputs]
    added = client.edit(job, text, do="add", kind=form.kind, name="New", inputs=sources)
    for field in form.fields:
        value = beginning(field, items)
        if field.name == "Columns" and form.kind == "Join":
            value = [{"From": one, "Keys": [[]] * items} for one in sources]
        change = {"do": "fields", "node": added["selected"][0], "fields": {field.name: value}}
        answer = client.http.post(f"/api/jobs/{job}/edit", json={"text": added["text"], "change": change})
        assert answer.status_code in (200, 422), (field.name, answer.text)
        assert answer.json().get("text") or answer.json()["detail"]
