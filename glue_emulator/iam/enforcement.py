"""The gate before the emulated services: every request is judged, and refused in the form of its service."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from moto.s3.models import s3_backends

from glue_emulator.iam.call_log import CallLog
from glue_emulator.iam.conditions import UnknownConditionError
from glue_emulator.iam.policies import Asked, Policy, Verdict, judge
from glue_emulator.iam.principals import Caller, NotSignedError, caller_of, trust_policy
from glue_emulator.iam.s3_requests import asked_of_s3
from glue_emulator.iam.service_requests import asked_of_service, operation_of
from glue_emulator.running_emulator import asking

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
FREE = {"sts:GetCallerIdentity", "sts:GetSessionToken"}
"""Actions that need no leave, see "GetCallerIdentity" in the AWS STS API Reference."""
JSON_SERVICES = {"glue", "athena", "logs", "events", "kms"}


def enforcing(application: Application, log: CallLog | None = None) -> Application:
    """Return the application behind a gate, which notes what it judges."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/moto-api"):
            return application(environ, start_response)
        body = _body(environ)
        headers = _headers(environ)
        try:
            caller = caller_of(environ["REQUEST_METHOD"], _url(environ), headers, body)
            refusal = "" if caller.is_root else refusal_of(environ, headers, body, caller, log)
        except NotSignedError as error:
            return _refuse(start_response, _service_of(headers), error.code, str(error))
        except UnknownConditionError as error:
            message = f"The emulator cannot judge this request: {error}"
            return _refuse(start_response, _service_of(headers), "NotImplemented", message)
        if refusal:
            return _refuse(start_response, caller.service, "AccessDenied", refusal)
        token = asking.set(caller.keys)
        try:
            return application(environ, start_response)
        finally:
            asking.reset(token)

    return answer


def refusal_of(
    environ: Mapping[str, Any], headers: Mapping[str, str], body: bytes, caller: Caller, log: CallLog | None = None
) -> str:
    """Return why a request is refused, in AWS's words; empty where it is not."""
    for asked in asked_by(environ, headers, body, caller):
        if asked.action in FREE:
            continue
        verdict = decide(Asked(asked.action, asked.resource, {**_context(environ, caller), **asked.context}), caller)
        if log:
            log.note(caller.principal.arn, asked, verdict.allowed)
        if not verdict.allowed:
            place = "" if asked.resource == "*" else f" on resource: {_shown(asked)}"
            return f"User: {caller.principal.arn} is not authorized to perform: {asked.action}{place} {verdict.reason}"
    return ""


def asked_by(environ: Mapping[str, Any], headers: Mapping[str, str], body: bytes, caller: Caller) -> list[Asked]:
    """Return what a request asks for."""
    path = environ.get("PATH_INFO", "/")
    if caller.service == "s3":
        query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", ""), True).items()}
        return asked_of_s3(environ["REQUEST_METHOD"], _raw_path(environ), query, headers, body)
    operation, parameters = operation_of(headers, path, body)
    return asked_of_service(caller.service, operation, parameters, caller.region, caller.principal.account)


def decide(asked: Asked, caller: Caller) -> Verdict:
    """Judge one thing that a caller asks for, with the policy of the resource that it is about."""
    account = caller.principal.account
    if asked.action == "sts:AssumeRole":
        trust = trust_policy(account, asked.resource.rsplit("/", 1)[-1])
        return judge(asked, caller.principal, caller.identity, trust, trusts=True)
    return judge(asked, caller.principal, caller.identity, _bucket_policy(asked, account))


def _bucket_policy(asked: Asked, account: str) -> Policy | None:
    if not asked.resource.startswith("arn:aws:s3:::"):
        return None
    name = asked.resource.removeprefix("arn:aws:s3:::").partition("/")[0]
    bucket = s3_backends[account]["aws"].buckets.get(name)
    return Policy.parse(f"policy of {name}", _text(bucket.policy)) if bucket is not None and bucket.policy else None


def _text(document: bytes | str) -> str:
    return document.decode("utf-8") if isinstance(document, bytes) else document


def _context(environ: Mapping[str, Any], caller: Caller) -> dict[str, list[str]]:
    """Return what is known of every request; loopback counts as TLS."""
    now = datetime.now(UTC)
    arn = caller.principal.role or caller.principal.arn
    found = {
        "aws:securetransport": ["true"],
        "aws:sourceip": [environ.get("REMOTE_ADDR", "127.0.0.1")],
        "aws:currenttime": [now.isoformat(timespec="seconds").replace("+00:00", "Z")],
        "aws:epochtime": [str(int(now.timestamp()))],
        "aws:principalarn": [arn],
        "aws:principalaccount": [caller.principal.account],
        "aws:requestedregion": [caller.region],
        "aws:useragent": [environ.get("HTTP_USER_AGENT", "")],
        "aws:principaltype": ["AssumedRole" if caller.principal.role else "User"],
    }
    return found if caller.principal.role else found | {"aws:username": [arn.rsplit("/", 1)[-1]]}


def _shown(asked: Asked) -> str:
    """Return a resource as the service's message has it: S3 puts it into quotes."""
    return f'"{asked.resource}"' if asked.action.startswith("s3:") else asked.resource


def _body(environ: dict[str, Any]) -> bytes:
    """Return a request's body, which the application can read again."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = bytes(environ["wsgi.input"].read(length)) if length else b""
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        body = bytes(environ["wsgi.input"].read())
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    found = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = environ[name]
    return found


def _raw_path(environ: Mapping[str, Any]) -> str:
    raw = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or environ.get("PATH_INFO") or "/")
    return raw.partition("?")[0]


def _url(environ: Mapping[str, Any]) -> str:
    query = environ.get("QUERY_STRING", "")
    return f"http://{environ.get('HTTP_HOST', '')}{_raw_path(environ)}" + (f"?{query}" if query else "")


def _service_of(headers: Mapping[str, str]) -> str:
    parts = headers.get("authorization", "").split("/")
    return parts[3] if len(parts) > 3 else ("s3" if "x-amz-target" not in headers else "glue")


def _refuse(start_response: Any, service: str, code: str, message: str) -> list[bytes]:
    """Answer with an error in the form of a service."""
    if service in JSON_SERVICES:
        name = "AccessDeniedException" if code == "AccessDenied" else code
        status, kind = "400 Bad Request", "application/x-amz-json-1.1"
        body = json.dumps({"__type": name, "Message": message, "message": message}).encode()
    else:
        error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        whole = (
            f"<Error>{error}</Error>"
            if service == "s3"
            else (
                f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>emulated</RequestId></ErrorResponse>"
            )
        )
        status, kind, body = "403 Forbidden", "text/xml", whole.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
