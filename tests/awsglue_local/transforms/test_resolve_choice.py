"""Choice types and ResolveChoice, on both engines."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stdout
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
        {"k": 1, "v": {"int": 5}},
        {"k": 2, "v": {"string": "six"}},
        {"k": 3, "v": {"string": "7"}},
        {"k": 4},
    ]

    def resolve(action: str) -> list[dict[str, Any]]:
        return records(ResolveChoice.apply(given, specs=[("v", action)]))

    assert resolve("cast:long") == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3, "v": 7}, {"k": 4}]
    assert resolve("project:string") == [{"k": 1}, {"k": 2, "v": "six"}, {"k": 3, "v": "7"}, {"k": 4}]
    assert resolve("project:int") == [{"k": 1, "v": 5}, {"k": 2}, {"k": 3}, {"k": 4}]
    assert resolve("make_cols") == [
        {"k": 1, "v_int": 5},
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
    assert records(Filter.apply(given, f=lambda row: row["v"] == 5)) == [{"k": 1, "v": {"int": 5}}]


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


PROVIDERS = {
    "csv": "DRG,Provider Id,Charges\n039,10001,$1\n057,10005,$2\n064,DEFAULT,$3\n065,,$4\n",
    "json": '{"drg":"039","provider id":10001}\n{"drg":"057","provider id":10005}\n'
    '{"drg":"064","provider id":"DEFAULT"}\n{"drg":"065"}\n',
}


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_what_the_samples_of_aws_do_with_a_column_of_numbers_and_text(glue_context: Any, format_: str) -> None:
    """The four specs of "Data preparation using ResolveChoice, Lambda, and ApplyMapping" (aws-glue-samples)."""
    columns = [("drg", "string"), ("provider id", "bigint"), ("charges", "string")]
    put_table(glue_context, "medicare", columns, format_, PROVIDERS[format_])
    given = glue_context.create_dynamic_frame.from_catalog(database="db", table_name="medicare")
    assert "|-- provider id: choice" in printed(given.printSchema)

    def resolve(action: str) -> list[dict[str, Any]]:
        settled = given.resolveChoice(specs=[("provider id", action)])
        return [{key: value for key, value in one.items() if key.startswith("provider")} for one in records(settled)]

    for action in ("cast:long", "project:long"):
        assert resolve(action) == [{"provider id": 10001}, {"provider id": 10005}, {}, {}]
    assert resolve("make_cols") == [
        {"provider id_long": 10001},
        {"provider id_long": 10005},
        {"provider id_string": "DEFAULT"},
        {},
    ]
    assert resolve("make_struct") == [
        {"provider id": {"long": 10001}},
        {"provider id": {"long": 10005}},
        {"provider id": {"string": "DEFAULT"}},
        {},
    ]


def put_table(context: Any, name: str, columns: list[tuple[str, str]], format_: str, text: str) -> None:
    described = [{"Name": column, "Type": kind} for column, kind in columns]
    storage = {"Columns": described, "Location": f"s3://bucket/{name}/", **storage_formats(format_)}
    parameters = {"classification": format_, **({"skip.header.line.count": "1"} if format_ == "csv" else {})}
    runtime = context._runtime
    runtime.catalog.put(Table("db", {"Name": name, "StorageDescriptor": storage, "Parameters": parameters}))
    folder = runtime.lake.path(f"s3://bucket/{name}/")
    folder.mkdir(parents=True)
    (folder / f"a.{format_}").write_text(text)


def printed(function: Callable[[], None]) -> str:
    with redirect_stdout(io.StringIO()) as text:
        function()
    return text.getvalue()
