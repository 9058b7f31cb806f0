"""Plan, apply and destroy: `make plan`, `make apply`, `make destroy`. It says first where."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from awsglue_local.errors import EndpointError, GlueLocalError
from scripts.deployment import terraform
from scripts.deployment.target import Target, find_target

NEEDS = """\
Required: AWS credentials and a region, as for the AWS CLI (AWS_PROFILE, or AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, and AWS_REGION), and Terraform 1.11 or newer on PATH. Settings are Terraform variables:
TF_VAR_environment=dev, TF_VAR_alarm_email=..., see terraform/README.md."""


def main(arguments: Sequence[str]) -> int:
    """Run `terraform init` and then Terraform with the arguments; return its exit code."""
    print(NEEDS, flush=True)
    try:
        missing = missing_settings()
        if missing:
            print(f"Missing: {', '.join(missing)}.", file=sys.stderr)
            return 1
        target = find_target()
        print(f"Terraform {arguments[0]} for {target}", flush=True)
        return run_in(target, *arguments)
    except (terraform.TerraformMissingError, GlueLocalError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1


def run_in(target: Target, *arguments: str, **variables: str) -> int:
    """Initialize and run Terraform for a target, with variables; return its exit code.

    Raises
    ------
    EndpointError
        The state is of another account.
    """
    target.prepare()
    environment = target.environment() | {f"TF_VAR_{name}": value for name, value in variables.items()}
    initialized = terraform.run(
        target.folder, "init", "-input=false", *terraform.plugin_arguments(), quiet=True, environment=environment
    )
    if initialized.returncode:
        return initialized.returncode
    require_account(target)
    return terraform.run(target.folder, *arguments, environment=environment).returncode


def require_account(target: Target) -> None:
    """Refuse a state that describes another account than the credentials lead to.

    Raises
    ------
    EndpointError
        It does.
    """
    done = terraform.run(target.folder, "output", "-json", quiet=True, loud=False)
    outputs = json.loads(done.stdout or "{}") if done.returncode == 0 else {}
    known = outputs.get("account", {}).get("value")
    if known and known != target.account:
        raise EndpointError(
            f"the state in {target.folder} describes account {known}, but the credentials are of account "
            f"{target.account}: change the credentials, or choose another workspace or state"
        )


def missing_settings() -> list[str]:
    """Return what of credentials and region cannot be found."""
    import boto3

    session = boto3.Session()
    missing = [] if session.get_credentials() else ["credentials"]
    region = os.environ.get("TF_VAR_region") or os.environ.get("AWS_REGION") or session.region_name  # noqa: SIM112
    return missing + ([] if region else ["a region"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
