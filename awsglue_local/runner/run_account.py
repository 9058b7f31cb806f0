"""The account of a run in the lake: `run.json`, of the run before `run-before.json`, of a failed one `failure.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsglue_local.storage.whole_file import write_file

if TYPE_CHECKING:
    from awsglue_local.runner.session import ScriptRun

RunAccount = dict[str, Any]
"""What `run.json` holds."""

RUN, BEFORE, FAILURE = "run.json", "run-before.json", "failure.json"


@dataclass(frozen=True)
class Failure:
    """A run that failed: the job, and what it said."""

    started: datetime
    engine: str
    job: str
    error: str


@dataclass(frozen=True)
class JobResult:
    """What one job did, in values that JSON has: its account, the rows of its tables, and how many lines it skipped."""

    account: dict[str, Any]
    holds: dict[str, int]
    bad_records: dict[str, int]


def job_result(run: ScriptRun) -> JobResult:
    """Return what a script did."""
    return JobResult(job_account(run), run.holds, run.bad_counts)


def run_account(started: datetime, engine: str, seconds: float, results: list[JobResult]) -> RunAccount:
    """Return the account of a run, as `run.json` holds it."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "engine": engine,
        "seconds": round(seconds, 3),
        "jobs": [one.account for one in results],
        "tables": {table: rows for one in results for table, rows in one.holds.items()},
        "bad_records": {table: count for one in results for table, count in one.bad_records.items()},
    }


def job_account(run: ScriptRun) -> dict[str, Any]:
    """Return what one job did.

    A node's `leaves` says whether frames leave it, and `rows` how many records are in them, null where nobody counted.
    """
    return {
        "name": run.name,
        "seconds": round(run.seconds, 3),
        "reads": run.reads,
        "writes": run.writes,
        "nodes": [
            {"name": node.name, "seconds": round(node.seconds, 3), "leaves": node.leaves, "rows": node.out}
            for node in run.nodes
        ],
        "data_quality": run.data_quality,
        "warnings": run.warnings,
    }


def is_counted(account: RunAccount) -> bool:
    """Say whether it is known how many records leave each node that any leave."""
    return all(node["rows"] is not None for job in account["jobs"] for node in job["nodes"] if node["leaves"])


def write_account(lake: Path, account: RunAccount) -> None:
    """Write the account, whole or not at all, and keep the one before it."""
    if (lake / RUN).exists():
        write_file(lake / BEFORE, (lake / RUN).read_text(encoding="utf-8"))
    rewrite_account(lake, account)
    (lake / FAILURE).unlink(missing_ok=True)


def rewrite_account(lake: Path, account: RunAccount) -> None:
    """Write the account of the last run anew, because more is known of it."""
    write_file(lake / RUN, json.dumps(account, indent=2) + "\n")


def write_failure(lake: Path, failure: Failure) -> None:
    """Write that a run failed; the next successful one takes it away."""
    account = {**asdict(failure), "started": failure.started.isoformat(timespec="seconds")}
    write_file(lake / FAILURE, json.dumps(account, indent=2) + "\n")


def read_account(file: Path) -> dict[str, Any] | None:
    """Return what one of the files holds; None where it is not there."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None
