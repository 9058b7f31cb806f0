"""Every kind of node against a text written from the description of the format, byte for byte."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from glue_canvas import CanvasError, compile_canvas
from glue_canvas.document.node_shapes import api_shape, known_kinds
from glue_canvas.kinds import KINDS
from glue_canvas.kinds.eras import BLACK, EARLY, Style, format_black
from glue_canvas.script.compiler import compile_as
from tests.glue_canvas.canvases import GOLDEN, canvas_of, golden

CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


@pytest.mark.parametrize("case", CASES)
def test_text_of_a_kind(case: str) -> None:
    assert compile_canvas(golden(case)) == (GOLDEN / f"{case}.txt").read_text(encoding="utf-8")


def test_every_kind_has_a_golden_file() -> None:
    covered = {node.kind for case in CASES for node in golden(case).nodes.values()}
    assert covered == set(KINDS)
    assert set(KINDS) <= known_kinds()


@pytest.mark.parametrize("kind", sorted(known_kinds() - set(KINDS)))
def test_other_kinds_are_refused_by_name(kind: str) -> None:
    inputs = {"Inputs": ["1"]} if "Inputs" in api_shape("CodeGenConfigurationNode").members[kind].members else {}
    source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    with pytest.raises(CanvasError, match=f'node "N": not supported yet: {kind}$'):
        compile_canvas(canvas_of(source, ("2", kind, {"Name": "N", **inputs})))


def test_a_kind_that_aws_does_not_know_is_said_to_be_none() -> None:
    with pytest.raises(CanvasError, match='node "N": not a kind of node in the Glue API: Nonsense'):
        compile_canvas(canvas_of(("1", "Nonsense", {"Name": "N"})))


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("direct_jdbc_source")])
def test_the_older_era_is_the_same_program_formatted(case: str) -> None:
    canvas = golden(case)
    old = compile_canvas(canvas, Style(BLACK))
    assert format_black(old) == old
    assert old.endswith("\n")
    today = compile_canvas(canvas)
    if "json_source" not in case and "parquet_target_catalog" not in case:
        assert ast.dump(ast.parse(old)) == ast.dump(ast.parse(today))
    assert compile_as(canvas, old) == old
    assert compile_as(canvas, today) == today


OLD_JSON = """\
# Script generated for node Amazon S3
AmazonS3_node1 = glueContext.create_dynamic_frame.from_options(
    format_options={"multiline": False},
    connection_type="s3",
    format="json",
    connection_options={"paths": ["s3://b/x/", "s3://b/y/"], "recurse": True},
    transformation_ctx="AmazonS3_node1",
)

job.commit()
"""

OLD_SQL = '''\
# Script generated for node SQL Query
SqlQuery0 = """
select *
from x join y;

