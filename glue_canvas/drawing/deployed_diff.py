"""What a push to AWS Glue changes, in words and as canvases to compare."""

from __future__ import annotations

from glue_canvas.document.canvas import Canvas
from glue_canvas.document.job_documents import canvas_from
from glue_canvas.drawing.canvas_diff import canvas_changes
from glue_canvas.script.deployed import Push


def deployed_canvas(canvas: Canvas, planned: Push) -> Canvas | None:
    """Return the canvas of the job in AWS, with the settings of `canvas`, which a push leaves; None without one."""
    job = planned.deployed.job
    nodes = job.get("CodeGenConfigurationNodes")
    if not nodes:
        return None
    old = canvas_from({"Name": job["Name"], "CodeGenConfigurationNodes": nodes}, canvas.path)
    return Canvas(canvas.path, canvas.definition, old.nodes)


def push_words(canvas: Canvas, planned: Push) -> list[str]:
    """Return what a push changes, a line each; `up to date` where that is nothing."""
    job, old = planned.deployed.job, deployed_canvas(canvas, planned)
    lines = []
    if planned.sets_canvas and old:
        lines += [f"{one.change} {one.node}: {'; '.join(one.words)}" for one in canvas_changes(old, canvas)]
    elif planned.sets_canvas:
        lines.append("the canvas is added")
    if planned.sets_mode:
        lines.append(f"JobMode {job.get('JobMode')} → VISUAL")
    if planned.writes_script:
        lines.append(f"the script {job['Command']['ScriptLocation']} is replaced")
    return lines or ["up to date"]
