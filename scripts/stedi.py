"""Where the parts of the STEDI lakehouse are, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from awsglue_local.athena.ddl_cache import read_ddl_files
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.catalog import Catalog
from awsglue_local.storage.lake import data_files
from awsglue_local.storage.table import Table
from glue_canvas import Canvas, JobGraph, build_graph, read_job_folders
from glue_canvas.flow.job_order import node_tables, unknown_table

ROOT = Path(__file__).resolve().parent.parent
DDL = ROOT / "ddl"
JOBS = ROOT / "studio_jobs"
CHECKS = ROOT / "tests" / "athena"
QUERIES = ROOT / "scripts" / "queries"
"""Queries for people, which Athena has as saved ones too."""

DATABASE = "stedi"
LOCAL_BUCKET = "stedi-lake"
TRAINING_TABLE = "machine_learning_curated"


@dataclass(frozen=True)
class Lakehouse:
    """The tables and the jobs.

    Attributes
    ----------
    canvases
        By job name.
    graph
        What each job reads and writes, and the order that follows.
    """

    tables: list[Table]
    canvases: dict[str, Canvas]
    graph: JobGraph

    @property
    def landing(self) -> list[Table]:
        """The tables that no job writes: those that landing files fill."""
        return [table for table in self.tables if (table.database, table.name) not in self.graph.written]


def tables(ddl: Path = DDL, bucket: str = LOCAL_BUCKET, kept: Path | None = None) -> list[Table]:
    """Return the definitions of all tables, for the local bucket unless another one is named; see `read_ddl_files`."""
    return read_ddl_files(sorted(ddl.glob("*.sql")), {"bucket": bucket}, kept)


def names(definitions: Iterable[Table]) -> frozenset[str]:
    """Return the tables' names."""
    return frozenset(table.name for table in definitions)


def lakehouse(
    jobs: Path | None = None, ddl: Path = DDL, bucket: str = LOCAL_BUCKET, kept: Path | None = None
) -> Lakehouse:
    """Read the tables and the jobs, those of `JOBS` unless another folder is named.

    Parameters
    ----------
    kept
        See `read_ddl_files`.

    Raises
    ------
    CanvasError
        Two jobs write one table, jobs wait for each other, or a job reads a table that no file of `ddl/` defines.
    """
    definitions = tables(ddl, bucket, kept)
    canvases = {canvas.job_name: canvas for canvas in read_job_folders(jobs or JOBS)}
    _require_tables(canvases.values(), [(table.database, table.name) for table in definitions])
    graph = build_graph(canvases.values(), [(table.database, table.name) for table in definitions])
    return Lakehouse(definitions, canvases, graph)


def _require_tables(canvases: Iterable[Canvas], defined: Iterable[tuple[str, str]]) -> None:
    """Raise where a target names a table that no statement defines: the canvas that writes it is to be mended."""
    known = dict.fromkeys(defined)
    for canvas in canvases:
        for node in canvas.nodes.values():
            for table in node_tables(node) if node.kind.endswith("Target") else ():
                if table[0] and table not in known:
                    raise canvas.error(node, unknown_table(table, known))


def put_tables(catalog: Catalog, definitions: list[Table]) -> None:
    """Make the catalog hold the tables."""
    for table in definitions:
        catalog.put(table)


def landing_folders(landing: Path, tables: list[Table], bucket: str = LOCAL_BUCKET) -> list[tuple[Table, Path]]:
    """Return each landing table with its folder of landing files.

    Parameters
    ----------
    landing
        A folder with `customer/landing`, `accelerometer/landing` and `step_trainer/landing`.
    tables
        The landing tables.
    bucket
        What stands for the bucket in their locations.

    Raises
    ------
    GlueLocalError
        One of them is missing or empty.
    """
    folders = [(table, landing / key(table, bucket)) for table in tables]
    for table, folder in folders:
        if not data_files(folder):
            state = "has no data files" if folder.is_dir() else "does not exist"
            raise GlueLocalError(
                f"the landing folder {folder} {state}; LANDING must name a folder that contains "
                + ", ".join(str(one.relative_to(landing)) for _, one in folders)
                + ", each with JSON lines files"
                + (_orphan(table) if any(data_files(other) for _, other in folders) else "")
            )
    return folders


def _orphan(table: Table) -> str:
    return f". No job writes {table.database}.{table.name}: if its job is gone, delete the file in ddl that defines it"


def key(table: Table, bucket: str = LOCAL_BUCKET) -> str:
    """Return the part of a table's location behind the bucket, such as `customer/landing`."""
    return table.location.removeprefix(f"s3://{bucket}/").rstrip("/")
