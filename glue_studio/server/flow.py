"""All jobs and the tables between them, with what the last runs did."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from glue_canvas.document.canvas import CanvasError
from glue_canvas.flow.job_order import JobTables, graph_of, job_tables, table_name
from glue_canvas.script.checks import ERROR, check_folder
from glue_studio.execution.job_runs import JobState, Runs
from glue_studio.server.aws import has_credentials
from glue_studio.server.kind_forms import FieldForm, KindForm, kind_forms, setting_forms
from glue_studio.server.workspace import Workspace, without_path


class JobView(BaseModel):
    """A job: what it reads and writes, how many errors and warnings its check finds, how its last run ended.

    `rows` are those that its last run read or wrote, by the table's name; `broken` says why it cannot be opened.
    """

    name: str
    description: str
    reads: list[str]
    writes: list[str]
    errors: int
    warnings: int
    state: str
    seconds: float
    rows: dict[str, int]
    broken: str


class Flow(BaseModel):
    """The jobs; `problem` says what is wrong between them, such as two that write one table."""

    jobs: list[JobView]
    problem: str


class StudioView(BaseModel):
    """Where the Studio works, and with what."""

    jobs: str
    lake: str
    engine: str
    has_aws: bool


class Forms(BaseModel):
    """What can be set: kinds of nodes with their fields, and settings of a job."""

    kinds: list[KindForm]
    settings: list[FieldForm]


def flow_routes(workspace: Workspace, runs: Runs) -> APIRouter:
    """Return the routes about the whole folder."""
    routes = APIRouter(prefix="/api", tags=["flow"])

    @routes.get("/studio")
    def studio() -> StudioView:
        return StudioView(
            jobs=str(workspace.jobs),
            lake=str(workspace.lake),
            engine=workspace.engine,
            has_aws=has_credentials(),
        )

    @routes.get("/forms")
    def forms() -> Forms:
        return Forms(kinds=kind_forms(), settings=setting_forms())

    @routes.get("/flow")
    def flow() -> Flow:
        return _flow(workspace, runs)

    return routes


def _flow(workspace: Workspace, runs: Runs) -> Flow:
    canvases, views = [], []
    states = runs.last_states()
    for name in workspace.names():
        last = states.get(name)
        try:
            canvas = workspace.canvas_on_disk(name)
            view = _view(name, job_tables(canvas), workspace, last, str(canvas.definition.get("description") or ""))
        except Exception as error:
            why = without_path(error, workspace.jobs / name / f"{name}.json") or type(error).__name__
            views.append(_view(name, JobTables(name, [], []), workspace, last, broken=why))
            continue
        canvases.append(canvas)
        views.append(view)
    problems = workspace.table_problems()
    try:
        order = graph_of(canvases).order
        views.sort(key=lambda view: order.index(view.name) if view.name in order else len(order))
    except CanvasError as error:
        problems = [str(error), *problems]
    return Flow(jobs=views, problem="; ".join(problems))


def _view(
    name: str, tables: JobTables, workspace: Workspace, last: JobState | None, description: str = "", broken: str = ""
) -> JobView:
    found = [] if broken else check_folder(workspace.jobs / name, workspace.tables()).findings
    return JobView(
        name=name,
        description=description,
        reads=[table_name(one) for one in tables.reads],
        writes=[table_name(one) for one in tables.writes],
        errors=sum(one.level == ERROR for one in found) + bool(broken),
        warnings=sum(one.level != ERROR for one in found),
        state=last.state if last else "",
        seconds=last.seconds if last else 0.0,
        rows={**last.reads, **last.writes} if last else {},
        broken=broken,
    )
