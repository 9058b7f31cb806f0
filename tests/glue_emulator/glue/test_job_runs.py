"""Job runs of the emulator: states, limits, logs, arguments, what a run may see."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from awsglue_local.storage.table import storage_formats
from glue_emulator import GlueEmulator
from tests.conftest import STUDIO_HEADER
from tests.glue_emulator.emulated import BUCKET, EmulatedAccount, wait

SLEEPS = "import time\nprint('begun', flush=True)\ntime.sleep(60)\n"


@pytest.fixture(scope="module")
def emulator() -> Iterator[GlueEmulator]:
    """Give an emulator in which a minute of a Timeout is a second."""
    with GlueEmulator(minute=1.0) as running:
        yield running


def test_a_run_succeeds_with_its_log(account: EmulatedAccount) -> None:
    run = account.run(account.job("one", "print('hello')\nimport sys\nprint('oops', file=sys.stderr)\n"))
    assert run["JobRunState"] == "SUCCEEDED"
    assert run["StartedOn"] <= run["CompletedOn"]
    assert (run["JobName"], run["Attempt"], run["Timeout"], run["GlueVersion"]) == ("one", 0, 480, "5.1")
    assert "ErrorMessage" not in run
    assert (account.log(run, "output"), account.log(run, "error")) == ("hello", "oops")


def test_a_run_fails_with_the_real_error(account: EmulatedAccount) -> None:
    script = "# Script generated for node Add up\nrows = [1]\nprint('before')\nrows[3]\n"
    run = account.run(account.job("bad", script))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == (
        'Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 4; IndexError: list index out of range (node "Add up")'
    )
    assert account.log(run, "output") == "before"
    assert "IndexError: list index out of range" in account.log(run, "error")


def test_a_run_that_ends_itself_is_told(account: EmulatedAccount) -> None:
    run = account.run(account.job("exits", "import os\nos._exit(7)\n"))
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "The job's process ended with exit code 7")


def test_arguments_reach_the_script(account: EmulatedAccount) -> None:
    script = """
import sys
from awsglue.utils import getResolvedOptions
args = getResolvedOptions(sys.argv, ["JOB_NAME", "year", "month", "day", "dash"])
import json
print(json.dumps({name: args[name] for name in ("JOB_NAME", "JOB_RUN_ID", "year", "month", "day", "dash", "TempDir")}))
"""
    name = account.job(
        "arguments",
        script,
        DefaultArguments={
            "--year": "2024",
            "--month": "1",
            "--day": "1",
            "--TempDir": "s3://bucket/t/",
            "--conf": "a=b",
        },
        NonOverridableArguments={"--day": "31"},
    )
    run = account.run(name, Arguments={"--month": "12", "--day": "2", "--dash": "-1"})
    assert run["JobRunState"] == "SUCCEEDED", run
    seen = json.loads(account.log(run, "output"))
    assert seen == {
        "JOB_NAME": "arguments",
        "JOB_RUN_ID": run["Id"],
        "year": "2024",
        "month": "12",
        "day": "31",
        "dash": "-1",
        "TempDir": "s3://bucket/t/",
    }
    assert run["Arguments"]["--month"] == "12"


def test_modules_of_extra_py_files_are_found(account: EmulatedAccount) -> None:
    account.put("modules/helper.py", "def word():\n    return 'helped'\n")
    name = account.job(
        "helped",
        "import helper\nprint(helper.word())\n",
        DefaultArguments={"--extra-py-files": f"s3://{BUCKET}/modules/helper.py"},
    )
    run = account.run(name)
    assert (run["JobRunState"], account.log(run, "output")) == ("SUCCEEDED", "helped")


def test_a_timeout_ends_the_run(account: EmulatedAccount) -> None:
    run = account.run(account.job("slow", SLEEPS, Timeout=3))
    assert run["JobRunState"] == "TIMEOUT"
    assert run["ErrorMessage"] == "Job run exceeded its timeout of 3 minutes"
    assert account.log(run, "output") == "begun"


def test_a_stopped_run_is_killed(account: EmulatedAccount) -> None:
    name = account.job("stopped", "import os\nprint(os.getpid(), flush=True)\n" + SLEEPS)
    run_id = account.glue.start_job_run(JobName=name)["JobRunId"]
    run = {"Id": run_id, "LogGroupName": "/aws-glue/jobs"}
    wait(lambda: {"log": account.log(run, "output")}, lambda seen: "begun" in seen["log"])
    process = int(account.log(run, "output").split()[0])
    os.kill(process, 0)
    answer = account.glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id, "jr_none"])
    assert [one["JobRunId"] for one in answer["SuccessfulSubmissions"]] == [run_id]
    assert [one["ErrorDetail"]["ErrorCode"] for one in answer["Errors"]] == ["EntityNotFoundException"]
    assert account.ended(name, run_id)["JobRunState"] == "STOPPED"
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    again = account.glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
    assert again["Errors"][0]["ErrorDetail"]["ErrorCode"] == "IllegalStateException"


def test_a_failed_run_is_tried_again(account: EmulatedAccount) -> None:
    script = """
