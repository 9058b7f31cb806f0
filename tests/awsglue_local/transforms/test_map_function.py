"""Map and Unbox, on both engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from awsglue_local import GlueLocalError
from tests.awsglue_local.frames_of import read, records


def test_map_finds_the_columns_of_what_it_makes(glue_context: Any) -> None:
    from awsglue.transforms import Map

    given = read(glue_context, '{"a": 1, "b": "x"}\n{"a": 2}\n{"a": 0, "b": "z"}\n')

    def change(record: Any) -> Any:
        record["inverse"] = 10 // record["a"]
        record["more"] = {"twice": record["a"] * 2}
        if "b" in record:
            del record["b"]
        return record

    made = Map.apply(frame=given, f=change)
    assert records(made) == [
        {"a": 1, "inverse": 10, "more": {"twice": 2}},
        {"a": 2, "inverse": 5, "more": {"twice": 4}},
    ]
    assert (made.errorsCount(), made.stageErrorsCount()) == (1, 1)
    (error,) = records(made.errorsAsDynamicFrame())
    assert "ZeroDivisionError" in error["error"]["msg"]
    assert json.loads(error["error"]["dynamicRecord"]) == {"a": 0, "b": "z"}
    assert made.drop_fields(["inverse"]).errorsCount() == 1
    with pytest.raises(GlueLocalError, match="1 error records, first: ZeroDivisionError"):
        made.assertErrorThreshold()
    with pytest.raises(GlueLocalError, match="Map failed on 1 records"):
        Map.apply(frame=given, f=change, stageThreshold=1)


def test_json_text_becomes_a_struct(glue_context: Any) -> None:
    from awsglue.transforms import Unbox

    given = read(glue_context, json.dumps({"k": 1, "t": '{"x": 1, "y": "z"}'}) + "\n")
    assert records(Unbox.apply(given, "t", "json")) == [{"k": 1, "t": {"x": 1, "y": "z"}}]


def test_unbox_of_texts_that_disagree_is_refused(glue_context: Any) -> None:
    """Glue makes a choice inside of the struct; here both values would be lost."""
    from awsglue.transforms import Unbox

    given = read(glue_context, '{"j": "{\\"a\\": 1}"}\n{"j": "{\\"a\\": \\"x\\"}"}\n')
    with pytest.raises(GlueLocalError, match=r"do not agree on the type of 'a'.*give withSchema"):
        Unbox.apply(given, "j", "json")
