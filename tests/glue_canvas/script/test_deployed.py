"""Canvases to and from AWS Glue, on the emulator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from glue_canvas import CanvasError, compile_canvas, read_canvas
from glue_canvas.cli import main
from glue_canvas.kinds.eras import Style
from glue_canvas.script import deployed
from glue_emulator import GlueEmulator
from scripts import stedi
from tests.glue_emulator.aws_server import clients

JOB = "customer_landing_to_trusted"
KEY = f"scripts/{JOB}.py"


@pytest.fixture(scope="module")
def address(emulator: GlueEmulator) -> str:
    return emulator.address


class Aws:
    """A job in AWS and its folder here."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.glue, self.s3 = clients(address)
        self.jobs = folder / "studio_jobs"
        shutil.copytree(stedi.JOBS, self.jobs)
        self.canvas = read_canvas(self.jobs / JOB / f"{JOB}.json")
        self.script = compile_canvas(self.canvas)

    def create(self, mode: str = "VISUAL", script: str | None = None, **members: Any) -> None:
        """Create the job as a deployment would, with members that a careless update would lose."""
        if JOB in self.glue.list_jobs()["JobNames"]:
            self.glue.delete_job(JobName=JOB)
        self.s3.create_bucket(Bucket="assets")
        self.s3.put_object(Bucket="assets", Key=KEY, Body=(self.script if script is None else script).encode())
        canvas = {} if mode != "VISUAL" else {"CodeGenConfigurationNodes": nodes(self.canvas)}
        job = {
            "Name": JOB,
            "JobMode": mode,
            "JobRunQueuingEnabled": True,
            "Role": "arn:aws:iam::123456789012:role/r",
            "Command": {"Name": "glueetl", "ScriptLocation": f"s3://assets/{KEY}", "PythonVersion": "3"},
            "DefaultArguments": {
                "--TempDir": "s3://assets/tmp/",
                "--job-language": "python",
                "--enable-metrics": "true",
            },
            "NonOverridableArguments": {"--a": "b"},
            "Timeout": 15,
            "MaxRetries": 1,
            "GlueVersion": "5.1",
            "WorkerType": "G.1X",
            "NumberOfWorkers": 2,
            "SecurityConfiguration": "locked",
            "ExecutionClass": "STANDARD",
        }
        self.glue.create_job(**{**job, **canvas, **members})

    def job(self) -> dict[str, Any]:
        """Return the job as it is in AWS."""
        return dict(self.glue.get_job(JobName=JOB)["Job"])

    def kept_script(self) -> str:
        """Return the script as it is in AWS."""
        return str(self.s3.get_object(Bucket="assets", Key=KEY)["Body"].read().decode())

    def change_canvas(self) -> None:
        """Change the canvas here, and compile it."""
        path = self.canvas.path
        path.write_bytes(path.read_bytes().replace(b'\\"0\\"', b'\\"1\\"', 1))
        self.canvas = read_canvas(path)
        self.script = compile_canvas(self.canvas)
        self.canvas.script_path.write_bytes(self.script.encode())


def nodes(canvas: Any) -> dict[str, Any]:
    return {node.id: {node.kind: node.fields} for node in canvas.nodes.values()}


