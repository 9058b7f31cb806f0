"""What an executor finds of what it needs: Python, packages, S3. It imports none of it before it has looked."""

from __future__ import annotations

import importlib.metadata
import uuid
from dataclasses import dataclass
from typing import Any

from awsglue_local.cluster.store import Store

PACKAGES = {"pyarrow": 19, "numpy": 1, "orjson": 3}
"""The packages that the reader and the writer need, and the oldest major version that has what they use."""


@dataclass(frozen=True)
class Probe:
    """What an executor is to try.

    Attributes
    ----------
    place
        `bucket/key` of a folder to write to.
    """

    store: Store
    place: str


def look(told: Probe) -> dict[str, Any]:
    """Return what is missing, and the name of the Parquet file of one row that was written."""
    missing = [words for name, oldest in PACKAGES.items() if (words := _lacks(name, oldest))]
    if missing:
        return {"missing": missing, "file": ""}
    try:
        return {"missing": [], "file": _written(told)}
    except OSError as error:
        return {"missing": [f"S3 for the executors' Python, {told.store.where}: {error}"], "file": ""}


def _lacks(name: str, oldest: int) -> str:
    """Return what is to be said of a package that is not there, or too old; empty where it is fine."""
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return f"the Python package {name} on the executors"
    if int(found.split(".")[0]) < oldest:
        return f"the Python package {name} in version {oldest} or later on the executors: they have {found}"
    return ""


def _written(told: Probe) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = f"probe-{uuid.uuid4().hex}.parquet"
    with told.store.open().open_output_stream(f"{told.place}/{name}") as stream:
        pq.write_table(pa.table({"one": [1]}), stream)
    with told.store.open().open_input_file(f"{told.place}/{name}") as stream:
        pq.read_table(stream)
    return name
