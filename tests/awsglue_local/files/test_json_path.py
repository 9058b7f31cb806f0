"""JSON paths, as the examples of AWS's documentation have them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from awsglue_local.errors import GlueLocalError, SourceError
from awsglue_local.files.json_path import selected
from tests.awsglue_local.lake_files import put

SHOP = {"id": {"n": 1}, "orders": [{"n": 1, "lines": [{"k": "a"}, {"k": "b"}]}, {"n": 2, "lines": []}], "x y": {"n": 3}}
CASES: list[tuple[str, list[Any]]] = [
    ("$", [SHOP]),
    ("$.id", [{"n": 1}]),
    ("$['id']", [{"n": 1}]),
    ('$["x y"]', [{"n": 3}]),
    ("$.orders", SHOP["orders"]),  # type: ignore[list-item]
    ("$.orders[*]", SHOP["orders"]),  # type: ignore[list-item]
    ("$.orders[1]", [{"n": 2, "lines": []}]),
    ("$.orders[7]", []),
    ("$.orders[*].lines[*]", [{"k": "a"}, {"k": "b"}]),
    ("$.orders.*.lines", [{"k": "a"}, {"k": "b"}]),
    ("$.nothing.there", []),
]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(("path", "expected"), CASES)
def test_paths(path: str, expected: list[Any], indent: int | None) -> None:
    found = selected(json.dumps(SHOP, indent=indent).encode(), path, "s3://b/a.json")
    assert [json.loads(line) for line in found.splitlines()] == expected


def test_an_array_of_records_and_a_text_a_line() -> None:
    assert selected(b'[{"a":1},{"a":2}]', "$[*]", "f") == b'{"a":1}\n{"a":2}'
    assert selected(b'{"r":{"a":1}}\n{"r":{"a":2}}\n', "$.r", "f") == b'{"a":1}\n{"a":2}'


@pytest.mark.parametrize("path", ["orders", "$..n", "$.orders[?(@.n>1)]", "$.orders[0:2]", "$.orders[", "$."])
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(GlueLocalError, match="is not read here; use"):
        selected(b"{}", path, "f")


@pytest.mark.parametrize(("text", "words"), [(b'{"id":7}', "names 7, which is no object"), (b"no json", "is JSON")])
def test_what_names_no_object_is_an_error(text: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        selected(text, "$.id", "s3://b/a.json")


def test_a_script_reads_by_path(glue_context: Any, glue: Any) -> None:
    put(glue, "s3://bucket/in/a.json", json.dumps({"rows": [{"a": 1}, {"a": 2}]}, indent=1))
    options = {"paths": ["s3://bucket/in/"]}
    frame = glue_context.create_dynamic_frame.from_options("s3", options, "json", {"jsonPath": "$.rows[*]"})
    assert sorted(row.a for row in frame.toDF().collect()) == [1, 2]
