"""Where the parts of the STEDI lakehouse are, and what they are called."""

from __future__ import annotations

from pathlib import Path

from awsglue_local.catalog import Catalog, Table
from awsglue_local.ddl import read_table
from awsglue_local.errors import GlueLocalError
from awsglue_local.lake import data_files
from glue_canvas import Canvas, JobGraph, build_graph, read_job_folders

ROOT = Path(__file__).resolve().parent.parent
DDL = ROOT / "ddl"
JOBS = ROOT / "studio_jobs"
CHECKS = ROOT / "tests" / "athena"
QUERIES = ROOT / "scripts" / "queries"
"""Queries for people, which Athena has as saved ones too."""

DATABASE = "stedi"
LOCAL_BUCKET = "stedi-lake"
LANDING_SUFFIX = "_landing"
TRAINING_TABLE = "machine_learning_curated"


def tables() -> list[Table]:
    """Return the definitions of all tables, from `ddl/`, for the local bucket."""
    return [read_table(path, {"bucket": LOCAL_BUCKET}) for path in sorted(DDL.glob("*.sql"))]


def landing_tables(definitions: list[Table]) -> list[Table]:
    """Return the tables that no job writes: those that the landing files fill."""
    return [table for table in definitions if table.name.endswith(LANDING_SUFFIX)]


def jobs(definitions: list[Table]) -> tuple[dict[str, Canvas], JobGraph]:
    """Return the canvases by job name, and the order of the jobs."""
    canvases = {canvas.job_name: canvas for canvas in read_job_folders(JOBS)}
    given = [(table.database, table.name) for table in landing_tables(definitions)]
    return canvases, build_graph(canvases.values(), given)


def put_tables(catalog: Catalog, definitions: list[Table]) -> None:
    """Make the catalog hold the tables."""
    for table in definitions:
        catalog.put(table)


def landing_folders(landing: Path, definitions: list[Table]) -> list[tuple[Table, Path]]:
    """Return each landing table with its folder of landing files.

    Parameters
    ----------
    landing
        A folder with `customer/landing`, `accelerometer/landing` and `step_trainer/landing`.

    Raises
    ------
    GlueLocalError
        One of them is missing or empty.
    """
    folders = [(table, landing / _key(table)) for table in landing_tables(definitions)]
    for _, folder in folders:
        if not data_files(folder):
            state = "has no data files" if folder.is_dir() else "does not exist"
            raise GlueLocalError(
                f"the landing folder {folder} {state}; give LANDING a folder that holds "
                + ", ".join(str(one.relative_to(landing)) for _, one in folders)
                + ", each with files of JSON lines"
            )
    return folders


def _key(table: Table) -> str:
    return table.location.removeprefix(f"s3://{LOCAL_BUCKET}/").rstrip("/")
