"""The STEDI jobs on a cluster, with the lake on S3: no row passes through this machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from awsglue_local.errors import GlueLocalError, TableNotFound
from awsglue_local.job_run.engine import public_name
from awsglue_local.runner.lakes import notes_of
from awsglue_local.runner.session import LocalGlue, ScriptRun
from awsglue_local.storage.catalog import CATALOG_FOLDER
from awsglue_local.storage.endpoint import Endpoint, chosen_endpoint
from awsglue_local.storage.lake import SCHEME
from scripts import stedi
from scripts.local.run_jobs import KEPT_DDL, Telling, run_in_order


def run_on_cluster(
    landing: Path | None, lake: str, engine: str, console: Console, in_glue: bool = False
) -> list[ScriptRun]:
    """Run every job once.

    Parameters
    ----------
    landing
        A folder whose landing files replace those of the lake; None takes those that are there.
    lake
        `s3://bucket/prefix`.
    in_glue
        Whether the tables are those of the endpoint's Data Catalog; else their definitions are kept here.

    Raises
    ------
    GlueLocalError, CanvasError
        Something is wrong with the cluster, the lake, the landing files, a canvas or a script. Tables of jobs that had
        not ended are as they were.
    """
    start, started = time.perf_counter(), datetime.now(UTC)
    bucket, notes = lake.removeprefix(SCHEME).strip("/"), notes_of(lake)
    lakehouse = stedi.lakehouse(bucket=bucket, kept=notes / CATALOG_FOLDER / KEPT_DDL)
    folders = stedi.landing_folders(landing, lakehouse.landing, bucket) if landing else []
    endpoint = chosen_endpoint(None) or Endpoint(None)
    with (
        console.status(f"Looking at {public_name(engine)} ...") as status,
        LocalGlue(lake, engine, endpoint, in_glue=in_glue) as glue,
    ):
        if in_glue:
            _require_in_glue(glue, lakehouse, lake)
        else:
            stedi.put_tables(glue.catalog, lakehouse.tables)
        for table, folder in folders:
            status.update(f"Uploading {folder} ...")
            glue.lake.put_folder(folder, table.location)
        _require_landing(glue, lakehouse)
        return run_in_order(glue, lakehouse, Telling(started, start, public_name(engine), notes, console, status))


def _require_in_glue(glue: LocalGlue, lakehouse: stedi.Lakehouse, lake: str) -> None:
    """Make the tables that the Data Catalog lacks; refuse those that lie elsewhere."""
    for table in lakehouse.tables:
        try:
            there = glue.catalog.table(table.database, table.name).location
        except TableNotFound:
            glue.catalog.put(table)
            continue
        if not there.startswith(f"{lake.rstrip('/')}/"):
            raise GlueLocalError(
                f"{table.database}.{table.name} of the Data Catalog lies at {there}, which is not in the lake {lake}; "
                "name the lake that it lies in"
            )


def _require_landing(glue: LocalGlue, lakehouse: stedi.Lakehouse) -> None:
    for table in lakehouse.landing:
        location = glue.catalog.table(table.database, table.name).location
        if not glue.lake.files(glue.lake.path(location)):
            raise GlueLocalError(
                f"there are no landing files at {location}; put them there, or add LANDING=DIR, such as "
                "LANDING=sample_data, to upload those of a folder"
            )
