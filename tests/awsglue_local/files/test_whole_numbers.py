"""Whole numbers of JSON without a schema: `int` where they fit."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local.storage.lake import Lake
from tests.awsglue_local.frames_of import read, records

TOO_LARGE = 2**31


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (['{"n":1}', '{"n":-2147483648}', '{"n":2147483647}'], "n:int"),
        (['{"n":1}', f'{{"n":{TOO_LARGE}}}'], "n:bigint"),
        ([f'{{"n":{-TOO_LARGE - 1}}}'], "n:bigint"),
        (['{"n":1}', '{"n":1.5}'], "n:double"),
        (['{"n":null}', '{"n":1}'], "n:int"),
        (['{"n":{"a":1,"b":[1,2]}}'], "n:struct<a:int,b:array<int>>"),
        ([f'{{"n":{{"a":{TOO_LARGE},"b":[1]}}}}', '{"n":{"a":1}}'], "n:struct<a:bigint,b:array<int>>"),
        (['{"n":[{"a":1}]}'], "n:array<struct<a:int>>"),
        (['{"n":1}', '{"n":"x"}'], "n:struct<int:int,string:string>"),
        ([f'{{"n":{TOO_LARGE}}}', '{"n":1}', '{"n":"x"}'], "n:struct<long:bigint,string:string>"),
        (['{"n":true}'], "n:boolean"),
    ],
)
@pytest.mark.parametrize("in_files", [False, True])
def test_types(glue_context: Any, lines: list[str], expected: str, in_files: bool) -> None:
    given = read(glue_context, lines[0] + "\n") if in_files else read(glue_context, "\n".join(lines))
    if in_files:
        lake: Lake = glue_context._runtime.lake
        for number, line in enumerate(lines[1:]):
            (lake.path("s3://bucket/in/") / f"{number}.json").write_text(line)
        given = glue_context.create_dynamic_frame.from_options("s3", {"paths": ["s3://bucket/in/"]}, format="json")
    assert given.toDF().schema.simpleString() == f"struct<{expected}>"


def test_resolve_choice_has_glues_names(glue_context: Any) -> None:
    """As ResolveChoice's documentation has them: `columnA_int` and `columnA_string`."""
    given = read(glue_context, '{"columnA":1}\n{"columnA":"x"}\n')
    assert records(given.resolveChoice(choice="make_cols")) == [{"columnA_int": 1}, {"columnA_string": "x"}]
    assert given.resolveChoice(choice="make_cols").toDF().columns == ["columnA_int", "columnA_string"]
    assert records(given.resolveChoice(choice="project:int")) == [{"columnA": 1}, {}]


def test_a_function_of_map_keeps_long(glue_context: Any) -> None:
    given = read(glue_context, '{"n":1}\n').map(lambda row: {"n": row["n"] + 1})
    assert given.toDF().schema.simpleString() == "struct<n:bigint>"
