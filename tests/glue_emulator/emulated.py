"""An emulator with what most tests need: clients, a bucket, a role, a database, and words for jobs and workflows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3

from awsglue_local.storage.endpoint import Endpoint
from glue_canvas import compile_canvas
from scripts import stedi
from scripts.deployment.outputs import Deployment
from tests.glue_emulator.aws_server import reset
from tests.lakehouse.tables import FIVE, of_the_five

REGION = "eu-west-1"
BUCKET = "bucket"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "COMPLETED", "ERROR", "CANCELLED")
PATIENCE = 60


class EmulatedAccount:
    """An account of an emulator, emptied."""

    def __init__(self, address: str) -> None:
        reset()
        self.address = address
        self.s3, self.glue, self.athena, self.logs, self.iam = (
            self.client(name) for name in ("s3", "glue", "athena", "logs", "iam")
        )
        self.make_bucket(BUCKET)
        made = self.iam.create_role(RoleName="jobs", AssumeRolePolicyDocument=json.dumps(TRUST))
        self.role = made["Role"]["Arn"]

    def client(self, service: str) -> Any:
        """Return a client that does not try again, so that a refusal is seen at once."""
        from botocore.config import Config

        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def make_bucket(self, name: str) -> None:
        """Make a bucket."""
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def put(self, key: str, body: str | bytes) -> None:
        """Put an object."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def get(self, key: str) -> bytes:
        """Return an object's content."""
        return bytes(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys at a prefix."""
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]

    def job(self, name: str, script: str = "pass\n", **members: Any) -> str:
        """Make a job whose script is put beside it, and return its name."""
        self.put(f"scripts/{name}.py", script)
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET}/scripts/{name}.py", "PythonVersion": "3"}
        self.glue.create_job(**{"Name": name, "Role": self.role, "Command": command, "GlueVersion": "5.1", **members})
        return name

    def run(self, name: str, **asked: Any) -> dict[str, Any]:
        """Run a job to its end and return the last attempt."""
        run_id = self.glue.start_job_run(JobName=name, **asked)["JobRunId"]
        return self.ended(name, run_id)

    def ended(self, name: str, run_id: str) -> dict[str, Any]:
        """Wait until a run has ended."""
        return wait(
            lambda: self.glue.get_job_run(JobName=name, RunId=run_id)["JobRun"], lambda run: run["JobRunState"] in ENDED
        )

    def wait_for(self, name: str, run_id: str, state: str) -> None:
        """Wait until a run is in a state."""
        wait(
            lambda: self.glue.get_job_run(JobName=name, RunId=run_id)["JobRun"], lambda run: run["JobRunState"] == state
        )

    def log(self, run: dict[str, Any], kind: str) -> str:
        """Return what a run printed: `output` or `error`."""
        group = f"{run['LogGroupName']}/{kind}"
        try:
            events = self.logs.get_log_events(logGroupName=group, logStreamName=f"{run['Id']}-driver")["events"]
        except self.logs.exceptions.ResourceNotFoundException:
            return ""
        return "\n".join(event["message"] for event in events)

    def trigger(self, name: str, type_: str, starts: list[str], workflow: str = "w", **more: Any) -> None:
        """Make a trigger that starts jobs."""
        actions = [{"JobName": job} for job in starts]
        asked = {"Name": name, "Type": type_, "Actions": actions, **more}
        if workflow:
            asked["WorkflowName"] = workflow
        self.glue.create_trigger(**asked)

    def after(
        self, name: str, conditions: dict[str, str], starts: list[str], logical: str = "AND", **more: Any
    ) -> None:
        """Make a CONDITIONAL trigger: job to state."""
        wanted = [{"LogicalOperator": "EQUALS", "JobName": job, "State": state} for job, state in conditions.items()]
        predicate = {"Logical": logical, "Conditions": wanted}
        self.trigger(name, "CONDITIONAL", starts, Predicate=predicate, StartOnCreation=True, **more)

    def workflow_run(self, run_id: str, workflow: str = "w") -> dict[str, Any]:
        """Wait until a workflow run has ended and return it with its graph."""
        return wait(
            lambda: self.glue.get_workflow_run(Name=workflow, RunId=run_id, IncludeGraph=True)["Run"],
            lambda run: run["Status"] in ENDED,
        )

    def query(self, sql: str, **asked: Any) -> dict[str, Any]:
        """Run a query to its end and return it."""
        output = {"OutputLocation": f"s3://{BUCKET}/results/"}
        started = self.athena.start_query_execution(
            **{"QueryString": sql, "QueryExecutionContext": {"Database": "d"}, "ResultConfiguration": output, **asked}
        )
        return wait(
            lambda: self.athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"],
            lambda query: query["Status"]["State"] in ENDED,
        )

    def rows(self, sql: str, **asked: Any) -> list[list[str | None]]:
        """Return the rows of a query that has to succeed, the names of the columns first."""
        query = self.query(sql, **asked)
        assert query["Status"]["State"] == "SUCCEEDED", query["Status"]
        pages = self.athena.get_paginator("get_query_results").paginate(QueryExecutionId=query["QueryExecutionId"])
        found = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
        return [[cell.get("VarCharValue") for cell in row] for row in found]


def wait(look: Callable[[], dict[str, Any]], until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Look until it is as wanted, for a minute at most."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = look()
        if until(found):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def job_states(run: dict[str, Any]) -> dict[str, str]:
    """Return the state of the last run of each job of a workflow run; empty where it did not start."""
    jobs = [node for node in run["Graph"]["Nodes"] if node["Type"] == "JOB"]
    runs = {node["Name"]: node.get("JobDetails", {}).get("JobRuns", []) for node in jobs}
    return {name: one[0]["JobRunState"] if one else "" for name, one in runs.items()}


def deploy_stedi(account: EmulatedAccount) -> Deployment:
    """Deploy STEDI's five jobs as Terraform would, with boto3: tables, jobs with their scripts, workflow, triggers."""
    lakehouse = stedi.lakehouse()
    account.make_bucket(stedi.LOCAL_BUCKET)
    account.glue.create_database(DatabaseInput={"Name": stedi.DATABASE})
    for table in lakehouse.tables:
        account.glue.create_table(DatabaseName=stedi.DATABASE, TableInput=table.definition)
    account.glue.create_workflow(Name="stedi", MaxConcurrentRuns=1)
    for name in FIVE:
        account.job(name, compile_canvas(lakehouse.canvases[name]), JobRunQueuingEnabled=True)
        if before := lakehouse.graph.upstream[name]:
            account.after(f"after-{name}", dict.fromkeys(before, "SUCCEEDED"), [name], workflow="stedi")
    account.trigger("start", "ON_DEMAND", of_the_five(lakehouse.graph.first), workflow="stedi")
    account.athena.create_work_group(
        Name="stedi",
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"}},
    )
    return Deployment(
        endpoint=Endpoint(account.address),
        region=REGION,
        lake_bucket=stedi.LOCAL_BUCKET,
        buckets=[stedi.LOCAL_BUCKET],
        landing={table.name: table.location for table in lakehouse.landing},
        database=stedi.DATABASE,
        jobs={name: name for name in FIVE},
        workflow="stedi",
        athena_workgroup="stedi",
    )
