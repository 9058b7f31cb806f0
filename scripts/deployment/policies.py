"""The IAM policies of the people who deploy and run the lakehouse: `make policy WHO=deployer`.

They are files in `terraform/policies/`, with names in the place of account, region and environment; an administrator
makes policies of them before the first `make apply`. A deployer has two, because IAM limits the size of one. Analysts
have a policy that Terraform makes.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from string import Template
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.nearest import instead_of
from scripts import stedi
from scripts.deployment.target import partition_of
from scripts.deployment.terraform import FOLDER

POLICIES = FOLDER / "policies"
JOBS = "${jobs}"


LIMIT = 6144
"""Characters that a managed policy may have, white space apart (IAM User Guide, "IAM and AWS STS quotas")."""


def names(who: str = "") -> list[str]:
    """Return the names of all policies, or of those that a person needs: `deployer` has `deployer-access` too."""
    every = sorted(path.stem for path in POLICIES.glob("*.json"))
    return [name for name in every if not who or name == who or name.startswith(f"{who}-")]


def policy_of(
    name: str,
    account: str,
    region: str,
    prefix: str = stedi.DATABASE,
    environment: str = "prod",
    kms_key_arn: str = "",
) -> dict[str, Any]:
    """Return a policy, by its name, for a deployment.

    Parameters
    ----------
    prefix, environment
        As Terraform's variables of these names.
    kms_key_arn
        The key of Terraform's variable, which whoever reads or writes objects has to use; empty for none.

    Raises
    ------
    GlueLocalError
        There is no such policy.
    """
    if name not in names():
        raise GlueLocalError(f"no policy for {name!r}" + instead_of(name, names(), "there are"))
    project = f"{prefix}-{environment}"
    is_default = prefix == stedi.DATABASE and environment == "prod"
    values = {
        "partition": partition_of(region),
        "account": account,
        "region": region,
        "name": project,
        "database": stedi.DATABASE if is_default else project.replace("-", "_"),
    }
    text = (POLICIES / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(Template(text).safe_substitute(values))
    jobs = [job if is_default else f"{project}-{job}" for job in stedi.lakehouse().graph.order]
    arns = [f"arn:{values['partition']}:glue:{region}:{account}:job/{job}" for job in sorted(jobs)]
    for statement in document["Statement"]:
        if statement["Resource"] == JOBS:
            statement["Resource"] = arns
    if kms_key_arn and name != "deployer-access":
        actions = ["kms:Decrypt", "kms:GenerateDataKey"]
        key = {"Sid": "Key", "Effect": "Allow", "Action": actions, "Resource": kms_key_arn}
        document["Statement"].append(key)
    return document


def size_of(document: dict[str, Any]) -> int:
    """Return the characters of a policy as IAM counts them, without white space."""
    return len(re.sub(r"\s", "", json.dumps(document)))


def main() -> int:
    """Print a policy and return the exit code."""
    parser = argparse.ArgumentParser(prog="policies", description=__doc__.splitlines()[0])
    parser.add_argument("who", help=" or ".join(names()))
    parser.add_argument("--account", required=True, help="the AWS account's number")
    parser.add_argument("--region", required=True)
    parser.add_argument("--prefix", default=stedi.DATABASE)
    parser.add_argument("--environment", default="prod")
    parser.add_argument("--kms-key-arn", default="", help="the KMS key that encrypts the buckets, if there is one")
    options = parser.parse_args()
    try:
        document = policy_of(
            options.who, options.account, options.region, options.prefix, options.environment, options.kms_key_arn
        )
    except GlueLocalError as error:
        print(f"policies: {error}", file=sys.stderr)
        return 1
    print(json.dumps(document, indent=2))
    if (size := size_of(document)) > LIMIT:
        print(f"policies: {size:,} characters, and IAM takes {LIMIT:,}: split the statements", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
