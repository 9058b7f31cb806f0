"""How many records leave each node of a script, counted after its last statement and before anything is published."""

from __future__ import annotations

from typing import Any

from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.job_run.account import NodeRun


def count_records(nodes: list[NodeRun], made: list[list[Any]]) -> None:
    """Tell each node how many records are in the frames that its statements gave to variables.

    Parameters
    ----------
    made
        For each node its frames and collections. What several nodes pass on is counted once.
    """
    known: dict[int, int] = {}
    for node, values in zip(nodes, made, strict=True):
        frames = [frame for value in values for frame in _frames(value)]
        for frame in frames:
            if id(frame) not in known:
                known[id(frame)] = frame.count()
        if frames and node.name:
            node.out = sum(known[id(frame)] for frame in frames)


def _frames(value: DynamicFrame | DynamicFrameCollection) -> list[DynamicFrame]:
    return list(value.values()) if isinstance(value, DynamicFrameCollection) else [value]
