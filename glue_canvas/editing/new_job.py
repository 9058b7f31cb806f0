"""A new job: sources and, where it writes a table, a purge of that and the target."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from awsglue_local.nearest import instead_of
from glue_canvas.document.canvas import NODES_KEY, Canvas, CanvasError, canvas_of, read_job_folders
from glue_canvas.document.job_documents import job_folder
from glue_canvas.document.studio_form import studio_form
from glue_canvas.editing.canvas_editor import CanvasEditor, epoch_milliseconds, numbered
from glue_canvas.flow.job_order import Table, job_tables, table_name
from glue_canvas.kinds.column_flow import Columns

SETTINGS: dict[str, Any] = {
    "jobMode": "VISUAL",
    "role": "glue-job",
    "executionProperty": {"maxConcurrentRuns": 1},
    "command": {"name": "glueetl", "pythonVersion": "3"},
    "defaultArguments": {
        "--enable-metrics": "true",
        "--enable-job-insights": "true",
        "--enable-observability-metrics": "true",
        "--enable-glue-datacatalog": "true",
        "--enable-continuous-cloudwatch-log": "true",
        "--job-bookmark-option": "job-bookmark-disable",
        "--job-language": "python",
    },
    "maxRetries": 0,
    "allocatedCapacity": 2,
    "timeout": 15,
    "maxCapacity": 2.0,
    "glueVersion": "5.1",
    "numberOfWorkers": 2,
    "workerType": "G.1X",
    "executionClass": "STANDARD",
}
"""A small job as Studio makes one; where jobs are there already, the settings of the first are taken."""
REPLACE = """\
# the new rows are computed before the old ones go
rows = dfc.select(list(dfc.keys())[0]).toDF().cache()
rows.count()
glueContext.purge_table(database="{database}", table_name="{table}", options={{"retentionPeriod": 0}})
return DynamicFrameCollection({{"rows": DynamicFrame.fromDF(rows, glueContext, "rows")}}, glueContext)"""
"""The body of the Custom Transform that empties a table: where the new rows cannot be computed, the old ones stay."""


def first_canvas(
    jobs: Path, name: str, reads: Sequence[Table], writes: Table | None, tables: Mapping[Table, Columns]
) -> Canvas:
    """Return the canvas of a new job of a folder of job folders; nothing is written.

    Parameters
    ----------
    jobs
        The folder; it may be missing.
    writes
        None leaves the sources alone, for what a person puts after them.
    tables
        The columns of the tables that are defined; with none, nothing is asked of what the job reads.

    Raises
    ------
    CanvasError
        The name is none or is taken, no statement defines a table that is read, or another job writes the table.
    """
    folder = job_folder(jobs, name)
    path = folder / f"{folder.name}.json"
    if path.exists():
        raise CanvasError(f"{path} is there already; `glue-canvas edit {name}` changes it")
    for table in reads if tables else ():
        if table not in tables:
            there = [table_name(one) for one in tables]
            raise CanvasError(
                f"no DDL defines {table_name(table)}" + instead_of(table_name(table), there, "the tables are")
            )
    others = read_job_folders(jobs) if jobs.is_dir() and any(jobs.glob("*/*.json")) else []
    for other in others:
        if writes and writes in job_tables(other).writes:
            raise CanvasError(f"{other.job_name} writes {table_name(writes)} already; a table has one writer")
    return new_job(path, reads, writes, tables, others[0] if others else None)


def new_job(
    path: Path,
    reads: Sequence[Table],
    writes: Table | None,
    tables: Mapping[Table, Columns],
    like: Canvas | None = None,
    now: Callable[[], int] = epoch_milliseconds,
) -> Canvas:
    """Return the canvas of a new job, which passes the rows of the first table that it reads to the one it writes.

    Several tables go through a SQL Query node. A Custom Transform empties the written table, so that a run replaces it.
    A job that writes no table yet has its sources alone.

    Parameters
    ----------
    path
        Where the canvas will lie; its name is the job's.
    tables
        The columns of the tables.
    like
        A job with the settings that the new one gets.
    """
    settings = {**(like.definition if like else SETTINGS), "name": path.stem, NODES_KEY: ""}
    settings = {key: value for key, value in settings.items() if key != "sourceControlDetails"}
    sources = " and ".join(name for _, name in reads)
    settings["description"] = f"Writes {writes[1]} from {sources}." if writes else f"Reads {sources}."
    first, *others = reads
    start = now()
    source = {"CatalogSource": {"Database": first[0], "Name": first[1], "Table": first[1]}}
    editor = CanvasEditor(studio_form(canvas_of(path, settings, {f"node-{start}": source})), tables, now)
    for database, name in others:
        editor.add("CatalogSource", name, fields={"Database": database, "Table": name})
    if writes:
        _add_target(editor, reads, writes)
    return editor.canvas


def _add_target(editor: CanvasEditor, reads: Sequence[Table], writes: Table) -> None:
    last = reads[0][1]
    if len(reads) > 1:
        last = editor.add("SparkSQL", "Query", inputs=[name for _, name in reads]).name
    name = writes[1] if writes[1] not in {node.name for node in editor.canvas.nodes.values()} else f"To {writes[1]}"
    target = editor.add("CatalogTarget", name, inputs=[last], fields={"Database": writes[0], "Table": writes[1]})
    purge_before(editor, target.id)


def purge_before(editor: CanvasEditor, named: str) -> None:
    """Put before a target what empties its table, so that a run replaces the rows: a Custom Transform and a selection.

    Raises
    ------
    CanvasError
        There is no such node, nothing feeds it yet, or it writes no table of the Data Catalog.
    """
    target = editor.node(named)
    database, table = target.fields.get("Database", ""), target.fields.get("Table", "")
    if not (target.inputs and database and table):
        raise editor.canvas.error(target, "its table can be emptied when a node feeds it and the table is chosen")
    names = {node.name for node in editor.canvas.nodes.values()}
    fields = {"ClassName": f"Empty{_camel(table)}", "Code": REPLACE.format(database=database, table=table)}
    name = numbered(f"Empty {table}", names)
    purge = editor.add("CustomCode", name, between=(target.inputs[0], target.id), fields=fields)
    editor.add("SelectFromCollection", numbered("Select From Collection", names), between=(purge.id, target.id))


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"\W|_", name, flags=re.ASCII))
