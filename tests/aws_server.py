"""moto's server with what it lacks: UpdateJob, JobMode, JobRunQueuingEnabled, UpdateTrigger, UpdateCrawler,
DeleteNamedQuery, and bucket policies that a request over loopback fulfils.

UpdateJob replaces the whole job, as AWS documents: what a request leaves out is gone, and without JobMode a job is a
script (AWS Glue Web API Reference, UpdateJob and JobUpdate).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.athena.responses import AthenaResponse
from moto.core.responses import ActionResult
from moto.glue.models import FakeJob
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate
from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeDeleteMarker
from moto.server import ThreadedMotoServer

MEMBERS = ("JobMode", "JobRunQueuingEnabled")
CAPACITY = "Please do not set Max Capacity if using Worker Type and Number of Workers."


@contextmanager
def aws_server() -> Iterator[str]:
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
    patch.setattr(GlueResponse, "update_trigger", update_trigger, raising=False)
    patch.setattr(GlueResponse, "update_crawler", update_crawler, raising=False)
    patch.setattr(AthenaResponse, "delete_named_query", delete_named_query, raising=False)
    patch.setattr(FakeDeleteMarker, "dispose", lambda _: None, raising=False)  # a bucket's keys ask it for that
    patch.setattr(IAMPolicyStatement, "is_action_permitted", permitted(IAMPolicyStatement.is_action_permitted))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        reset(f"http://{host}:{port}")
        yield f"http://{host}:{port}"
    finally:
        server.stop()
        patch.undo()


def reset(address: str) -> None:
    """Forget what an earlier server of this process left: moto keeps its state by process."""
    with urlopen(Request(f"{address}/moto-api/reset", method="POST"), timeout=30) as answer:
        assert answer.status == 200


def update_trigger(self: GlueResponse) -> ActionResult:
    """Change what a request names of a trigger."""
    trigger = self.glue_backend.get_trigger(self._get_param("Name"))
    update = self._get_param("TriggerUpdate")
    if "Actions" in update:
        trigger.actions = [Action(one) for one in update["Actions"]]
    if "Predicate" in update:
        trigger.predicate = Predicate(update["Predicate"])
    trigger.schedule = update.get("Schedule", trigger.schedule)
    trigger.description = update.get("Description", trigger.description)
    return ActionResult({"Trigger": trigger.as_dict()})


CRAWLER = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "SchemaChangePolicy": "schema_change_policy",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


def update_crawler(self: GlueResponse) -> ActionResult:
    """Change what a request names of a crawler."""
    crawler = self.glue_backend.get_crawler(self._get_param("Name"))
    for member, attribute in CRAWLER.items():
        if self._get_param(member) is not None:
            setattr(crawler, attribute, self._get_param(member))
    return ActionResult({})


def delete_named_query(self: AthenaResponse) -> str:
    """Remove a saved query."""
    self.athena_backend.named_queries.pop(self._get_param("NamedQueryId"), None)
    return "{}"


def permitted(judge: Any) -> Any:
    """Return a judge of policy statements for whom loopback is as good as TLS; moto heeds no condition of a Deny."""

    def judge_statement(self: IAMPolicyStatement, *arguments: Any, **more: Any) -> PermissionResult:
        if self._statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
            return PermissionResult.NEUTRAL
        result: PermissionResult = judge(self, *arguments, **more)
        return result

    return judge_statement


def update_of(update: dict[str, Any]) -> dict[str, Any]:
    """Return an update, which AWS refuses where it sets the capacity in two ways."""
    from moto.glue.exceptions import InvalidInputException

    if update.get("MaxCapacity") and update.get("WorkerType"):
        raise InvalidInputException("UpdateJob", CAPACITY)
    return dict(update)


def clients(address: str) -> tuple[Any, Any]:
    """Return clients of Glue and S3 at an address."""
    return boto3.client("glue", endpoint_url=address), boto3.client("s3", endpoint_url=address)
