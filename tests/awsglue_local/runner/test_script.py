"""Scripts that fail: the error names file, line and node, and the lake is as it was."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from awsglue_local import GlueLocalError, LocalGlue, ScriptError, ScriptRun, run_script
from awsglue_local.cli import main
from awsglue_local.job_run.engine import start_engine
from awsglue_local.storage.lake import data_files
from tests.awsglue_local.lake_files import FRAME, define, parquet, put
from tests.conftest import STUDIO_HEADER

Run = Callable[..., ScriptRun]
FIRST_LINE = STUDIO_HEADER.count("\n") + 1
NODE = "# Script generated for node My Node\n"
WRITE = 'glueContext.write_dynamic_frame.from_catalog(frame=source, database="db", table_name="t")\n'


def failure(run_body: Run, body: str) -> ScriptError:
    with pytest.raises(ScriptError) as error:
        run_body(body)
    return error.value


def test_an_unknown_table_is_named_with_line_and_node(run_body: Run) -> None:
    error = failure(
        run_body, NODE + 'x = glueContext.create_dynamic_frame.from_catalog(database="db", table_name="no")\n'
    )
    assert (error.line, error.node) == (FIRST_LINE + 1, "My Node")
    assert str(error).endswith(
        f"job.py, line {FIRST_LINE + 1}, node \"My Node\": no table db.no in the catalog; database 'db' has no tables; "
        "the lake has no tables yet: `awsglue-local create-table` adds one"
    )


def test_a_syntax_error_is_named_with_line_and_node(run_body: Run) -> None:
    error = failure(run_body, NODE + "x = = 1\n")
    assert (error.line, error.node) == (FIRST_LINE + 1, "My Node")
    assert error.message.startswith("syntax error: ")


def test_what_is_not_supported_is_named_with_line_node_and_a_way_out(run_body: Run) -> None:
    error = failure(run_body, FRAME + NODE + 'source.unbox("k", "avro")\n')
    assert (error.line, error.node) == (FIRST_LINE + 2, "My Node")
    assert "DynamicFrame.unbox of avro is not supported here yet; use json" in error.message
    for call, words in [
        ("glueContext.forEachBatch(None, None)", "GlueContext.forEachBatch is not supported"),
        ("glueContext.getSource('kinesis').getFrame()", 'the connection type "kinesis" is not supported'),
        ("glueContext.create_dynamic_frame.from_options('kafka', {})", 'the connection type "kafka" is not supported'),
        ("glueContext.create_dynamic_frame.from_options('s3', {'paths': ['s3://b/x']}, 'orc')", "no files at s3://b/x"),
    ]:
        assert words in failure(run_body, call + "\n").message


def test_an_engines_error_comes_without_its_stack(run_body: Run) -> None:
    error = failure(run_body, NODE + "spark.sql('select nothing from nowhere').collect()\n")
    assert error.node == "My Node"
    assert "nowhere" in error.message
    assert "\tat " not in error.message


def test_a_failing_script_publishes_nothing(run_body: Run, glue: LocalGlue) -> None:
    define(glue, "t", "a int,k string,n int", "parquet")
    run_body(FRAME + WRITE)
    before = parquet(glue, "s3://bucket/t/")
    purge = 'glueContext.purge_table(database="db", table_name="t", options={"retentionPeriod": 0})\n'
    assert "ValueError: no" in failure(run_body, FRAME + purge + WRITE + "raise ValueError('no')\n").message
    assert parquet(glue, "s3://bucket/t/") == before


def test_sys_exit(run_body: Run, glue: LocalGlue) -> None:
    define(glue, "t", "a int,k string,n int", "parquet")
    assert "the script exited with code 3" in failure(run_body, FRAME + WRITE + "sys.exit(3)\n").message
    assert parquet(glue, "s3://bucket/t/") == []
    run_body(FRAME + WRITE + "sys.exit(0)\n")
    assert len(parquet(glue, "s3://bucket/t/")) == 2


def test_a_wrong_type_names_file_line_and_column(run_body: Run, glue: LocalGlue) -> None:
    define(glue, "t", "a int", "json")
    put(glue, "s3://bucket/t/x.json", '{"a":1}\n{"a":"one"}\n')
    read = 'x = glueContext.create_dynamic_frame.from_catalog(database="db", table_name="t")\n'
    cause = (
        'node "My Node": s3://bucket/t/x.json, line 2: column \'a\' is int, but the value is "one"; the column '
        "becomes a choice type: fix the file, or resolve it with ResolveChoice; and so the script failed: "
    )
    compared = failure(run_body, NODE + read + 'x.toDF().filter("a + 1 > 0").collect()\n')
    assert cause in str(compared)
    written = failure(run_body, NODE + read + 'glueContext.write_dynamic_frame.from_catalog(x, "db", "t")\n')
    assert f"{cause}column 'a' is struct<int:int,string:string>, a choice type, but int in the table t" in str(written)


def test_the_node_of_an_error_is_that_of_the_call(run_body: Run) -> None:
    """Studio puts functions of Custom Transforms before all nodes, below comments with their names."""
    helper = "# Script generated for node Other\ndef helper():\n    raise ValueError('no')\n"
    error = failure(run_body, helper + NODE + "helper()\n")
    assert 'node "My Node": ValueError: no' in str(error)


@pytest.mark.parametrize(
    "uri", ["s3://bucket/../../x", "s3://bucket/a/../../b", "s3://../x", "s3://_catalog/db", "file:///etc"]
)
def test_no_way_out_of_the_lake(run_body: Run, uri: str) -> None:
    body = f'glueContext.create_dynamic_frame.from_options("s3", {{"paths": ["{uri}"]}}, "json")\n'
    assert (
        "out of the lake" in (message := failure(run_body, body).message)
        or "is not an s3://bucket/key address" in message
    )


def test_no_way_out_through_a_symbolic_link(run_body: Run, glue: LocalGlue, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.json").write_text('{"a":1}\n')
    glue.lake.path("s3://bucket").mkdir()
    (glue.lake.path("s3://bucket") / "link").symlink_to(outside)
    body = 'glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://bucket/link/"]}, "json")\n'
    assert "through a symbolic link" in failure(run_body, body).message


@pytest.mark.parametrize("engine", ["flink", ""])
def test_an_unknown_engine_is_refused(engine: str) -> None:
    with pytest.raises(GlueLocalError, match="use sail, spark or sc://HOST:PORT"):
        start_engine(engine)


def test_a_server_that_is_not_there_is_named_at_once() -> None:
    with pytest.raises(GlueLocalError, match=r"no Spark Connect server at sc://127\.0\.0\.1:1: "):
        start_engine("sc://127.0.0.1:1")
    with pytest.raises(GlueLocalError) as raised:
        start_engine("sc://127.0.0.1:1/;use_ssl=true;token=a-secret")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("behind", ["/;token=a-secret==", ";token=a-secret"])
def test_a_token_that_is_written_wrong_is_not_shown(monkeypatch: pytest.MonkeyPatch, behind: str) -> None:
    monkeypatch.setattr("awsglue_local.job_run.engine._require_server", lambda _: None)
    with pytest.raises(
        GlueLocalError, match=r"sc://127\.0\.0\.1:1 is not an address of Spark Connect: write"
    ) as raised:
        start_engine(f"sc://127.0.0.1:1{behind}")
    assert "secret" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_outside_of_a_run_the_context_says_so() -> None:
    from awsglue_local.glue_api.context import GlueContext

    with pytest.raises(GlueLocalError, match="works only in a script run by awsglue-local"):
        GlueContext()


def test_the_command_runs_a_script_and_prints_its_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, lake = tmp_path / "job.py", tmp_path / "lake"
    to_json = 'glueContext.write_dynamic_frame.from_options(source, "s3", {"path": "s3://b/out/"}, "json")\n'
    script.write_text(STUDIO_HEADER + FRAME + "assert '--x' in sys.argv\n" + to_json)
    assert main(["run", str(script), "--lake", str(lake), "--json", "--", "--x", "1"]) == 0
    account = json.loads(capsys.readouterr().out)
    assert (account["name"], account["writes"]) == ("job", {"s3://b/out/": 2})
    assert main(["run", str(script), "--lake", str(lake), "--", "--x", "1"]) == 0
    assert "s3://b/out/" in capsys.readouterr().out
    assert len(data_files(lake / "b" / "out")) >= 2


def test_the_command_fails_with_the_scripts_error_alone(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(STUDIO_HEADER + NODE + "spark.sql('select nothing from nowhere').collect()\n")
    program = Path(sys.executable).parent / "awsglue-local"
    command = [str(program), "run", str(script), "--lake", str(tmp_path / "lake")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f'awsglue-local: {script}, line {FIRST_LINE + 1}, node "My Node": ')
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) < 5


def test_the_function_runs_a_script(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(STUDIO_HEADER)
    assert run_script(script, lake=tmp_path / "lake").name == "job"
    with pytest.raises(ScriptError, match="cannot be read: No such file"):
        run_script(tmp_path / "none.py", lake=tmp_path / "lake")


def test_a_script_runs_on_a_connect_server_of_somebody_else(tmp_path: Path) -> None:
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    script = tmp_path / "job.py"
    script.write_text(STUDIO_HEADER + FRAME + "assert source.count() == 2\n")
    assert run_script(script, lake=tmp_path / "lake", engine=f"sc://127.0.0.1:{port}").name == "job"
    server.stop()


def test_nodes_are_told_while_they_run(glue: LocalGlue, tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(
        "from __future__ import annotations\n"
        + STUDIO_HEADER
        + "# Script generated for node First\nsource = DynamicFrame.fromDF(spark.range(3), glueContext, 'f')\n"
        + "# Script generated for node Second\ndef late(x: Undefined): return x\n"
        + "glueContext.write_dynamic_frame.from_options(source, 's3', {'path': 's3://bucket/out/'}, 'json')\n"
    )
    told: list[str] = []
    run = glue.run(script, on_node=lambda node: told.append(node.name))
    assert told == ["", "First", "Second"]
    assert [node.rows for node in run.nodes] == [{}, {}, {"s3://bucket/out/": 3}]


@pytest.mark.parametrize("name", ["FillMissingValues", "FindMatches", "FindIncrementalMatches", "EntityDetector"])
def test_models_of_aws_are_refused_by_name(run_body: Run, name: str) -> None:
    error = failure(run_body, f"from awsglueml.transforms import {name}\n{NODE}{name}.apply(frame=None)\n")
    assert f'node "My Node": {name}.apply is not supported here yet' in str(error)


@pytest.mark.parametrize("name", ["FillMissingValues", "FindMatches", "FindIncrementalMatches"])
def test_they_are_among_the_transforms_too(run_body: Run, name: str) -> None:
    run_body(f"from awsglue.transforms import *\n{name}\n")
    error = failure(run_body, f"from awsglue.transforms import *\n{name}.apply(frame=None)\n")
    assert f"{name}.apply is not supported here yet" in str(error)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("from recipe_transforms import *", "the module recipe_transforms is AWS's own.*Data Preparation recipe"),
        ("import gs_no_such_transform", "the module gs_no_such_transform is AWS's own"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
    ],
)
def test_modules_that_only_aws_has_are_named(run_body: Run, statement: str, words: str) -> None:
    assert re.search(words, str(failure(run_body, f"{statement}\n")))
    run_body("try:\n    import recipe_transforms\nexcept ImportError:\n    pass\n")


def test_a_nodes_plan_is_explained(glue: LocalGlue, tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text(
        STUDIO_HEADER
        + "# Script generated for node First\nsource = DynamicFrame.fromDF(spark.range(3), glueContext, 'f')\n"
        + "# Script generated for node Second\nsome = source.filter(lambda row: row['id'] > 1)\n"
    )
    first, second = glue.run(script, explain="Second").nodes[1:]
    assert first.plan == ""
    assert second.plan.startswith("some\n")
    assert "> 1" in second.plan
    assert "Filter" in second.plan
    with pytest.raises(ScriptError, match="no node 'Third'; the nodes are First, Second"):
        glue.run(script, explain="Third")


def test_a_nodes_name_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    from awsglue_local import cli
    from awsglue_local.job_run.account import NodeRun

    cli._tell(NodeRun("a\x1b[2Jb", 1.0, {"t": 1000}))
    assert capsys.readouterr().out == "  1.00 s  a\ufffd[2Jb  (t 1,000 rows)\n"
