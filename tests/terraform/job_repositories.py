"""Small repositories of jobs and tables for Terraform's tests: a diamond, and what can be wrong with one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from awsglue_local.storage.whole_file import write_file
from glue_canvas import compile_canvas
from glue_canvas.document.canvas import canvas_of
from glue_canvas.document.java_hash import hash_map_order
from scripts.deployment.manifest import manifest, text_of

DEFINITION = {
    "jobMode": "VISUAL",
    "description": "",
    "role": "r",
    "executionProperty": {"maxConcurrentRuns": 1},
    "command": {"name": "glueetl", "pythonVersion": "3"},
    "defaultArguments": {"--enable-metrics": "true", "--job-language": "python"},
    "maxRetries": 0,
    "allocatedCapacity": 2,
    "timeout": 15,
    "maxCapacity": 2.0,
    "glueVersion": "5.1",
    "numberOfWorkers": 2,
    "workerType": "G.1X",
    "executionClass": "STANDARD",
    "codeGenConfigurationNodes": "",
}
DDL = """\
CREATE EXTERNAL TABLE IF NOT EXISTS d.{table} (
  id bigint COMMENT 'Number of the row'
)
COMMENT 'Rows'
STORED AS PARQUET
LOCATION 's3://${{bucket}}/{table}/'
TBLPROPERTIES ('classification' = 'parquet');
"""
LAYOUTS = {
    "b": DDL.replace(" = ", "=").replace("\n", "\r\n"),
    "c": "-- made by hand\n" + " ".join(DDL.lower().split()).replace("${{bucket}}", "${{bucket}}"),
    "e": DDL.replace("d.{table}", "`d.{table}`").replace("\n)\n", "\n)\nPARTITIONED BY (\n  `day` string)\n"),
}
"""The statement as other editors, other people and Athena's SHOW CREATE TABLE lay it out."""

Jobs = dict[str, tuple[list[str], str]]
"""Job name to the tables it reads and the one it writes."""

DIAMOND: Jobs = {
    "top": (["landing"], "a"),
    "left": (["a"], "b"),
    "right": (["a"], "c"),
    "bottom": (["b", "c"], "e"),
}
WORLDS: dict[str, Jobs] = {
    "diamond": DIAMOND,
    "added": {**DIAMOND, "added": (["e"], "f")},
    "two_writers": {**DIAMOND, "rival": (["landing"], "e")},
    "circle": {"one": (["b"], "a"), "two": (["a"], "b")},
    "unknown_table": {**DIAMOND, "stray": (["nowhere"], "f")},
}
FAULTY = ("two_writers", "circle", "unknown_table")
"""Worlds that have no manifest."""
TABLES = ("landing", "a", "b", "c", "e", "f")


def write_worlds(folder: Path) -> None:
    """Write each world's studio_jobs and manifest, and the DDL that all share, into folders of `folder`."""
    ddl = folder / "diamond" / "ddl"
    for table in TABLES:
        write_file(ddl / f"{table}.sql", LAYOUTS.get(table, DDL).format(table=table))
    for world, jobs in WORLDS.items():
        for job, (reads, writes) in jobs.items():
            _write_job(folder / world / "studio_jobs" / job / f"{job}.json", reads, writes)
        if world not in FAULTY:
            made = manifest(folder / world / "studio_jobs", ddl)
            write_file(folder / world / "lakehouse.json", text_of(made))


def _write_job(path: Path, reads: list[str], writes: str) -> None:
    nodes: dict[str, Any] = {
        f"node-{number}": {"CatalogSource": {"Database": "d", "Name": f"from {table}", "Table": table}}
        for number, table in enumerate(reads, start=1)
    }
    target = {"Database": "d", "Inputs": ["node-1"], "Name": f"to {writes}", "Table": writes}
    nodes["node-99"] = {"CatalogTarget": target}
    ordered = {node_id: nodes[node_id] for node_id in hash_map_order(nodes)}
    canvas = canvas_of(path, {"name": path.stem, **DEFINITION}, ordered)
    write_file(path, canvas.to_text())
    write_file(canvas.script_path, compile_canvas(canvas))
