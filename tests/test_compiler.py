"""The compiler, against texts written from the description of Studio's code generator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from glue_canvas import Canvas, CanvasError, Node, compile_canvas
from glue_canvas.compiler import IMPORTS, PREAMBLE
from glue_canvas.eras import Style
from glue_canvas.java_hash import hash_map_order


def canvas_of(*nodes: tuple[str, str, dict[str, Any]]) -> Canvas:
    """Make a canvas of (number, kind, fields); `Inputs` are numbers too."""
    made = {}
    for number, kind, fields in nodes:
        inputs = {"Inputs": [f"node-{i}" for i in fields["Inputs"]]} if "Inputs" in fields else {}
        made[f"node-{number}"] = Node(f"node-{number}", kind, {**fields, **inputs})
    return Canvas(Path("job.json"), {"name": "job"}, {key: made[key] for key in hash_map_order(made)})


SOURCE = ("1", "CatalogSource", {"Name": "In", "Database": "d", "Table": "t"})
SOURCE_TEXT = """\
# Script generated for node In
In_node1 = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="t", transformation_ctx="In_node1")

"""

ONE_NODE = [
    pytest.param(
        "CatalogTarget",
        {"Name": "AWS Glue Data Catalog", "Inputs": ["1"], "Database": "d", "Table": "out"},
        "",
        'AWSGlueDataCatalog_node2 = glueContext.write_dynamic_frame.from_catalog(frame=In_node1, database="d", '
        'table_name="out", transformation_ctx="AWSGlueDataCatalog_node2")',
        id="CatalogTarget",
    ),
    pytest.param(
        "Filter",
        {
            "Name": "Filter",
            "Inputs": ["1"],
            "LogicalOperator": "AND",
            "Filters": [
                {
                    "Operation": "EQ",
                    "Negated": True,
                    "Values": [
                        {"Type": "COLUMNEXTRACTED", "Value": ["a b"]},
                        {"Type": "CONSTANT", "Value": ["0"]},
                    ],
                },
                {
                    "Operation": "REGEX",
                    "Negated": False,
                    "Values": [
                        {"Type": "COLUMNEXTRACTED", "Value": ["c"]},
                        {"Type": "CONSTANT", "Value": ["x.*"]},
                    ],
                },
            ],
        },
        "import re\n",
        'Filter_node2 = Filter.apply(frame=In_node1, f=lambda row: (not(row["a b"] == 0) and '
        'bool(re.match("x.*", row["c"]))), transformation_ctx="Filter_node2")',
        id="Filter",
    ),
    pytest.param(
        "DropFields",
        {"Name": "Drop Fields", "Inputs": ["1"], "Paths": [["a"], [".b"], ["c d"], ["(right) e"]]},
        "",
        'DropFields_node2 = DropFields.apply(frame=In_node1, paths=["a", "`.b`", "c d", "`(right) e`"], '
        'transformation_ctx="DropFields_node2")',
        id="DropFields",
    ),
    pytest.param(
        "SelectFields",
        {"Name": "S", "Inputs": ["1"], "Paths": [["a"]]},
        "",
        'S_node2 = SelectFields.apply(frame=In_node1, paths=["a"], transformation_ctx="S_node2")',
        id="SelectFields",
    ),
    pytest.param(
        "RenameField",
        {"Name": "R", "Inputs": ["1"], "SourcePath": ["x"], "TargetPath": ["y"]},
        "",
        'R_node2 = RenameField.apply(frame=In_node1, old_name="x", new_name="y", transformation_ctx="R_node2")',
        id="RenameField",
    ),
    pytest.param(
        "DropDuplicates",
        {"Name": "Drop Duplicates", "Inputs": ["1"]},
        "from awsglue.dynamicframe import DynamicFrame\nfrom pyspark.sql import functions as SqlFuncs\n",
        "DropDuplicates_node2 =  DynamicFrame.fromDF(In_node1.toDF().dropDuplicates(), glueContext, "
        '"DropDuplicates_node2")',
        id="DropDuplicates",
    ),
    pytest.param(
        "DropDuplicates",
        {"Name": "D", "Inputs": ["1"], "Columns": [["a"], ["b"]]},
        "from awsglue.dynamicframe import DynamicFrame\nfrom pyspark.sql import functions as SqlFuncs\n",
        'D_node2 =  DynamicFrame.fromDF(In_node1.toDF().dropDuplicates(["a", "b"]), glueContext, "D_node2")',
        id="DropDuplicates-columns",
    ),
    pytest.param(
        "SelectFromCollection",
        {"Name": "Select From Collection", "Inputs": ["1"], "Index": 0},
        "",
        "SelectFromCollection_node2 = SelectFromCollection.apply(dfc=In_node1, key=list(In_node1.keys())[0], "
        'transformation_ctx="SelectFromCollection_node2")',
        id="SelectFromCollection",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "imports", "statement"), ONE_NODE)
def test_text_of_one_node(kind: str, fields: dict[str, Any], imports: str, statement: str) -> None:
    block = f"# Script generated for node {fields['Name']}\n{statement}\n\n"
    expected = f"{IMPORTS}{imports}\n{PREAMBLE}{SOURCE_TEXT}{block}job.commit()"
    assert compile_canvas(canvas_of(SOURCE, ("2", kind, fields))) == expected


def test_text_of_a_join() -> None:
    right = ("2", "CatalogSource", {"Name": "R", "Database": "d", "Table": "u"})
    columns = [{"From": "node-2", "Keys": [["c"], ["e"]]}, {"From": "node-1", "Keys": [["a"], ["b"]]}]
    join = ("3", "Join", {"Name": "Join", "Inputs": ["1", "2"], "JoinType": "equijoin", "Columns": columns})
    assert (
        'Join_node3 = Join.apply(frame1=In_node1, frame2=R_node2, keys1=["a", "b"], keys2=["c", "e"], '
        'transformation_ctx="Join_node3")\n\njob.commit()'
    ) in compile_canvas(canvas_of(SOURCE, right, join))


def test_text_of_a_query_and_a_custom_transform() -> None:
    query = {"Name": "SQL Query", "Inputs": ["1"], "SqlQuery": "select 1\nfrom x"}
    sql = ("2", "SparkSQL", {**query, "SqlAliases": [{"From": "node-1", "Alias": "x"}]})
    code = {"Name": "Custom", "Inputs": ["2"], "ClassName": "MyTransform", "Code": "a = 1\n\nreturn dfc\n\n"}
    script = compile_canvas(canvas_of(SOURCE, sql, ("3", "CustomCode", code)), Style(sql_base=7))
    helpers = (
        "import DynamicFrame\n\n"
        "# Script generated for node Custom\n"
        "def MyTransform(glueContext, dfc) -> DynamicFrameCollection:\n"
        "    a = 1\n\n    return dfc\n"
        "def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:\n"
    )
    assert helpers in script
    assert (
        "    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)\nargs = getResolvedOptions" in script
    )
    assert (
        "# Script generated for node SQL Query\nSqlQuery7 = '''\nselect 1\nfrom x\n'''\n"
        'SQLQuery_node2 = sparkSqlQuery(glueContext, query = SqlQuery7, mapping = {"x":In_node1}, '
        'transformation_ctx = "SQLQuery_node2")\n\n'
        "# Script generated for node Custom\nCustom_node3 = MyTransform(glueContext, "
        'DynamicFrameCollection({"SQLQuery_node2": SQLQuery_node2}, glueContext))\n\njob.commit()'
    ) in script


@pytest.mark.parametrize("count", [3, 13, 25])
def test_sources_come_first_then_nodes_as_their_last_input_is_done(count: int) -> None:
    sources = [(str(n), "CatalogSource", {"Name": f"S{n}", "Database": "d", "Table": "t"}) for n in range(count)]
    drops = [
        (str(100 + n), "DropFields", {"Name": f"D{n}", "Inputs": [str(n)], "Paths": [["a"]]}) for n in range(count)
    ]
    canvas = canvas_of(*sources, *drops)
    script = compile_canvas(canvas)
    names = [line.removeprefix("# Script generated for node ") for line in script.splitlines() if line[:2] == "# "]
    order = [node.name for node in canvas.nodes.values() if node.kind == "CatalogSource"]
    assert names == [*order, *(name.replace("S", "D") for name in order)]


HOSTILE = ['"', "a\nb", "\\", "a\rb", "\x00", "\u2028"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_string_that_would_break_out_is_refused_by_node(text: str) -> None:
    node = ("2", "DropFields", {"Name": "Evil", "Inputs": ["1"], "Paths": [[text]]})
    with pytest.raises(CanvasError, match='node "Evil"'):
        compile_canvas(canvas_of(SOURCE, node))


def test_a_name_that_would_become_a_line_of_code_is_refused() -> None:
    with pytest.raises(CanvasError, match="control characters"):
        compile_canvas(canvas_of(("1", "CatalogSource", {"Name": "x\nimport os", "Database": "d", "Table": "t"})))


@pytest.mark.parametrize("query", ["select '''", "select \\x1", "a\x00b"])
def test_a_query_that_would_end_its_string_is_refused(query: str) -> None:
    sql = {"Name": "Q", "Inputs": ["1"], "SqlQuery": query, "SqlAliases": [{"From": "node-1", "Alias": "x"}]}
    with pytest.raises(CanvasError, match='node "Q"'):
        compile_canvas(canvas_of(SOURCE, ("2", "SparkSQL", sql)))


def test_an_unknown_kind_and_a_circle_are_named() -> None:
    with pytest.raises(CanvasError, match='node "P": not supported yet: PIIDetection'):
        compile_canvas(canvas_of(SOURCE, ("2", "PIIDetection", {"Name": "P", "Inputs": ["1"]})))
    one = ("2", "DropFields", {"Name": "One", "Inputs": ["3"], "Paths": []})
    other = ("3", "DropFields", {"Name": "Other", "Inputs": ["2"], "Paths": []})
    with pytest.raises(CanvasError, match="circle: One, Other"):
        compile_canvas(canvas_of(SOURCE, one, other))
