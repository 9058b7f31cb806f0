"""What DDL files say is kept between runs, and never outlives a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from awsglue_local.athena import ddl
from awsglue_local.athena.ddl_cache import read_ddl_files

TEXT = (
    "create external table db.t (a {}) row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://${{b}}/t/'"
)


def types(file: Path, kept: Path, bucket: str = "one") -> list[tuple[str, str, str]]:
    return [(table.name, table.columns[0][1], table.location) for table in read_ddl_files([file], {"b": bucket}, kept)]


def test_a_file_that_has_not_changed_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, kept = tmp_path / "t.sql", tmp_path / "kept.json"
    file.write_text(TEXT.format("int"))
    first = types(file, kept)
    monkeypatch.setattr(ddl, "read_ddl", lambda *_: pytest.fail("it was parsed again"))
    assert types(file, kept) == first == [("t", "int", "s3://one/t/")]


def test_a_change_of_file_or_value_is_seen(tmp_path: Path) -> None:
    file, kept = tmp_path / "t.sql", tmp_path / "kept.json"
    file.write_text(TEXT.format("int"))
    types(file, kept)
    assert types(file, kept, "two") == [("t", "int", "s3://two/t/")]
    file.write_text(TEXT.format("string"))
    assert types(file, kept) == [("t", "string", "s3://one/t/")]


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"x": 1}', "\x00"])
def test_what_is_damaged_is_made_anew(tmp_path: Path, spoilt: str) -> None:
    file, kept = tmp_path / "t.sql", tmp_path / "kept.json"
    file.write_text(TEXT.format("int"))
    kept.write_text(spoilt)
    assert types(file, kept) == [("t", "int", "s3://one/t/")]
