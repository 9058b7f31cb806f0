"""The whole script: the order of nodes and imports, and that no canvas can change what the script does."""

from __future__ import annotations

import ast
import random
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glue_canvas import Canvas, CanvasError, compile_canvas
from glue_canvas.document.java_hash import hash_map_order, table_size
from glue_canvas.flow.node_order import emission_order
from glue_canvas.kinds.eras import BLACK, Style
from tests.glue_canvas.canvases import canvas_of

SOURCE = ("1", "CatalogSource", {"Name": "In", "Database": "d", "Table": "t"})


def comments(script: str) -> list[str]:
    return re.findall(r"^# Script generated for node (.*)$", script, re.MULTILINE)


@pytest.mark.parametrize(("count", "buckets"), [(3, 16), (7, 32), (13, 64)])
def test_sources_then_nodes_as_their_last_input_is_done_then_targets(count: int, buckets: int) -> None:
    numbers = random.Random(count).sample(range(1728000000000, 1728999999999), 2 * count)
    sources = [(str(n), "CatalogSource", {"Name": f"S{n}", "Database": "d", "Table": "t"}) for n in numbers[:count]]
    drops = [
        (str(n), "DropFields", {"Name": f"D{source}", "Inputs": [str(source)], "Paths": [["a"]]})
        for n, source in zip(numbers[count:], numbers[:count], strict=True)
    ]
    canvas = canvas_of(*sources, *drops)
    assert table_size(len(canvas.nodes)) == buckets
    order = [node.name for node in canvas.nodes.values() if node.kind == "CatalogSource"]
    assert comments(compile_canvas(canvas)) == [*order, *(name.replace("S", "D") for name in order)]


def test_a_join_waits_for_both_sides_and_targets_for_all_transforms() -> None:
    target = {"Database": "d", "Table": "o"}
    columns = [{"From": "node-3", "Keys": [["k"]]}, {"From": "node-2", "Keys": [["k"]]}]
    canvas = canvas_of(
        SOURCE,
        ("2", "CatalogSource", {"Name": "Other", "Database": "d", "Table": "u"}),
        ("3", "DropFields", {"Name": "Drop", "Inputs": ["1"], "Paths": [["a"]]}),
        ("4", "Join", {"Name": "Join", "Inputs": ["3", "2"], "JoinType": "equijoin", "Columns": columns}),
        ("5", "CatalogTarget", {"Name": "Early", "Inputs": ["1"], **target}),
        ("6", "CatalogTarget", {"Name": "Late", "Inputs": ["4"], **target}),
    )
    assert comments(compile_canvas(canvas)) == ["In", "Other", "Drop", "Join", "Early", "Late"]


def test_imports_stand_in_the_order_of_javas_hash_set() -> None:
    code = {"ClassName": "T", "Code": "return dfc"}
    term = {
        "Operation": "GT",
        "Values": [{"Type": "COLUMNEXTRACTED", "Value": ["a"]}, {"Type": "CONSTANT", "Value": ["0"]}],
    }
    quality = {"AutoDataQuality": {"IsEnabled": True, "EvaluationContext": "E"}}
    sql = {"SqlQuery": "select 1", "SqlAliases": [{"Alias": "x", "From": "node-3"}]}
    canvas = canvas_of(
        SOURCE,
        ("2", "Filter", {"Name": "F", "Inputs": ["1"], "LogicalOperator": "AND", "Filters": [term]}),
        ("3", "DropDuplicates", {"Name": "D", "Inputs": ["2"]}),
        ("4", "SparkSQL", {"Name": "Q", "Inputs": ["3"], **sql}),
        ("5", "CustomCode", {"Name": "C", "Inputs": ["4"], **code}),
        ("6", "S3DirectTarget", {"Name": "O", "Inputs": ["5"], "Path": "s3://b/", "Format": "json", **quality}),
    )
    assert compile_canvas(canvas).split("\n\n")[0].split("\n")[6:] == [
        "from awsglue.dynamicframe import DynamicFrameCollection",  # bucket 3
        "from awsgluedq.transforms import EvaluateDataQuality",  # bucket 5
        "from awsglue.dynamicframe import DynamicFrame",  # bucket 6
        "from awsglue import DynamicFrame",  # bucket 8
        "import re",  # bucket 15, the Filter is written first
        "from pyspark.sql import functions as SqlFuncs",  # bucket 15
    ]


def test_a_circle_is_named() -> None:
    one = ("2", "DropFields", {"Name": "One", "Inputs": ["3"], "Paths": []})
    other = ("3", "DropFields", {"Name": "Other", "Inputs": ["2"], "Paths": []})
    with pytest.raises(CanvasError, match="circle: One, Other"):
        compile_canvas(canvas_of(SOURCE, one, other))


@pytest.mark.parametrize(
    ("name", "variable"),
    [("mysql (trade2)", "mysqltrade2_node1"), ("ts_db.bc_product", "ts_dbbc_product_node1"), ("Sälka", "Slka_node1")],
)
def test_a_variable_is_the_name_without_what_is_no_letter(name: str, variable: str) -> None:
    script = compile_canvas(canvas_of(("1", "CatalogSource", {"Name": name, "Database": "d", "Table": "t"})))
    assert f"# Script generated for node {name}\n{variable} = " in script


