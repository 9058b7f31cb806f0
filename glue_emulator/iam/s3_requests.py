"""What a request to S3 asks for, from its method, path and query.

Actions are those of the Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from glue_emulator.iam.policies import Asked

OF_BUCKET = {
    "accelerate": "AccelerateConfiguration",
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "logging": "BucketLogging",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
"""Part of a bucket to the end of the actions that get and put it; most are deleted by the action that puts them."""

DELETED_BY = {"policy": "s3:DeleteBucketPolicy", "website": "s3:DeleteBucketWebsite"}
LISTED = {
    "uploads": "s3:ListBucketMultipartUploads",
    "versions": "s3:ListBucketVersions",
    "location": "s3:GetBucketLocation",
}
CONDITIONS = {"prefix": "s3:prefix", "delimiter": "s3:delimiter", "max-keys": "s3:max-keys"}

Query = Mapping[str, str]


def asked_of_s3(method: str, path: str, query: Query, headers: Mapping[str, str], body: bytes) -> list[Asked]:
    """Return what a request to S3 asks for.

    Parameters
    ----------
    path
        As it was sent, `/bucket/key`.
    query
        The first value of each parameter.
    headers
        With names in lower case.
    """
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    if not bucket:
        return [Asked("s3:ListAllMyBuckets", "*")]
    context = {name: [query[word]] for word, name in CONDITIONS.items() if word in query}
    context |= _encryption(headers)
    place = f"arn:aws:s3:::{bucket}"
    if key:
        return [Asked(action, arn, context) for action, arn in _of_object(method, bucket, key, query, headers)]
    if method == "POST" and "delete" in query:
        return [Asked(action, f"{place}/{one}", context) for action, one in _deleted(body)]
    return [Asked(_of_bucket(method, query), place, context)]


def _of_bucket(method: str, query: Query) -> str:
    part = next((word for word in OF_BUCKET if word in query), None)
    if part and method == "GET":
        return f"s3:Get{OF_BUCKET[part]}"
    if part:
        return DELETED_BY.get(part, f"s3:Put{OF_BUCKET[part]}") if method == "DELETE" else f"s3:Put{OF_BUCKET[part]}"
    if method in ("GET", "HEAD"):
        return next((action for word, action in LISTED.items() if word in query), "s3:ListBucket")
    return {"PUT": "s3:CreateBucket", "DELETE": "s3:DeleteBucket"}.get(method, "s3:PutObject")


def _of_object(
    method: str, bucket: str, key: str, query: Query, headers: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    arn = f"arn:aws:s3:::{bucket}/{key}"
    version = "Version" if "versionId" in query else ""
    if "tagging" in query:
        yield {"GET": "s3:GetObject", "PUT": "s3:PutObject"}.get(method, "s3:DeleteObject") + f"{version}Tagging", arn
    elif "acl" in query:
        yield {"GET": "s3:GetObject"}.get(method, "s3:PutObject") + f"{version}Acl", arn
    elif "uploadId" in query and method in ("GET", "DELETE"):
        yield {"GET": "s3:ListMultipartUploadParts", "DELETE": "s3:AbortMultipartUpload"}[method], arn
    elif method in ("GET", "HEAD"):
        yield f"s3:GetObject{version}", arn
    elif method == "DELETE":
        yield f"s3:DeleteObject{version}", arn
    else:
        yield "s3:PutObject", arn
        if headers.get("x-amz-tagging"):
            yield "s3:PutObjectTagging", arn
        if source := headers.get("x-amz-copy-source"):
            yield "s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}"


def _deleted(body: bytes) -> list[tuple[str, str]]:
    """Return the keys that a DeleteObjects request names, each with the action that deletes it."""
    try:
        root = ET.fromstring(body)  # noqa: S314 - a request of this machine; entities are not expanded in what is kept
    except ET.ParseError:
        return [("s3:DeleteObject", "")]
    found = []
    for one in root:
        members = {member.tag.rpartition("}")[2]: member.text or "" for member in one}
        if "Key" in members:
            found.append(("s3:DeleteObjectVersion" if members.get("VersionId") else "s3:DeleteObject", members["Key"]))
    return found


def _encryption(headers: Mapping[str, str]) -> dict[str, list[str]]:
    kind, key = headers.get("x-amz-server-side-encryption"), headers.get("x-amz-server-side-encryption-aws-kms-key-id")
    found = {"s3:x-amz-server-side-encryption": [kind]} if kind else {}
    return found | ({"s3:x-amz-server-side-encryption-aws-kms-key-id": [key]} if key else {})
