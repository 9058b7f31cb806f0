"""An emulator that enforces IAM, asked by real clients: who is let in, who is not, in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from glue_emulator import GlueEmulator
from tests.glue_emulator.emulated import REGION, EmulatedAccount

ACCOUNT = "123456789012"


@pytest.fixture(scope="module")
def emulator() -> Iterator[GlueEmulator]:
    """Give an emulator that enforces IAM."""
    with GlueEmulator(enforce_iam=True) as running:
        yield running


def person(account: EmulatedAccount, *statements: dict[str, Any], name: str = "ann") -> tuple[str, str]:
    """Make a user with a policy, and return its keys."""
    account.iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    account.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = account.iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def client(account: EmulatedAccount, service: str, keys: tuple[str, ...]) -> Any:
    return boto3.client(
        service, endpoint_url=account.address, region_name=REGION, aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1], aws_session_token=keys[2] if len(keys) > 2 else None,
    )  # fmt: skip


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def refused(call: Any, **asked: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        call(**asked)
    return error.value.response["Error"]["Code"], error.value.response["Error"].get("Message", "")


def test_objects_below_a_prefix_and_nothing_else(account: EmulatedAccount) -> None:
    account.put("a/x y+%.txt", "hello")
    account.put("b/secret.txt", "no")
    keys = person(
        account,
        allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::bucket/a/*"),
        allow("s3:ListBucket", "arn:aws:s3:::bucket", Condition={"StringLike": {"s3:prefix": "a/*"}}),
    )
    s3 = client(account, "s3", keys)
    assert s3.get_object(Bucket="bucket", Key="a/x y+%.txt")["Body"].read() == b"hello"
    s3.put_object(Bucket="bucket", Key="a/ü/new", Body=b"1")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket="bucket", Prefix="a/")["Contents"]] == [
        "a/x y+%.txt",
        "a/ü/new",
    ]
    code, message = refused(s3.get_object, Bucket="bucket", Key="b/secret.txt")
    assert code == "AccessDenied"
    assert message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: s3:GetObject on resource: "
        '"arn:aws:s3:::bucket/b/secret.txt" because no identity-based policy allows the s3:GetObject action'
    )
    assert refused(s3.list_objects_v2, Bucket="bucket")[0] == "AccessDenied"
    assert refused(s3.list_objects_v2, Bucket="bucket", Prefix="b/")[0] == "AccessDenied"
    assert refused(s3.delete_object, Bucket="bucket", Key="a/ü/new")[0] == "AccessDenied"
    assert refused(s3.delete_objects, Bucket="bucket", Delete={"Objects": [{"Key": "a/ü/new"}]})[0] == "AccessDenied"
    assert (
        refused(s3.copy_object, Bucket="bucket", Key="a/c", CopySource={"Bucket": "bucket", "Key": "b/secret.txt"})[0]
        == "AccessDenied"
    )
    assert (
        refused(s3.create_bucket, Bucket="other", CreateBucketConfiguration={"LocationConstraint": REGION})[0]
        == "AccessDenied"
    )
    assert refused(s3.head_object, Bucket="bucket", Key="b/secret.txt")[0] == "403"


def test_a_bucket_policy_denies_whoever_it_is(account: EmulatedAccount) -> None:
    account.put("a/x", "1")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/a/*"}
    account.s3.put_bucket_policy(
        Bucket="bucket", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    s3 = client(account, "s3", person(account, allow("*")))
    code, message = refused(s3.get_object, Bucket="bucket", Key="a/x")
    assert (code, message.rsplit('x" ', 1)[1]) == ("AccessDenied", "with an explicit deny in a resource-based policy")


def test_a_table_needs_its_catalog_and_its_database(account: EmulatedAccount) -> None:
    account.glue.create_database(DatabaseInput={"Name": "d"})
    account.glue.create_table(DatabaseName="d", TableInput={"Name": "t", "StorageDescriptor": {"Columns": []}})
    base = f"arn:aws:glue:{REGION}:{ACCOUNT}"
    whole = [f"{base}:catalog", f"{base}:database/d", f"{base}:table/d/t"]
    assert client(account, "glue", person(account, allow("glue:GetTable", whole))).get_table(DatabaseName="d", Name="t")
    for number, left_out in enumerate(whole):
        keys = person(
            account, allow("glue:GetTable", [one for one in whole if one != left_out]), name=f"without{number}"
        )
        code, message = refused(client(account, "glue", keys).get_table, DatabaseName="d", Name="t")
        assert code == "AccessDeniedException"
        assert f"is not authorized to perform: glue:GetTable on resource: {left_out} because no identity" in message


def test_a_role_is_handed_over_only_with_leave(account: EmulatedAccount) -> None:
    command = {"Name": "glueetl", "ScriptLocation": "s3://bucket/x.py"}
    asked = {"Name": "j", "Role": account.role, "Command": command, "GlueVersion": "5.1"}
    job = f"arn:aws:glue:{REGION}:{ACCOUNT}:job/j"
    glue = client(account, "glue", person(account, allow("glue:CreateJob", job)))
    assert f"iam:PassRole on resource: {account.role}" in refused(glue.create_job, **asked)[1]
    to_others = allow(
        "iam:PassRole", account.role, Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    )
    glue = client(account, "glue", person(account, allow("glue:CreateJob", job), to_others, name="bob"))
    assert "iam:PassRole" in refused(glue.create_job, **asked)[1]
    to_glue = allow(
        "iam:PassRole", account.role, Condition={"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}}
    )
    glue = client(account, "glue", person(account, allow("glue:CreateJob", job), to_glue, name="cleo"))
    assert glue.create_job(**asked)["Name"] == "j"


def test_sessions_have_the_permissions_of_their_role(account: EmulatedAccount) -> None:
    account.put("a", "1")
    ann = person(account, allow("sts:AssumeRole"))
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    role = account.iam.create_role(
        RoleName="reader", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow("s3:GetObject", "arn:aws:s3:::bucket/a")]})
    account.iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document)
    sts = client(account, "sts", ann)
    made = sts.assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
    session = (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    assert client(account, "s3", session).get_object(Bucket="bucket", Key="a")["Body"].read() == b"1"
    assert (
        "assumed-role/reader/one is not" in refused(client(account, "s3", session).list_objects_v2, Bucket="bucket")[1]
    )
    assert client(account, "sts", session).get_caller_identity()["Arn"].endswith("assumed-role/reader/one")
    without_token, other_token = session[:2], (*session[:2], "other")
    for keys in (without_token, other_token):
        assert refused(client(account, "glue", keys).get_databases)[0] in (
            "InvalidClientTokenId",
            "UnrecognizedClientException",
        )
    assert "sts:AssumeRole" in refused(sts.assume_role, RoleArn=account.role, RoleSessionName="one")[1], (
        "it trusts Glue alone"
    )


def test_requests_are_signed(account: EmulatedAccount) -> None:
    import urllib.error
    import urllib.request

    keys = person(account, allow("*"))
    assert client(account, "iam", keys).list_users()["Users"]
    assert refused(client(account, "glue", (keys[0], "wrong")).get_databases)[0] == "SignatureDoesNotMatch"
    assert refused(client(account, "s3", (keys[0], "wrong")).list_buckets)[0] == "SignatureDoesNotMatch"
    assert refused(client(account, "glue", ("AKIANOBODY", "x")).get_databases)[0] == "InvalidClientTokenId"
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{account.address}/bucket", timeout=10)
    assert error.value.code == 403


def role_of_job(account: EmulatedAccount, *statements: dict[str, Any]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    account.iam.put_role_policy(RoleName="jobs", PolicyName="p", PolicyDocument=document)


LOGS = allow(
    ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws-glue/*",
)
SCRIPTS = allow("s3:GetObject", "arn:aws:s3:::bucket/scripts/*")


def test_a_job_has_the_permissions_of_its_role(account: EmulatedAccount) -> None:
    script = "import boto3, os\nprint(boto3.client('s3').get_object(Bucket='bucket', Key='secret')['Body'].read())\n"
    account.put("secret", "42")
    run = account.run(account.job("j", script))
    assert run["JobRunState"] == "FAILED"
    assert "LAUNCH ERROR" in run["ErrorMessage"]
    assert "s3:GetObject" in run["ErrorMessage"]
    role_of_job(account, SCRIPTS, LOGS)
    run = account.run("j")
    assert (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/jobs/GlueJobRunnerSession is not authorized to perform: s3:GetObject "
        'on resource: "arn:aws:s3:::bucket/secret" because no identity-based policy allows'
    ) in run["ErrorMessage"]
    role_of_job(account, SCRIPTS, LOGS, allow("s3:GetObject", "arn:aws:s3:::bucket/secret"))
    run = account.run("j")
    assert run["JobRunState"] == "SUCCEEDED", run
    assert "42" in account.log(run, "output")


def test_athena_reads_and_writes_as_who_asks(account: EmulatedAccount) -> None:
    account.glue.create_database(DatabaseInput={"Name": "d"})
    account.put("t/x.json", '{"a": 1}\n')
    account.query(
        "create external table d.t (a int) row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://bucket/t/'"
    )
    base = f"arn:aws:glue:{REGION}:{ACCOUNT}"
    catalog = allow(["glue:GetTable", "glue:GetTables", "glue:GetDatabase", "glue:GetPartitions"], f"{base}:*")
    athena = allow("athena:*")
    results = allow(["s3:PutObject", "s3:GetBucketLocation"], ["arn:aws:s3:::bucket/results/*", "arn:aws:s3:::bucket"])
    data = allow(["s3:GetObject", "s3:ListBucket"], ["arn:aws:s3:::bucket/t/*", "arn:aws:s3:::bucket"])
    for name, statements, words in (
        ("all", (catalog, athena, results, data), ""),
        ("nodata", (catalog, athena, results), "s3:ListBucket"),
        ("nocatalog", (athena, results, data), "glue:GetTable"),
        ("noresults", (catalog, athena, data), "s3:PutObject"),
    ):
        account.athena = client(account, "athena", person(account, *statements, name=name))
        query = account.query("select a from t")
        status = query["Status"]
        assert (status["State"] == "SUCCEEDED") is (not words), status
        assert words in status.get("StateChangeReason", ""), status
    account.athena = client(account, "athena", person(account, catalog, data, name="noathena"))
    assert "athena:StartQueryExecution" in refused(account.athena.start_query_execution, QueryString="select 1")[1]
