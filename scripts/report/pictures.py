"""The flow and the canvases as pictures, with what a run measured: rows and seconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from awsglue_local.runner.run_account import RunAccount
from glue_canvas import Canvas, JobGraph
from glue_canvas.drawing.picture import JOB, Box, Picture, canvas_picture, jobs_picture
from glue_canvas.drawing.svg import draw_svg


def flow_drawing(graph: JobGraph, account: RunAccount) -> str:
    """Return jobs and tables as SVG, with rows on every arrow and seconds on every job."""
    picture = jobs_picture([graph.tables[job] for job in graph.order], "Jobs and the tables between them")
    jobs = {job["name"]: job for job in account["jobs"]}
    boxes = [
        replace(box, note=f"{jobs[box.title]['seconds']:.2f} s") if box.role == JOB and box.title in jobs else box
        for box in picture.boxes
    ]
    by_id = {box.id: box for box in boxes}
    arrows = [
        replace(arrow, note=_rows_between(by_id[arrow.start], by_id[arrow.end], jobs)) for arrow in picture.arrows
    ]
    return draw_svg(Picture(picture.title, boxes, arrows))


def _rows_between(start: Box, end: Box, jobs: dict[str, Any]) -> str:
    """Return the rows that a job read from a table, or wrote to one."""
    job, table, what = (start, end, "writes") if start.role == JOB else (end, start, "reads")
    rows = jobs.get(job.title, {what: {}})[what].get(table.title.rpartition(".")[2])
    return "" if rows is None else f"{rows:,}"


def canvas_drawing(canvas: Canvas, nodes: list[dict[str, Any]]) -> str:
    """Return a canvas as Studio draws it, as SVG, with rows and seconds on each node.

    Parameters
    ----------
    nodes
        The job's nodes in `run.json`. Nodes of one name are told together.
    """
    picture = canvas_picture(canvas)
    noted = [replace(box, note=_note([node for node in nodes if node["name"] == box.title])) for box in picture.boxes]
    return draw_svg(Picture(picture.title, noted, picture.arrows))


def _note(nodes: list[dict[str, Any]]) -> str:
    """Return what was measured of a node; a Custom Transform is there twice, its function and its call."""
    if not nodes:
        return ""
    counted = [node["rows"] for node in nodes if node["rows"] is not None]
    seconds = f"{sum(node['seconds'] for node in nodes):.2f} s"
    return f"{counted[-1]:,} rows, {seconds}" if counted else seconds