import boto3, os
s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
s3.put_object(Bucket="bucket", Key="tries/" + str(len(s3.list_objects_v2(Bucket="bucket", Prefix="tries/").get("Contents", []))))
assert len(s3.list_objects_v2(Bucket="bucket", Prefix="tries/")["Contents"]) == 3
"""
    name = account.job("stubborn", script, MaxRetries=2)
    first = account.glue.start_job_run(JobName=name)["JobRunId"]
    runs = wait(
        lambda: {"runs": account.glue.get_job_runs(JobName=name)["JobRuns"]},
        lambda seen: len(seen["runs"]) == 3 and seen["runs"][0]["JobRunState"] == "SUCCEEDED",
    )["runs"]
    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED", "FAILED", "FAILED"]
    assert [run["Id"] for run in runs] == [f"{first}_attempt_2", f"{first}_attempt_1", first]
    assert [run["Attempt"] for run in runs] == [2, 1, 0]
    assert runs[0]["PreviousRunId"] == runs[1]["Id"]


def test_no_more_runs_at_once_than_allowed(account: EmulatedAccount) -> None:
    name = account.job("single", SLEEPS)
    run_id = account.glue.start_job_run(JobName=name)["JobRunId"]
    with pytest.raises(ClientError) as refused:
        account.glue.start_job_run(JobName=name)
    assert refused.value.response["Error"]["Code"] == "ConcurrentRunsExceededException"
    account.glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
    account.ended(name, run_id)
    double = account.job("double", "import time\ntime.sleep(2)\n", ExecutionProperty={"MaxConcurrentRuns": 2})
    runs = [account.glue.start_job_run(JobName=double)["JobRunId"] for _ in range(2)]
    assert {account.ended(double, run)["JobRunState"] for run in runs} == {"SUCCEEDED"}


def test_a_queued_run_waits_for_its_turn(account: EmulatedAccount) -> None:
    name = account.job("queued", "import time\ntime.sleep(1)\n", JobRunQueuingEnabled=True)
    first, second, third = (account.glue.start_job_run(JobName=name)["JobRunId"] for _ in range(3))
    account.wait_for(name, second, "WAITING")
    account.glue.batch_stop_job_run(JobName=name, JobRunIds=[third])
    done = account.ended(name, first), account.ended(name, second), account.ended(name, third)
    assert [run["JobRunState"] for run in done] == ["SUCCEEDED", "SUCCEEDED", "STOPPED"]
    assert done[1]["StartedOn"] >= done[0]["StartedOn"]


def test_a_missing_script_and_a_wrong_role_fail_the_run(account: EmulatedAccount) -> None:
    name = account.job("lost")
    account.s3.delete_object(Bucket=BUCKET, Key="scripts/lost.py")
    run = account.run(name)
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith(
        "LAUNCH ERROR | Error downloading from S3 for bucket: bucket, key: scripts/lost.py:"
    )
    other = account.job("unroled", Role="arn:aws:iam::123456789012:role/nobody")
    run = account.run(other)
    assert run["JobRunState"] == "FAILED"
    assert "role/nobody should be given assume role permissions for Glue Service" in run["ErrorMessage"]
    account.iam.create_role(RoleName="lambda", AssumeRolePolicyDocument=json.dumps({"Statement": []}))
    run = account.run(account.job("mistrusted", Role="lambda"))
    assert "should be given assume role permissions" in run["ErrorMessage"]


def test_a_job_sees_nothing_of_the_caller(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREALREALREALREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real-secret")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    run = account.run(account.job("nosy", "import os, json\nprint(json.dumps(dict(os.environ)))\n"))
    seen = json.loads(account.log(run, "output"))
    assert seen["AWS_ACCESS_KEY_ID"] == "local"
    assert not {"AWS_PROFILE", "DATABASE_PASSWORD"} & set(seen)
    assert not [name for name, value in seen.items() if "real" in value.lower().replace("/", "")]
    assert seen["HOME"] != os.environ.get("HOME")


def test_bookmarks_go_on_from_run_to_run(account: EmulatedAccount) -> None:
    account.glue.create_database(DatabaseInput={"Name": "d"})
    storage = {"Columns": [{"Name": "n", "Type": "int"}], "Location": f"s3://{BUCKET}/in/", **storage_formats("json")}
    table = {"Name": "numbers", "StorageDescriptor": storage, "Parameters": {"classification": "json"}}
    account.glue.create_table(DatabaseName="d", TableInput=table)
    account.put("in/a.json", '{"n": 1}\n')
    script = STUDIO_HEADER + (
        'frame = glueContext.create_dynamic_frame.from_catalog(database="d", table_name="numbers", transformation_ctx="s")\n'
        'print("rows", frame.count())\njob.commit()\n'
    )
    name = account.job("marked", script, DefaultArguments={"--job-bookmark-option": "job-bookmark-enable"})

    def rows() -> str:
        run = account.run(name)
        assert run["JobRunState"] == "SUCCEEDED", run
        return account.log(run, "output").splitlines()[0]

    assert rows() == "rows 1"
    account.put("in/b.json", '{"n": 2}\n{"n": 3}\n')
    assert rows() == "rows 2"
    assert "in/b.json" in account.glue.get_job_bookmark(JobName=name)["JobBookmarkEntry"]["JobBookmark"]
    account.glue.reset_job_bookmark(JobName=name)
    assert rows() == "rows 3"


def test_data_quality_results_can_be_asked_for(account: EmulatedAccount) -> None:
    script = STUDIO_HEADER + (
        'frame = DynamicFrame.fromDF(spark.createDataFrame([(1, 2)], "a int, b int"), glueContext, "f")\n'
        'EvaluateDataQuality().process_rows(frame=frame, ruleset="Rules = [ColumnCount > 0, ColumnCount = 3]",\n'
        '    publishing_options={"dataQualityEvaluationContext": "Check"}, additional_options={})\n'
    )
    run = account.run(account.job("quality", script))
    assert run["JobRunState"] == "SUCCEEDED", run
    (found,) = account.glue.list_data_quality_results(Filter={"JobName": "quality"})["Results"]
    result = account.glue.get_data_quality_result(ResultId=found["ResultId"])
    assert (result["Score"], result["EvaluationContext"], result["JobRunId"]) == (0.5, "Check", run["Id"])
    assert [rule["Result"] for rule in result["RuleResults"]] == ["PASS", "FAIL"]
    assert result["RuleResults"][1]["EvaluationMessage"] == "Value: 2 does not meet the constraint requirement!"


def test_update_job_replaces_the_whole_job(account: EmulatedAccount) -> None:
    name = account.job("changing", Timeout=5, JobMode="VISUAL", DefaultArguments={"--a": "1"}, MaxRetries=1)
    command = account.glue.get_job(JobName=name)["Job"]["Command"]
    account.glue.update_job(JobName=name, JobUpdate={"Role": account.role, "Command": command})
    job = account.glue.get_job(JobName=name)["Job"]
    assert job["JobMode"] == "SCRIPT"
    assert job["MaxRetries"] == 0
    assert "DefaultArguments" not in job
    assert job["Timeout"] == 480
    assert job["CreatedOn"] < job["LastModifiedOn"]
    with pytest.raises(ClientError, match="do not set Max Capacity"):
        account.glue.update_job(JobName=name, JobUpdate={"MaxCapacity": 2.0, "WorkerType": "G.1X"})


def test_a_deleted_job_takes_its_runs_along(account: EmulatedAccount) -> None:
    name = account.job("leaving", SLEEPS)
    run_id = account.glue.start_job_run(JobName=name)["JobRunId"]
    account.wait_for(name, run_id, "RUNNING")
    account.glue.delete_job(JobName=name)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        account.glue.get_job_run(JobName=name, RunId=run_id)


def test_runs_are_listed_in_pages(account: EmulatedAccount) -> None:
    name = account.job("many", ExecutionProperty={"MaxConcurrentRuns": 3})
    started = [account.glue.start_job_run(JobName=name)["JobRunId"] for _ in range(3)]
    for run in started:
        account.ended(name, run)
    pages = account.glue.get_paginator("get_job_runs").paginate(JobName=name, PaginationConfig={"PageSize": 2})
    assert [[run["Id"] for run in page["JobRuns"]] for page in pages] == [[started[2], started[1]], [started[0]]]


def test_eight_jobs_at_once(account: EmulatedAccount) -> None:
    start = time.monotonic()
    names = [account.job(f"crowd-{number}", f"print({number})\n") for number in range(8)]
    runs = {name: account.glue.start_job_run(JobName=name)["JobRunId"] for name in names}
    done = {name: account.ended(name, run) for name, run in runs.items()}
    assert {run["JobRunState"] for run in done.values()} == {"SUCCEEDED"}
    assert [account.log(run, "output") for run in done.values()] == [str(number) for number in range(8)]
    assert time.monotonic() - start < 60
