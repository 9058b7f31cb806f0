"""What is deployed, and where the console shows it."""

from __future__ import annotations

import pytest

from awsglue_local.storage.endpoint import Endpoint
from scripts.deployment.outputs import Deployment


def deployed(region: str, url: str | None = None) -> Deployment:
    return Deployment(Endpoint(url), region, "lake", ["lake"], {}, "stedi", {}, "stedi", "stedi")


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("eu-west-1", "https://eu-west-1.console.aws.amazon.com/glue"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/glue"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/glue"),
        ("us-iso-east-1", ""),
        ("xx-new-9", "https://xx-new-9.console.aws.amazon.com/glue"),
    ],
)
def test_the_console_of_each_partition(region: str, address: str) -> None:
    assert deployed(region).console("glue") == address


def test_an_emulator_has_no_console() -> None:
    assert deployed("eu-west-1", "http://127.0.0.1:1").console("glue") == ""
