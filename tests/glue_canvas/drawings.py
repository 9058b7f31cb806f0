"""What tests of drawings share."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from glue_canvas import Canvas, read_job_folders
from glue_canvas.flow.job_order import JobTables, graph_of
from scripts import stedi

SVG = "{http://www.w3.org/2000/svg}"


JOBS = read_job_folders(stedi.JOBS)


def in_order(canvases: list[Canvas]) -> list[JobTables]:
    graph = graph_of(canvases)
    return [graph.tables[job] for job in graph.order]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]
