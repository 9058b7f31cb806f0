"""Runs of jobs: started, watched node by node, stopped, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from glue_canvas.document.canvas import Canvas
from glue_canvas.flow.job_order import graph_of
from glue_canvas.script.compiler import script_beside, script_for
from glue_studio.execution.job_runs import JobToRun, Run, Runs
from glue_studio.execution.worker import Worker
from glue_studio.server.workspace import Workspace, arguments_of

PING = ": still here\n\n"


class RunRequest(BaseModel):
    """What to run: a job, a job with those that feed it or with those that it feeds, or all jobs."""

    job: str = ""
    which: Literal["job", "upstream", "downstream", "all"] = "job"


def run_routes(workspace: Workspace, runs: Runs, worker: Worker) -> APIRouter:
    """Return the routes about runs."""
    routes = APIRouter(prefix="/api/runs", tags=["runs"])

    @routes.post("", status_code=201)
    def start_run(body: RunRequest) -> Run:
        jobs = _jobs_of(workspace, body)
        workspace.define_tables()
        begun = runs.start(body.which, jobs)
        worker.stop_if_busy()  # a preview holds the lake
        return begun

    @routes.get("")
    def list_runs() -> list[Run]:
        return [_in_list(run) for run in runs.listed()]

    @routes.get("/{run_id}")
    def show_run(run_id: str) -> Run:
        return _found(runs, run_id)

    @routes.get("/{run_id}/events", response_class=StreamingResponse)
    def watch_run(run_id: str) -> StreamingResponse:
        run = _found(runs, run_id)
        return StreamingResponse(_events(runs, run), media_type="text/event-stream")

    @routes.post("/{run_id}/stop")
    async def stop_run(run_id: str) -> Run:
        runs.stop(run_id)
        return _found(runs, run_id)

    return routes


def _in_list(run: Run) -> Run:
    """Return a run without what only somebody who looks at it wants."""
    return run.model_copy(update={"jobs": [job.model_copy(update={"nodes": [], "printed": ""}) for job in run.jobs]})


def _events(runs: Runs, run: Run) -> Iterator[str]:
    for state in runs.watch(run.id):
        yield f"data: {state.model_dump_json()}\n\n" if state else PING


def _found(runs: Runs, run_id: str) -> Run:
    run = runs.found(run_id)
    if run is None:
        raise HTTPException(404, "there is no such run")
    return run


def _jobs_of(workspace: Workspace, wanted: RunRequest) -> list[JobToRun]:
    """Return the jobs to run, in the order that their tables give, as they are on disk."""
    if wanted.which == "job":
        return [_to_run(workspace.canvas_on_disk(wanted.job))]
    canvases = {canvas.job_name: canvas for canvas in workspace.canvases()}
    graph = graph_of(list(canvases.values()))
    kept = set(graph.order)
    if wanted.which != "all":
        if wanted.job not in kept:
            raise HTTPException(404, f"there is no job {wanted.job!r}")
        ways = {job: set(graph.upstream[job]) for job in graph.order}
        if wanted.which == "downstream":
            ways = {job: {one for one in graph.order if job in graph.upstream[one]} for job in graph.order}
        kept = _reached(wanted.job, ways)
    return [_to_run(canvases[job]) for job in graph.order if job in kept]


def _reached(job: str, ways: Mapping[str, set[str]]) -> set[str]:
    """Return a job and all that lies on the ways from it."""
    kept, waiting = set(), [job]
    while waiting:
        one = waiting.pop()
        kept.add(one)
        waiting += ways[one] - kept
    return kept


def _to_run(canvas: Canvas) -> JobToRun:
    script = script_for(canvas, script_beside(canvas))
    if script is None:
        raise canvas.error(next(iter(canvas.nodes.values())), "a kind of node on this canvas is not compiled here")
    return JobToRun(canvas.job_name, script, arguments_of(canvas))


def report_of(workspace: Workspace) -> Path | None:
    """Return the page about the last run of all jobs, if there is one."""
    file = workspace.lake / "report.html"
    is_inside = file.resolve().is_relative_to(workspace.lake.resolve())
    return file if is_inside and file.is_file() else None
