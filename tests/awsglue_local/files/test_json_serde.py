"""JSON tables in Athena's SQL, as "OpenX JSON SerDe" in Athena's user guide says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.athena.queries import open_lake
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.table import Table, storage_formats


def answer(tmp_path: Path, text: str, columns: str, **parameters: str) -> list[Any]:
    described = [dict(zip(("Name", "Type"), one.split(), strict=True)) for one in columns.split(", ")]
    storage: dict[str, Any] = {"Columns": described, "Location": "s3://bucket/t/", **storage_formats("json")}
    storage["SerdeInfo"]["Parameters"] = parameters
    FolderCatalog(tmp_path).put(Table("db", {"Name": "t", "StorageDescriptor": storage, "Parameters": {}}))
    folder = tmp_path / "bucket" / "t"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.json").write_text(text)
    with open_lake(tmp_path, "db") as lake:
        return lake.query("select * from t", "db").rows


CASES = [
    ('{"A.b":1,"c":{"d.e":2}}', "a_b int, c struct<d_e:int>", {"dots.in.keys": "true"}, [(1, {"d_e": 2})]),
    ('{"a.b":1}', "a_b int", {}, [(None,)]),
    ('{"@time":"x","k":1}', "ts string, k int", {"mapping.ts": "@time"}, [("x", 1)]),
    ('{"TS":"x"}', "t string", {"mapping.t": "ts"}, [("x",)]),
    ('{"p":{"in-id":7}}', "p struct<inid:int>", {"mapping.inid": "in-id"}, [({"inid": 7},)]),
    # the case that the user guide gives for `mapping` with `case.insensitive`: two keys that differ in case
    (
        '{"Username":"bob","username":"other"}',
        "user1 string, username string",
        {"case.insensitive": "FALSE", "mapping.user1": "Username"},
        [("bob", "other")],
    ),
    ('{"User":"bob"}', "user string", {"case.insensitive": "false"}, [(None,)]),
    ('{"User":"bob"}', "user string", {}, [("bob",)]),
    ('{"a":1}\nno json\n{"a":2}\n', "a int", {"ignore.malformed.json": "TRUE"}, [(1,), (2,)]),
]


@pytest.mark.parametrize(("text", "columns", "parameters", "expected"), CASES)
def test_names_of_keys(
    tmp_path: Path, text: str, columns: str, parameters: dict[str, str], expected: list[Any]
) -> None:
    assert answer(tmp_path, text, columns, **parameters) == expected


def test_a_line_that_is_no_json_is_an_error_unless_it_is_to_be_ignored(tmp_path: Path) -> None:
    words = r"HIVE_CURSOR_ERROR: Row is not a valid JSON Object: s3://bucket/t/a\.json, line 2"
    with pytest.raises(GlueLocalError, match=words):
        answer(tmp_path, '{"a":1}\nno json\n', "a int")
