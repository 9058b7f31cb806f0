"""How many records leave each node of the last run: its jobs run again on a copy of the lake, and are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from awsglue_local import LocalGlue
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


def recount(glue: LocalGlue, lakehouse: Lakehouse, account: dict[str, Any]) -> dict[str, Any]:
    """Return the account of a run with the records that leave each node; the jobs run again for it.

    Raises
    ------
    GlueLocalError
        A job fails.
    """
    counted = dict(account, jobs=[])
    for job in account["jobs"]:
        canvas = lakehouse.canvases.get(job["name"])
        nodes = glue.run(canvas.script_path, count=True).nodes if canvas else []
        rows = [node.out for node in nodes]
        is_same = [node.name for node in nodes] == [node["name"] for node in job["nodes"]]
        told = [dict(node, rows=count) for node, count in zip(job["nodes"], rows, strict=True)] if is_same else []
        counted["jobs"].append(dict(job, nodes=told or job["nodes"]))
    return counted
