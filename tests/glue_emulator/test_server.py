"""The emulator's server: loopback only, refusals at once, no way out of its folder, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from awsglue_local.storage.table import storage_formats
from glue_emulator import GlueEmulator
from glue_emulator.server import FOLDER_PREFIX
from scripts.stedi import ROOT
from tests.conftest import STUDIO_HEADER
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount, wait

pytestmark = pytest.mark.emulator


def other_addresses() -> list[str]:
    """Return this machine's addresses beside loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; says which address would be used
            return [probe.getsockname()[0]]
        except OSError:
            return []


def test_it_listens_on_loopback_alone(emulator: GlueEmulator) -> None:
    port = int(emulator.address.rsplit(":", 1)[1])
    socket.create_connection(("127.0.0.1", port), 2).close()
    tables = [
        Path(name).read_text().splitlines()[1:] for name in ("/proc/net/tcp", "/proc/net/tcp6") if Path(name).exists()
    ]
    listening = {line.split()[1] for lines in tables for line in lines if line.split()[3] == "0A"}
    ours = {place for place in listening if place.endswith(f":{port:04X}")}
    assert ours == {f"0100007F:{port:04X}"} or not tables, "tables of sockets are Linux's"
    for address in other_addresses():
        with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
            socket.create_connection((address, port), 1)


@pytest.mark.parametrize(
    ("service", "operation", "asked", "named"),
    [
        ("glue", "create_blueprint", {"Name": "b", "BlueprintLocation": "s3://b/k"}, "CreateBlueprint"),
        (
            "glue",
            "start_ml_labeling_set_generation_task_run",
            {"TransformId": "t", "OutputS3Path": "s3://b/k"},
            "StartMLLabelingSet",
        ),
        (
            "athena",
            "start_session",
            {"WorkGroup": "w", "EngineConfiguration": {"MaxConcurrentDpus": 2}},
            "StartSession",
        ),
        ("cloudhsm", "list_hsms", {}, "ListHsms"),
    ],
)
def test_what_is_not_emulated_is_refused_at_once(
    emulator: GlueEmulator, service: str, operation: str, asked: dict[str, Any], named: str
) -> None:
    import boto3

    client = boto3.client(
        service,
        endpoint_url=emulator.address,
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
    )
    start = time.monotonic()
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**asked)
    assert time.monotonic() - start < 2, "no retries"
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert named in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}])
def test_no_web_page_is_answered(account: EmulatedAccount, headers: dict[str, str]) -> None:
    for method in ("OPTIONS", "POST"):
        request = Request(
            account.address, data=b"{}", method=method, headers={"X-Amz-Target": "AWSGlue.GetJobs", **headers}
        )
        with pytest.raises(HTTPError) as refused:
            urlopen(request, timeout=10)
        assert refused.value.code == 403
        assert "Access-Control-Allow-Origin" not in refused.value.headers


def test_a_reset_stops_what_runs(account: EmulatedAccount) -> None:
    name = account.job("long", "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(120)\n")
    run = {"Id": account.glue.start_job_run(JobName=name)["JobRunId"], "LogGroupName": "/aws-glue/jobs"}
    wait(lambda: {"log": account.log(run, "output")}, lambda seen: bool(seen["log"]))
    process = int(account.log(run, "output"))
    urlopen(Request(f"{account.address}/moto-api/reset", method="POST"), timeout=30).close()
    assert not Path(f"/proc/{process}").exists()


def test_nothing_of_before_a_reset_goes_on_after_it(account: EmulatedAccount) -> None:
    output = {"OutputLocation": f"s3://{BUCKET}/results/"}
    for number in range(6):
        account.athena.start_query_execution(QueryString=f"create database late_{number}", ResultConfiguration=output)
    urlopen(Request(f"{account.address}/moto-api/reset", method="POST"), timeout=30).close()
    assert account.glue.get_databases()["DatabaseList"] == []


def test_nobody_meets_half_a_reset(account: EmulatedAccount) -> None:
    answers, is_over = Counter[int](), threading.Event()

    def ask() -> None:
        glue = account.client("glue")
        while not is_over.is_set():
            try:
                status = glue.get_databases()["ResponseMetadata"]["HTTPStatusCode"]
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            answers[status] += 1

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    for _ in range(20):
        urlopen(Request(f"{account.address}/moto-api/reset", method="POST"), timeout=30).close()
    is_over.set()
    for thread in asking:
        thread.join()
    assert set(answers) == {200}, answers


def test_policies_that_aws_manages_are_there_when_asked_for(account: EmulatedAccount) -> None:
    arn = "arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"
    account.iam.attach_role_policy(RoleName="jobs", PolicyArn=arn)
    attached = account.iam.list_attached_role_policies(RoleName="jobs")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AWSGlueServiceRole", "PolicyArn": arn}]
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    own = account.iam.create_policy(PolicyName="own", PolicyDocument=document)
    names = [one["PolicyName"] for one in account.iam.list_policies(Scope="Local")["Policies"]]
    assert names == ["own"]
    assert account.iam.get_policy(PolicyArn=own["Policy"]["Arn"])["Policy"]["PolicyName"] == "own"


def test_one_emulator_a_process(emulator: GlueEmulator) -> None:
    with pytest.raises(RuntimeError, match="already running in this process"):
        GlueEmulator().__enter__()
    assert EmulatedAccount(emulator.address).s3.list_buckets()["Buckets"], "the first is as it was"
    with pytest.raises(ValueError, match="no engine 'flink'"):
        GlueEmulator(engine="flink")


