"""The Condition of a policy's statement: its operators and keys.

After "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or values" in the IAM
User Guide.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Context = Mapping[str, Sequence[str]]
"""Condition key in lower case to the values that the request has of it."""

KNOWN_KEYS = re.compile(
    r"aws:(securetransport|sourceaccount|sourcearn|sourceip|currenttime|epochtime|useragent|username|userid|"
    r"principalarn|principalaccount|principaltype|principaltag/.+|requestedregion|calledvia|viaawsservice|"
    r"principalisawsservice|resourceaccount|resourcetag/.+|requesttag/.+|tagkeys)|"
    r"s3:(prefix|delimiter|max-keys|x-amz-server-side-encryption|x-amz-server-side-encryption-aws-kms-key-id|x-amz-acl|"
    r"tlsversion|authtype|signatureversion|versionid|existingobjecttag/.+|requestobjecttag/.+)|"
    r"iam:(passedtoservice|associatedresourcearn|policyarn|permissionsboundary)|"
    r"cloudwatch:namespace|glue:credentialissuingservice|glue:vpcids|glue:subnetids|glue:securitygroupids|"
    r"sts:(externalid|rolesessionname)"
)
"""Condition keys of which it is known here whether a request has them."""


class UnknownConditionError(Exception):
    """A condition whose operator or key is not known here, so that nobody can say what it comes to."""


def holds(condition: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Say whether every operator of a Condition holds for every of its keys.

    Raises
    ------
    UnknownConditionError
        An operator or a key is not known here.
    """
    return all(
        _holds(operator, key, [str(one) for one in _listed(values)], context)
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _holds(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    if not KNOWN_KEYS.fullmatch(key.lower()):
        raise UnknownConditionError(f"the condition key {key} is not known here")
    quantifier, _, name = operator.rpartition(":")
    plain, if_exists = name.removesuffix("IfExists"), name.endswith("IfExists")
    there = list(context.get(key.lower(), []))
    if plain == "Null":
        return all((word.lower() == "true") == (not there) for word in wanted)
    compare, negated = _comparison(plain, operator)
    matches = [any(compare(have, want) for want in wanted) for have in there]
    if quantifier == "ForAllValues":
        return all(one != negated for one in matches)
    if quantifier == "ForAnyValue":
        return any(one != negated for one in matches)
    if quantifier:
        raise UnknownConditionError(f"the condition operator {operator} is not known here")
    if not there:
        return if_exists or negated
    return any(matches) != negated


def _comparison(plain: str, operator: str) -> tuple[Callable[[str, str], bool], bool]:
    """Return how a value of the request is compared with one of the policy, and whether the operator negates that."""
    for negation in ("Not", ""):
        base = plain.replace("Not", "", 1) if negation else plain
        if base in COMPARISONS and (not negation or "Not" in plain):
            return COMPARISONS[base], bool(negation)
    raise UnknownConditionError(f"the condition operator {operator} is not known here")


def like(have: str, pattern: str) -> bool:
    """Say whether a text is of a pattern with `*` and `?`; case counts."""
    return re.fullmatch(_regex(pattern), have, re.DOTALL) is not None


def _regex(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)


def _arn_like(have: str, pattern: str) -> bool:
    """Compare ARNs part by part: a `*` does not reach beyond a colon, but in the last part."""
    one, other = have.split(":", 5), pattern.split(":", 5)
    return len(one) == len(other) and all(like(left, right) for left, right in zip(one, other, strict=True))


def _in_network(have: str, network: str) -> bool:
    return ipaddress.ip_address(have) in ipaddress.ip_network(network, strict=False)


def _number(text: str) -> float:
    return float(text)


def _date(text: str) -> datetime:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return datetime.fromtimestamp(float(text), UTC)
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda have, want: have == want,
    "StringEqualsIgnoreCase": lambda have, want: have.lower() == want.lower(),
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda have, want: have.lower() == want.lower(),
    "IpAddress": _in_network,
    "NumericEquals": lambda have, want: _number(have) == _number(want),
    "NumericLessThan": lambda have, want: _number(have) < _number(want),
    "NumericLessThanEquals": lambda have, want: _number(have) <= _number(want),
    "NumericGreaterThan": lambda have, want: _number(have) > _number(want),
    "NumericGreaterThanEquals": lambda have, want: _number(have) >= _number(want),
    "DateEquals": lambda have, want: _date(have) == _date(want),
    "DateLessThan": lambda have, want: _date(have) < _date(want),
    "DateLessThanEquals": lambda have, want: _date(have) <= _date(want),
    "DateGreaterThan": lambda have, want: _date(have) > _date(want),
    "DateGreaterThanEquals": lambda have, want: _date(have) >= _date(want),
}
"""Operator to its comparison; those with Not are the negations of these."""


def _listed(value: Any) -> list[Any]:
    texts = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else one for one in texts]
