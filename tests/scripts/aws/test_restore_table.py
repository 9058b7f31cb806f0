"""`make restore`: a table that was emptied gets its files back, and never holds two versions of its rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from awsglue_local.errors import EndpointError
from scripts.aws import restore_table, run_workflow
from scripts.aws.athena import Athena
from scripts.aws.restore_table import Event, chosen, restorable, restore
from scripts.aws.upload_landing import upload_landing
from scripts.deployment.outputs import Deployment
from tests.conftest import SAMPLE_LANDING
from tests.glue_emulator.emulated import EmulatedAccount

QUIET = Console(quiet=True)
LAKE = "stedi-lake"
TABLE = "customer_trusted"
PREFIX = "customer/trusted/"
ROWS = 88


@pytest.fixture
def deployment(account: EmulatedAccount, deployment: Deployment) -> Deployment:
    """Give the lakehouse after a run, in a bucket with versions."""
    account.s3.put_bucket_versioning(Bucket=LAKE, VersioningConfiguration={"Status": "Enabled"})
    upload_landing(SAMPLE_LANDING, deployment, QUIET)
    run(deployment)
    return deployment


def run(deployment: Deployment) -> None:
    workflow = run_workflow.Workflow(deployment)
    assert run_workflow.watch(workflow, workflow.start(), lambda _: {}, QUIET).succeeded


def rows(deployment: Deployment) -> int:
    return int(str(Athena(deployment).query(f"select count(*) from {TABLE}").rows[0][0]))


def keys(account: EmulatedAccount) -> set[str]:
    found = account.s3.list_objects_v2(Bucket=LAKE, Prefix=PREFIX).get("Contents", [])
    return {one["Key"] for one in found if not one["Key"].endswith(("/", "/_restored"))}


def empty(account: EmulatedAccount) -> None:
    """Do what a job does that fails between its purge and its write."""
    account.s3.delete_objects(Bucket=LAKE, Delete={"Objects": [{"Key": key} for key in keys(account)]})


def test_a_table_that_a_failed_job_left_empty(account: EmulatedAccount, deployment: Deployment) -> None:
    before = keys(account)
    empty(account)
    assert rows(deployment) == 0
    change = restorable(deployment, TABLE)
    assert ({one.key for one in change.back}, change.gone) == (before, [])
    restore(deployment, change)
    assert (rows(deployment), keys(account)) == (ROWS, before)


def test_the_run_before_comes_back_and_the_last_one_again(account: EmulatedAccount, deployment: Deployment) -> None:
    first = keys(account)
    account.s3.delete_object(Bucket=LAKE, Key=f"{PREFIX}_temporary/0/part-0.parquet")
    run(deployment)
    second = keys(account)
    assert not first & second
    for expected in (first, second, first):
        restore(deployment, restorable(deployment, TABLE))
        assert keys(account) == expected
        assert rows(deployment) == ROWS, "a table never holds the rows of two runs"


def test_what_cannot_be_brought_back_is_told(account: EmulatedAccount, deployment: Deployment) -> None:
    with pytest.raises(EndpointError, match="customer_landing is a landing table: `make upload-landing`"):
        restorable(deployment, "customer_landing")
    with pytest.raises(EndpointError, match="nothing can be brought back to s3://stedi-lake/customer/trusted/"):
        restorable(deployment, TABLE)
    with pytest.raises(ClientError, match="EntityNotFound"):
        restorable(deployment, "customer_trustd")
    empty(account)
    versions = account.s3.list_object_versions(Bucket=LAKE, Prefix=PREFIX)["Versions"]
    for one in versions:
        account.s3.delete_object(Bucket=LAKE, Key=one["Key"], VersionId=one["VersionId"])
    with pytest.raises(EndpointError, match="its old versions are deleted too"):
        restorable(deployment, TABLE)


def test_it_asks_before_it_changes_anything(
    account: EmulatedAccount,
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = keys(account)
    empty(account)
    monkeypatch.setattr(restore_table, "deployment", lambda: deployment)
    monkeypatch.setattr("sys.argv", ["restore", TABLE])
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert restore_table.main() == 1
    told = capsys.readouterr().out
    assert f"These come back: {len(before)} files" in told
    assert "Nothing was changed." in told
    assert keys(account) == set()
    monkeypatch.setattr("builtins.input", lambda _: TABLE)
    assert restore_table.main() == 0
    assert keys(account) == before


def event(second: int, key: str, *, written: bool) -> Event:
    return Event(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second), written, key, "v", 1, is_latest=True)


def test_deletes_that_belong_together() -> None:
    first, purge = event(1, "a", written=True), [event(5, "a", written=False), event(6, "b", written=False)]
    again = event(7, "c", written=True)
    assert {one.key for one in chosen([first, *purge], None)} == {"a", "b"}
    assert {one.key for one in chosen([first, *purge, again], None)} == {"a", "b"}
    assert {one.key for one in chosen([first, *purge, again, event(9, "c", written=False)], None)} == {"c"}
    assert chosen([first], None) == []
    restored = event(8, "_restored", written=True)
    assert {one.key for one in chosen([first, *purge, restored, event(9, "a", written=False)], None)} == {"a"}
    # a job was killed while its files were completed, and the next run purged what there was of them
    partial = [event(10, "half", written=True), event(20, "half", written=False), event(21, "whole", written=True)]
    history = [first, *purge, *partial]
    assert {one.key for one in chosen(history, None)} == {"half"}
    assert {one.key for one in chosen(history, history[-2].time)} == {"a", "b"}
