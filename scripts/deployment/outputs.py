"""What Terraform built: where things are and what they are called, in AWS or in an emulator of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from awsglue_local.errors import EndpointError, GlueLocalError
from awsglue_local.storage.endpoint import Endpoint, chosen_endpoint
from scripts.deployment import terraform
from scripts.deployment.target import Target, find_target, partition_of

OUTPUTS = "STEDI_OUTPUTS"
"""Environment variable that names a file of `terraform output -json`, in the place of the state in terraform/."""
CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}
"""Where a partition of AWS has its console."""


@dataclass(frozen=True)
class Deployment:
    """The lakehouse as it is deployed.

    Attributes
    ----------
    landing
        Landing table to the S3 address where its files go.
    jobs
        Job folder to the job's name in AWS.
    """

    endpoint: Endpoint
    region: str
    lake_bucket: str
    buckets: list[str]
    landing: dict[str, str]
    database: str
    jobs: dict[str, str]
    workflow: str
    athena_workgroup: str

    def client(self, service: str) -> Any:
        """Return a client of a service in the deployment's region."""
        return self.endpoint.client(service)

    def console(self, path: str) -> str:
        """Return the address of a page of the AWS console; empty where there is none: an emulator, a secret region."""
        domain = CONSOLES.get(partition_of(self.region))
        return f"https://{self.region}.{domain}/{path}" if domain and not self.endpoint.url else ""


def deployment() -> Deployment:
    """Return what was deployed last, as Terraform's outputs tell.

    Raises
    ------
    EndpointError
        Credentials or region are missing, or nothing is deployed.
    """
    outputs = read_outputs()
    region = str(outputs["region"])
    os.environ["AWS_REGION"] = region
    endpoint = chosen_endpoint(None) or Endpoint(None)
    endpoint.session()
    return of_outputs(outputs, endpoint)


def of_outputs(outputs: dict[str, Any], endpoint: Endpoint) -> Deployment:
    """Return the deployment that Terraform's outputs, name to value, tell of.

    Raises
    ------
    EndpointError
        An output is missing: an older version is deployed.
    """
    names = [name for name in Deployment.__dataclass_fields__ if name != "endpoint"]
    if missing := [name for name in names if name not in outputs]:
        raise EndpointError(f"an older version is deployed, without the output {missing[0]}: run `make apply` first")
    return Deployment(endpoint=endpoint, **{name: outputs[name] for name in names})


def read_outputs() -> dict[str, Any]:
    """Return Terraform's outputs, name to value."""
    named = os.environ.get(OUTPUTS)
    try:
        text = Path(named).read_text(encoding="utf-8") if named else _output(find_target())
    except (OSError, terraform.TerraformMissingError) as error:
        raise EndpointError(f"cannot find out what is deployed: {error}") from error
    outputs = {name: one["value"] for name, one in json.loads(text or "{}").items()}
    if "region" not in outputs:
        raise EndpointError("nothing is deployed yet, or an older version is: run `make apply` first")
    return outputs


def _output(target: Target) -> str:
    """Return what Terraform's state for a target says; nothing where nothing was built for it yet."""
    if not target.folder.is_dir():
        return ""
    done = terraform.run(target.folder, "output", "-json", quiet=True, loud=False)
    if done.returncode:
        words = " ".join(line.strip(" │╷╵") for line in done.stderr.splitlines())
        raise EndpointError(f"cannot find out what is deployed: terraform output failed: {' '.join(words.split())}")
    return done.stdout


def words_of(error: Exception) -> str:
    """Return an error in a line, what AWS says with its code."""
    if isinstance(error, ClientError):
        words = error.response["Error"]
        return f"AWS refuses {error.operation_name}: {words.get('Code')}: {words.get('Message')}"
    return str(error)


FAILURES = (GlueLocalError, ClientError, BotoCoreError, OSError)
"""What a command tells in a line, in the place of a stack trace."""
