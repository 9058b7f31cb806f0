"""Jobs of AWS Glue: compared with what is on the page, pulled into it, pushed. Nothing is changed unasked."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.drawing.deployed_diff import deployed_canvas, push_words
from glue_canvas.script import deployed
from glue_canvas.script.compiler import compile_canvas, script_beside, script_for
from glue_studio.server.canvases import CanvasText, Comparison, comparison
from glue_studio.server.jobs import NAME
from glue_studio.server.workspace import Workspace

SIGNS = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_ROLE_ARN")


class Deployed(CanvasText):
    """A canvas under edit, and the name of its job in AWS, which may be another one."""

    name: Annotated[str, Field(min_length=1, max_length=255)]


class Push(Deployed):
    """A push of what was shown; `adopt` switches a job in SCRIPT mode to VISUAL."""

    seen: str
    adopt: bool = False


class PushPlan(BaseModel):
    """What a push would change at a place; `seen` tells the job that was looked at from what it may be by then."""

    place: str
    words: list[str]
    is_needed: bool
    refused: str
    seen: str
    comparison: Comparison | None


class Pushed(BaseModel):
    """What was done; `by_aws` are members of the job that AWS itself set."""

    words: list[str]
    by_aws: list[str]


class Pulled(CanvasText):
    """A canvas as AWS has it; it is not written yet."""


class PullAs(BaseModel):
    """A job of AWS that becomes a job here."""

    name: Annotated[str, Field(pattern=f"^{NAME}$")]


def has_credentials() -> bool:
    """Return whether this machine looks as if AWS could be asked."""
    folder = Path.home() / ".aws"
    return any(map(os.environ.get, SIGNS)) or (folder / "credentials").is_file() or (folder / "config").is_file()


def aws_routes(workspace: Workspace) -> APIRouter:
    """Return the routes about AWS."""
    routes = APIRouter(prefix="/api", tags=["aws"])

    @routes.post("/jobs/{job}/aws/plan")
    def plan(job: str, body: Deployed) -> PushPlan:
        canvas = workspace.canvas_of(job, body.text)
        glue, s3 = deployed.aws_clients()
        there = deployed.read_deployed(glue, s3, body.name)
        place = f"{body.name} at {glue.meta.endpoint_url}"
        try:
            planned = _planned(canvas, there, adopt=True)
        except deployed.PushRefusedError as error:
            return PushPlan(
                place=place, words=[], is_needed=False, refused=str(error), seen=_seen(there), comparison=None
            )
        old = deployed_canvas(canvas, planned)
        return PushPlan(
            place=place,
            words=push_words(canvas, planned),
            is_needed=planned.is_needed,
            refused="",
            seen=_seen(there),
            comparison=comparison(old, canvas) if old else None,
        )

    @routes.post("/jobs/{job}/aws/push")
    def push(job: str, body: Push) -> Pushed:
        canvas = workspace.canvas_of(job, body.text)
        glue, s3 = deployed.aws_clients()
        there = deployed.read_deployed(glue, s3, body.name)
        if _seen(there) != body.seen:
            raise HTTPException(409, f"{body.name} has changed in AWS since you looked; look again")
        planned = _planned(canvas, there, body.adopt)
        words = push_words(canvas, planned)
        by_aws = deployed.push(glue, s3, canvas, planned) if planned.is_needed else []
        return Pushed(words=words, by_aws=list(by_aws))

    @routes.post("/jobs/{job}/aws/pull")
    def pull(job: str, body: Deployed) -> Pulled:
        glue, s3 = deployed.aws_clients()
        canvas, _ = deployed.pull(deployed.read_deployed(glue, s3, body.name), workspace.path_of(job))
        named = Canvas(canvas.path, {**canvas.definition, "name": job}, canvas.nodes)
        return Pulled(text=named.to_text())

    @routes.post("/aws/jobs", status_code=201)
    def pull_new(body: PullAs) -> list[str]:
        path = workspace.path_of(body.name)
        if path.exists():
            raise CanvasError(f"there is a job {body.name!r} already; open it and pull there")
        glue, s3 = deployed.aws_clients()
        canvas, _ = deployed.pull(deployed.read_deployed(glue, s3, body.name), path)
        return [file.name for file in workspace.save(canvas, canvas.to_text())]

    return routes


def _planned(canvas: Canvas, there: deployed.Deployed, adopt: bool) -> deployed.Push:
    script = script_for(canvas, script_beside(canvas)) or compile_canvas(canvas)
    return deployed.plan_push(canvas, script, there, adopt)


def _seen(there: deployed.Deployed) -> str:
    text = json.dumps([there.job, there.script], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
