"""Choice types and ResolveChoice, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.storage.table import Table, storage_formats
from tests.awsglue_local.frames_of import read, records
from tests.awsglue_local.transforms.test_nested_fields import CHOICE


@pytest.mark.parametrize("separate_files", [False, True])
def test_a_field_of_two_types_is_a_choice(glue_context: Any, separate_files: bool) -> None:
    from awsglue import gluetypes
    from awsglue.transforms import Filter, ResolveChoice

    if separate_files:
        lines = CHOICE.splitlines(keepends=True)
        read(glue_context, "".join(lines[1:]))
        folder = glue_context._runtime.lake.path("s3://bucket/in/")
        (folder / "b.json").write_text(lines[0])
        options = {"paths": ["s3://bucket/in/"]}
        given = glue_context.create_dynamic_frame.from_options("s3", connection_options=options, format="json")
    else:
        given = read(glue_context, CHOICE)
    kind = (
        given.schema().getField("v").dataType
        if hasattr(given.schema().getField("v"), "dataType")
        else given.schema().getField("v")
    )
    assert isinstance(kind, gluetypes.ChoiceType)
    assert records(given) == [
        {"k": 1, "v": {"long": 5}},
        {"k": 2, "v": {"string": "six"}},
        {"k": 3, "v": {"string": "7"}},
        {"k": 4},
    ]

    def resolve(action: str) -> list[dict[str, Any]]:
        return records(ResolveChoice.apply(given, specs=[("v", action)]))

    assert resolve("cast:long") == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3, "v": 7}, {"k": 4}]
    assert resolve("project:string") == [{"k": 1}, {"k": 2, "v": "six"}, {"k": 3, "v": "7"}, {"k": 4}]
    assert resolve("project:long") == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3}, {"k": 4}]
    assert resolve("make_cols") == [
        {"k": 1, "v_long": 5},
        {"k": 2, "v_string": "six"},
        {"k": 3, "v_string": "7"},
        {"k": 4},
    ]
    assert records(given.resolveChoice(choice="cast:string")) == [
        {"k": 1, "v": "5"},
        {"k": 2, "v": "six"},
        {"k": 3, "v": "7"},
        {"k": 4},
    ]
    with pytest.raises(GlueLocalError, match="no action 'guess'"):
        resolve("guess")
    with pytest.raises(GlueLocalError, match="no action 'match_catalog'"):
        resolve("match_catalog")
    with pytest.raises(GlueLocalError, match="does not include double"):
        resolve("project:double")
    assert records(Filter.apply(given, f=lambda row: row["v"] == 5)) == [{"k": 1, "v": {"long": 5}}]


def test_a_catalog_column_with_a_value_of_another_type_is_a_choice(glue_context: Any) -> None:
    from awsglue.transforms import Filter, ResolveChoice

    runtime = glue_context._runtime
    columns = [{"Name": name, "Type": "bigint"} for name in ("k", "v")]
    storage = {"Columns": columns, "Location": "s3://bucket/mixed/", **storage_formats("json")}
    runtime.catalog.put(Table("db", {"Name": "mixed", "StorageDescriptor": storage, "PartitionKeys": []}))
    read(glue_context, CHOICE, "mixed")
    given = glue_context.create_dynamic_frame.from_catalog("db", "mixed")
    assert records(given)[:2] == [{"k": 1, "v": {"long": 5}}, {"k": 2, "v": {"string": "six"}}]
    (warning,) = runtime.account.warnings
    assert warning == (
        "s3://bucket/mixed/a.json, line 2: column 'v' is bigint, but the value is \"six\" (and so in 1 more records); "
        "the column becomes a choice type: fix the file, or resolve it with ResolveChoice"
    )
    assert records(Filter.apply(given, f=lambda row: row["v"] > 4)) == [{"k": 1, "v": {"long": 5}}]
    with pytest.raises(
        GlueLocalError,
        match=r"column 'v' is struct<long:bigint,string:string>, a choice type, but bigint in the table mixed",
    ):
        glue_context.write_dynamic_frame.from_catalog(given, "db", "mixed")
    settled = ResolveChoice.apply(given, choice="match_catalog", database="db", table_name="mixed")
    assert records(settled) == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3, "v": 7}, {"k": 4}]
    glue_context.write_dynamic_frame.from_catalog(settled, "db", "mixed")