@pytest.fixture
def aws(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return Aws(address, tmp_path)


def push(aws: Aws, *options: str) -> int:
    return main(["push", JOB, "--folder", str(aws.jobs), *options])


def without(job: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in job.items() if key not in (*keys, "LastModifiedOn")}


def test_push_changes_canvas_and_script_and_nothing_else(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.create()
    before = aws.job()
    aws.change_canvas()
    assert push(aws) == 0
    printed = capsys.readouterr().out
    assert "changed Consented to research" in printed
    assert 'Filters[0].Values[1].Value: - "0"; Filters[0].Values[1].Value: + "1"' in printed
    after = aws.job()
    assert without(after, "CodeGenConfigurationNodes") == without(before, "CodeGenConfigurationNodes")
    assert after["CodeGenConfigurationNodes"] == nodes(aws.canvas)
    assert after["JobMode"] == "VISUAL"
    assert aws.kept_script() == aws.script
    assert "> 1)" in aws.kept_script()


def test_a_second_push_does_nothing(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.create()
    aws.change_canvas()
    assert push(aws) == 0
    changed = aws.job()["LastModifiedOn"]
    capsys.readouterr()
    assert push(aws) == 0
    assert capsys.readouterr().out == f"{JOB}: up to date\n"
    assert aws.job()["LastModifiedOn"] == changed


def test_a_dry_run_says_it_and_does_nothing(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.create()
    before, script = aws.job(), aws.kept_script()
    aws.change_canvas()
    assert push(aws, "--dry-run") == 0
    assert f"the script s3://assets/{KEY} is replaced" in capsys.readouterr().out
    assert (aws.job(), aws.kept_script()) == (before, script)


@pytest.mark.parametrize("mode", ["SCRIPT", "NOTEBOOK"])
def test_a_job_in_another_mode_is_refused(mode: str, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.create(mode=mode, script="print('by hand')")
    before = aws.job()
    assert push(aws) == 1
    assert f"the job is in {mode} mode, and a push would overwrite its script" in capsys.readouterr().err
    assert (aws.job(), aws.kept_script()) == (before, "print('by hand')")


def test_a_job_that_terraform_just_made_is_adopted(aws: Aws) -> None:
    aws.create(mode="SCRIPT")
    before = aws.job()
    assert push(aws, "--adopt") == 0
    after = aws.job()
    assert after["JobMode"] == "VISUAL"
    changed = ("CodeGenConfigurationNodes", "JobMode")
    assert without(after, *changed) == without(before, *changed)
    assert push(aws) == 0


def test_a_canvas_without_nodes_never_gets_there(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.create()
    before = aws.job()
    definition = json.loads(aws.canvas.path.read_text())
    definition["codeGenConfigurationNodes"] = "{}"
    aws.canvas.path.write_text(json.dumps(definition))
    assert push(aws) == 1
    assert "has no nodes" in capsys.readouterr().err
    assert aws.job() == before


def test_a_concurrent_change_is_refused(aws: Aws) -> None:
    aws.create()
    there = deployed.read_deployed(aws.glue, aws.s3, JOB)
    aws.change_canvas()
    planned = deployed.plan_push(aws.canvas, aws.script, there)
    update = without(there.job, "Name", "CreatedOn", "AllocatedCapacity", "MaxCapacity")
    aws.glue.update_job(JobName=JOB, JobUpdate={**update, "Timeout": 99})
    with pytest.raises(deployed.PushRefusedError, match="somebody else has just changed the job"):
        deployed.push(aws.glue, aws.s3, aws.canvas, planned)
    assert aws.job()["Timeout"] == 99
    assert "> 0)" in aws.kept_script()


class Careless:
    """A Glue that loses a member at each update, or fails."""

    def __init__(self, glue: Any, lose: str | None) -> None:
        self.glue, self.lose = glue, lose

    def get_job(self, **arguments: Any) -> Any:
        return self.glue.get_job(**arguments)

    def update_job(self, JobName: str, JobUpdate: dict[str, Any]) -> None:
        from botocore.exceptions import ClientError

        if self.lose is None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "UpdateJob")
        self.glue.update_job(JobName=JobName, JobUpdate=without(JobUpdate, self.lose))


@pytest.mark.parametrize("member", ["Timeout", "JobMode", "CodeGenConfigurationNodes", "NonOverridableArguments"])
def test_what_aws_loses_is_noticed(member: str, aws: Aws) -> None:
    aws.create()
    aws.change_canvas()
    there = deployed.read_deployed(aws.glue, aws.s3, JOB)
    planned = deployed.plan_push(aws.canvas, aws.script, there)
    with pytest.raises(CanvasError, match=f"AWS does not have what was pushed in {member}"):
        deployed.push(Careless(aws.glue, member), aws.s3, aws.canvas, planned)


class Generous(Careless):
    """A Glue that sets members on its own at each update, as AWS does with defaults and with what no update can set."""

    def __init__(self, glue: Any, **members: Any) -> None:
        super().__init__(glue, "nothing")
        self.members, self.has_updated = members, False

    def get_job(self, **arguments: Any) -> Any:
        found = self.glue.get_job(**arguments)
        return {**found, "Job": {**found["Job"], **(self.members if self.has_updated else {})}}

    def update_job(self, JobName: str, JobUpdate: dict[str, Any]) -> None:
        self.glue.update_job(JobName=JobName, JobUpdate=JobUpdate)
        self.has_updated = True


def test_what_aws_sets_on_its_own_is_told_and_no_error(aws: Aws) -> None:
    aws.create()
    aws.change_canvas()
    glue = Generous(aws.glue, ProfileName="default", AutoUpgradeMetadata={"a": "b"}, MaintenanceWindow="Sun:10")
    planned = deployed.plan_push(aws.canvas, aws.script, deployed.read_deployed(glue, aws.s3, JOB))
    assert deployed.push(glue, aws.s3, aws.canvas, planned) == [
        "AutoUpgradeMetadata",
        "MaintenanceWindow",
        "ProfileName",
    ]


def test_what_aws_changes_is_an_error_all_the_same(aws: Aws) -> None:
    aws.create()
    aws.change_canvas()
    glue = Generous(aws.glue, Timeout=99)
    planned = deployed.plan_push(aws.canvas, aws.script, deployed.read_deployed(glue, aws.s3, JOB))
    with pytest.raises(CanvasError, match="AWS does not have what was pushed in Timeout"):
        deployed.push(glue, aws.s3, aws.canvas, planned)


def test_a_refused_update_puts_the_old_script_back(aws: Aws) -> None:
    aws.create()
    before, script = aws.job(), aws.kept_script()
    aws.change_canvas()
    planned = deployed.plan_push(aws.canvas, aws.script, deployed.read_deployed(aws.glue, aws.s3, JOB))
    with pytest.raises(CanvasError, match=r"cannot update the job 'customer_landing_to_trusted': .*AccessDenied"):
        deployed.push(Careless(aws.glue, None), aws.s3, aws.canvas, planned)
    assert (aws.job(), aws.kept_script()) == (before, script)


def test_a_member_that_an_update_cannot_set_stops_the_push(aws: Aws) -> None:
    aws.create()
    there = deployed.read_deployed(aws.glue, aws.s3, JOB)
    there.job["Tomorrow"] = 1
    with pytest.raises(deployed.PushRefusedError, match="an update would lose Tomorrow"):
        deployed.plan_push(aws.canvas, aws.script, there)


def test_a_script_that_is_not_the_canvas_is_not_pushed(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    aws.create()
    aws.canvas.script_path.write_text(aws.script.replace("> 0)", "> 5)"))
    assert push(aws) == 1
    assert "differs from its canvas; run `glue-canvas check` to see how" in capsys.readouterr().err


def test_a_job_without_a_place_for_its_script_is_refused(aws: Aws) -> None:
    aws.create(Command={"Name": "glueetl", "ScriptLocation": "elsewhere.py"})
    with pytest.raises(deployed.PushRefusedError, match="is not an object on S3"):
        deployed.plan_push(aws.canvas, aws.script, deployed.read_deployed(aws.glue, aws.s3, JOB))


def test_pull_writes_the_canvas_that_was_pushed(aws: Aws, tmp_path: Path) -> None:
    aws.create()
    folder = tmp_path / "pulled"
    assert main(["pull", JOB, "--folder", str(folder)]) == 0
    pulled = read_canvas(folder / JOB / f"{JOB}.json")
    assert pulled.nodes == aws.canvas.nodes
    assert list(pulled.nodes) == list(aws.canvas.nodes)
    assert pulled.path.read_bytes() == pulled.to_text().encode()
    assert pulled.script_path.read_text() == aws.script
    assert pulled.definition["command"] == {
        "name": "glueetl",
        "scriptLocation": f"s3://assets/{KEY}",
        "pythonVersion": "3",
    }
    assert list(pulled.definition["defaultArguments"]) == ["--enable-metrics", "--job-language", "--TempDir"]
    assert pulled.definition["executionProperty"] == {"maxConcurrentRuns": 1}
    assert main(["check", str(folder)]) == 0


def test_pull_of_the_canvas_alone_keeps_the_rest_of_the_file(aws: Aws) -> None:
    aws.create()
    before = aws.canvas.path.read_bytes()
    aws.change_canvas()
    assert main(["pull", JOB, "--folder", str(aws.jobs), "--canvas-only"]) == 0
    assert aws.canvas.path.read_bytes() == before


def test_pull_keeps_the_style_of_the_deployed_script(aws: Aws, tmp_path: Path) -> None:
    script = compile_canvas(aws.canvas, Style(sql_base=41))
    aws.create(script=script)
    assert main(["pull", JOB, "--folder", str(tmp_path / "p")]) == 0
    assert (tmp_path / "p" / JOB / f"{JOB}.py").read_text() == script


def test_pull_refuses_a_script_job_and_writes_nothing(
    aws: Aws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.create(mode="SCRIPT")
    assert main(["pull", JOB, "--folder", str(tmp_path / "p")]) == 1
    assert "has no canvas; it is in SCRIPT mode" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("name", ["../outside", "a/b", ".hidden", "", "_x"])
def test_a_job_name_cannot_lead_out_of_the_folder(name: str, aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pull", name, "--folder", str(aws.jobs)]) == 1
    assert "cannot be the name of a folder" in capsys.readouterr().err


def test_a_job_that_is_not_there_and_an_endpoint_that_is_not(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pull", "nobody", "--folder", str(aws.jobs)]) == 1
    assert "cannot read the job 'nobody' from AWS Glue: " in capsys.readouterr().err


def test_no_credentials_and_no_region_are_told(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    tool = str(Path(sys.executable).parent / "glue-canvas")
    done = subprocess.run(
        [tool, "pull", "x", "--folder", str(tmp_path)],
        env={**clean, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "cannot reach AWS: You must specify a region" in done.stderr
    assert "Traceback" not in done.stderr


def test_get_job_output_is_imported(aws: Aws, tmp_path: Path) -> None:
    aws.create()
    document = tmp_path / "job.json"
    document.write_text(json.dumps(aws.glue.get_job(JobName=JOB), default=str))
    assert main(["import", str(document), "--folder", str(tmp_path / "in")]) == 0
    imported = read_canvas(tmp_path / "in" / JOB / f"{JOB}.json")
    assert imported.nodes == aws.canvas.nodes
    assert imported.script_path.read_text() == aws.script


def test_a_job_of_another_environment_gets_its_own_database(aws: Aws) -> None:
    aws.create()
    assert push(aws, "--as", JOB, "--database", "stedi=stedi_dev") == 0
    assert aws.kept_script() == aws.script.replace('"stedi"', '"stedi_dev"')
    assert "stedi_dev" in aws.kept_script()
    text = json.dumps(aws.job()["CodeGenConfigurationNodes"])
    assert '"Database": "stedi_dev"' in text
    assert '"stedi"' not in text
    assert 'database=\\"stedi_dev\\"' in text


@pytest.mark.parametrize("words", ["stedi", "stedi=", "=stedi_dev"])
def test_a_database_that_is_not_old_and_new_is_refused(
    words: str, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.create()
    assert push(aws, "--database", words) == 1
    assert f"--database {words!r} is not OLD=NEW" in capsys.readouterr().err
