"""Which tables a job reads and writes, and the order of jobs that follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from awsglue_local.nearest import instead_of, nearest
from glue_canvas.document.canvas import Canvas, CanvasError, Node

Table = tuple[str, str]
"""Database and table name; files that are read or written by path have no database, and their path as name."""


@dataclass(frozen=True)
class JobTables:
    """The tables and paths that one job's canvas reads and writes, each sorted."""

    job: str
    reads: list[Table]
    writes: list[Table]


@dataclass(frozen=True)
class JobGraph:
    """Jobs in an order in which each runs after those whose tables it reads.

    Attributes
    ----------
    stages
        Job names; the jobs of one stage can run at the same time.
    tables
        Job name to the tables it reads and writes.
    upstream
        Job name to the jobs whose tables it reads, sorted.
    """

    stages: list[list[str]]
    tables: dict[str, JobTables]
    upstream: dict[str, list[str]]

    @property
    def written(self) -> set[Table]:
        """The tables and paths that some job writes; all others come from outside."""
        return {table for job in self.tables.values() for table in job.writes}

    @property
    def first(self) -> list[str]:
        """The jobs that wait for no other, sorted."""
        return sorted(job for job, before in self.upstream.items() if not before)

    @property
    def last(self) -> list[str]:
        """The jobs that no other waits for, sorted."""
        return sorted(set(self.upstream) - {one for before in self.upstream.values() for one in before})

    @property
    def order(self) -> list[str]:
        """All job names, one after the other."""
        return [job for stage in self.stages for job in stage]


def job_tables(canvas: Canvas) -> JobTables:
    """Return the tables and paths that the canvas's source and target nodes name.

    What a query or a Custom Transform names on its own is not seen.
    """
    reads, writes = set(), set()
    for node in canvas.nodes.values():
        if node.kind.endswith("Source"):
            reads.update(node_tables(node))
        elif node.kind.endswith("Target"):
            writes.update(node_tables(node))
    return JobTables(canvas.job_name, sorted(reads), sorted(writes))


def node_tables(node: Node) -> list[Table]:
    """Return the table of a node; a target of files may keep one up to date, else its paths count."""
    for place in (node.fields, node.fields.get("SchemaChangePolicy") or {}):
        if place.get("Database") and place.get("Table"):
            return [(str(place["Database"]), str(place["Table"]))]
    paths = node.fields.get("Paths") or [node.fields.get("Path")]
    return [("", str(path)) for path in paths if path]


def unwritten_tables(canvases: Iterable[Canvas]) -> list[Table]:
    """Return the tables that some job reads and none writes: what comes from outside."""
    tables = [job_tables(canvas) for canvas in canvases]
    written = {table for job in tables for table in job.writes}
    return sorted({table for job in tables for table in job.reads} - written)


def graph_of(canvases: Sequence[Canvas]) -> JobGraph:
    """Compute the order of jobs, where tables that no job writes are there already; see `build_graph`."""
    return build_graph(canvases, unwritten_tables(canvases))


def build_graph(canvases: Iterable[Canvas], given: Iterable[Table] = ()) -> JobGraph:
    """Compute the order of jobs.

    Parameters
    ----------
    canvases
        The jobs.
    given
        Tables that are there without any job, such as the landing tables.

    Raises
    ------
    CanvasError
        Two jobs write one table, a job reads a table that no job writes and that is not `given`,
        or the jobs read each other's tables in a circle. The message names jobs and tables.
    """
    tables = {canvas.job_name: job_tables(canvas) for canvas in canvases}
    writer = _writers(tables.values())
    given = set(given)
    upstream: dict[str, set[str]] = {}
    for job in tables.values():
        for table in job.reads:
            if table not in writer and table not in given:
                near = nearest(table_name(table), map(table_name, [*writer, *given]))
                mean = f"; did you mean {near!r}?" if near else ""
                message = f"{job.job} reads {table_name(table)}, which no job writes and nothing else defines"
                raise CanvasError(message + mean)
        upstream[job.job] = {writer[table] for table in job.reads if table in writer} - {job.job}
    return JobGraph(_stages(upstream), tables, {job: sorted(before) for job, before in upstream.items()})


def _writers(jobs: Iterable[JobTables]) -> dict[Table, str]:
    writer: dict[Table, str] = {}
    for job in jobs:
        for table in job.writes:
            if table in writer:
                raise CanvasError(f"{table_name(table)} is written by two jobs: {writer[table]} and {job.job}")
            writer[table] = job.job
    return writer


def _stages(upstream: dict[str, set[str]]) -> list[list[str]]:
    sorter = TopologicalSorter(upstream)
    try:
        sorter.prepare()
    except CycleError as error:
        # CycleError lists each job before the one that reads from it
        raise CanvasError(f"jobs wait for each other in a circle: {' -> '.join(error.args[1])}") from error
    stages = []
    while sorter.is_active():
        stage = sorted(sorter.get_ready())
        stages.append(stage)
        sorter.done(*stage)
    return stages


def table_name(table: Table) -> str:
    """Return `database.table`, or the path."""
    return ".".join(filter(None, table))


def unknown_table(table: Table, tables: Mapping[Table, object]) -> str:
    """Return a sentence about a table that is not defined."""
    there = [table_name(one) for one in tables]
    return f"no DDL defines {table_name(table)}" + instead_of(table_name(table), there, "the tables are")
