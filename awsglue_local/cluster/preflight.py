"""Whether a cluster has what the jobs need of it, asked before anything runs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from awsglue_local.cluster.executors import with_tasks
from awsglue_local.cluster.probe import Probe
from awsglue_local.cluster.store import Store
from awsglue_local.errors import EndpointError, GlueLocalError

if TYPE_CHECKING:
    from awsglue_local.storage.remote_lake import RemoteLake

LOOK = "awsglue_local.cluster.probe:look"
LOOKS = 2
"""So many executors look, where there are as many."""
NO_MODULE = re.compile(r"No module named '?([\w.]+)'?")
OTHER_PYTHON = re.compile(r"Python in worker has (?:a )?different version:? \(?(\d+)[., ]+(\d+)\)?")
"""PySpark's words (its error class PYTHON_VERSION_MISMATCH)."""


def require_cluster(session: Any, name: str, lake: RemoteLake, store: Store) -> None:
    """Refuse a cluster that lacks something.

    Raises
    ------
    EndpointError
        What is missing, a line each.
    """
    if missing := _missing(session, lake, store):
        lines = "".join(f"\n  - {one}" for one in dict.fromkeys(missing))
        raise EndpointError(f"{name} cannot run jobs on {lake.uri(lake.prefix)}; missing is:{lines}")


def _missing(session: Any, lake: RemoteLake, store: Store) -> list[str]:
    place = lake.aside("probe")
    told = Probe(store, place.relative_to(lake.root).as_posix())
    try:
        answers = with_tasks(session, None, LOOK, [told] * LOOKS)
    except Exception as error:
        return [_of_python(error)]
    missing = [one for answer in answers for one in answer["missing"]]
    return missing or _of_s3(session, lake, place, [answer["file"] for answer in answers])


def _of_python(error: Exception) -> str:
    """Return what an engine's error says of the executors' Python."""
    words = str(error)
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if other := OTHER_PYTHON.search(words):
        return f"Python {here} on the executors, as on this machine: they have {other[1]}.{other[2]}"
    if module := NO_MODULE.search(words):
        return f"the Python package {module[1]} on the executors"
    lines = [line for line in words.strip().splitlines() if line.strip()]
    return f"Python {here} on the executors: {lines[-1].strip() if lines else type(error).__name__}"


def _of_s3(session: Any, lake: RemoteLake, place: Path, names: list[str]) -> list[str]:
    """Return what of S3 the engine, or this machine, does not see of what the executors have written."""
    try:
        seen = {file.name for file in lake.files(place)}
    except GlueLocalError as error:
        return [f"S3 for this machine: {error}"]
    if not seen.issuperset(names):
        return [f"the same S3 for the executors and this machine: what they write to {lake.uri(place)} is not here"]
    try:
        session.read.parquet(*(lake.address(place / name) for name in names)).count()
    except Exception as error:
        return [f"S3 for the engine, {lake.uri(place)}: {str(error).strip().splitlines()[0]}"]
    return []
