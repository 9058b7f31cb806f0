"""Error records, on both engines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from awsglue_local import GlueLocalError
from tests.awsglue_local.frames_of import read, records


def test_a_filter_that_fails_makes_error_records(glue_context: Any) -> None:
    from awsglue.transforms import ErrorsAsDynamicFrame, Filter

    given = read(glue_context, '{"a": 2}\n{"a": 0}\n{"b": 1}\n{"a": "x"}\n{"a": 1}\n')
    kept = Filter.apply(given, f=lambda row: 4 / row["a"] > 3)
    assert [record["a"] for record in records(kept)] == [{"int": 1}]
    # KeyError and TypeError leave a record out silently
    assert (kept.errorsCount(), kept.stageErrorsCount()) == (1, 1)
    (error,) = records(ErrorsAsDynamicFrame.apply(kept.select_fields(["a"])))
    assert "ZeroDivisionError" in error["error"]["msg"]
    assert json.loads(error["error"]["dynamicRecord"]) == {"a": 0}
    again = kept.filter(lambda row: row["a"] is not None)
    assert (again.errorsCount(), again.stageErrorsCount()) == (1, 0)
    with pytest.raises(GlueLocalError, match="Filter failed on 1 records, first: ZeroDivisionError"):
        Filter.apply(given, f=lambda row: 4 / row["a"] > 3, stageThreshold=1)
    assert Filter.apply(given, f=lambda row: 4 / row["a"] > 3, stageThreshold=2).errorsCount() == 1
    with pytest.raises(GlueLocalError, match="1 error records"):
        kept.assertErrorThreshold()
