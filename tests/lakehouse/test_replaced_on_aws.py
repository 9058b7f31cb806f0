"""A table is replaced as AWS does it: emptied and written at the moment the script says so, not together at its end.

A job that is killed or fails at any point leaves the table old, new, or empty and restorable; no later job starts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from glue_emulator import GlueEmulator
from scripts import stedi
from scripts.aws import run_workflow
from scripts.aws.athena import Athena
from scripts.aws.restore_table import restorable, restore
from scripts.aws.upload_landing import upload_landing
from scripts.deployment.outputs import Deployment
from tests.conftest import SAMPLE_LANDING
from tests.glue_emulator.emulated import EmulatedAccount
from tests.lakehouse.tables import LANDING, ZONES, expected_rows
from tests.lakehouse.test_lakehouse import withdraw

QUIET = Console(quiet=True)
JOB, TABLE = "customer_landing_to_trusted", "customer_trusted"
WRITTEN = {landing: landing.replace("landing", "trusted") for landing in LANDING}
KILL, FAIL = "import os; os.kill(os.getpid(), 9)", "raise RuntimeError('broken here')"
PURGE, WRITE, COMMIT = "glueContext.purge_table(", "glueContext.write_dynamic_frame", "job.commit()"
OLD, NEW, EMPTY = "old", "new", "empty"


@pytest.fixture(scope="module")
def emulator() -> Iterator[GlueEmulator]:
    """Give an emulator whose jobs write at once."""
    with GlueEmulator(write_at_once=True) as running:
        yield running


@pytest.fixture
def deployment(account: EmulatedAccount, deployment: Deployment) -> Deployment:
    """Give the lakehouse after a run, in a bucket with versions."""
    account.s3.put_bucket_versioning(Bucket=stedi.LOCAL_BUCKET, VersioningConfiguration={"Status": "Enabled"})
    upload_landing(SAMPLE_LANDING, deployment, QUIET)
    assert run(deployment).succeeded
    return deployment


def run(deployment: Deployment) -> run_workflow.RunState:
    workflow = run_workflow.Workflow(deployment)
    return run_workflow.watch(workflow, workflow.start(), lambda _: {}, QUIET)


def emails(deployment: Deployment) -> list[str]:
    return sorted(str(row[0]) for row in Athena(deployment).query(f"select email from {TABLE}").rows)


def broken(account: EmulatedAccount, marker: str, statement: str, *, after: bool = False) -> Callable[[], None]:
    """Put a statement before (or after) the line with a marker in the deployed script; return what mends it."""
    key = f"scripts/{JOB}.py"
    good = account.get(key).decode()
    lines = good.split("\n")
    place = next(number for number, line in enumerate(lines) if marker in line)
    indent = " " * (len(lines[place]) - len(lines[place].lstrip()))
    lines.insert(place + after, indent + statement)
    account.put(key, "\n".join(lines))
    return lambda: account.put(key, good)


def test_killed_and_failed_at_every_point_and_emptied_by_the_last_withdrawal(
    account: EmulatedAccount, deployment: Deployment, tmp_path: Path
) -> None:
    landing = tmp_path / "landing"
    shutil.copytree(SAMPLE_LANDING, landing)
    old = sorted(row[1] for row in expected_rows(landing)[TABLE])
    for email in old[:5]:
        withdraw(landing, email)
    new = sorted(row[1] for row in expected_rows(landing)[TABLE])
    states = {OLD: old, NEW: new, EMPTY: []}
    assert emails(deployment) == old
    upload_landing(landing, deployment, QUIET)
    points = [(PURGE, False, OLD), (PURGE, True, EMPTY), (WRITE, False, EMPTY), (COMMIT, False, NEW)]
    for statement in (KILL, FAIL):
        for marker, after, expected in points:
            point = f"{statement} {'after' if after else 'before'} {marker}"
            mend = broken(account, marker, statement, after=after)
            ended = run(deployment)
            mend()
            assert [job.name for job in ended.failed] == [JOB], point
            assert {job.state for job in ended.jobs if job.name != JOB} == {run_workflow.NOT_STARTED}, point
            assert emails(deployment) == states[expected], point
            if expected != OLD:
                restore(deployment, restorable(deployment, TABLE))
                assert emails(deployment) == old, point
    all_withdraw(account)
    assert run(deployment).succeeded
    assert set(stedi_rows(deployment).values()) == {0}, "they may be empty, because nobody agrees any more"


@pytest.mark.usefixtures("deployment")
def test_nothing_is_emptied_where_the_new_rows_cannot_be_right(account: EmulatedAccount) -> None:
    before = {table: objects(account, table) for table in WRITTEN.values()}
    key, good = f"scripts/{JOB}.py", b"select agreed.*"
    account.put(key, account.get(key).replace(good, b"select agreed.*, raise_error('spoilt') as spoilt"))
    ended = account.run(JOB)
    assert ended["JobRunState"] == "FAILED"
    assert "spoilt" in ended["ErrorMessage"]
    for landing, table in WRITTEN.items():
        for one in keys(account, f"{landing.removesuffix('_landing')}/landing/"):
            account.s3.delete_object(Bucket=stedi.LOCAL_BUCKET, Key=one)
        ended = account.run(f"{landing}_to_trusted")
        assert f"ValueError: {landing} has no records, so {table} keeps the rows that it has" in ended["ErrorMessage"]
    assert {table: objects(account, table) for table in WRITTEN.values()} == before


def all_withdraw(account: EmulatedAccount) -> None:
    """Let the customers' records be one, of somebody who has agreed to nothing."""
    for key in keys(account, "customer/landing/"):
        account.s3.delete_object(Bucket=stedi.LOCAL_BUCKET, Key=key)
    record = json.dumps({"email": "a@example.com", "customerName": "A", "serialNumber": "s", "lastUpdateDate": 9})
    account.s3.put_object(Bucket=stedi.LOCAL_BUCKET, Key="customer/landing/a.json", Body=record)


def stedi_rows(deployment: Deployment) -> dict[str, int]:
    athena = Athena(deployment)
    return {name: int(str(athena.query(f"select count(*) from {name}").rows[0][0])) for name in ZONES}


def keys(account: EmulatedAccount, prefix: str) -> list[str]:
    found = account.s3.list_objects_v2(Bucket=stedi.LOCAL_BUCKET, Prefix=prefix).get("Contents", [])
    return [one["Key"] for one in found if not one["Key"].endswith("/")]


def objects(account: EmulatedAccount, table: str) -> list[str]:
    """Return the keys of a zone table, which has some."""
    definition = next(one for one in stedi.tables() if one.name == table)
    found = keys(account, definition.location.removeprefix(f"s3://{stedi.LOCAL_BUCKET}/"))
    assert found
    return found
