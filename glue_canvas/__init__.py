"""Glue Studio canvases as source code: read them, order them, compile them to the script Studio writes."""

from __future__ import annotations

from glue_canvas.document.canvas import Canvas, CanvasError, Node, read_canvas, read_job_folders
from glue_canvas.flow.job_order import JobGraph, build_graph
from glue_canvas.script.compiler import compile_canvas

__all__ = [
    "Canvas",
    "CanvasError",
    "JobGraph",
    "Node",
    "build_graph",
    "compile_canvas",
    "read_canvas",
    "read_job_folders",
]
