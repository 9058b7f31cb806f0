"""How many records leave each node of a script, told after its last statement and before anything is published."""

from __future__ import annotations

from functools import reduce
from typing import Any

from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.frames.row_count import RowCount
from awsglue_local.job_run.account import NodeRun


def count_records(nodes: list[NodeRun], made: list[list[Any]], ask: bool) -> None:
    """Tell each node how many records are in the frames that its statements gave to variables, where that is known.

    Parameters
    ----------
    made
        For each node its frames and collections.
    ask
        Whether the engine is asked for what is not known, which computes those frames once more.
    """
    frames = [[frame for value in values for frame in _frames(value)] for values in made]
    if ask:
        _ask({id(frame.row_count): frame for some in frames for frame in some if frame.row_count.rows is None})
    for node, some in zip(nodes, frames, strict=True):
        counts = [frame.row_count.rows for frame in some]
        node.leaves = bool(counts and node.name)
        if node.leaves and None not in counts:
            node.out = sum(count for count in counts if count is not None)


def _frames(value: DynamicFrame | DynamicFrameCollection) -> list[DynamicFrame]:
    """Return the frames whose records leave a node: of a data quality node's, the data, not what was found of it."""
    if not isinstance(value, DynamicFrameCollection):
        return [value]
    return [value["originalData"]] if "originalData" in value.keys() else list(value.values())  # noqa: SIM118 - AWS's class


def _ask(unknown: dict[int, DynamicFrame]) -> None:
    """Count frames, all of them in one query."""
    from pyspark.sql import functions as F

    if not unknown:
        return
    frames = list(unknown.values())
    counts = [
        frame.toDF().select(F.count(F.lit(1)).alias("rows")).select(F.lit(number).alias("frame"), "rows")
        for number, frame in enumerate(frames)
    ]
    whole = reduce(lambda one, other: one.union(other), counts)
    for row in whole.collect():
        counted: RowCount = frames[row["frame"]].row_count
        counted.rows = int(row["rows"])
