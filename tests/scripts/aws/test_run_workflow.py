"""The lakehouse's workflow on the emulator: it runs as deployed, and what goes wrong leaves every table old or new."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from awsglue_local.errors import EndpointError
from scripts import stedi
from scripts.aws import athena_check, run_workflow
from scripts.aws.athena import Athena
from scripts.aws.upload_landing import upload_landing
from scripts.deployment.outputs import OUTPUTS, Deployment
from tests.conftest import SAMPLE_LANDING
from tests.glue_emulator.emulated import EmulatedAccount, job_states

QUIET = Console(quiet=True)
LAKE = "stedi-lake"
SAMPLE = {
    "customer_trusted": 88,
    "accelerometer_trusted": 900,
    "customers_curated": 68,
    "step_trainer_trusted": 888,
    "machine_learning_curated": 878,
}
FIRST, SECOND, THIRD = "customer_landing_to_trusted", "accelerometer_landing_to_trusted", "customer_trusted_to_curated"
LAST = "machine_learning_curated"


@pytest.fixture
def deployment(deployment: Deployment) -> Deployment:
    """Give the deployed lakehouse with the sample data."""
    upload_landing(SAMPLE_LANDING, deployment, QUIET)
    return deployment


def counts(deployment: Deployment) -> dict[str, int]:
    athena = Athena(deployment)
    return {name: int(athena.query(f"select count(*) from {name}").rows[0][0] or 0) for name in SAMPLE}


def run(deployment: Deployment) -> run_workflow.RunState:
    workflow = run_workflow.Workflow(deployment)
    return run_workflow.watch(workflow, workflow.start(), run_workflow.row_counts(deployment), QUIET)


def spoil(account: EmulatedAccount, job: str, statement: str = "raise ValueError('spoilt')") -> Callable[[], None]:
    """Make a deployed script fail at its end; return what mends it."""
    key = f"scripts/{job}.py"
    good = account.get(key)
    account.put(key, good.replace(b"job.commit()", statement.encode()))
    return lambda: account.put(key, good)


def test_a_failure_in_the_middle(
    account: EmulatedAccount, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    mend = spoil(account, THIRD)
    state = run(deployment)
    assert (state.verdict, [job.name for job in state.failed]) == ("FAILED", [THIRD])
    states = {job.name: job.state for job in state.jobs}
    assert states == {
        FIRST: "SUCCEEDED",
        SECOND: "SUCCEEDED",
        THIRD: "FAILED",
        "step_trainer_landing_to_trusted": "waits",
        LAST: "waits",
    }
    assert counts(deployment) == SAMPLE | {
        "customers_curated": 0,
        "step_trainer_trusted": 0,
        "machine_learning_curated": 0,
    }
    workflow = run_workflow.Workflow(deployment)
    console = Console(width=200)
    run_workflow.explain(workflow, state, console)
    told = capsys.readouterr().out
    assert f"{THIRD} FAILED: Error Category: UNCLASSIFIED_ERROR; Failed Line Number:" in told
    assert "ValueError: spoilt" in told
    mend()
    again = run_workflow.watch(workflow, workflow.resume(), run_workflow.row_counts(deployment), QUIET)
    assert again.succeeded
    assert counts(deployment) == SAMPLE
    assert len(account.glue.get_job_runs(JobName=FIRST)["JobRuns"]) == 1, "what had succeeded is not done again"
    with pytest.raises(Exception, match="nothing failed in the last run"):
        workflow.resume()


def test_a_run_is_watched_again(
    account: EmulatedAccount,
    deployment: Deployment,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = run(deployment)
    monkeypatch.setattr(run_workflow, "deployment", lambda: deployment)
    monkeypatch.setattr("sys.argv", ["run-workflow", "--run", ended.run_id, "--json"])
    assert run_workflow.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["run"], told["state"], len(told["jobs"])) == (ended.run_id, "SUCCEEDED", 5)
    assert len(account.glue.get_workflow_runs(Name="stedi")["Runs"]) == 1, "nothing was started"
    monkeypatch.setattr("sys.argv", ["run-workflow", "--run", "wr_no_such_run"])
    assert run_workflow.main() == 1
    assert capsys.readouterr().err == "run-workflow: the workflow stedi has no run wr_no_such_run\n"


def test_rows_that_cannot_be_counted_do_not_end_the_watch(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    def counts(job: str) -> dict[str, int]:
        if job == THIRD:
            raise EndpointError("Athena answers no more")
        return {job: 1}

    workflow = run_workflow.Workflow(deployment)
    state = run_workflow.watch(workflow, workflow.start(), counts, Console(width=200))
    assert state.succeeded
    assert {job.name: job.rows for job in state.jobs}[THIRD] == {}
    assert f"The rows that {THIRD} wrote were not counted: Athena answers no more" in capsys.readouterr().out


def zone_keys(account: EmulatedAccount) -> list[str]:
    found = account.s3.list_objects_v2(Bucket=LAKE).get("Contents", [])
    return [one["Key"] for one in found if "/landing/" not in one["Key"]]


def test_two_runs_at_once(account: EmulatedAccount, deployment: Deployment) -> None:
    account.glue.update_workflow(Name="stedi", MaxConcurrentRuns=2)
    first, second = (account.glue.start_workflow_run(Name="stedi")["RunId"] for _ in range(2))
    for run_id in (first, second):
        ended = account.workflow_run(run_id, "stedi")
        assert set(job_states(ended).values()) == {"SUCCEEDED"}, job_states(ended)
    assert counts(deployment) == SAMPLE, "rows of two runs are not mixed"
    account.glue.update_workflow(Name="stedi", MaxConcurrentRuns=1)
    account.glue.start_workflow_run(Name="stedi")
    with pytest.raises(account.glue.exceptions.ConcurrentRunsExceededException):
        account.glue.start_workflow_run(Name="stedi")


def test_a_table_that_is_dropped_under_a_job(account: EmulatedAccount, deployment: Deployment) -> None:
    wait_then_drop = "import time, boto3, os\nboto3.client('glue', endpoint_url=os.environ['AWS_ENDPOINT_URL']).delete_table(DatabaseName='stedi', Name='customers_curated')\n"
    key = f"scripts/{THIRD}.py"
    account.put(key, wait_then_drop.encode() + account.get(key))
    state = run(deployment)
    (failed,) = state.failed
    assert failed.name == THIRD
    assert "no table stedi.customers_curated in the catalog" in failed.error
    assert "database 'stedi' has accelerometer_landing" in failed.error


def test_a_missing_script_and_a_wrong_role(account: EmulatedAccount, deployment: Deployment) -> None:
    script = account.get(f"scripts/{SECOND}.py")
    account.s3.delete_object(Bucket="bucket", Key=f"scripts/{SECOND}.py")
    state = run(deployment)
    assert [(job.name, job.error.split(":")[0]) for job in state.failed] == [
        (SECOND, "LAUNCH ERROR | Error downloading from S3 for bucket")
    ]
    account.put(f"scripts/{SECOND}.py", script)
    job = account.glue.get_job(JobName=SECOND)["Job"]
    wrong = {"Role": "arn:aws:iam::999999999999:role/jobs", "Command": job["Command"]}
    account.glue.update_job(JobName=SECOND, JobUpdate=wrong)
    (failed,) = run(deployment).failed
    assert "role/jobs should be given assume role permissions for Glue Service" in failed.error


def test_a_landing_file_that_comes_during_a_run(account: EmulatedAccount, deployment: Deployment) -> None:
    """The new customer is in the tables of the next run; in this one the tables stay in step with each other."""
    customer = {
        "customerName": "Late Comer",
        "email": "late@example.com",
        "phone": "1",
        "birthDay": "1990-01-01",
        "serialNumber": "late",
        "registrationDate": 1,
        "lastUpdateDate": 1,
        "shareWithResearchAsOfDate": 1,
    }
    late = json.dumps(customer)
    statement = (
        "job.commit()\nimport boto3, os\nboto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'])"
        f".put_object(Bucket='{LAKE}', Key='customer/landing/late.json', Body={late + chr(10)!r})"
    )
    mend = spoil(account, FIRST, statement)
    assert run(deployment).succeeded
    assert counts(deployment) == SAMPLE
    mend()
    assert run(deployment).succeeded
    assert counts(deployment) == SAMPLE | {"customer_trusted": 89}


def outputs_file(deployment: Deployment, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands find the deployment, as they find Terraform's outputs."""
    described = {name: {"value": value} for name, value in vars(deployment).items() if name != "endpoint"}
    (folder / "outputs.json").write_text(json.dumps(described))
    monkeypatch.setenv(OUTPUTS, str(folder / "outputs.json"))


