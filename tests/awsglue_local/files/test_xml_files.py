"""XML, with the example of AWS's documentation and what people's files have beside it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from awsglue_local.errors import GlueLocalError, SourceError
from awsglue_local.files.xml_files import json_lines
from tests.awsglue_local.frames_of import records
from tests.awsglue_local.lake_files import put

# "Using the XML format in AWS Glue": "valueTag" and "attributePrefix" are told by such a book
BOOKS = """<?xml version="1.0" encoding="UTF-8"?>
<library>
  <book category="fiction"><title lang="en">One &amp; two</title><author>A</author><author>B</author><price>29.99</price></book>
  <book><title lang="de">Zwei</title><author>C</author><pages>12</pages><sold>true</sold><note/></book>
  <other><price>1</price></other>
</library>"""


def rows(text: str, **options: Any) -> list[Any]:
    return [json.loads(line) for line in json_lines(text.encode(), {"rowTag": "book", **options}, "f").splitlines()]


def test_elements_become_records() -> None:
    assert rows(BOOKS) == [
        {"_category": "fiction", "title": {"_lang": "en", "_VALUE": "One & two"}, "author": ["A", "B"], "price": 29.99},
        {"title": {"_lang": "de", "_VALUE": "Zwei"}, "author": "C", "pages": 12, "sold": True, "note": ""},
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"_k": 1, "a": " x ", "b": ""}),
        ({"attributePrefix": "@"}, {"@k": 1, "a": " x ", "b": ""}),
        ({"excludeAttribute": True}, {"a": " x ", "b": ""}),
        ({"ignoreSurroundingSpaces": "true"}, {"_k": 1, "a": "x", "b": ""}),
        ({"treatEmptyValuesAsNulls": True}, {"_k": 1, "a": " x ", "b": None}),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, Any]) -> None:
    assert rows('<r><book k="1"><a> x </a><b></b></book></r>', **options) == [expected]


def test_a_row_of_text_alone_and_the_name_of_its_value() -> None:
    assert rows("<r><book>7</book><book>x</book></r>") == [{"_VALUE": 7}, {"_VALUE": "x"}]
    assert rows('<r><book k="1">x</book></r>', valueTag="text") == [{"_k": 1, "text": "x"}]


def test_what_is_refused() -> None:
    with pytest.raises(GlueLocalError, match='needs the format option "rowTag"'):
        json_lines(b"<r/>", {}, "f")
    with pytest.raises(SourceError, match="cannot be read as xml: mismatched tag"):
        rows("<r><book></r>")
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r><book>&b;</book></r>'
    with pytest.raises(SourceError, match="declares entities"):
        rows(bomb)


def test_a_script_reads_xml(glue_context: Any, glue: Any) -> None:
    put(glue, "s3://bucket/in/a.xml", BOOKS)
    options = {"paths": ["s3://bucket/in/"]}
    frame = glue_context.create_dynamic_frame.from_options("s3", options, "xml", {"rowTag": "book"})
    found = records(frame.select_fields(["price", "pages"]))
    assert found == [{"pages": 12}, {"price": 29.99}]
