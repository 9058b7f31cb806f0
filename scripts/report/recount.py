"""How many records leave each node of the last run: its jobs run again on a copy of the lake, and are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from awsglue_local import GlueLocalError, LocalGlue
from awsglue_local.runner.run_account import RunAccount, job_account
from awsglue_local.storage.catalog import CATALOG_FOLDER
from awsglue_local.storage.lake import Lake, data_files, link_all
from scripts.stedi import LOCAL_BUCKET, Lakehouse


@contextmanager
def copied(lake: Path) -> Iterator[Path]:
    """Give a lake with the same files, as links: a run there changes nothing here.

    Raises
    ------
    LakeError
        Another run uses the lake.
    """
    original = Lake(lake)
    with original.locked():
        copy = original.work_folder("copy")
        for name in (LOCAL_BUCKET, CATALOG_FOLDER):
            link_all(lake / name, data_files(lake / name), copy / name)
        try:
            yield copy
        finally:
            original.clear_work()


def recount(glue: LocalGlue, lakehouse: Lakehouse, account: RunAccount) -> RunAccount:
    """Return the account of a run with the records that leave each node; the jobs run again for it.

    A job that fails now, or that does anything else than it did then, is left as it is.
    """
    return dict(account, jobs=[_recounted(glue, lakehouse, job) for job in account["jobs"]])


def _recounted(glue: LocalGlue, lakehouse: Lakehouse, job: dict[str, Any]) -> dict[str, Any]:
    canvas = lakehouse.canvases.get(job["name"])
    if canvas is None:
        return job
    try:
        run = glue.run(canvas.script_path, count=True)
    except GlueLocalError:
        return job
    now = job_account(run)
    if (now["reads"], now["writes"], _names(now)) != (job["reads"], job["writes"], _names(job)):
        return job
    nodes = zip(job["nodes"], now["nodes"], strict=True)
    return dict(job, nodes=[dict(node, rows=counted["rows"]) for node, counted in nodes])


def _names(job: dict[str, Any]) -> list[str]:
    return [node["name"] for node in job["nodes"]]