"""
SQLQuery_node3 = sparkSqlQuery(
    glueContext,
    query=SqlQuery0,
    mapping={"x": A_node1, "y": B_node2},
    transformation_ctx="SQLQuery_node3",
)

job.commit()
'''

OLD_SINK = """\
O_node3.setCatalogInfo(catalogDatabase="db", catalogTableName="t")
O_node3.setFormat("glueparquet")
O_node3.writeFrame(A_node1)
job.commit()
"""


@pytest.mark.parametrize(
    ("case", "text"),
    [("s3_json_source", OLD_JSON), ("spark_sql", OLD_SQL), ("s3_glue_parquet_target_catalog", OLD_SINK)],
)
def test_text_of_the_older_era(case: str, text: str) -> None:
    script = compile_canvas(golden(case), Style(BLACK))
    assert script.endswith(text)
    assert 'getResolvedOptions(sys.argv, ["JOB_NAME"])' in script


def test_text_of_the_half_year_between() -> None:
    script = compile_canvas(golden("s3_json_source"), Style(EARLY))
    assert 'format_options={"multiline": False}, connection_type' in script
    assert compile_as(golden("s3_json_source"), script) == script


@pytest.mark.parametrize(
    ("case", "field", "value"),
    [
        ("s3_json_source", "GroupFiles", "inPartition"),
        ("s3_json_source", "Exclusions", ["*.tmp"]),
        ("s3_parquet_source", "CompressionType", "gzip"),
        ("catalog_target", "SomethingNew", {"a": 1}),
    ],
)
def test_a_field_whose_text_is_not_known_is_refused(case: str, field: str, value: object) -> None:
    canvas = golden(case)
    node = list(canvas.nodes.values())[-1]
    node.fields[field] = value
    with pytest.raises(CanvasError, match=f"not supported yet: {node.kind} with {field}"):
        compile_canvas(canvas)


def test_what_aws_requires_must_be_there() -> None:
    canvas = canvas_of(("1", "CatalogSource", {"Name": "S", "Database": "d"}))
    with pytest.raises(CanvasError, match='node "S": Missing required parameter in input: "Table"'):
        compile_canvas(canvas)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [([], "a SelectFields node has one input, but this one has 0"), (["1", "1"], "has one input, but this one has 2")],
)
def test_the_number_of_inputs_is_checked(inputs: list[str], message: str) -> None:
    source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    node = ("2", "SelectFields", {"Name": "N", "Inputs": inputs, "Paths": []})
    with pytest.raises(CanvasError, match=f'node "N": .*{message}'):
        compile_canvas(canvas_of(source, node))


def test_sql_numbers_begin_where_the_script_does() -> None:
    canvas = golden("spark_sql")
    assert "SqlQuery7476 = '''" in compile_canvas(canvas, Style(sql_base=7476))
    there = compile_canvas(canvas, Style(sql_base=7476))
    assert compile_as(canvas, there) == there


def test_helpers_keep_the_order_of_a_script_that_is_there() -> None:
    source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    alias = [{"Alias": "x", "From": "node-1"}]
    sql = ("2", "SparkSQL", {"Name": "Q", "Inputs": ["1"], "SqlQuery": "select 1", "SqlAliases": alias})
    code = ("3", "CustomCode", {"Name": "C", "Inputs": ["2"], "ClassName": "T", "Code": "return dfc"})
    canvas = canvas_of(source, sql, code)
    today = compile_canvas(canvas)
    first, second = re.findall(r"^def \w+", today, re.MULTILINE)
    assert (first, second) == ("def T", "def sparkSqlQuery")
    custom = today[today.index("# Script generated for node C") : today.index("def sparkSqlQuery")]
    other = today.replace(custom, "", 1).replace("args = getResolved", f"{custom}args = getResolved", 1)
    assert compile_as(canvas, other) == other


@pytest.mark.parametrize(("escaper", "written"), [("\\", '"\\\\"'), ('"', '"\\""'), ("$", '"$"')])
def test_an_escape_character_is_written_as_python_has_it(escaper: str, written: str) -> None:
    fields = {"Name": "S", "Paths": ["s3://b/f"], "QuoteChar": "quote", "Separator": "comma", "Escaper": escaper}
    script = compile_canvas(canvas_of(("1", "S3CsvSource", {**fields, "WithHeader": True})))
    assert f'"quoteChar": "\\"", "escaper": {written}, "withHeader": True' in script
    (options,) = [node for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Dict) and len(node.keys) == 4]
    assert ast.literal_eval(options)["escaper"] == escaper


@pytest.mark.parametrize(
    "asked", [{"Action": "merge"}, {"SourceType": "query"}, {"TempDir": "s3://b/t/"}, {"Upsert": True}]
)
def test_what_a_snowflake_node_asks_and_no_script_was_seen_with_is_refused(asked: dict[str, Any]) -> None:
    data = {"Connection": {"Value": "c"}, "Schema": "s", "Table": "t", "Database": "d", **asked}
    source = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    target = ("2", "SnowflakeTarget", {"Name": "W", "Inputs": ["1"], "Data": data})
    with pytest.raises(CanvasError, match='node "W": not supported yet: a Snowflake node with'):
        compile_canvas(canvas_of(source, target))
