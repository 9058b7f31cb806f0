"""The manifest of the lakehouse, `terraform/lakehouse.json`: what Terraform has to know of canvases and DDL.

Both have one reader each, in Python; Terraform reads what these found. `make compile` writes it. It names the hash of
every file that it was made of, so that a plan with an old manifest fails.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from awsglue_local.athena.ddl import with_placeholder
from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.table import Table
from awsglue_local.storage.whole_file import write_file
from glue_canvas import Canvas, CanvasError, JobGraph
from glue_canvas.flow.job_order import table_name
from glue_canvas.script.compiler import script_beside, script_for
from scripts import privacy, stedi
from scripts.stedi import Lakehouse

MANIFEST = stedi.ROOT / "terraform" / "lakehouse.json"
BUCKET = "${bucket}"
"""Stands for the bucket in DDL; Terraform puts the environment's own in its place."""
LONGEST_NAME = 160
"""Letters of a trigger's name that are left beside what Terraform puts before it; Glue takes 255."""


def manifest(jobs: Path = stedi.JOBS, ddl: Path = stedi.DDL) -> dict[str, Any]:
    """Return the manifest of the jobs and tables of two folders.

    Raises
    ------
    GlueLocalError, CanvasError
        A canvas or a statement cannot be read, or they do not go together. The message says where.
    """
    lakehouse = stedi.lakehouse(jobs, ddl, BUCKET)
    _require_current(lakehouse)
    personal = privacy.personal_by_table(lakehouse)
    landing = {table.name for table in lakehouse.landing}
    files = {table.name: ddl / f"{table.name}.sql" for table in lakehouse.tables}
    return {
        "database": _database(lakehouse.tables),
        "tables": {table.name: _table(table, files[table.name], personal[table.name]) for table in lakehouse.tables},
        "landing_tables": sorted(landing),
        "zone_tables": sorted(set(files) - landing),
        "personal_values": privacy.personal_values(lakehouse.tables),
        "jobs": {name: _job(name, lakehouse) for name in sorted(lakehouse.canvases)},
        "first_jobs": lakehouse.graph.first,
        "last_jobs": lakehouse.graph.last,
        "triggers": triggers(lakehouse.graph),
        "made_of": {
            "ddl": _hashes(ddl, "*.sql"),
            "studio_jobs": _hashes(jobs, "*/*.json") | _hashes(jobs, "*/*.py"),
        },
    }


def _require_current(lakehouse: Lakehouse) -> None:
    """Raise where a script is not what its canvas says: the hashes say that both go together."""
    for canvas in lakehouse.canvases.values():
        if (there := script_beside(canvas)) != script_for(canvas, there):
            raise CanvasError(f"{canvas.script_path} is not what its canvas says: run `make compile`")


def triggers(graph: JobGraph) -> dict[str, dict[str, list[str]]]:
    """Return the CONDITIONAL triggers by name: jobs that wait for the same ones (`after`) are started by one."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for job, before in sorted(graph.upstream.items()):
        if before:
            groups.setdefault(tuple(before), []).append(job)
    return {_trigger_name(after): {"after": list(after), "jobs": jobs} for after, jobs in sorted(groups.items())}


def _trigger_name(after: tuple[str, ...]) -> str:
    key = " ".join(after)
    short = f"{key[:150]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    return short if len(key) > LONGEST_NAME else key.replace(" ", "-and-")


def _database(tables: list[Table]) -> str:
    databases = sorted({table.database for table in tables})
    if len(databases) != 1:
        raise GlueLocalError(f"the files of ddl/ name several databases: {', '.join(databases)}; name one")
    return databases[0]


def _table(table: Table, file: Path, personal: list[str]) -> dict[str, Any]:
    if not file.is_file():
        raise GlueLocalError(f"table {table.name}: there is no {file}; a file is named after its table")
    definition, storage = table.definition, table.definition["StorageDescriptor"]
    place = re.fullmatch(rf"s3://{re.escape(BUCKET)}/(.+/)", table.location)
    if place is None:
        raise GlueLocalError(f"{file}: the location is {table.location!r}; expected a folder, s3://{BUCKET}/<folder>/")
    return {
        "comment": definition.get("Description"),
        "columns": _columns(storage["Columns"]),
        "partition_keys": _columns(definition["PartitionKeys"]),
        "folder": place[1],
        "input_format": storage["InputFormat"],
        "output_format": storage["OutputFormat"],
        "serde": storage["SerdeInfo"]["SerializationLibrary"],
        "serde_parameters": storage["SerdeInfo"]["Parameters"],
        "bucket_columns": storage.get("BucketColumns", []),
        "number_of_buckets": storage.get("NumberOfBuckets", 0),
        "parameters": table.parameters,
        "personal": personal,
        "statement": with_placeholder(file),
    }


def _columns(columns: list[dict[str, str]]) -> list[dict[str, str | None]]:
    return [{"name": one["Name"], "type": one["Type"], "comment": one.get("Comment")} for one in columns]


def _job(name: str, lakehouse: Lakehouse) -> dict[str, Any]:
    tables = lakehouse.graph.tables[name]
    return {
        "reads": [table_name(table) for table in tables.reads],
        "writes": [table_name(table) for table in tables.writes],
        "upstream": lakehouse.graph.upstream[name],
        "names_database_in_query": _names_database(lakehouse.canvases[name], _database(lakehouse.tables)),
    }


def _names_database(canvas: Canvas, database: str) -> bool:
    """Say whether a query of a canvas names the database, which has another name in another environment."""
    queries = [str(node.fields.get("SqlQuery", "")) for node in canvas.nodes.values()]
    return any(re.search(rf"\b{re.escape(database)}\.", query) for query in queries)


def _hashes(folder: Path, pattern: str) -> dict[str, str]:
    files = sorted(folder.glob(pattern))
    return {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def text_of(made: dict[str, Any]) -> str:
    """Return a manifest as the file has it."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the manifest and return the exit code."""
    try:
        if write_file(MANIFEST, text_of(manifest())):
            print(f"wrote {MANIFEST.relative_to(stedi.ROOT)}")
    except (GlueLocalError, CanvasError) as error:
        print(f"compile: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
