"""The policies of names: filled in for any environment, and no wider than their names."""

from __future__ import annotations

import json
import re

import pytest

from awsglue_local import GlueLocalError
from scripts.deployment import policies
from scripts.deployment.policies import names, policy_of
from scripts.stedi import lakehouse

ACCOUNT = "111122223333"


@pytest.mark.parametrize("who", names())
@pytest.mark.parametrize(("environment", "region"), [("prod", "eu-west-1"), ("dev", "cn-north-1")])
def test_every_name_is_filled_in(who: str, environment: str, region: str) -> None:
    text = json.dumps(policy_of(who, ACCOUNT, region, environment=environment))
    database = "stedi" if environment == "prod" else "stedi_dev"
    assert "${" not in text
    assert f"stedi-{environment}" in text
    assert ("arn:aws-cn:" in text) == (region == "cn-north-1")
    assert {one.strip("/") for one in re.findall(r"database/stedi\w*", text)} <= {f"database/{database}"}
    arns = re.findall(r'"(arn:[^"]+)"', text)
    assert all(ACCOUNT in arn or ":s3:::" in arn for arn in arns)


@pytest.mark.parametrize("who", names())
def test_nothing_is_allowed_on_everything_but_what_has_no_name(who: str) -> None:
    for statement in policy_of(who, ACCOUNT, "eu-west-1")["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        if statement["Resource"] == "*":
            assert statement["Sid"] in ("SecurityConfigurationHasNoArn", "SubscriptionsHaveNoArn")


def test_jobs_are_those_of_the_canvases() -> None:
    (jobs,) = [one for one in policy_of("deployer", ACCOUNT, "eu-west-1")["Statement"] if one["Sid"] == "Jobs"]
    assert {arn.rsplit("/", 1)[1] for arn in jobs["Resource"]} == set(lakehouse().graph.order)


def test_a_person_who_is_not_known_is_told_the_nearest() -> None:
    with pytest.raises(GlueLocalError, match=r"no policy for 'deploier'; did you mean 'deployer'\?"):
        policy_of("deploier", ACCOUNT, "eu-west-1")


@pytest.mark.parametrize("who", names())
def test_iam_takes_each_as_a_managed_policy(who: str) -> None:
    """With the longest names that the variables allow, in a region with a long one."""
    longest = policy_of(who, ACCOUNT, "us-gov-west-1", prefix="p" * 16, environment="e" * 8)
    assert policies.size_of(longest) <= policies.LIMIT


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["policies", "engineer", "--account", ACCOUNT, "--region", "eu-west-1"])
    assert policies.main() == 0
    assert json.loads(capsys.readouterr().out) == policy_of("engineer", ACCOUNT, "eu-west-1")