def test_a_name_that_makes_no_variable_is_refused() -> None:
    with pytest.raises(CanvasError, match=r'node "3rd": .*3rd_node1.*start the name with a letter'):
        compile_canvas(canvas_of(("1", "CatalogSource", {"Name": "3rd", "Database": "d", "Table": "t"})))
    with pytest.raises(CanvasError, match="the id 'node-x' is not in Studio's form"):
        compile_canvas(canvas_of(("x", "CatalogSource", {"Name": "A", "Database": "d", "Table": "t"})))


@pytest.mark.parametrize(
    "code",
    [
        "return '''",
        "x = (",
        "return dfc\n\\",
        'return """open',
        "return dfc\r\nx = [",
        "\tif 1:\n return",
        "return dfc\f\x00",
    ],
)
def test_code_that_leaves_its_function_is_refused(code: str) -> None:
    node = ("2", "CustomCode", {"Name": "C", "Inputs": ["1"], "ClassName": "T", "Code": code})
    with pytest.raises(CanvasError, match='node "C"'):
        compile_canvas(canvas_of(SOURCE, node))


@pytest.mark.parametrize("name", ["a b", "x()", "class", "é", "", "f(dfc): pass\ndef g"])
def test_a_class_name_that_is_no_name_is_refused(name: str) -> None:
    node = ("2", "CustomCode", {"Name": "C", "Inputs": ["1"], "ClassName": name, "Code": "return dfc"})
    with pytest.raises(CanvasError, match='node "C"'):
        compile_canvas(canvas_of(SOURCE, node))


@pytest.mark.parametrize("query", ["select '''", "select \\x1", "a\x00b", "\\N{x}"])
def test_a_query_that_would_end_its_string_is_refused(query: str) -> None:
    sql = {"Name": "Q", "Inputs": ["1"], "SqlQuery": query, "SqlAliases": [{"From": "node-1", "Alias": "x"}]}
    with pytest.raises(CanvasError, match='node "Q"'):
        compile_canvas(canvas_of(SOURCE, ("2", "SparkSQL", sql)))


@pytest.mark.parametrize("pattern", ['a"', "a\\", "a\nb", "\\x1"])
def test_a_pattern_that_would_end_its_string_is_refused(pattern: str) -> None:
    values = [{"Type": "COLUMNEXTRACTED", "Value": ["a"]}, {"Type": "CONSTANT", "Value": [pattern]}]
    filters = [{"Operation": "REGEX", "Values": values}]
    node = ("2", "Filter", {"Name": "F", "Inputs": ["1"], "LogicalOperator": "AND", "Filters": filters})
    with pytest.raises(CanvasError, match='node "F"'):
        compile_canvas(canvas_of(SOURCE, node))


HOSTILE = st.one_of(
    st.text(max_size=12),
    st.lists(
        st.sampled_from(
            [
                '"',
                "'",
                "\\",
                "\n",
                "\r",
                "#",
                "'''",
                '"""',
                ")",
                "(",
                "{",
                "}",
                ";",
                "\u2028",
                "\u0085",
                "é",
                "\x00",
                "\nimport os\n",
                '"); import os; ("',
                "${x}",
                "{0}",
                "%s",
                "\\N{DASH}",
                "\\x4",
                " ",
                "\t",
                "a",
                "1",
            ]
        ),
        max_size=6,
    ).map("".join),
)


