"""moto's server with what its Glue lacks for push and pull: UpdateJob, JobMode, JobRunQueuingEnabled.

UpdateJob replaces the whole job, as AWS documents: what a request leaves out is gone, and without JobMode a job is a
script (AWS Glue Web API Reference, UpdateJob and JobUpdate).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto.core.responses import ActionResult
from moto.glue.models import FakeJob
from moto.glue.responses import GlueResponse
from moto.server import ThreadedMotoServer

MEMBERS = ("JobMode", "JobRunQueuingEnabled")
CAPACITY = "Please do not set Max Capacity if using Worker Type and Number of Workers."


@contextmanager
def glue_server() -> Iterator[str]:
    """Serve AWS on loopback, at a free port, and yield the address."""
    patch = pytest.MonkeyPatch()
    create_job, as_dict = GlueResponse.create_job, FakeJob.as_dict

    def create(self: GlueResponse) -> ActionResult:
        made = create_job(self)
        job = self.glue_backend.get_job(self._get_param("Name"))
        job.more = {name: self._get_param(name) for name in MEMBERS}  # type: ignore[attr-defined]
        return made

    def update(self: GlueResponse) -> ActionResult:
        job = self.glue_backend.get_job(self._get_param("JobName"))
        job.replaced = update_of(self._get_param("JobUpdate"))  # type: ignore[attr-defined]
        job.last_modified_on = datetime.now(UTC)
        return ActionResult({"JobName": job.name})

    def described(self: FakeJob) -> dict[str, Any]:
        whole: dict[str, Any] = as_dict(self)
        if hasattr(self, "replaced"):
            kept: dict[str, Any] = {key: whole[key] for key in ("Name", "CreatedOn", "LastModifiedOn")}
            replaced: dict[str, Any] = self.replaced
            return kept | {"JobMode": "SCRIPT"} | replaced
        more = {"JobMode": "SCRIPT"} | {key: value for key, value in self.more.items() if value is not None}  # type: ignore[attr-defined]
        return whole | more

    patch.setattr(GlueResponse, "create_job", create)
    patch.setattr(GlueResponse, "update_job", update, raising=False)
    patch.setattr(FakeJob, "as_dict", described)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        patch.undo()


def update_of(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update, which AWS refuses where it sets the capacity in two ways."""
    from moto.glue.exceptions import InvalidInputException

    if update.get("MaxCapacity") and update.get("WorkerType"):
        raise InvalidInputException("UpdateJob", CAPACITY)
    return dict(update)


def clients(address: str) -> tuple[Any, Any]:
    """Return clients of Glue and S3 at an address."""
    return boto3.client("glue", endpoint_url=address), boto3.client("s3", endpoint_url=address)
