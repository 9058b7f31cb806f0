"""A Connect server is asked for a DataFrame's schema once, and who changes what it says changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from awsglue_local.job_run.engine import Engine


def test_a_schema_is_asked_for_once(engines: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    session = engines("sail").session
    df = session.sql("select 1 as one, 'x' as two")
    asked: list[Any] = []
    ask = session.client.schema

    def noting(plan: Any) -> Any:
        asked.append(plan)
        return ask(plan)

    monkeypatch.setattr(session.client, "schema", noting)
    assert df.columns == ["one", "two"]
    df.schema.add("three", "string")
    assert df.columns == ["one", "two"]
    assert len(asked) == 1
    assert df.drop("two").columns == ["one"]
    assert len(asked) == 2