@st.composite
def hostile_canvases(draw: st.DrawFn) -> Canvas:
    """Return a canvas with hostile texts here and there."""
    text = st.integers(0, 19).flatmap(lambda number: HOSTILE if number == 0 else st.sampled_from(["a", "b c", "é'#;)"]))

    def value() -> dict[str, Any]:
        return {"Type": "CONSTANT", "Value": [draw(text)]}

    term = {"Operation": draw(st.sampled_from(["EQ", "REGEX"])), "Negated": draw(st.booleans())}
    term["Values"] = [{"Type": "COLUMNEXTRACTED", "Value": [draw(text)]}, value()]
    columns = [{"From": "node-2", "Keys": [[draw(text)]]}, {"From": "node-5", "Keys": [[draw(text)]]}]
    alias = [{"Alias": draw(text), "From": "node-3"}]
    mapping = {"FromPath": [draw(text)], "FromType": draw(text), "ToKey": draw(text), "ToType": draw(text)}
    parameter = {"Name": draw(st.one_of(st.just("colName"), text)), "Type": "str", "Value": [draw(text)]}
    nodes: list[tuple[str, str, dict[str, Any]]] = [
        ("1", "CatalogSource", {"Database": draw(text), "Table": draw(text), "PartitionPredicate": draw(text)}),
        ("2", "Filter", {"Inputs": ["1"], "LogicalOperator": "AND", "Filters": [term]}),
        ("5", "S3JsonSource", {"Paths": [draw(text)], "JsonPath": draw(text)}),
        (
            "3",
            "Join",
            {"Inputs": ["2", "5"], "JoinType": draw(st.sampled_from(["equijoin", "left"])), "Columns": columns},
        ),
        ("4", "SparkSQL", {"Inputs": ["3"], "SqlQuery": draw(text), "SqlAliases": alias}),
        ("6", "DropFields", {"Inputs": ["4"], "Paths": [[draw(text), draw(text)]]}),
        ("7", "RenameField", {"Inputs": ["6"], "SourcePath": [draw(text)], "TargetPath": [draw(text)]}),
        ("8", "ApplyMapping", {"Inputs": ["7"], "Mapping": [mapping]}),
        ("9", "DynamicTransform", {"Inputs": ["8"], "TransformName": "t", "Path": "t.py", "Parameters": [parameter]}),
        ("10", "EvaluateDataQuality", {"Inputs": ["9"], "Ruleset": draw(text)}),
        (
            "11",
            "Aggregate",
            {"Inputs": ["9"], "Groups": [[draw(text)]], "Aggs": [{"Column": [draw(text)], "AggFunc": "sum"}]},
        ),
        ("12", "S3DirectTarget", {"Inputs": ["11"], "Path": draw(text), "Format": "json", "Compression": draw(text)}),
        ("13", "CustomCode", {"Inputs": ["11"], "ClassName": draw(st.one_of(st.just("T"), text)), "Code": draw(text)}),
    ]
    nodes[8][2]["FunctionName"] = draw(st.one_of(st.just("gs_now"), text))
    kept = draw(st.sets(st.sampled_from([node[0] for node in nodes]), min_size=1))
    named = [
        (number, kind, {"Name": draw(st.one_of(st.just(f"N{number}"), text)), **rest}) for number, kind, rest in nodes
    ]
    return canvas_of(*_closed(named, kept))


def _closed(nodes: list[tuple[str, str, dict[str, Any]]], kept: set[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the kept nodes and those that feed them."""
    by_number = {node[0]: node for node in nodes}
    waiting, closed = list(kept), set[str]()
    while waiting:
        number = waiting.pop()
        if number not in closed:
            closed.add(number)
            waiting += by_number[number][2].get("Inputs", [])
    return [node for node in nodes if node[0] in closed]


STATEMENTS_OF_A_KIND = {"SparkSQL": 2, "EvaluateDataQuality": 2}


def allowed(canvas: Canvas) -> int:
    """Return how many statements the nodes may make."""
    joins: int = sum(node.fields.get("JoinType") == "left" for node in canvas.nodes.values())
    lines: int = sum(STATEMENTS_OF_A_KIND.get(node.kind, 1) for node in canvas.nodes.values())
    return lines + 2 * joins


@settings(max_examples=300, deadline=None)
@given(hostile_canvases())
@example(canvas_of(("1", "CatalogSource", {"Name": 'x" + y', "Database": "d", "Table": "t"})))
@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_a_hostile_canvas_is_refused_or_makes_the_expected_statements(canvas: Canvas) -> None:
    try:
        script = compile_canvas(canvas)
    except CanvasError:
        return
    body = ast.parse(script).body
    helpers = [one for one in body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    imports = [one for one in body if isinstance(one, ast.Import | ast.ImportFrom)]
    assert {alias.name for one in imports if isinstance(one, ast.Import) for alias in one.names} <= {"sys", "re", "t"}
    custom = [node for node in canvas.nodes.values() if node.kind == "CustomCode"]
    assert {one.name for one in helpers} <= {
        "sparkSqlQuery",
        "sparkAggregate",
        *(n.fields["ClassName"] for n in custom),
    }
    others = len(body) - len(imports) - len(helpers)
    assert others == 6 + allowed(canvas) + 1
    assert comments(script)[-len(canvas.nodes) :] == [node.name for node in emission_order(canvas)]
    assert isinstance(body[-1], ast.Expr)
    assert ast.unparse(body[-1]) == "job.commit()"


@settings(max_examples=30, deadline=None)
@given(hostile_canvases())
@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_the_older_era_of_a_hostile_canvas_is_the_same_program(canvas: Canvas) -> None:
    try:
        today, old = compile_canvas(canvas), compile_canvas(canvas, Style(BLACK))
    except CanvasError:
        return
    one, other = (ast.dump(ast.parse(script)) for script in (today, old))
    assert one.replace("multiLine", "").replace("Constant(value='false')", "") == other.replace(
        "multiline", ""
    ).replace("Constant(value=False)", "")


@given(st.lists(st.integers(1, 2**41), min_size=1, max_size=60, unique=True))
def test_emission_takes_every_node_once(numbers: list[int]) -> None:
    drops = [
        (str(number), "DropFields", {"Name": f"D{number}", "Inputs": [str(numbers[index - 1])], "Paths": []})
        for index, number in enumerate(numbers)
        if index
    ]
    first = (str(numbers[0]), "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    canvas = canvas_of(first, *drops)
    assert [node.id for node in emission_order(canvas)] == [f"node-{number}" for number in numbers]
    assert list(canvas.nodes) == hash_map_order(canvas.nodes)
