"""Policy evaluation within one account, by the examples of the IAM User Guide and the Amazon S3 User Guide."""

from __future__ import annotations

from typing import Any

import pytest

from glue_emulator.iam.conditions import UnknownConditionError
from glue_emulator.iam.policies import Asked, Policy, Principal, judge

ACCOUNT = "123456789012"
ANN = Principal(f"arn:aws:iam::{ACCOUNT}:user/ann", ACCOUNT)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/jobs"
SESSION = Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/jobs/run", ACCOUNT, role=ROLE)


def policy(*statements: dict[str, Any]) -> Policy:
    return Policy.parse("p", {"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def may(asked: Asked, *identity: dict[str, Any], bucket: dict[str, Any] | None = None, who: Principal = ANN) -> bool:
    return judge(asked, who, [policy(*identity)], policy(bucket) if bucket else None).allowed


GET = Asked("s3:GetObject", "arn:aws:s3:::lake/a/b.parquet")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow("s3:GetObject", "arn:aws:s3:::lake/*"), True),
        (allow("S3:getobject", "arn:aws:s3:::lake/*"), True),
        (allow(["s3:Get*", "s3:List*"], "arn:aws:s3:::lake/a/b.parquet"), True),
        (allow("s3:*", "arn:aws:s3:::*"), True),
        (allow("*"), True),
        (allow("s3:PutObject", "arn:aws:s3:::lake/*"), False),
        (allow("s3:GetObject", "arn:aws:s3:::lake"), False),
        (allow("s3:GetObject", "arn:aws:s3:::LAKE/*"), False),
        (allow("s3:GetObject", ["arn:aws:s3:::other/*", "arn:aws:s3:::lake/?/*"]), True),
        ({"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::lake/*"}, False),
        (allow("s3:GetObject", "arn:aws:s3:::${aws:username}/*"), False),
    ],
)
def test_what_a_statement_is_about(statement: dict[str, Any], expected: bool) -> None:
    assert may(GET, statement) is expected


def test_nothing_is_allowed_by_itself() -> None:
    verdict = judge(GET, ANN, [])
    assert not verdict.allowed
    assert verdict.reason == "because no identity-based policy allows the s3:GetObject action"


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    assert not may(GET, allow("*"), deny("s3:GetObject", "arn:aws:s3:::lake/*"))
    assert not may(GET, deny("s3:*"), allow("*"))
    assert may(GET, allow("*"), deny("s3:GetObject", "arn:aws:s3:::other/*"))
    verdict = judge(GET, ANN, [policy(allow("*"), deny("s3:*"))])
    assert verdict.reason == "with an explicit deny in an identity-based policy"
    tls = {**deny("s3:*"), "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    plain, secure = (Asked(GET.action, GET.resource, {"aws:securetransport": [one]}) for one in ("false", "true"))
    assert not may(plain, allow("*"), bucket=tls)
    assert may(secure, allow("*"), bucket=tls)
    verdict = judge(plain, ANN, [policy(allow("*"))], policy(tls))
    assert verdict.reason == "with an explicit deny in a resource-based policy"


@pytest.mark.parametrize(
    ("named", "who", "expected"),
    [
        ({"AWS": ANN.arn}, ANN, True),
        ({"AWS": [ROLE, ANN.arn]}, ANN, True),
        ("*", ANN, True),
        ({"AWS": "*"}, ANN, True),
        ({"AWS": ROLE}, SESSION, True),
        ({"AWS": SESSION.arn}, SESSION, True),
        ({"AWS": ROLE}, ANN, False),
        # the account: its own policies have to allow it too
        ({"AWS": ACCOUNT}, ANN, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, ANN, False),
        ({"Service": "glue.amazonaws.com"}, ANN, False),
        ({"Service": "glue.amazonaws.com"}, Principal("glue", ACCOUNT, service="glue.amazonaws.com"), True),
    ],
)
def test_a_bucket_policy_is_enough_for_those_whom_it_names(named: Any, who: Principal, expected: bool) -> None:
    bucket = {**allow("s3:GetObject", "arn:aws:s3:::lake/*"), "Principal": named}
    assert may(GET, bucket=bucket, who=who) is expected


ASSUME = Asked("sts:AssumeRole", ROLE)


@pytest.mark.parametrize(
    ("trusted", "own", "expected"),
    [
        ({"AWS": ANN.arn}, [], True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, [], False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, [allow("sts:AssumeRole", ROLE)], True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, [allow("sts:AssumeRole", f"{ROLE}-other")], False),
        ({"Service": "glue.amazonaws.com"}, [allow("*")], False),
        ({"AWS": ANN.arn}, [deny("sts:*")], False),
    ],
)
def test_a_role_is_assumed_by_whom_it_trusts(trusted: Any, own: list[dict[str, Any]], expected: bool) -> None:
    trust = policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": trusted})
    assert judge(ASSUME, ANN, [policy(*own)], trust, trusts=True).allowed is expected


def test_variables_stand_for_what_the_request_has() -> None:
    home = allow("s3:GetObject", "arn:aws:s3:::homes/${aws:username}/*")
    for name, expected in (("ann", True), ("bob", False), ("*", False)):
        asked = Asked("s3:GetObject", f"arn:aws:s3:::homes/{name}/x", {"aws:username": ["ann"]})
        assert may(asked, home) is expected
    wild = Asked("s3:GetObject", "arn:aws:s3:::homes/bob/x", {"aws:username": ["*"]})
    assert not may(wild, home), "a name is a name, not a pattern"
    literal = allow("s3:GetObject", "arn:aws:s3:::lake/${*}.txt")
    assert may(Asked("s3:GetObject", "arn:aws:s3:::lake/*.txt"), literal)
    assert not may(Asked("s3:GetObject", "arn:aws:s3:::lake/a.txt"), literal)
    by_default = allow("s3:GetObject", "arn:aws:s3:::lake/${aws:username, 'nobody'}/*")
    assert may(Asked("s3:GetObject", "arn:aws:s3:::lake/nobody/x"), by_default)
    listed = allow("s3:ListBucket", "*", Condition={"StringLike": {"s3:prefix": "${aws:username}/*"}})
    assert may(Asked("s3:ListBucket", "arn:aws:s3:::lake", {"aws:username": ["ann"], "s3:prefix": ["ann/a"]}), listed)
    assert not may(Asked("s3:ListBucket", "arn:aws:s3:::lake", {"aws:username": ["ann"], "s3:prefix": ["b/a"]}), listed)


def test_a_condition_that_is_not_known_matters_only_where_the_statement_is_about_the_request() -> None:
    unknown = {"StringEquals": {"aws:MultiFactorAuthPresent": "true"}}
    assert may(GET, allow("s3:GetObject"), allow("s3:PutObject", Condition=unknown))
    with pytest.raises(UnknownConditionError, match="aws:MultiFactorAuthPresent"):
        may(GET, allow("s3:GetObject", Condition=unknown))
