"""The people of a rehearsal, each with the policy that such a person has in AWS, and what an analyst may not do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import boto3
from botocore.exceptions import ClientError

from awsglue_local.errors import GlueLocalError
from scripts import stedi
from scripts.aws.athena import Athena
from scripts.deployment.outputs import Deployment
from scripts.deployment.policies import names, policy_of
from scripts.deployment.workspace import REGION, environment_of


def make_person(who: str, address: str) -> dict[str, str]:
    """Make a user with a person's policies on an emulator, and return the environment that its keys are in."""
    account = root_client("sts", address).get_caller_identity()["Account"]
    iam = root_client("iam", address)
    iam.create_user(UserName=who)
    for name in names(who):
        document = json.dumps(policy_of(name, account, REGION))
        iam.put_user_policy(UserName=who, PolicyName=name, PolicyDocument=document)
    return _keys(iam, who)


def analyst_asks(there: Deployment, address: str) -> str:
    """Query as an analyst does, and try what an analyst must not do.

    Raises
    ------
    GlueLocalError
        Something was refused that is an analyst's, or something was answered that is not.
    """
    iam = root_client("iam", address)
    iam.create_user(UserName="analyst")
    account = root_client("sts", address).get_caller_identity()["Account"]
    iam.attach_user_policy(UserName="analyst", PolicyArn=f"arn:aws:iam::{account}:policy/{there.workflow}-analysts")
    analyst = replace(there, athena_workgroup=f"{there.workflow}-analysts")
    with acting_as(_keys(iam, "analyst")):
        athena = Athena(analyst)
        rows = athena.query(f"select count(*) from {stedi.TRAINING_TABLE}").rows[0][0]  # noqa: S608 - a name of ours
        forbidden = _forbidden(analyst, athena)
        for words, ask in forbidden.items():
            _require_refused(words, ask)
    return f"{int(str(rows)):,} training rows; {len(forbidden)} other requests are refused"


@contextmanager
def acting_as(keys: dict[str, str]) -> Iterator[None]:
    """Have a person's keys in the environment for a while."""
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _forbidden(there: Deployment, athena: Athena) -> dict[str, Any]:
    s3, glue = there.client("s3"), there.client("glue")
    lake, job = there.lake_bucket, next(iter(there.jobs.values()))
    return {
        "read customer_landing": lambda: athena.query("select * from customer_landing"),
        "read customer_trusted": lambda: athena.query("select * from customer_trusted"),
        "list landing files": lambda: s3.list_objects_v2(Bucket=lake, Prefix="customer/landing/"),
        "delete training data": lambda: s3.delete_object(Bucket=lake, Key="machine_learning/curated/x"),
        "start a job": lambda: glue.start_job_run(JobName=job),
        "change a table": lambda: glue.delete_table(DatabaseName=there.database, Name=stedi.TRAINING_TABLE),
        "make a user": lambda: there.client("iam").create_user(UserName="other"),
    }


def _require_refused(words: str, ask: Any) -> None:
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException"):
            return
        raise
    except GlueLocalError as error:
        if "not authorized" in str(error):
            return
        raise
    raise GlueLocalError(f"an analyst could {words}")


def take_down(address: str, who: str) -> None:
    """Remove a user, so that its policy can go."""
    iam = root_client("iam", address)
    for policy in iam.list_attached_user_policies(UserName=who)["AttachedPolicies"]:
        iam.detach_user_policy(UserName=who, PolicyArn=policy["PolicyArn"])


def _keys(iam: Any, who: str) -> dict[str, str]:
    key = iam.create_access_key(UserName=who)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def root_client(service: str, address: str) -> Any:
    """Return a client for the root user of the emulator's account, who makes the others."""
    root = environment_of(address)
    return _client(service, address, root["AWS_ACCESS_KEY_ID"], root["AWS_SECRET_ACCESS_KEY"])


def _client(service: str, address: str, key: str, secret: str) -> Any:
    return boto3.client(
        service, endpoint_url=address, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret
    )