@pytest.mark.parametrize("key", ["in/../../../escaped.json", "in/./x.json", "in//x.json", "in/a\\..\\b/../../x.json"])
def test_a_key_leads_nowhere_else(account: EmulatedAccount, key: str) -> None:
    account.glue.create_database(DatabaseInput={"Name": "d"})
    storage = {"Columns": [{"Name": "n", "Type": "int"}], "Location": f"s3://{BUCKET}/in/", **storage_formats("json")}
    table = {"Name": "numbers", "StorageDescriptor": storage, "Parameters": {"classification": "json"}}
    account.glue.create_table(DatabaseName="d", TableInput=table)
    account.put(key, '{"n": 1}\n')
    before = set(Path(tempfile.gettempdir()).glob("*.json"))
    query = account.query("select * from numbers")
    assert query["Status"]["State"] == "FAILED"
    assert (
        "leads out of the lake" in query["Status"]["StateChangeReason"]
        or "is not a path" in query["Status"]["StateChangeReason"]
    )
    assert set(Path(tempfile.gettempdir()).glob("*.json")) == before


@pytest.mark.parametrize("location", ["s3://../x/", "s3://bucket/../../x/", "file:///etc/", "s3://UPPER/x/", "/etc/"])
def test_a_location_leads_nowhere_else(account: EmulatedAccount, location: str) -> None:
    account.glue.create_database(DatabaseInput={"Name": "d"})
    storage = {"Columns": [{"Name": "n", "Type": "int"}], "Location": location, **storage_formats("json")}
    table = {"Name": "numbers", "StorageDescriptor": storage, "Parameters": {"classification": "json"}}
    account.glue.create_table(DatabaseName="d", TableInput=table)
    assert account.query("select * from numbers")["Status"]["State"] == "FAILED"


def test_names_are_names_only(account: EmulatedAccount) -> None:
    wild = "x'; import os; os._exit(3) #/../$(touch y)"
    script = (
        "import sys\nprint(sys.argv[sys.argv.index('--JOB_NAME') + 1])\nprint(sys.argv[sys.argv.index('--word') + 1])\n"
    )
    account.put("scripts/plain.py", script)
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/scripts/plain.py"}
    account.glue.create_job(Name=wild, Role=account.role, Command=command)
    run = account.run(wild, Arguments={"--word": wild})
    assert run["JobRunState"] == "SUCCEEDED", run
    assert account.log(run, "output") == f"{wild}\n{wild}"
    assert account.query(f"""select * from "{wild.replace('"', '""')}" """)["Status"]["State"] == "FAILED"


def test_the_command_ends_with_its_jobs_when_it_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "glue_emulator.cli", "--port", "0"]
    emulator = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert emulator.stdout
        address = emulator.stdout.readline().split(" at ")[1].split(",")[0]
        account = EmulatedAccount(address)
        # a script that keeps Python's lock is ended too
        busy = "import os, re\nprint(os.getpid(), flush=True)\nre.match('(a+)+$', 'a' * 60 + 'b')\n"
        name = account.job("long", busy)
        run_id = account.glue.start_job_run(JobName=name)["JobRunId"]
        run = {"Id": run_id, "LogGroupName": "/aws-glue/jobs"}
        wait(lambda: {"log": account.log(run, "output")}, lambda seen: bool(seen["log"]))
        process = int(account.log(run, "output"))
        emulator.send_signal(signal.SIGKILL)
        emulator.wait()
        deadline = time.monotonic() + 10
        while Path(f"/proc/{process}").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not Path(f"/proc/{process}").exists(), "a job outlives its emulator"
    finally:
        emulator.kill()
        emulator.wait()
    (left,) = tmp_path.glob(f"{FOLDER_PREFIX}*")
    again = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert again.stdout
    assert "AWS is emulated at" in again.stdout.readline()
    assert not left.exists(), "the next emulator clears what a killed one left"
    again.send_signal(signal.SIGTERM)
    assert again.wait(20) == 0
    assert list(tmp_path.glob(f"{FOLDER_PREFIX}*")) == []


def test_a_taken_port_is_told(emulator: GlueEmulator) -> None:
    port = emulator.address.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "glue_emulator.cli", "--port", port]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_the_pytest_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def test_buckets(glue_emulator):
            s3 = boto3.client("s3", endpoint_url=glue_emulator.address, region_name="us-east-1",
                              aws_access_key_id="x", aws_secret_access_key="y")
            s3.create_bucket(Bucket="mine")
            assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ["mine"]
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.java
def test_spark_runs_jobs_too() -> None:
    script = STUDIO_HEADER + "print(spark.range(5).count(), spark.version)\n"
    command = [sys.executable, "-c", SPARK]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, input=json.dumps(script))
    assert done.stdout.split() == ["5", "3.5.6"], done.stderr


SPARK = """
import json, sys
from glue_emulator import GlueEmulator
from tests.glue_emulator.emulated import EmulatedAccount
with GlueEmulator(engine="spark") as emulator:
    account = EmulatedAccount(emulator.address)
    run = account.run(account.job("counts", json.load(sys.stdin)))
    print(account.log(run, "output"))
    print(run.get("ErrorMessage", ""))
"""
"""In a process of its own: there is one emulator a process."""
