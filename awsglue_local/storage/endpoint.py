"""The AWS endpoint that a script may run against: AWS itself, or an emulator on this machine."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from awsglue_local.errors import EndpointError

AWS = "aws"
ATTEMPTS = 3
NOWHERE = "http://127.0.0.1:9"
NOBODY = ("local", "local")
"""Credentials for an emulator, which takes any."""


@dataclass(frozen=True)
class Endpoint:
    """Where Glue and S3 are.

    Attributes
    ----------
    url
        Such as `http://127.0.0.1:5000`; None for AWS itself.
    """

    url: str | None

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, so that nothing of value is changed there."""
        host = urlsplit(self.url or "").hostname or ""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return self.url or f"AWS ({self.session().region_name})"

    def session(self) -> Any:
        """Return the boto3 session: credentials and region as the AWS CLI takes them.

        Raises
        ------
        EndpointError
            There are no credentials, or there is no region.
        """
        import boto3

        # Terraform reads AWS_REGION, boto3 AWS_DEFAULT_REGION
        session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        if self.is_local and session.get_credentials() is None:
            session = boto3.Session(*NOBODY, region_name=session.region_name)
        missing = (
            []
            if session.get_credentials()
            else ["credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"]
        )
        missing += [] if session.region_name else ["a region (AWS_REGION)"]
        if missing:
            raise EndpointError(f"{self.url or 'AWS'} needs {' and '.join(missing)}")
        return session

    def client(self, service: str, connections: int = 16) -> Any:
        """Return a client of a service, such as `s3`."""
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "max_attempts": ATTEMPTS},
            max_pool_connections=connections,
            # an emulator on loopback has no name for each bucket
            s3={"addressing_style": "path"} if self.url else {},
        )
        return self.session().client(service, endpoint_url=self.url, config=config)

    def export(self) -> None:
        """Let Sail find the endpoint: it reads and writes `s3://` itself where a script names files to Spark."""
        session = self.session()
        keys = session.get_credentials().get_frozen_credentials()
        settings = {
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_SESSION_TOKEN": keys.token,
            "AWS_REGION": session.region_name,
            "AWS_ENDPOINT": self.url,
            "AWS_ALLOW_HTTP": "true" if self.is_local else None,
        }
        os.environ.pop("AWS_ENDPOINT", None)
        os.environ.update({name: value for name, value in settings.items() if value})


def keep_from_s3() -> None:
    """Lead Sail nowhere: with a lake folder, no `s3://` that a script hands to Spark in some way goes to AWS."""
    os.environ["AWS_ENDPOINT"] = NOWHERE


def chosen_endpoint(named: str | None, lake_is_named: bool = False) -> Endpoint | None:
    """Return the endpoint that `--endpoint` names, else AWS_ENDPOINT_URL; None for a lake folder.

    Parameters
    ----------
    named
        An address, `aws`, or None.
    lake_is_named
        Whether `--lake` was given, which goes before the environment variable.

    Raises
    ------
    EndpointError
        Both a lake and an endpoint are named, or the address is none.
    """
    if named and lake_is_named:
        raise EndpointError("use --lake or --endpoint, not both")
    url = named or (None if lake_is_named else os.environ.get("AWS_ENDPOINT_URL")) or None
    if url is None:
        return None
    if url == AWS:
        return Endpoint(None)
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise EndpointError(f"{url!r} is not an endpoint; use aws, or an address such as http://127.0.0.1:5000")
    return Endpoint(url)


def code_of(error: Exception) -> str:
    """Return AWS's code of an error of botocore, such as `EntityNotFoundException`; empty if there was no answer."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
