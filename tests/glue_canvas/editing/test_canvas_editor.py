"""A canvas changed step by step: ids, order, rewiring and schemas follow; what cannot be is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glue_canvas import compile_canvas, read_canvas
from glue_canvas.document.canvas import CanvasError
from glue_canvas.document.java_hash import hash_map_order
from glue_canvas.editing.canvas_editor import CanvasEditor
from glue_canvas.editing.field_values import typed_fields
from glue_canvas.flow.canvas_columns import canvas_columns
from scripts import stedi
from tests.glue_canvas.canvases import canvas_of

TABLES = {
    ("d", "people"): {"email": "string", "age": "bigint"},
    ("d", "orders"): {"user": "string", "amount": "double"},
}


def people() -> CanvasEditor:
    """Return an editor of a canvas that reads people and writes a table."""
    canvas = canvas_of(
        ("1", "CatalogSource", {"Database": "d", "Name": "people", "Table": "people"}),
        ("2", "CatalogTarget", {"Database": "d", "Inputs": ["1"], "Name": "out", "Table": "out"}),
    )
    return CanvasEditor(canvas, TABLES, now=lambda: 1_700_000_000_000)


def names(editor: CanvasEditor, name: str) -> list[str]:
    return [editor.canvas.nodes[one].name for one in editor.node(name).inputs]


def test_a_node_after_another_takes_over_what_that_feeds() -> None:
    editor = people()
    made = editor.add("Filter", "Adults", after="people", fields=typed_fields("Filter", "Filters", "age >= 18", []))
    assert made.id == "node-1700000000000"
    assert (names(editor, "out"), names(editor, "Adults")) == (["Adults"], ["people"])
    assert 'row["age"] >= 18' in compile_canvas(editor.canvas)
    assert list(editor.canvas.nodes) == hash_map_order(editor.canvas.nodes)
    second = editor.add("DropDuplicates", between=("Adults", "out"))
    assert second.id == "node-1700000000001", "ids are not given twice"
    assert second.name == "DropDuplicates"
    assert (names(editor, "out"), names(editor, "DropDuplicates")) == (["DropDuplicates"], ["Adults"])


def test_a_source_takes_the_columns_of_its_table_and_a_query_those_that_follow() -> None:
    editor = people()
    editor.add("CatalogSource", "orders", fields={"Database": "d", "Table": "orders"})
    assert editor.node("orders").fields["OutputSchemas"] == [
        {"Columns": [{"Name": "user", "Type": "string"}, {"Name": "amount", "Type": "double"}]}
    ]
    query = editor.add("SparkSQL", "Join them", inputs=["people", "orders"])
    assert [one["Alias"] for one in query.fields["SqlAliases"]] == ["people", "orders"]
    editor.set_fields("Join them", {"SqlQuery": "select people.age, orders.amount total from people, orders"})
    (schema,) = editor.node("Join them").fields["OutputSchemas"]
    assert [one["Name"] for one in schema["Columns"]] == ["age", "total"]
    editor.add("RenameField", "Years", after="people", fields={"SourcePath": ["age"], "TargetPath": ["years"]})
    assert {one["From"] for one in editor.node("Join them").fields["SqlAliases"]} == {
        editor.node("Years").id,
        editor.node("orders").id,
    }, "aliases follow what feeds the query"


def test_a_join_is_rewired_with_its_keys() -> None:
    editor = people()
    editor.add("CatalogSource", "orders", fields={"Database": "d", "Table": "orders"})
    ids = [editor.node(name).id for name in ("people", "orders")]
    keys = typed_fields("Join", "Columns", "email=user", ids)
    editor.add("Join", "With orders", inputs=["people", "orders"], fields=keys)
    editor.connect("With orders", "out")
    editor.disconnect("people", "out")
    editor.add(
        "Filter", "Adults", between=("people", "With orders"), fields=typed_fields("Filter", "Filters", "age > 1", [])
    )
    assert [one["From"] for one in editor.node("With orders").fields["Columns"]] == [
        editor.node("Adults").id,
        editor.node("orders").id,
    ]
    assert 'keys1=["email"], keys2=["user"]' in compile_canvas(editor.canvas)
    columns = canvas_columns(editor.canvas, TABLES).leaving[editor.node("out").id]
    assert columns == {"email": "string", "age": "bigint", "user": "string", "amount": "double"}
    with pytest.raises(CanvasError, match='it has 2 inputs; connect "out" to one of them first'):
        editor.remove("With orders")


def test_removing_a_node_keeps_the_chain() -> None:
    editor = people()
    before = editor.canvas.nodes["node-2"]
    editor.add("DropFields", "Without age", after="people", fields={"Paths": [["age"]]})
    editor.remove("Without age")
    assert editor.canvas.nodes["node-2"] == before
    assert names(editor, "out") == ["people"]
    editor.remove("people")
    assert "Inputs" not in editor.node("out").fields


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.add("Rename", "x", after="people"), "no kind of node 'Rename'; did you mean 'RenameField'?"),
        (lambda one: one.add("S3HudiSource"), "not supported yet: S3HudiSource"),
        (lambda one: one.add("Filter", "out", after="people"), "a node is named 'out' already"),
        (lambda one: one.add("Filter", "x", after="poeple"), "no node 'poeple'; did you mean 'people'?"),
        (lambda one: one.add("Filter", "x", between=("out", "people")), '"out" does not feed "people"'),
        (lambda one: one.connect("out", "people"), '"out" is a target; a target feeds no other node'),
        (lambda one: one.add("Filter", "x", after="out"), '"out" is a target; a target feeds no other node'),
        (lambda one: one.connect("people", "people"), "nodes wait for each other in a circle: out, people"),
        (lambda one: one.connect("people", "out"), '"people" feeds "out" already'),
        (lambda one: one.disconnect("out", "people"), '"out" does not feed "people"'),
        (lambda one: one.rename("people", "out"), "a node is named 'out' already"),
        (lambda one: one.rename("people", " "), "the name of a node cannot be empty"),
        (
            lambda one: one.set_fields("out", {"Tabel": "x"}),
            "a CatalogTarget node has no field 'Tabel'; did you mean 'Table'?",
        ),
        (lambda one: one.set_fields("out", {"Table": 5}), "Invalid type for parameter Table"),
        (
            lambda one: one.add("Join", "j", inputs=["people"], fields={"JoinType": "inner"}),
            "Join.JoinType cannot be 'inner'",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(change: Any, words: str) -> None:
    editor = people()
    before = editor.canvas
    with pytest.raises(CanvasError) as error:
        change(editor)
    assert words in str(error.value)
    assert editor.canvas == before


@pytest.mark.parametrize("path", sorted(stedi.JOBS.glob("*/*.json")), ids=lambda path: path.stem)
def test_a_change_and_its_way_back_give_the_same_bytes(path: Any) -> None:
    canvas = read_canvas(path)
    editor = CanvasEditor(canvas, {("stedi", one.name): dict(one.columns) for one in stedi.tables()})
    last = next(node for node in canvas.nodes.values() if node.kind == "CatalogTarget")
    editor.rename(last.name, "Elsewhere")
    editor.add("DropDuplicates", "Twice", between=(last.inputs[0], last.id))
    assert editor.canvas.to_text() != canvas.to_text()
    editor.remove("Twice")
    editor.rename("Elsewhere", last.name)
    assert editor.canvas.to_text() == canvas.to_text()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["DropDuplicates", "DropFields", "SelectFields"]), st.integers(0, 9)), max_size=8
    )
)
def test_nodes_added_anywhere_and_removed_again_leave_the_canvas_as_it_was(steps: list[tuple[str, int]]) -> None:
    editor = people()
    before = dict(editor.canvas.nodes)
    added = []
    for kind, place in steps:
        there = [node.name for node in editor.canvas.nodes.values() if node.kind != "CatalogTarget"]
        fields = {} if kind == "DropDuplicates" else {"Paths": [["email"]]}
        added.append(editor.add(kind, after=there[place % len(there)], fields=fields).name)
        assert list(editor.canvas.nodes) == hash_map_order(editor.canvas.nodes)
    for name in added:
        editor.remove(name)
    assert {key: value.inputs for key, value in editor.canvas.nodes.items()} == {
        key: value.inputs for key, value in before.items()
    }
