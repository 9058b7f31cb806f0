"""Conditions as the IAM User Guide describes them: operators, several values, keys that a request has not."""

from __future__ import annotations

from typing import Any

import pytest

from glue_emulator.iam.conditions import UnknownConditionError, holds

NOW = "2026-11-26T10:00:00Z"


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        # one of several values is enough; every key and operator has to hold
        ({"StringEquals": {"s3:prefix": ["a/", "b/"]}}, {"s3:prefix": ["b/"]}, True),
        ({"StringEquals": {"s3:prefix": "a/", "s3:delimiter": "/"}}, {"s3:prefix": ["a/"], "s3:delimiter": ["-"]}, False),
        ({"StringLike": {"s3:prefix": "home/*"}, "Bool": {"aws:SecureTransport": "true"}}, {"s3:prefix": ["home/x"], "aws:securetransport": ["true"]}, True),
        # none of several values may be it
        ({"StringNotEquals": {"s3:prefix": ["a/", "b/"]}}, {"s3:prefix": ["b/"]}, False),
        ({"StringNotEquals": {"s3:prefix": ["a/", "b/"]}}, {"s3:prefix": ["c/"]}, True),
        ({"StringNotLike": {"s3:prefix": "a*"}}, {"s3:prefix": ["abc"]}, False),
        # a key that is not there
        ({"StringEquals": {"s3:prefix": "a/"}}, {}, False),
        ({"StringNotEquals": {"s3:prefix": "a/"}}, {}, True),
        ({"StringEqualsIfExists": {"s3:prefix": "a/"}}, {}, True),
        ({"StringEqualsIfExists": {"s3:prefix": "a/"}}, {"s3:prefix": ["b/"]}, False),
        ({"Null": {"s3:prefix": "true"}}, {}, True),
        ({"Null": {"s3:prefix": "false"}}, {}, False),
        ({"Null": {"s3:prefix": False}}, {"s3:prefix": ["x"]}, True),
        # case
        ({"StringEquals": {"S3:Prefix": "A/"}}, {"s3:prefix": ["a/"]}, False),
        ({"StringEqualsIgnoreCase": {"s3:prefix": "A/"}}, {"s3:prefix": ["a/"]}, True),
        # the empty prefix of a listing is a value
        ({"StringLike": {"s3:prefix": ["", "a/*"]}}, {"s3:prefix": [""]}, True),
        ({"StringLike": {"s3:prefix": "a?c*"}}, {"s3:prefix": ["abc/d"]}, True),
        # keys with several values
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:tagkeys": ["a"]}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:tagkeys": ["a", "c"]}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {"aws:tagkeys": ["c", "a"]}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["a"]}}, {}, False),
        # ARNs: a wildcard stays within a part
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123:t*"}}, {"aws:sourcearn": ["arn:aws:sns:eu-west-1:123:topic"]}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:*:topic"}}, {"aws:sourcearn": ["arn:aws:sns:eu-west-1:123:topic"]}, False),
        ({"ArnNotEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:123:topic"}}, {"aws:sourcearn": ["arn:aws:sns:eu-west-1:123:other"]}, True),
        # numbers, dates, addresses
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": ["10"]}, True),
        ({"NumericGreaterThan": {"s3:max-keys": 10}}, {"s3:max-keys": ["9"]}, False),
        ({"NumericNotEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": ["11"]}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, {"aws:currenttime": [NOW]}, True),
        ({"DateLessThan": {"aws:EpochTime": "1700000000"}}, {"aws:epochtime": ["1600000000"]}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}, {"aws:sourceip": ["203.0.113.5"]}, True),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws:sourceip": ["203.0.113.5"]}, False),
        ({"Bool": {"aws:SecureTransport": False}}, {"aws:securetransport": ["true"]}, False),
    ],
)  # fmt: skip
def test_conditions(condition: Any, context: dict[str, list[str]], expected: bool) -> None:
    assert holds(condition, context) is expected


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"StringResembles": {"s3:prefix": "a"}}, "operator StringResembles"),
        ({"ForSomeValues:StringEquals": {"s3:prefix": "a"}}, "operator ForSomeValues:StringEquals"),
        ({"StringEquals": {"aws:MultiFactorAuthPresent": "true"}}, "key aws:MultiFactorAuthPresent"),
        ({"BinaryEquals": {"s3:prefix": "a"}}, "operator BinaryEquals"),
    ],
)
def test_what_is_not_known_is_refused_by_name(condition: Any, words: str) -> None:
    with pytest.raises(UnknownConditionError, match=f"the condition {words} is not known here"):
        holds(condition, {"s3:prefix": ["a"]})
