"""`glue-canvas check`: each fault is found, named and told apart; what is right passes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from glue_canvas import Canvas, compile_canvas
from glue_canvas.cli import main
from glue_canvas.document.canvas import CanvasError, job_folders
from glue_canvas.flow.canvas_columns import canvas_columns
from glue_canvas.kinds.eras import BLACK, Style
from glue_canvas.script.checks import Finding, check_canvas, check_folder
from glue_canvas.script.compiler import compile_as
from scripts import stedi
from tests.glue_canvas.canvases import canvas_of, keep


def columns(*names: str) -> list[dict[str, Any]]:
    return [{"Columns": [{"Name": name, "Type": "string"} for name in names]}]


def source(number: str, *names: str) -> tuple[str, str, dict[str, Any]]:
    fields = {"Name": f"S{number}", "Database": "d", "Table": f"t{number}", "OutputSchemas": columns(*names)}
    return (number, "CatalogSource", dict(sorted(fields.items())))


def target(number: str, feeding: str) -> tuple[str, str, dict[str, Any]]:
    return (number, "CatalogTarget", {"Database": "d", "Inputs": [feeding], "Name": f"T{number}", "Table": "o"})


def filter_on(number: str, feeding: str, column: str) -> tuple[str, str, dict[str, Any]]:
    values = [{"Type": "COLUMNEXTRACTED", "Value": [column]}, {"Type": "CONSTANT", "Value": ["0"]}]
    term = {"Negated": False, "Operation": "GT", "Values": values}
    return (number, "Filter", {"Filters": [term], "Inputs": [feeding], "LogicalOperator": "AND", "Name": f"F{number}"})


def drop(number: str, feeding: str, *names: str) -> tuple[str, str, dict[str, Any]]:
    return (number, "DropFields", {"Inputs": [feeding], "Name": f"D{number}", "Paths": [[name] for name in names]})


def sql(number: str, feeding: str, query: str) -> tuple[str, str, dict[str, Any]]:
    aliases = [{"Alias": "x", "From": f"node-{feeding}"}]
    return (number, "SparkSQL", {"Inputs": [feeding], "Name": f"Q{number}", "SqlAliases": aliases, "SqlQuery": query})


def faults(canvas: Canvas) -> list[tuple[str, str]]:
    return [
        (node, sentence) for node_id, sentence in canvas_columns(canvas).faults for node in [canvas.nodes[node_id].name]
    ]


def leaving(canvas: Canvas, number: str) -> list[str] | None:
    flowing = canvas_columns(canvas).leaving[f"node-{number}"]
    return None if flowing is None else list(flowing)


def test_a_filter_on_a_column_that_was_dropped_upstream_is_named() -> None:
    canvas = canvas_of(source("1", "a", "b"), drop("2", "1", "a"), filter_on("3", "2", "a"), target("4", "3"))
    assert faults(canvas) == [("F3", "column 'a' is not in this node's input; the input has b")]


JOIN_COLUMNS = [{"From": "node-1", "Keys": [["k"]]}, {"From": "node-2", "Keys": [["id"]]}]


def join(kind: str) -> Canvas:
    fields = {"Columns": JOIN_COLUMNS, "Inputs": ["1", "2"], "JoinType": kind, "Name": "J"}
    return canvas_of(source("1", "k", "v"), source("2", "id", "v"), ("3", "Join", fields))


def test_columns_after_joins() -> None:
    assert leaving(join("equijoin"), "3") == ["k", ".v", "id", "v"]
    assert leaving(join("leftanti"), "3") == ["k", "v"]
    assert faults(join("equijoin")) == []
    assert faults(join("left")) == [("J", "both sides have v; rename the columns of one side before the join")]


@pytest.mark.parametrize(
    ("query", "expected", "fault"),
    [
        ("select a, B as Total from x;", ["a", "Total"], None),
        ("select * from x", ["a", "b"], None),
        ("with y as (select a from x) select y.a from y", ["a"], None),
        ("select a from x where c > 0", None, "'c'"),
        ("select a, b + 1 from x", None, None),
        ("select * from other.table", None, None),
        ("select user, timestamp from x", None, "'user'"),
    ],
)
def test_columns_after_a_query(query: str, expected: list[str] | None, fault: str | None) -> None:
    canvas = canvas_of(source("1", "a", "b"), sql("2", "1", query))
    assert leaving(canvas, "2") == expected
    found = faults(canvas)
    assert bool(found) == bool(fault)
    assert fault is None or fault in found[0][1]


def test_a_query_that_cannot_be_read_is_a_doubt() -> None:
    canvas = canvas_of(source("1", "a"), sql("2", "1", "select from where ((("), target("3", "2"))
    assert [(one.rule, one.level, one.node) for one in check_without_file(canvas)] == [("columns", "warning", "Q2")]


def check_without_file(canvas: Canvas) -> list[Finding]:
    return [one for one in checks_of(canvas) if one.rule not in ("file", "script")]


def checks_of(canvas: Canvas) -> list[Finding]:
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        return check_folder(keep(canvas, Path(directory), compile_canvas(canvas))).findings


@pytest.mark.parametrize(
    ("kind", "fields", "after"),
    [
        ("SelectFields", {"Paths": [["b"]]}, ["b"]),
        ("RenameField", {"SourcePath": ["a"], "TargetPath": ["z"]}, ["z", "b"]),
        ("DropDuplicates", {"Columns": [["a"]]}, ["a", "b"]),
        ("Aggregate", {"Groups": [["a"]], "Aggs": [{"AggFunc": "sum", "Column": ["b"]}]}, ["a", "sum(b)"]),
        (
            "ApplyMapping",
            {"Mapping": [{"FromPath": ["a"], "FromType": "string", "ToKey": "n", "ToType": "int"}]},
            ["n"],
        ),
        (
            "DynamicTransform",
            {
                "FunctionName": "gs_derived",
                "TransformName": "gs_derived",
                "Path": "gs_derived.py",
                "Parameters": [{"Name": "colName", "Type": "str", "Value": ["c"]}],
            },
            ["a", "b", "c"],
        ),
    ],
)
def test_columns_after_other_kinds(kind: str, fields: dict[str, Any], after: list[str]) -> None:
    canvas = canvas_of(source("1", "a", "b"), ("2", kind, {"Inputs": ["1"], "Name": "N", **fields}))
    assert leaving(canvas, "2") == after
    assert faults(canvas) == []
    missing = json.loads(json.dumps(fields).replace('"a"', '"nope"'))
    if missing != fields:
        canvas = canvas_of(source("1", "a", "b"), ("2", kind, {"Inputs": ["1"], "Name": "N", **missing}))
        assert faults(canvas) == [("N", "column 'nope' is not in this node's input; the input has a, b")]


def test_unknown_columns_are_nobodys_fault() -> None:
    unknown = ("1", "CatalogSource", {"Name": "S", "Database": "d", "Table": "t"})
    canvas = canvas_of(unknown, drop("2", "1", "a"), filter_on("3", "2", "a"), sql("4", "3", "select q from x"))
    assert faults(canvas) == []
    assert leaving(canvas, "4") is None


def test_equal_names_unused_nodes_and_unknown_fields_are_told() -> None:
    canvas = canvas_of(source("1", "a"), drop("2", "1", "a"), target("3", "1"))
    canvas.nodes["node-2"].fields["Name"] = "S1"
    canvas.nodes["node-3"].fields["Unheard"] = ""
    found = {(one.rule, one.level, one.node) for one in check_without_file(canvas)}
    assert found == {("unique-names", "warning", "S1"), ("unused", "warning", "S1"), ("node", "warning", "T3")}


def stedi_copy(tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(stedi.JOBS, tmp_path / "jobs"))


JOB = "customer_landing_to_trusted"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_the_jobs_pass_and_quickly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(stedi_copy(tmp_path))]) == 0
    assert capsys.readouterr().out == f"{len(job_folders(stedi.JOBS))} jobs checked: scripts and canvases agree\n"


def test_a_changed_script_is_shown_node_by_node_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = stedi_copy(tmp_path)
    script = jobs / JOB / f"{JOB}.py"
    before = script.read_bytes()
    change(script, "> 0)", "!= 0)")
    assert main(["check", str(jobs), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["passed"] is False
    (job,) = (one for one in report["jobs"] if not one["passed"])
    assert job["job"] == JOB
    (finding,) = job["findings"]
    assert (finding["rule"], finding["node"]) == ("script", "Consented to research")
    assert '["sharewithresearchasofdate"] > 0)' in finding["canvas_says"]
    assert '["sharewithresearchasofdate"] != 0)' in finding["script_does"]
    assert main(["check", str(jobs / JOB)]) == 1
    printed = capsys.readouterr().out
    assert "Consented" in printed
    assert "1 of 1 job failed" in printed
    assert main(["check", str(jobs), "--fix"]) == 0
    assert script.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("import re\n", "", "imports, helpers and preamble"),
        ("job.commit()", "job.commit()\n", "end of the script"),
        ("job.commit()", "print(1)\njob.commit()", "customer_trusted"),
        ("# Script generated for node Without duplicates\n", "", "Without duplicates"),
        ("args = getResolvedOptions", "import os\nargs = getResolvedOptions", "imports, helpers and preamble"),
    ],
)
def test_every_change_of_a_script_is_found(old: str, new: str, part: str, tmp_path: Path) -> None:
    folder = stedi_copy(tmp_path) / JOB
    change(folder / f"{JOB}.py", old, new)
    assert part in [one.node for one in check_folder(folder).findings]


def test_blocks_in_another_order_are_found(tmp_path: Path) -> None:
    folder = stedi_copy(tmp_path) / "accelerometer_landing_to_trusted"
    script = folder / f"{folder.name}.py"
    text = script.read_text()
    one, other = (
        text[text.index(f"# Script generated for node {name}") :].split("\n\n", 1)[0] + "\n\n"
        for name in ("customer_trusted", "accelerometer_landing")
    )
    script.write_text(text.replace(one + other, other + one))
    assert [finding.node for finding in check_folder(folder).findings] == ["order of the nodes"]


def test_a_missing_script_and_a_missing_canvas_are_told(tmp_path: Path) -> None:
    jobs = stedi_copy(tmp_path)
    (jobs / JOB / f"{JOB}.py").unlink()
    (only,) = check_folder(jobs / JOB).findings
    assert "is missing: `glue-canvas check --fix` writes it" in only.message
    (jobs / JOB / f"{JOB}.json").unlink()
    (only,) = check_folder(jobs / JOB).findings
    assert (only.rule, only.level) == ("file", "error")
    assert f"the canvas {JOB}.json is missing" in only.message


def test_scripts_of_the_older_era_pass(tmp_path: Path) -> None:
    folder = stedi_copy(tmp_path) / JOB
    script = folder / f"{JOB}.py"
    from glue_canvas import read_canvas

    canvas = read_canvas(folder / f"{JOB}.json")
    script.write_text(compile_canvas(canvas, Style(BLACK, sql_base=117)))
    assert check_folder(folder).findings == []
    assert compile_as(canvas, script.read_text()) == script.read_text()


def reorder_nodes(text: str) -> str:
    definition = json.loads(text)
    nodes = json.loads(definition["codeGenConfigurationNodes"])
    inner = json.dumps(dict(reversed(nodes.items())), separators=(",", ":"), ensure_ascii=False)
    return text.replace(json.dumps(definition["codeGenConfigurationNodes"]), json.dumps(inner))


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (reorder_nodes, "key-order"),
        (lambda text: text + "\n", "file"),
        (lambda text: text.replace('"name" :', '"name":', 1), "file"),
        (lambda text: text.replace(f'"{JOB}"', '"other"', 1), "job-name"),
        (lambda text: text[:-5], "file"),
        (lambda text: text.replace('\\"Inputs\\":[\\"node-1793612407534\\"]', '\\"Inputs\\":[\\"node-1\\"]'), "file"),
        (lambda text: text.replace('"jobMode"', '"name" : "x",\n  "jobMode"', 1), "file"),
    ],
)
def test_a_canvas_that_glue_did_not_write_is_told(edit: Callable[[str], str], rule: str, tmp_path: Path) -> None:
    folder = stedi_copy(tmp_path) / JOB
    path = folder / f"{JOB}.json"
    text = path.read_text()
    path.write_bytes(edit(text).encode())
    assert path.read_text() != text
    assert rule in [one.rule for one in check_folder(folder).findings if one.level == "error"]


def test_arguments_in_another_order_are_told(tmp_path: Path) -> None:
    folder = stedi_copy(tmp_path) / JOB
    path = folder / f"{JOB}.json"
    change(path, '    "--enable-metrics" : "true",\n', "")
    change(path, '"--job-language" : "python"', '"--job-language" : "python",\n    "--enable-metrics" : "true"')
    assert [one.rule for one in check_folder(folder).findings] == ["key-order"]


def test_the_command_says_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 1
    assert "no job folders" in capsys.readouterr().err


def test_the_hook_for_other_repositories_runs_the_check(tmp_path: Path) -> None:
    import re

    hook = (stedi.ROOT / ".pre-commit-hooks.yaml").read_text()
    entry = re.search(r"entry: (.*)", hook)
    assert entry is not None
    assert entry[1] == "glue-canvas check"
    assert "args: [studio_jobs]" in hook
    jobs = stedi_copy(tmp_path)
    jobs.rename(tmp_path / "studio_jobs")
    command = [str(Path(sys.executable).parent / "glue-canvas"), "check", "studio_jobs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_a_check_prints_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    canvas = canvas_of(source("1", "a"), drop("2", "1", "a\x1b[2J"))
    keep(canvas, tmp_path)
    assert main(["check", str(tmp_path)]) == 1
    assert "\x1b[2J" not in capsys.readouterr().out


def test_check_canvas_needs_no_script(tmp_path: Path) -> None:
    folder = keep(canvas_of(source("1", "a"), target("2", "1")), tmp_path)
    from glue_canvas import read_canvas

    assert check_canvas(read_canvas(folder / "job.json")) == []


def test_a_frame_where_a_collection_is_wanted_and_the_other_way_round() -> None:
    code = ("2", "CustomCode", {"ClassName": "T", "Code": "return dfc", "Inputs": ["1"], "Name": "C"})
    canvas = canvas_of(source("1", "a"), code, target("3", "2"))
    assert [(one.node, one.message) for one in check_without_file(canvas)] == [
        ("T3", '"C" outputs a collection; select a frame from it')
    ]
    select = ("2", "SelectFromCollection", {"Index": 0, "Inputs": ["1"], "Name": "X"})
    canvas = canvas_of(source("1", "a"), select, target("3", "2"))
    assert [(one.node, one.message) for one in check_without_file(canvas)] == [
        ("X", '"S1" outputs a frame, not a collection')
    ]


def test_two_functions_of_one_name_are_told() -> None:
    def code(number: str, feeding: str, text: str) -> tuple[str, str, dict[str, Any]]:
        return (number, "CustomCode", {"ClassName": "T", "Code": text, "Inputs": [feeding], "Name": f"C{number}"})

    def select(number: str, feeding: str) -> tuple[str, str, dict[str, Any]]:
        return (number, "SelectFromCollection", {"Index": 0, "Inputs": [feeding], "Name": f"X{number}"})

    same = [source("1", "a"), code("2", "1", "return dfc"), select("3", "2"), code("4", "3", "return dfc")]
    assert check_without_file(canvas_of(*same, select("5", "4"), target("6", "5"))) == []
    other = [*same[:3], code("4", "3", "return None")]
    found = check_without_file(canvas_of(*other, select("5", "4"), target("6", "5")))
    assert "another Custom Transform has a function T with different code" in found[0].message


@pytest.mark.parametrize(
    ("node", "fault"),
    [
        (("2", "DropFields", {"Inputs": ["1"], "Name": "N", "Paths": [[]]}), "a column is not chosen yet"),
        (
            (
                "2",
                "Aggregate",
                {"Aggs": [{"AggFunc": "count", "Column": ["*"]}], "Groups": [[]], "Inputs": ["1"], "Name": "N"},
            ),
            "a column is not chosen yet",
        ),
        (
            ("2", "RenameField", {"Inputs": ["1"], "Name": "N", "SourcePath": ["a"], "TargetPath": [""]}),
            "new name is empty",
        ),
        (
            (
                "2",
                "ApplyMapping",
                {
                    "Inputs": ["1"],
                    "Mapping": [{"FromPath": ["a"], "ToKey": "z"}, {"FromPath": ["a"], "ToKey": "z"}],
                    "Name": "N",
                },
            ),
            "two columns are renamed to 'z'",
        ),
        (sql("2", "1", "(" * 3000 + "select 1" + ")" * 3000), None),
        (sql("2", "1", "select stack(1, a) as (p), a[0] from x"), None),
    ],
)
def test_odd_nodes_are_no_crash(node: tuple[str, str, dict[str, Any]], fault: str | None) -> None:
    canvas = canvas_of(source("1", "a"), node)
    found = faults(canvas)
    assert [fault in sentence for _, sentence in found] == [True] if fault else found == []


def test_half_a_join_condition_is_no_crash() -> None:
    keys = [{"From": "node-1", "Keys": [["a"]]}, {"From": "node-2", "Keys": [[]]}]
    join = {"Columns": keys, "Inputs": ["1", "2"], "JoinType": "equijoin", "Name": "J"}
    canvas = canvas_of(source("1", "a"), source("2", "b"), ("3", "Join", join))
    assert faults(canvas) == [("J", "a column is not chosen yet")]
    with pytest.raises(CanvasError, match="names no column of one side"):
        compile_canvas(canvas)


@pytest.mark.parametrize(("database", "empty"), [("", ["Database is empty"]), ("d", [])])
def test_an_empty_field_that_aws_requires_is_an_error(database: str, empty: list[str]) -> None:
    fields = {"Database": database, "Inputs": ["1"], "Name": "T", "Table": "t"}
    found = check_canvas(canvas_of(source("1", "a"), ("2", "CatalogTarget", fields)), text="")
    assert [one.message for one in found if one.rule == "node"] == empty


def test_a_query_over_no_columns_is_no_crash() -> None:
    canvas = canvas_of(source("1", "a"), drop("2", "1", "a"), sql("3", "2", "select * from x"))
    assert faults(canvas) == []


def test_names_keep_their_case_through_a_subquery() -> None:
    query = "with q as (select a as MyCol from x) select * from q"
    assert leaving(canvas_of(source("1", "a"), sql("2", "1", query)), "2") == ["MyCol"]


def test_keys_of_different_types_are_a_doubt() -> None:
    canvas = join("equijoin")
    canvas.nodes["node-1"].fields["OutputSchemas"][0]["Columns"][0]["Type"] = "bigint"
    assert canvas_columns(canvas).doubts == [("node-3", "it joins k (bigint) with id (string)")]


def test_a_long_difference_is_shown_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = (
        "select *\n" + "\n".join(f"-- line {number} of a long query, with words" for number in range(1500)) + "\nfrom x"
    )
    canvas = canvas_of(source("1", "a"), sql("2", "1", query), target("3", "2"))
    keep(canvas, tmp_path, compile_canvas(canvas).replace("words", "other words"))
    assert main(["check", str(tmp_path)]) == 1
    assert "Q2" in capsys.readouterr().out


def test_the_check_takes_the_file_too(tmp_path: Path) -> None:
    jobs = stedi_copy(tmp_path)
    assert main(["check", str(jobs / JOB / f"{JOB}.json")]) == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select emial from x", "the query uses the column 'emial', which is not in its input; did you mean 'email'?"),
        (
            "select x.emial from x",
            "the query uses the column 'emial', which is not in its input; did you mean 'email'?",
        ),
        (
            "select email from x where agee > 1",
            "the query uses the column 'agee', which is not in its input; did you mean 'age'?",
        ),
        ("select nothing_like_it from x", "the query uses the column 'nothing_like_it', which is not in its input"),
    ],
)
def test_a_misspelt_column_of_a_query_is_recognized(query: str, words: str) -> None:
    canvas = canvas_of(source("1", "email", "age"), sql("2", "1", query), target("3", "2"))
    assert faults(canvas) == [("Q2", words)]


def test_nothing_is_told_twice(tmp_path: Path) -> None:
    path = keep(
        canvas_of(source("1", "a"), ("2", "Filtre", {"Inputs": ["1"], "Name": "F"}), target("3", "2")), tmp_path, "#"
    )
    errors = [one.message for one in check_folder(path).findings if one.level == "error"]
    assert errors == ["not a kind of node in the Glue API: Filtre; did you mean 'Filter'?"]


def test_a_misspelt_input_is_recognized(tmp_path: Path) -> None:
    folder = keep(canvas_of(source("1700000000001", "a"), target("3", "1700000000001")), tmp_path, "#")
    file = folder / "job.json"
    file.write_text(file.read_text().replace('[\\"node-1700000000001\\"]', '[\\"node-1700000000010\\"]'))
    (finding,) = check_folder(folder).findings
    assert finding.message == (
        'node "T3": its input node-1700000000010 does not exist; did you mean \'node-1700000000001\', "S1700000000001"?'
    )
