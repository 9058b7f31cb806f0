"""What a drawing shows, whatever it is drawn with: boxes and arrows, of a canvas or of a whole repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from glue_canvas.document.canvas import Canvas, Node
from glue_canvas.flow.job_order import JobTables, table_name
from glue_canvas.kinds import KINDS, Target
from glue_canvas.kinds.kind import Source

SOURCE, TRANSFORM, TARGET, TABLE, JOB = "source", "transform", "target", "table", "job"
"""Roles of boxes."""

ROLES = {SOURCE: "Data source", TRANSFORM: "Transform", TARGET: "Data target", TABLE: "", JOB: ""}
"""Role to the words that Studio's page has for it."""

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
"""Changes of boxes and arrows."""

LABELS = {
    "ApplyMapping": "Change Schema",
    "CatalogSource": "AWS Glue Data Catalog",
    "CatalogTarget": "AWS Glue Data Catalog",
    "CustomCode": "Custom Transform",
    "EvaluateDataQuality": "Evaluate Data Quality",
    "EvaluateDataQualityMultiFrame": "Evaluate Data Quality",
    "Route": "Conditional Router",
    "S3DirectTarget": "Amazon S3",
    "SparkSQL": "SQL Query",
}
"""Names that Studio's page gives to kinds; the others are their words."""


WORD = re.compile(r"DynamoDB|MySQL|PostgreSQL|SQLServer|[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]+")


@dataclass(frozen=True)
class Box:
    """One box: `label` says what kind of thing it is, `title` which one, `note` what was measured of it."""

    id: str
    title: str
    label: str
    role: str
    change: str = ""
    note: str = ""


@dataclass(frozen=True)
class Arrow:
    """Rows that go from one box to another; `note` says how many, say."""

    start: str
    end: str
    change: str = ""
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """Boxes and the arrows between them."""

    title: str
    boxes: list[Box]
    arrows: list[Arrow]


def canvas_picture(canvas: Canvas) -> Picture:
    """Return the picture of one canvas."""
    boxes = [node_box(node) for node in canvas.nodes.values()]
    return Picture(canvas.job_name, boxes, [Arrow(*arrow) for arrow in canvas_arrows(canvas)])


def canvas_arrows(canvas: Canvas) -> Iterable[tuple[str, str]]:
    """Return the arrows of a canvas as pairs of node ids, each once."""
    return dict.fromkeys((feeding, node.id) for node in canvas.nodes.values() for feeding in node.inputs)


def node_box(node: Node, change: str = "") -> Box:
    """Return the box of a node."""
    return Box(node.id, node.name, kind_label(node.kind), _role(node.kind), change)


def kind_label(kind: str) -> str:
    """Return the words for a kind of node, as Studio's page shows them where they are known."""
    return LABELS.get(kind) or " ".join(WORD.findall(kind)) or kind


def role_and_label(box: Box) -> str:
    """Return the words above a box's title."""
    return " · ".join(filter(None, (ROLES[box.role], box.label)))


def jobs_picture(jobs: Sequence[JobTables], title: str = "Jobs and tables") -> Picture:
    """Return the picture of a repository: its jobs and the tables between them."""
    tables = dict.fromkeys(table for job in jobs for table in (*job.reads, *job.writes))
    boxes = [Box(f"table {table}", table_name(table), "Table" if table[0] else "Files", TABLE) for table in tables]
    boxes += [Box(f"job {job.job}", job.job, "Job", JOB) for job in jobs]
    arrows = []
    for job in jobs:
        arrows += [Arrow(f"table {table}", f"job {job.job}") for table in job.reads]
        arrows += [Arrow(f"job {job.job}", f"table {table}") for table in job.writes]
    return Picture(title, boxes, arrows)


def _role(kind: str) -> str:
    known = KINDS.get(kind)
    if isinstance(known, Source) or (known is None and kind.endswith("Source")):
        return SOURCE
    if isinstance(known, Target) or (known is None and kind.endswith("Target")):
        return TARGET
    return TRANSFORM
