"""Jobs in their other shapes: Studio's Download, `get-job` output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glue_canvas import CanvasError, compile_canvas, read_canvas
from glue_canvas.cli import main
from glue_canvas.document.job_documents import canvas_from, left_out

PATH = Path("export.json")

CONFIG = {
    "name": "sales",
    "description": "",
    "role": "arn:aws:iam::123456789012:role/r",
    "command": "glueetl",
    "version": "5.0",
    "workerType": "G.1X",
    "numberOfWorkers": 2,
    "maxCapacity": 2,
    "maxRetries": 0,
    "timeout": 480,
    "maxConcurrentRuns": 1,
    "security": "none",
    "scriptName": "sales.py",
    "scriptLocation": "s3://assets/scripts/",
    "language": "python-3",
    "spark": True,
    "jobParameters": [{"key": "--conf", "value": "a=b", "existing": False}],
    "jobMode": "VISUAL_MODE",
    "developerMode": False,
    "connectionsList": [],
    "temporaryDirectory": "s3://assets/tmp/",
    "logging": True,
    "glueHiveMetastore": True,
    "etlAutoTuning": True,
    "metrics": True,
    "observabilityMetrics": True,
    "bookmark": "job-bookmark-disable",
    "sparkPath": "s3://assets/sparkHistoryLogs/",
    "flexExecution": False,
    "maintenanceWindow": None,
}
PAGE = {"dataPreview": False, "previewAmount": 0, "calculatedType": "", "codeGenVersion": 2}


def node(number: str, classification: str, kind: str, name: str, inputs: list[str], **fields: Any) -> dict[str, Any]:
    return {
        "nodeId": f"node-{number}",
        **PAGE,
        "inputs": [f"node-{one}" for one in inputs],
        "name": name,
        "generatedNodeName": f"{name}_node{number}",
        "classification": classification,
        "type": kind,
        **fields,
    }


def download(*nodes: dict[str, Any], **config: Any) -> dict[str, Any]:
    dag = {one["nodeId"]: one for one in nodes}
    return {"jobConfig": {**CONFIG, **config}, "dag": dag, "hasBeenSaved": False, "usageProfileName": None}


SOURCE = node("1", "DataSource", "Catalog", "S", [], isCatalog=True, database="d", table="t", runtimeParameters=[])
FILES = node(
    "2",
    "DataSource",
    "S3",
    "F",
    [],
    format="parquet",
    paths=["s3://b/in/"],
    compressionType=None,
    exclusions=[],
    recurse=True,
    additionalOptions={
        "boundedSize": None,
        "enableSamplePath": False,
        "samplePath": "s3://b/in/1",
        "boundedOption": None,
    },
    outputSchemas=[[{"key": "a", "fullPath": ["a"], "type": "string"}]],
)
JOIN = node(
    "3",
    "Transform",
    "Join",
    "J",
    ["1", "2"],
    parentsValid=True,
    joinType="left",
    columns=[{"from": "node-1", "keys": ["k"]}, {"from": "node-2", "keys": ["a"]}],
    columnConditions=["="],
)
SUM = node("4", "Transform", "Aggregate", "A", ["3"], groups=["g"], aggs=[{"column": "v", "aggFunc": "sum"}])
RENAME = node("5", "Transform", "RenameField", "R", ["4"], sourcePath="sum(v)", targetPath="total")
SINK = node(
    "6",
    "DataSink",
    "S3",
    "O",
    ["5"],
    streamingBatchInterval=100,
    format="glueparquet",
    compression="snappy",
    numberTargetPartitions="0",
    path="s3://b/out/",
    partitionKeys=["year"],
    schemaChangePolicy={
        "enableUpdateCatalog": False,
        "updateBehavior": "UPDATE_IN_DATABASE",
        "database": None,
        "table": "x",
    },
    updateCatalogOptions="none",
    autoDataQuality={"isEnabled": False, "evaluationContext": None},
)


def test_a_download_becomes_the_files_shape() -> None:
    canvas = canvas_from(download(SOURCE, FILES, JOIN, SUM, RENAME, SINK), PATH)
    fields = {one.name: one.fields for one in canvas.nodes.values()}
    assert [one.kind for one in canvas.nodes.values() if one.name == "F"] == ["S3ParquetSource"]
    assert fields["F"]["OutputSchemas"] == [{"Columns": [{"Name": "a", "Type": "string"}]}]
    assert fields["F"]["AdditionalOptions"] == {"EnableSamplePath": False, "SamplePath": "s3://b/in/1"}
    assert fields["J"]["Columns"] == [{"From": "node-1", "Keys": [["k"]]}, {"From": "node-2", "Keys": [["a"]]}]
    assert fields["A"]["Groups"] == [["g"]]
    assert fields["A"]["Aggs"] == [{"AggFunc": "sum", "Column": ["v"]}]
    assert fields["R"]["SourcePath"] == ["sum(v)"]
    assert fields["O"]["SchemaChangePolicy"] == {"EnableUpdateCatalog": False}
    assert fields["O"]["PartitionKeys"] == [["year"]]
    assert all(list(one) == sorted(one) for one in fields.values())
    for line in (
        'old_name="`sum(v)`", new_name="total"',
        "(S_node1DF['k'] == F_node2DF['a']), \"left\")",
        'connection_options={"path": "s3://b/out/", "partitionKeys": ["year"]}, format_options={"compression": "snappy"}',
    ):
        assert line in compile_canvas(canvas)


def test_the_jobs_settings_become_arguments_in_hash_map_order() -> None:
    definition = canvas_from(download(SOURCE), PATH).definition
    assert list(definition) == [
        "name",
        "jobMode",
        "description",
        "role",
        "executionProperty",
        "command",
        "defaultArguments",
        "maxRetries",
        "allocatedCapacity",
        "timeout",
        "maxCapacity",
        "glueVersion",
        "numberOfWorkers",
        "workerType",
        "executionClass",
        "codeGenConfigurationNodes",
    ]
    assert definition["defaultArguments"] == {
        "--enable-metrics": "true",
        "--enable-spark-ui": "true",
        "--spark-event-logs-path": "s3://assets/sparkHistoryLogs/",
        "--enable-job-insights": "true",
        "--enable-observability-metrics": "true",
        "--conf": "a=b",
        "--enable-glue-datacatalog": "true",
        "--enable-continuous-cloudwatch-log": "true",
        "--job-bookmark-option": "job-bookmark-disable",
        "--job-language": "python",
        "--TempDir": "s3://assets/tmp/",
    }
    assert list(definition["defaultArguments"])[5] == "--conf"
    assert definition["maxCapacity"] == 2.0
    assert definition["command"]["scriptLocation"] == "s3://assets/scripts/sales.py"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (download(SOURCE, developerMode=True), "the job was converted to a script"),
        ({"jobConfig": CONFIG}, "this Download has no canvas"),
        (download(), "the canvas is empty"),
        (
            download(node("1", "Transform", "Nonsense", "N", [])),
            'node "N": not supported yet: a Transform of the type Nonsense',
        ),
        (download({**SOURCE, "novelty": 1}), 'node "S": not supported yet: the field novelty'),
        (download(SOURCE, {**JOIN, "columnConditions": [">"]}), "a join with conditions other than ="),
        (download({**SOURCE, "database": None}), 'node "S": Missing required parameter in input: "Database"'),
        ({"Name": "j", "JobMode": "SCRIPT"}, "has no canvas; it is in SCRIPT mode"),
        ({"Job": {"Name": "j", "CodeGenConfigurationNodes": {}}}, "has no canvas"),
        ([], "neither a Download from Studio"),
        ({"Name": "j", "CodeGenConfigurationNodes": [1]}, "not a job as Studio or AWS describes one"),
        ({"Name": "j", "CodeGenConfigurationNodes": {"node-1": 1}}, "node-1 is not a node of the form"),
        (
            {"Name": "j", "DefaultArguments": None, "CodeGenConfigurationNodes": {"node-1": {}}},
            "not a job as Studio or AWS describes one",
        ),
        (
            {"Name": "j", "MaxCapacity": "abc", "CodeGenConfigurationNodes": {"node-1": {}}},
            "not a job as Studio or AWS describes one",
        ),
        (download(SOURCE, jobParameters=[{"key": "x"}]), "not a job as Studio or AWS describes one"),
        (download({**FILES, "outputSchemas": [[{"key": "a"}]]}), "not a job as Studio or AWS describes one"),
    ],
)
def test_what_is_no_visual_job_is_refused(document: Any, message: str) -> None:
    with pytest.raises(CanvasError, match=message) as error:
        canvas_from(document, PATH)
    assert str(error.value).startswith("export.json: ")


GET_JOB = {
    "Job": {
        "Name": "j",
        "JobMode": "VISUAL",
        "JobRunQueuingEnabled": False,
        "Role": "r",
        "CreatedOn": "2026-01-01T00:00:00Z",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://b/j.py", "PythonVersion": "3"},
        "DefaultArguments": {"--job-language": "python", "--enable-metrics": "true"},
        "SecurityConfiguration": "locked",
        "MaxCapacity": 10,
        "CodeGenConfigurationNodes": {"node-1": {"CatalogSource": {"Name": "S", "Table": "t", "Database": "d"}}},
        "SourceControlDetails": {"Provider": "GITHUB", "Repository": "x", "AuthToken": "secret", "AuthStrategy": "A"},
    }
}


def test_get_job_output_is_written_and_what_has_no_place_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "job.json"
    document.write_text(json.dumps(GET_JOB))
    assert main(["import", str(document), "--folder", str(tmp_path / "jobs")]) == 0
    assert "a canvas file cannot hold it: SecurityConfiguration" in capsys.readouterr().err
    path = tmp_path / "jobs" / "j" / "j.json"
    assert read_canvas(path).to_text() == path.read_text()
    assert '"maxCapacity" : 10.0' in path.read_text()
    assert "secret" not in path.read_text()
    assert '{\\"Database\\":\\"d\\",\\"Name\\":\\"S\\",\\"Table\\":\\"t\\"}' in path.read_text()
    assert left_out(GET_JOB) == ["SecurityConfiguration"]


def test_an_import_that_fails_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = {
        "node-1": {
            "PIIDetection": {"Name": "P", "Inputs": ["node-1"], "PiiType": "RowMasking", "EntityTypesToDetect": []}
        }
    }
    document = tmp_path / "job.json"
    for text in (
        json.dumps({"Name": "j", "CodeGenConfigurationNodes": nodes}),
        json.dumps({"Name": "../j", "CodeGenConfigurationNodes": GET_JOB["Job"]["CodeGenConfigurationNodes"]}),
        "[" * 100_000,
        '{"Name": "\\ud800", "CodeGenConfigurationNodes": {"node-1": {"CatalogSource": {"Name": "S", "Table": "t", "Database": "d"}}}}',
    ):
        document.write_text(text)
        assert main(["import", str(document), "--folder", str(tmp_path / "jobs")]) == 1
        assert capsys.readouterr().err.startswith("glue-canvas: ")
    assert not (tmp_path / "jobs").exists()
    assert not (tmp_path / "j").exists()


CSV = node(
    "1",
    "DataSource",
    "S3",
    "C",
    [],
    format="csv",
    paths=["s3://b/in/"],
    separator=";",
    quoteChar="'",
    withHeader=True,
    iconUrl="https://example.com/icon.svg",
)
COMPARISON = {
    "operation": "GT",
    "negated": False,
    "values": [{"type": "COLUMNEXTRACTED", "value": ["a"]}, {"type": "CONSTANT", "value": ["1"]}],
}
ROUTE = node(
    "2",
    "Transform",
    "Route",
    "R",
    ["1"],
    groupFiltersList=[
        {"groupName": "much", "filters": [COMPARISON], "logicalOperator": "AND"},
        {"groupName": "default_group", "filters": [], "logicalOperator": "AND"},
    ],
)
SELECT = node("3", "Transform", "SelectFields", "F", ["1"], paths=[["`.k`"], [".a"]])
WAREHOUSE = node(
    "4",
    "DataSink",
    "AmazonRedshift",
    "W",
    ["3"],
    isCatalog=False,
    data={
        "accessType": "connection",
        "sourceType": "table",
        "connection": {"value": "c"},
        "schema": {"value": "public"},
        "table": {"value": "t"},
        "tempDir": "s3://b/tmp/",
    },
)


def test_what_the_page_writes_in_its_own_way() -> None:
    canvas = canvas_from(download(CSV, ROUTE, SELECT, WAREHOUSE), PATH)
    fields = {one.name: one.fields for one in canvas.nodes.values()}
    assert [fields["C"][key] for key in ("Separator", "QuoteChar", "OptimizePerformance")] == [
        "semicolon",
        "single_quote",
        False,
    ]
    assert [one.kind for one in canvas.nodes.values() if one.name == "W"] == ["AmazonRedshiftTarget"]
    script = compile_canvas(canvas)
    assert '"quoteChar": "\'", "withHeader": True, "separator": ";", "optimizePerformance": False' in script
    assert 'paths=["`.k`", "`.a`"]' in script
    # once in the call, once in the helper that Studio writes
    assert script.count('name = "default_group"') == 1
    assert '"dbtable": "public.t", "connectionName": "c"' in script