def test_the_commands_over_a_run_that_succeeded(
    account: EmulatedAccount,
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """`make run-workflow`, `make athena-check`, and a run that fails afterwards: it leaves the old tables."""
    outputs_file(deployment, tmp_path, monkeypatch)
    monkeypatch.setattr("sys.argv", ["run_workflow", "--json"])
    assert run_workflow.main() == 0
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "SUCCEEDED"
    assert {name: rows for job in told["jobs"] for name, rows in job["writes"].items()} == SAMPLE
    check_on_athena(account, deployment, monkeypatch, capsys)

    before = {key: account.s3.head_object(Bucket=LAKE, Key=key)["ETag"] for key in zone_keys(account)}
    spoil(account, FIRST, "import time; time.sleep(1); raise ValueError('spoilt')")
    monkeypatch.setattr("sys.argv", ["run_workflow", "--no-wait"])
    assert run_workflow.main() == 0
    run_id = re.search(r"run (wr_\w+)", capsys.readouterr().out)
    monkeypatch.setattr("sys.argv", ["run_workflow"])
    assert run_workflow.main() == 1
    assert "ConcurrentRunsExceededException: Concurrent runs exceeded for workflow: stedi" in capsys.readouterr().err
    assert run_id is not None
    assert job_states(account.workflow_run(run_id[1], "stedi"))[FIRST] == "FAILED"
    assert {key: account.s3.head_object(Bucket=LAKE, Key=key)["ETag"] for key in zone_keys(account)} == before
    assert counts(deployment) == SAMPLE | {"customer_trusted": 89}, "with the row that a person inserted"


def check_on_athena(
    account: EmulatedAccount,
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Exception, match=r"no checks for table 'nothing'; the tables are accelerometer_landing"):
        athena_check.run_checks(deployment, "nothing", QUIET)
    checks = athena_check.run_checks(deployment, "", QUIET)
    assert len(checks) == len(list(stedi.CHECKS.glob("*.sql")))
    assert all(check.passed for check in checks)
    assert all(
        check.answer.scanned > 0 and check.answer.dollars >= 0.00005 for check in checks if "columns" not in check.name
    )
    account.rows(
        "insert into customer_trusted select * from customer_trusted limit 1",
        QueryExecutionContext={"Database": "stedi"},
    )
    monkeypatch.setattr("sys.argv", ["athena_check", "--table", "customer_trusted"])
    assert athena_check.main() == 1
    printed = capsys.readouterr().out
    assert "customer_trusted_no_duplicates" in printed
    assert "2 checks passed, 1 failed" in printed
    monkeypatch.setattr("sys.argv", ["athena_check", "--table", "customers_curated", "--json"])
    assert athena_check.main() == 0
    assert all(one["rows"] == [] for one in json.loads(capsys.readouterr().out))


def test_the_order_of_jobs() -> None:
    waits = {"d": ["b", "c"], "b": ["a"], "c": ["a"], "a": []}
    assert run_workflow.in_order(waits) == ["a", "b", "c", "d"]
    assert sorted(run_workflow.in_order({"a": ["b"], "b": ["a"]})) == ["a", "b"]
