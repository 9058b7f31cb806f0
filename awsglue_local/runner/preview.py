"""What a person sees of a script's frames without a run: the first rows, the columns, how many records there are."""

from __future__ import annotations

import base64
import datetime
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.frames.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue_local.job_run.account import NodeRun
from awsglue_local.runner.row_counts import count_records
from awsglue_local.runner.script import Made
from awsglue_local.runner.session import LocalGlue

FIRST_ROWS = 200
NO_FRAME = (
    "no frame leaves the node; the code of a Custom Transform has to return a DynamicFrameCollection, as in "
    'DynamicFrameCollection({"rows": frame}, glueContext)'
)


@dataclass(frozen=True)
class FrameShown:
    """The beginning of a frame.

    Attributes
    ----------
    name
        The frame's name in its collection; empty for a frame that is alone.
    columns
        Names and types, as the catalog would have them.
    rows
        The first rows: texts, numbers, truth values and None, lists and objects of these; everything else as text.
    total
        How many records the frame has.
    """

    name: str
    columns: list[tuple[str, str]]
    rows: list[list[Any]]
    total: int


@dataclass(frozen=True)
class Preview:
    """What leaves a node, the seconds it took, and what a person should know besides."""

    frames: list[FrameShown]
    seconds: float
    notes: list[str] = field(default_factory=list)


def preview(glue: LocalGlue, script: Path, node: str, rows: int = FIRST_ROWS, arguments: Sequence[str] = ()) -> Preview:
    """Return the first rows of what the last Studio node of a script makes; nothing that the script does stays.

    Parameters
    ----------
    node
        The name of that node.

    Raises
    ------
    ScriptError
        The script failed, the engine at reading the rows, or the node made no frame.
    """
    shown: list[FrameShown] = []
    start = time.perf_counter()

    def look(made: Made) -> None:
        name, frames = made[-1] if made else ("", [])
        if name != node:
            raise GlueLocalError(f'the script ended before "{node}"')
        if not frames:
            raise GlueLocalError(NO_FRAME)
        shown.extend(_shown(name, frame, rows) for name, frame in _frames(frames[-1]))

    notes = glue.look_at(script, look, arguments)
    return Preview(shown, time.perf_counter() - start, notes)


def record_counts(glue: LocalGlue, script: Path, arguments: Sequence[str] = ()) -> list[tuple[str, int | None]]:
    """Return how many records leave each Studio node of a script, in the script's order; nothing stays of its run.

    None stands for a node that no frame of records leaves.

    Raises
    ------
    ScriptError
        The script failed.
    """
    counts: list[tuple[str, int | None]] = []

    def look(made: Made) -> None:
        nodes = [NodeRun(name, 0.0, {}) for name, _ in made]
        count_records(nodes, [frames for _, frames in made], ask=True)
        counts.extend((node.name, node.out) for node in nodes if node.name)

    glue.look_at(script, look, arguments)
    return counts


def _frames(value: DynamicFrame | DynamicFrameCollection) -> list[tuple[str, DynamicFrame]]:
    return [("", value)] if isinstance(value, DynamicFrame) else [(name, value[name]) for name in value.keys()]  # noqa: SIM118 - AWS's class


def _shown(name: str, frame: DynamicFrame, rows: int) -> FrameShown:
    df = frame.toDF()
    first = df.limit(rows + 1).collect()
    total = int(df.count()) if len(first) > rows else len(first)
    columns = [(column.name, column.dataType.simpleString()) for column in df.schema]
    return FrameShown(name, columns, [[plain_value(value) for value in row] for row in first[:rows]], total)


def plain_value(value: Any) -> Any:
    """Return a value as JSON can have it."""
    if hasattr(value, "item"):  # a number of numpy's
        return plain_value(value.item())
    if hasattr(value, "asDict"):
        return {name: plain_value(member) for name, member in value.asDict().items()}
    if isinstance(value, dict):
        return {str(plain_value(key)): plain_value(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat(sep=" ") if isinstance(value, datetime.datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        return str(value)
    if value is None or isinstance(value, str | bool | float):
        return value
    # the page's numbers are exact up to 2**53
    return value if isinstance(value, int) and abs(value) <= 2**53 else str(value)
