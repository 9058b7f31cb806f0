"""The canvas file: whatever Jackson writes is read and written back byte for byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glue_canvas.document import jackson
from glue_canvas.document.canvas import CanvasError, parse_canvas
from tests.glue_canvas.canvases import GOLDEN

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_was_written_is_read_and_written_the_same(value: Any) -> None:
    for write in (jackson.pretty, jackson.compact):
        text = write(value)
        assert json.loads(text) == value
        assert write(jackson.read(text)) == text


@pytest.mark.parametrize("text", ["1.0E10", "1.5E-7", "0.10", "-0.0", "12345678901234567890", "1e5"])
def test_numbers_keep_their_digits(text: str) -> None:
    assert jackson.compact(jackson.read(f'{{"a":{text}}}')) == f'{{"a":{text}}}'


@pytest.mark.parametrize(
    ("number", "text"),
    [(10.0, "10.0"), (1e7, "1.0E7"), (1.5e-5, "1.5E-5"), (0.001, "0.001"), (0.0, "0.0"), (0.1, "0.1")],
)
def test_numbers_are_written_as_java_does(number: float, text: str) -> None:
    assert jackson.compact(number) == text


def test_control_characters_are_escaped_as_java_does() -> None:
    assert jackson.compact('\x1f\n\t"\\/é\u2028') == '"\\u001F\\n\\t\\"\\\\/é\u2028"'


def test_spacing_is_that_of_the_pretty_printer() -> None:
    value = {"a": {}, "b": [], "c": [1, {"d": True}], "e": {"f": "g"}}
    assert jackson.pretty(value) == (
        '{\n  "a" : { },\n  "b" : [ ],\n  "c" : [ 1, {\n    "d" : true\n  } ],\n  "e" : {\n    "f" : "g"\n  }\n}'
    )


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', "NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_of_java_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        jackson.read(text)


def test_deeply_nested_json_is_no_crash() -> None:
    with pytest.raises(CanvasError, match="not JSON: maximum recursion"):
        parse_canvas("[" * 100_000, Path("job.json"))


@given(st.dictionaries(st.from_regex(r"x[A-Za-z]{1,8}", fullmatch=True), JSON, max_size=5))
def test_any_file_with_unknown_keys_gives_the_same_bytes(extra: dict[str, Any]) -> None:
    nodes = json.loads((GOLDEN / "filter_and.json").read_text())
    for node in nodes.values():
        for fields in node.values():
            fields.update(extra)
    text = jackson.pretty({"name": "j", **extra, "codeGenConfigurationNodes": jackson.compact(nodes)})
    assert parse_canvas(text, Path("job.json")).to_text() == text
