"""What an executor finds of what it needs: Python, packages, S3. It imports none of it before it has looked."""

from __future__ import annotations

import importlib.util
import uuid
from dataclasses import dataclass
from typing import Any

from awsglue_local.cluster.store import Store

PACKAGES = ("pyarrow", "numpy", "orjson")


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
    missing = [f"the Python package {name} on the executors" for name in PACKAGES if not importlib.util.find_spec(name)]
    if missing:
        return {"missing": missing, "file": ""}
    try:
        return {"missing": [], "file": _written(told)}
    except OSError as error:
        return {"missing": [f"S3 for the executors' Python, {told.store.where}: {error}"], "file": ""}


def _written(told: Probe) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = f"probe-{uuid.uuid4().hex}.parquet"
    with told.store.open().open_output_stream(f"{told.place}/{name}") as stream:
        pq.write_table(pa.table({"one": [1]}), stream)
    with told.store.open().open_input_file(f"{told.place}/{name}") as stream:
        pq.read_table(stream)
    return name
