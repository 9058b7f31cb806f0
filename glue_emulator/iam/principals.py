"""Who made a request: its access key and signature, looked up in the emulated IAM and STS."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from awsglue_local.storage.endpoint import NOBODY
from glue_emulator.iam.policies import Policy, Principal
from glue_emulator.running_emulator import ROOT, Keys, running

CREDENTIAL = re.compile(r"Credential=([^/,]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")
SIGNED = re.compile(r"SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})")
ROOT_KEYS = (NOBODY[0], "testing")
"""Access keys of the account's root user, whom no policy binds: those that people take for an emulator."""


class NotSignedError(Exception):
    """A request without a signature, or with one that is not right; the code is AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Caller:
    """Who made a request.

    Attributes
    ----------
    keys
        Its access key, secret and session token.
    is_root
        Whether it is the account's root user.
    identity
        The policies of the user or the role.
    """

    principal: Principal
    identity: list[Policy]
    service: str
    region: str
    keys: Keys = ROOT
    is_root: bool = False


@dataclass(frozen=True)
class _Request:
    """What a signature is computed of."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


def caller_of(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Caller:
    """Return who made a request.

    Parameters
    ----------
    url
        With path and query as they were sent.
    headers
        With names in lower case.

    Raises
    ------
    NotSignedError
        It is not signed, by nobody that is known, or wrongly.
    """
    scope = CREDENTIAL.search(headers.get("authorization", ""))
    if scope is None:
        raise NotSignedError("MissingAuthenticationToken", "Request is missing Authentication Token")
    key, _, region, service = scope.groups()
    account = DEFAULT_ACCOUNT_ID
    if key in ROOT_KEYS:
        root = Principal(f"arn:aws:iam::{account}:root", account)
        return Caller(root, [], service, region, is_root=True)
    principal, identity, credentials = _session(key, account) or _user(key, account)
    if credentials.token and headers.get("x-amz-security-token") != credentials.token:
        raise NotSignedError("InvalidClientTokenId", "The security token included in the request is invalid.")
    _require_signature(_Request(method, url, headers, body), credentials, service, region)
    keys = (key, credentials.secret_key, credentials.token or None)
    return Caller(principal, identity, service, region, keys)


def role_keys(role: str, session: str, account: str, region: str) -> Keys:
    """Return the keys of a session of a role, as AWS Glue gets them for a job or a crawler.

    Where IAM is not enforced, and where there is no such role, they are the root user's.
    """
    name = role.rsplit("/", 1)[-1]
    if not running().enforces_iam or trust_policy(account, name) is None:
        return ROOT
    arn = iam_backends[account]["aws"].get_role(name).arn
    made = sts_backends[account]["aws"].assume_role(region, session, arn, "", 3600, "")
    return made.access_key_id, made.secret_access_key, made.session_token


def role_policies(account: str, name: str) -> list[Policy]:
    """Return the policies of a role: its own and those attached to it."""
    backend = iam_backends[account]["aws"]
    own = [Policy.parse(one, backend.get_role_policy(name, one)[1]) for one in backend.list_role_policies(name)]
    attached, _ = backend.list_attached_role_policies(name)
    return own + [_managed(one) for one in attached]


def trust_policy(account: str, name: str) -> Policy | None:
    """Return who may assume a role; None where there is no such role."""
    roles = {role.name: role for role in iam_backends[account]["aws"].roles.values()}
    return Policy.parse("trust policy", roles[name].assume_role_policy_document) if name in roles else None


def _session(key: str, account: str) -> tuple[Principal, list[Policy], Credentials] | None:
    for session in sts_backends[account]["aws"].assumed_roles:
        if session.access_key_id == key:
            name = session.role_arn.rsplit("/", 1)[-1]
            arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session.session_name}"
            credentials = Credentials(key, session.secret_access_key, session.session_token)
            return Principal(arn, account, role=session.role_arn), role_policies(account, name), credentials
    return None


def _user(key: str, account: str) -> tuple[Principal, list[Policy], Credentials]:
    backend = iam_backends[account]["aws"]
    for user in backend.users.values():
        for one in user.access_keys:
            if one.access_key_id == key:
                return (
                    Principal(user.arn, account),
                    _user_policies(backend, user),
                    Credentials(key, one.secret_access_key),
                )
    raise NotSignedError("InvalidClientTokenId", "The security token included in the request is invalid.")


def _user_policies(backend: Any, user: Any) -> list[Policy]:
    found = [Policy.parse(name, document) for name, document in user.policies.items()]
    found += [_managed(one) for one in user.managed_policies.values()]
    for group in backend.get_groups_for_user(user.name):
        found += [Policy.parse(name, document) for name, document in group.policies.items()]
        found += [_managed(one) for one in group.managed_policies.values()]
    return found


def _managed(policy: Any) -> Policy:
    (document,) = [version.document for version in policy.versions if version.is_default]
    return Policy.parse(policy.arn, document)


def _require_signature(request: _Request, credentials: Credentials, service: str, region: str) -> None:
    found = SIGNED.search(request.headers["authorization"])
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)
    if found is None or not hmac.compare_digest(_signature(request, found[1].split(";"), auth), found[2]):
        raise NotSignedError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method.",
        )


def _signature(request: _Request, signed: list[str], auth: SigV4Auth) -> str:
    headers = {name: request.headers[name] for name in signed if name in request.headers}
    again = AWSRequest(request.method, request.url, headers, request.body)
    again.context["timestamp"] = headers.get("x-amz-date", "")
    canonical = auth.canonical_request(again)
    return str(auth.signature(auth.string_to_sign(again, canonical), again))
