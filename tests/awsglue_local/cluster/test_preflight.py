"""A cluster that lacks something is refused before anything runs, with a line for each thing."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from awsglue_local import EndpointError, LocalGlue
from awsglue_local.cluster import preflight, probe
from awsglue_local.cluster.preflight import require_cluster
from awsglue_local.cluster.probe import Probe
from awsglue_local.cluster.store import Store
from awsglue_local.storage.endpoint import Endpoint
from tests.awsglue_local.cluster.lake_on_s3 import LakeOnS3

STORE = Store(None, "eu-west-1")


class SomeLake:
    """What the preflight asks of a lake."""

    root, prefix = Path("/r"), Path("/r/bucket/lake")

    def aside(self, purpose: str) -> Path:
        return self.prefix / purpose

    def uri(self, place: Path) -> str:
        return f"s3://{place.relative_to(self.root)}"


# the words of PySpark's error classes, and those that Python workers raise
@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            "[PYTHON_VERSION_MISMATCH] Python in worker has different version (3, 10) than that in driver 3.11, PySpark "
            "cannot run with different minor versions.",
            "Python 3.11 on the executors, as on this machine: they have 3.10",
        ),
        (
            "Python in worker has different version 3.8 than that in driver 3.11, PySpark cannot run with different minor "
            "versions.",
            "Python 3.11 on the executors, as on this machine: they have 3.8",
        ),
        (
            "An exception was thrown from the Python worker.\nModuleNotFoundError: No module named 'pyarrow'\n",
            "the Python package pyarrow on the executors",
        ),
        ('first\n\nCannot run program "python3": No such file\n', 'Cannot run program "python3": No such file'),
    ],
)
def test_what_python_lacks_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, words: str, line: str) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(preflight, "with_tasks", fail)
    with pytest.raises(EndpointError) as raised:
        require_cluster(None, "sc://there:1", SomeLake(), STORE)  # type: ignore[arg-type]
    first, second = str(raised.value).splitlines()
    assert first == "sc://there:1 cannot run jobs on s3://bucket/lake; missing is:"
    assert second.startswith("  - ")
    assert line in second


def test_each_package_that_is_missing_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "numpy":
            raise importlib.metadata.PackageNotFoundError(name)
        return {"pyarrow": "15.0.2", "orjson": "3.11.0"}[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert probe.look(Probe(STORE, "bucket/place"))["missing"] == [
        "the Python package pyarrow in version 19 or later on the executors: they have 15.0.2",
        "the Python package numpy on the executors",
    ]


def test_executors_without_a_way_to_s3_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (line,) = probe.look(Probe(STORE, "bucket/place"))["missing"]
    assert line.startswith("S3 for the executors' Python, http://127.0.0.1:9: ")


def test_the_environment_of_an_executor_goes_before_what_the_client_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    assert Store("http://client:1", "eu-west-1").where == "http://client:1"
    assert Store(None, "eu-west-1").where == "AWS (eu-west-1)"
    monkeypatch.setenv("AWS_ENDPOINT", "http://executor:1")
    assert Store("http://client:1", "eu-west-1").where == "http://executor:1"


@pytest.fixture
def opened(s3_lake: LakeOnS3, tmp_path: Path) -> Callable[[], None]:
    def open_lake() -> None:
        with s3_lake.glue(tmp_path):
            pass

    return open_lake


def test_a_cluster_that_has_all_is_taken_and_nothing_is_left(opened: Callable[[], None], s3_lake: LakeOnS3) -> None:
    opened()
    assert s3_lake.names() == []


def test_a_bucket_that_the_cluster_alone_does_not_have_is_told(
    opened: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "Probe", lambda store, where: Probe(store, f"no-such-bucket/{where}"))
    with pytest.raises(
        EndpointError, match=r"missing is:\n  - S3 for the executors' Python, http://127\S+: .*NO_SUCH_BUCKET"
    ):
        opened()


def test_another_s3_than_this_machines_is_told(opened: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "Probe", lambda store, where: Probe(store, f"{where}-elsewhere"))
    with pytest.raises(
        EndpointError, match="- the same S3 for the executors and this machine: what they write to s3://lake"
    ):
        opened()


def test_an_engine_that_is_no_cluster_is_refused(s3_lake: LakeOnS3) -> None:
    with pytest.raises(Exception, match="is on S3, where the engine sail does not read and write"):
        LocalGlue(s3_lake.uri, "sail", Endpoint(s3_lake.endpoint.url))
