"""A frame's schema in Glue's words, as `printSchema` shows it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.awsglue_local.frames_of import frame, read

TEXT = (
    '{"family_name": "a", "id": 1, "images": [{"url": "u", "n": 1.5}], "names": ["x"], "who": {"age": 3}, "c": 1}\n'
    '{"family_name": "b", "id": 2, "gone": null, "c": "text"}\n'
)


def test_the_tree_is_glues(glue_context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    read(glue_context, TEXT).printSchema()
    assert sorted(capsys.readouterr().out.rstrip("\n").split("\n|-- ")) == sorted(
        [
            "root",
            "c: choice\n|    |-- int\n|    |-- string",
            "family_name: string",
            "gone: null",
            "id: int",
            "images: array\n|    |-- element: struct\n|    |    |-- url: string\n|    |    |-- n: double",
            "names: array\n|    |-- element: string",
            "who: struct\n|    |-- age: int",
        ]
    )


def test_types_have_glues_names(glue_context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = {
        "int": "int", "bigint": "long", "smallint": "short", "tinyint": "byte", "decimal(9,2)": "decimal",
        "map<string,int>": "map\n|    |-- keyType: string\n|    |-- valueType: int", "timestamp": "timestamp",
    }  # fmt: skip
    frame(glue_context, [], ", ".join(f"c{number} {kind}" for number, kind in enumerate(kinds))).printSchema()
    expected = [f"|-- c{number}: {name}" for number, name in enumerate(kinds.values())]
    assert capsys.readouterr().out == "\n".join(["root", *expected, ""])
