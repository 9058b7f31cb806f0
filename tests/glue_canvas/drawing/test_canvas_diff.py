"""What changed between two canvases, in words and as a picture."""

from __future__ import annotations

from glue_canvas import Canvas
from glue_canvas.drawing.canvas_diff import canvas_changes, diff_picture
from glue_canvas.drawing.mermaid import draw_mermaid
from tests.glue_canvas.canvases import canvas_of, golden


def edited(**fields: object) -> Canvas:
    """Return a copy of a golden canvas with other fields in its last node."""
    copy = golden("filter_and")
    copy.nodes["node-3"].fields.update(fields)
    return copy


def test_changes_in_words() -> None:
    old = golden("filter_and")
    assert canvas_changes(old, golden("filter_and")) == []
    new = edited(LogicalOperator="OR", Name="Adults")
    (change,) = canvas_changes(old, new)
    assert (change.change, change.node) == ("changed", "Adults")
    assert change.words == ['LogicalOperator: "AND" → "OR"', 'Name: "Filter" → "Adults"']


def test_added_removed_and_rewired_nodes_in_words_and_colours() -> None:
    old = canvas_of(
        ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"}),
        ("2", "DropFields", {"Name": "D", "Inputs": ["1"], "Paths": [["a"], ["b"]]}),
        ("3", "CatalogTarget", {"Name": "T", "Inputs": ["2"], "Database": "d", "Table": "o"}),
    )
    new = canvas_of(
        ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"}),
        ("4", "SelectFields", {"Name": "Some", "Inputs": ["1"], "Paths": [["c"]]}),
        ("3", "CatalogTarget", {"Name": "T", "Inputs": ["4"], "Database": "d", "Table": "o"}),
    )
    found = {(change.change, change.node): change.words for change in canvas_changes(old, new)}
    assert found == {
        ("added", "Some"): ["Select Fields, fed by S"],
        ("removed", "D"): ["Drop Fields"],
        ("rewired", "T"): ["fed by D → by Some"],
    }
    drawing = draw_mermaid(diff_picture(old, new))
    assert drawing.count(":::added") == 1
    assert drawing.count(":::removed") == 1
    assert "classDef added" in drawing
    assert drawing.count("==>") == 2
    assert drawing.count("-.->") == 2
    assert canvas_changes(None, new)[0].words == ["the job job"]
    assert {change.change for change in canvas_changes(old, None)} == {"removed"}


def test_a_node_made_anew_is_the_same_by_kind_and_name() -> None:
    source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    old = canvas_of(source, ("2", "DropFields", {"Name": "D", "Inputs": ["1"], "Paths": [["a"]]}))
    new = canvas_of(source, ("9", "DropFields", {"Name": "D", "Inputs": ["1"], "Paths": [["b"]]}))
    assert [(one.change, one.words) for one in canvas_changes(old, new)] == [("changed", ["Paths: - a", "Paths: + b"])]


def test_nothing_that_changed_stays_unsaid() -> None:
    def words(old: str, new: str) -> list[str]:
        alias = [{"Alias": "x", "From": "node-1"}]
        source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
        one, other = (
            canvas_of(source, ("2", "SparkSQL", {"Name": "Q", "Inputs": ["1"], "SqlAliases": alias, "SqlQuery": query}))
            for query in (old, new)
        )
        return [line for change in canvas_changes(one, other) for line in change.words]

    assert words("a\n)\n)", "a\n)") == ["SqlQuery: - )"]
    assert words("a\n  b", "a\nb") == ["SqlQuery: -   b", "SqlQuery: + b"]
    (line,) = words("x" * 300 + "a", "x" * 300 + "b")
    assert line.endswith('xa" → …' + "x" * 40 + 'b"')
