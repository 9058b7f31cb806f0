"""Clients at the emulator: the AWS CLI, awswrangler, and our own commands in a second terminal (boto3 has its own tests)."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from glue_emulator import GlueEmulator
from scripts.deployment.workspace import environment_of
from scripts.stedi import ROOT
from tests.glue_emulator.emulated import BUCKET, ENDED, EmulatedAccount, deploy_stedi, wait

SETTINGS = ("PATH", "HOME", "LANG")


@pytest.fixture(scope="module")
def account(emulator: GlueEmulator) -> EmulatedAccount:
    """Give an account with the lakehouse's jobs, and two customers that agreed and one that did not."""
    made = EmulatedAccount(emulator.address)
    deploy_stedi(made)
    customers = [
        {
            "customerName": name,
            "email": f"{name}@example.com",
            "serialNumber": name,
            "shareWithResearchAsOfDate": date,
        }
        for name, date in (("ann", 5), ("bob", 0), ("cyd", 7))
    ]
    text = "".join(json.dumps(customer) + "\n" for customer in customers)
    made.s3.put_object(Bucket="stedi-lake", Key="customer/landing/customers.json", Body=text)
    return made


def aws(account: EmulatedAccount, *words: str) -> str:
    """Type a command of the AWS CLI and return what it printed."""
    environment = {name: os.environ[name] for name in SETTINGS if name in os.environ} | environment_of(account.address)
    command = [str(Path(sys.executable).parent / "aws"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_aws_cli_runs_a_job_and_reads_its_log(account: EmulatedAccount) -> None:
    started = json.loads(aws(account, "glue", "start-job-run", "--job-name", "customer_landing_to_trusted"))
    run = account.ended("customer_landing_to_trusted", started["JobRunId"])
    words = "glue", "get-job-run", "--job-name", run["JobName"], "--run-id", run["Id"], "--query", "JobRun.JobRunState"
    assert json.loads(aws(account, *words)) == "SUCCEEDED"
    stream = "--log-group-name", "/aws-glue/jobs/output", "--log-stream-name", f"{run['Id']}-driver"
    printed = aws(account, "logs", "get-log-events", *stream, "--query", "events[].message", "--output", "text")
    assert "wrote 2 rows to customer_trusted" in printed
    listed = aws(account, "s3", "ls", "s3://stedi-lake/customer/trusted/")
    assert listed.count(".parquet") >= 1


def test_the_aws_cli_copies_files_and_asks_athena(account: EmulatedAccount, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("words\n")
    aws(account, "s3", "cp", str(file), f"s3://{BUCKET}/words.txt")
    assert aws(account, "s3", "cp", f"s3://{BUCKET}/words.txt", "-") == "words\n"
    asked = "--query-string", "select count(*) from customer_landing", "--query-execution-context", "Database=stedi"
    started = json.loads(aws(account, "athena", "start-query-execution", *asked, "--work-group", "stedi"))
    query_id = started["QueryExecutionId"]
    wait(
        lambda: json.loads(aws(account, "athena", "get-query-execution", "--query-execution-id", query_id)),
        lambda seen: seen["QueryExecution"]["Status"]["State"] in ENDED,
    )
    results = json.loads(aws(account, "athena", "get-query-results", "--query-execution-id", query_id))
    assert results["ResultSet"]["Rows"][1]["Data"] == [{"VarCharValue": "3"}]


def test_awswrangler_reads_tables_and_asks_athena(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    import awswrangler

    account.run("customer_landing_to_trusted")
    for name, value in environment_of(account.address).items():
        monkeypatch.setenv(name, value)
    session = boto3.Session(region_name="eu-west-1")
    types = awswrangler.catalog.get_table_types("stedi", "customer_trusted", boto3_session=session)
    assert types
    assert types["sharewithresearchasofdate"] == "bigint"
    frame = awswrangler.s3.read_parquet_table("customer_trusted", "stedi", boto3_session=session)
    assert sorted(frame["email"]) == ["ann@example.com", "cyd@example.com"]
    sql = "select email, sharewithresearchasofdate d from customer_trusted order by email"
    for as_table in (False, True):
        answer = awswrangler.athena.read_sql_query(
            sql,
            "stedi",
            ctas_approach=as_table,
            workgroup="stedi",
            s3_output=f"s3://{BUCKET}/wr/",
            boto3_session=session,
        )
        assert answer.sort_values("email")["d"].tolist() == [5, 7], f"ctas_approach={as_table}"
    awswrangler.s3.to_parquet(
        answer, f"s3://{BUCKET}/copied/", dataset=True, database="stedi", table="copied", boto3_session=session
    )
    assert account.rows("select count(*) from stedi.copied")[1] == ["2"]


COMMANDS = ("apply", "upload-landing", "run-workflow", "athena-check", "teardown")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Give the settings that `make emulator` prints, in an environment that has nothing else of AWS."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = ("PATH", "LANG", "TF_PLUGIN_DIR", "TF_CLI_CONFIG_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": str(tmp_path)}
    line = ["make", "--no-print-directory", "emulator", f"PORT={port}"]
    with subprocess.Popen(
        line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as emulator:
        assert emulator.stdout
        told = ""
        while "AWS_SECRET_ACCESS_KEY=" not in told:
            told += emulator.stdout.readline()
        try:
            yield environment | dict(re.findall(r"(AWS_\w+)=(\S+)", told))
        finally:
            os.killpg(emulator.pid, signal.SIGTERM)


@pytest.mark.emulator
@pytest.mark.usefixtures("terraform")
def test_the_commands_in_the_second_terminal(settings: dict[str, str]) -> None:
    assert f"make {' '.join(COMMANDS)}" in " ".join((ROOT / "docs" / "emulator.md").read_text().split())
    told = ""
    # each that asks has an input of its own: Terraform would read on
    for answer, commands in {"yes": COMMANDS[:1], "stedi-prod": COMMANDS[1:]}.items():
        done = subprocess.run(
            ["make", "--no-print-directory", *commands],
            cwd=ROOT,
            env=settings,
            input=f"{answer}\n",
            capture_output=True,
            text=True,
            timeout=300,
        )
        told += re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
        assert done.returncode == 0, told[-3000:]
    for words in (
        f"the emulator at {settings['AWS_ENDPOINT_URL']}, account 123456789012, region eu-west-1",
        "Apply complete! Resources: 99 added",
        "6 files uploaded",
        "stedi-prod: SUCCEEDED",
        "17 checks passed, 0 failed",
        "This permanently deletes stedi-prod",
        "Destroy complete! Resources: 99 destroyed.",
    ):
        assert words in told, words
