"""The application: routes, errors in words, the page's files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from awsglue_local.errors import GlueLocalError
from glue_canvas.document.canvas import CanvasError
from glue_studio.execution.job_runs import Runs
from glue_studio.execution.worker import Worker, WorkFailed
from glue_studio.server.aws import aws_routes
from glue_studio.server.canvases import canvas_routes
from glue_studio.server.flow import flow_routes
from glue_studio.server.jobs import job_routes
from glue_studio.server.previews import preview_routes
from glue_studio.server.queries import Queries, query_routes
from glue_studio.server.runs import report_of, run_routes
from glue_studio.server.security import REPORT, Gate
from glue_studio.server.workspace import Workspace

PAGE = Path(__file__).resolve().parent.parent / "web" / "dist"
"""The page as it was built."""
MOST_THREADS = 200
NONCE = "__CSP_NONCE__"
"""What stands for the nonce in the page."""
NOT_BUILT = "The page is not built: `make studio` builds it."


def make_app(workspace: Workspace, gate: Gate | None = None) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    gate
        Who may ask; everybody where there is none, as for the OpenAPI document.
    """
    worker = Worker(workspace.lake, workspace.engine)
    runs = Runs(workspace.lake, workspace.engine, workspace.make_report)
    queries = Queries(workspace.lake)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        # previews that wait and runs that are watched hold a thread each
        to_thread.current_default_thread_limiter().total_tokens = MOST_THREADS
        with suppress(CanvasError, GlueLocalError, OSError):  # told where the tables are listed
            workspace.define_tables()
        yield
        worker.stop()
        runs.close()
        queries.close()

    app = FastAPI(
        title="Glue Studio on this machine",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=alive,
    )
    if gate:
        app.middleware("http")(gate)
    _tell_errors(app)
    for routes in (
        flow_routes(workspace, runs),
        job_routes(workspace),
        canvas_routes(workspace),
        preview_routes(workspace, worker, runs),
        run_routes(workspace, runs, worker),
        query_routes(workspace, queries),
        aws_routes(workspace),
    ):
        app.include_router(routes)
    _serve_page(app, workspace)
    return app


def _tell_errors(app: FastAPI) -> None:
    """Answer with a sentence where something cannot be done."""

    @app.exception_handler(CanvasError)
    def of_canvas(_: Request, error: CanvasError) -> JSONResponse:
        # the page knows which job it is about
        return _sentence(422, re.sub(r"^[^:]*\.json: ", "", str(error)))

    @app.exception_handler(GlueLocalError)
    def of_runtime(_: Request, error: GlueLocalError) -> JSONResponse:
        return _sentence(422, str(error))

    @app.exception_handler(WorkFailed)
    def of_work(_: Request, error: WorkFailed) -> JSONResponse:
        return JSONResponse({"detail": str(error), "node": error.node, "stopped": error.stopped}, 422)

    @app.exception_handler(RequestValidationError)
    def of_request(_: Request, error: RequestValidationError) -> JSONResponse:
        # without what was given, which JSON may not be able to hold
        return _sentence(422, [{"loc": one["loc"], "msg": one["msg"]} for one in error.errors()])

    @app.exception_handler(Exception)
    def of_us(_: Request, error: Exception) -> JSONResponse:
        return _sentence(500, f"the Studio cannot do that: {type(error).__name__}: {error}")

    @app.exception_handler(OSError)
    def of_disk(_: Request, error: OSError) -> JSONResponse:
        return _sentence(422, f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))


def _sentence(status: int, words: object) -> JSONResponse:
    return JSONResponse({"detail": words}, status)


def _serve_page(app: FastAPI, workspace: Workspace) -> None:
    @app.get("/", include_in_schema=False)
    def page(request: Request) -> Response:
        file = PAGE / "index.html"
        if not file.is_file():
            return PlainTextResponse(NOT_BUILT, 503)
        text = file.read_text(encoding="utf-8").replace(NONCE, getattr(request.state, "nonce", ""))
        return HTMLResponse(text, headers={"Cache-Control": "no-store"})

    @app.get(REPORT, include_in_schema=False)
    def report() -> Response:
        file = report_of(workspace)
        return FileResponse(file, media_type="text/html") if file else PlainTextResponse("There is no page yet.", 404)

    if (PAGE / "assets").is_dir():
        app.mount("/assets", StaticFiles(directory=PAGE / "assets"), name="assets")
