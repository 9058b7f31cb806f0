"""Where Terraform builds, and the folder whose state belongs to it.

AWS and an emulator never share a state: on an emulator Terraform runs in a copy of its configuration below
`.emulated/`, one for each life of an emulator, which forgets everything when it stops.
"""

from __future__ import annotations

import os
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, UnknownRegionError

from awsglue_local.errors import EndpointError
from awsglue_local.storage.endpoint import Endpoint, chosen_endpoint
from scripts.deployment import terraform
from scripts.stedi import ROOT

EMULATED = ROOT / ".emulated"
PARTS = ("terraform", "studio_jobs", "ddl", "tests/athena", "scripts/queries")
"""What Terraform reads of the repository."""
ENDPOINT = "TF_VAR_endpoint_url"
SECONDS = 5
OF_A_DEPLOYMENT = ("terraform.tfstate*", ".terraform*", "*.tfvars", "backend.tf", "adopt.tf")
"""Files that belong to a deployment in AWS, which copies of the configuration leave out."""


def partition_of(region: str) -> str:
    """Return the partition of AWS that a region is in, such as `aws-cn`; a region that is not known is in `aws`."""
    try:
        return str(boto3.Session().get_partition_for_region(region))
    except UnknownRegionError:
        return "aws"


@dataclass(frozen=True)
class Target:
    """An account and a region, in AWS or on an emulator.

    Attributes
    ----------
    url
        The emulator's address; None for AWS.
    life
        What tells this life of the emulator from others; empty where it says nothing of that.
    """

    account: str
    region: str
    url: str | None
    life: str = ""

    def __str__(self) -> str:
        where = f"the emulator at {self.url}" if self.url else "AWS"
        return f"{where}, account {self.account}, region {self.region}"

    @property
    def folder(self) -> Path:
        """The folder in which Terraform runs, and in which a local state is."""
        return self._copy / "terraform" if self.url else terraform.FOLDER

    @property
    def _copy(self) -> Path:
        place = urlsplit(self.url or "").netloc.replace(":", "-")
        return EMULATED / f"{place}-{self.life or 'unknown'}"

    def environment(self) -> dict[str, str]:
        """Return what Terraform is told besides what the environment has."""
        if self.url is None:
            return {}
        told = {
            "TF_VAR_endpoint_url": self.url,
            "TF_VAR_glue_canvas": str(ROOT / ".venv" / "bin" / "glue-canvas"),
            # the provider waits a minute for each rule
            "TF_VAR_lifecycle_rules": "false",
        }
        return {name: value for name, value in told.items() if name not in os.environ}

    def prepare(self) -> None:
        """Have the folder as the repository is now; copies for earlier lives of the emulator go."""
        if self.url is None:
            return
        for old in EMULATED.glob(f"{urlsplit(self.url).netloc.replace(':', '-')}-*"):
            if old != self._copy:
                shutil.rmtree(old)
        for part in PARTS:
            ignored = shutil.ignore_patterns(*OF_A_DEPLOYMENT) if part == "terraform" else None
            shutil.copytree(ROOT / part, self._copy / part, ignore=ignored, dirs_exist_ok=True)
        shutil.copy2(terraform.FOLDER / terraform.LOCK, self.folder)


def find_target() -> Target:
    """Return where the environment's credentials, region and endpoint lead, after asking there.

    Raises
    ------
    EndpointError
        Credentials or the region are missing, AWS refuses the credentials, or the emulator does not answer.
    """
    endpoint = chosen_endpoint(os.environ.get(ENDPOINT)) or Endpoint(None)
    session = endpoint.session()
    config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 1})
    try:
        identity = session.client("sts", endpoint_url=endpoint.url, config=config).get_caller_identity()
    except ClientError as error:
        words = error.response["Error"]
        raise EndpointError(
            f"{endpoint.url or 'AWS'} refuses the credentials: {words.get('Code')}: {words.get('Message')}; sign in "
            "again, with `aws sso login` for instance"
        ) from error
    except BotoCoreError as error:
        hint = "; `make emulator` starts one, in another terminal" if endpoint.is_local else ""
        raise EndpointError(f"{endpoint.url or 'AWS'} does not answer: {error}{hint}") from error
    url = endpoint.url
    return Target(str(identity["Account"]), str(session.region_name), url, _life(url) if url else "")


def _life(url: str) -> str:
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/emulator/life", timeout=SECONDS) as answer:  # noqa: S310
            text = str(answer.read(64).decode("ascii", "replace"))
    except (OSError, urllib.error.URLError, ValueError):
        return ""
    return text if text.isalnum() else ""
