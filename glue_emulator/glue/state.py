"""What the emulator keeps of Glue, for one account and region, beside what moto keeps."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import GlueBackend

from glue_emulator.backend_state import kept_for
from glue_emulator.glue.crawlers import Crawl, Crawls
from glue_emulator.glue.graph import Node, Trigger, trigger_of
from glue_emulator.glue.job_run import JobRun
from glue_emulator.glue.job_runs import JobRuns
from glue_emulator.glue.workflows import Work, Workflows

DEFAULTS = {
    "JobMode": "SCRIPT",
    "ExecutionClass": "STANDARD",
    "ExecutionProperty": {"MaxConcurrentRuns": 1},
    "MaxRetries": 0,
    "JobRunQueuingEnabled": False,
}
"""What AWS Glue says of a job that was made without."""


class GlueState:
    """Jobs as they were given, runs, workflow runs, crawls and data quality results.

    Attributes
    ----------
    jobs
        Jobs by name, as the API's Job.
    quality
        Results of data quality evaluations, the latest last, as GetDataQualityResult tells of them.
    """

    def __init__(self, backend: GlueBackend) -> None:
        self._backend = backend
        self.jobs: dict[str, dict[str, Any]] = {}
        self.quality: list[dict[str, Any]] = []
        self.runs = JobRuns(backend.account_id, backend.region_name, self.job, self._job_ended, self._job_tried_again)
        self.crawls = Crawls(backend.region_name, self.crawler, self._crawl_ended)
        self.workflows = Workflows(self.triggers, self._start, self._stop)

    def job(self, name: str) -> dict[str, Any]:
        """Return a job; EntityNotFoundException in AWS's words."""
        if name not in self.jobs:
            raise EntityNotFoundException(f"Job with name: {name} not found.")
        return self.jobs[name]

    def put_job(self, name: str, members: dict[str, Any], created: datetime | None = None) -> None:
        """Keep a job as a request gives it: what the request leaves out, the job does not have."""
        now = datetime.now(UTC)
        given = {key: value for key, value in members.items() if value is not None}
        self.jobs[name] = DEFAULTS | given | {"Name": name, "CreatedOn": created or now, "LastModifiedOn": now}

    def crawler(self, name: str) -> dict[str, Any]:
        """Return a crawler as the API's Crawler; EntityNotFoundException in AWS's words."""
        if name not in self._backend.crawlers:
            raise EntityNotFoundException(f"Crawler entry with name {name} does not exist")
        found = self._backend.get_crawler(name)
        described = dict(found.as_dict())
        crawls = self.crawls.of_crawler(name)
        if crawls:
            described["State"] = _crawler_state(crawls[0])
            described["CrawlElapsedTime"] = round(crawls[0].seconds * 1000)
        ended = [crawl for crawl in crawls if not crawl.is_active]
        if ended:
            described["LastCrawl"] = ended[0].last()
        return described

    def triggers(self) -> list[Trigger]:
        """Return all triggers as they are."""
        return [trigger_of(trigger.as_dict()) for trigger in self._backend.triggers.values()]

    def close(self) -> None:
        """Stop all runs, and start no more: the account is forgotten."""
        self.workflows.close()
        self.crawls.stop_all()
        self.runs.stop_all()

    def _start(self, node: Node, action: dict[str, Any], trigger: str, workflow: tuple[str, str] | None) -> Work:
        if node.type == "CRAWLER":
            return self.crawls.start(node.name, trigger, workflow[1] if workflow else None)
        return self.runs.start(node.name, action, trigger, workflow)

    def _stop(self, node: Node, work: Work) -> None:
        if isinstance(work, JobRun):
            self.runs.stop(work)
        else:
            self.crawls.stop(node.name)

    def _job_ended(self, run: JobRun) -> None:
        for result in run.account.get("data_quality", []):
            self.quality.append(_quality(run, result))
        self.workflows.ended(Node("JOB", run.job), run, run.trigger, run.workflow_run)

    def _job_tried_again(self, run: JobRun) -> None:
        self.workflows.tried_again(Node("JOB", run.job), run, run.workflow_run)

    def _crawl_ended(self, crawl: Crawl) -> None:
        self.workflows.ended(Node("CRAWLER", crawl.crawler), crawl, crawl.trigger, crawl.workflow_run)


def state_of(backend: GlueBackend) -> GlueState:
    """Return what is kept beside one of moto's backends."""
    return kept_for(backend, GlueState)


def _crawler_state(crawl: Crawl) -> str:
    if not crawl.is_active:
        return "READY"
    return "STOPPING" if crawl.cancelled else "RUNNING"


def _quality(run: JobRun, result: dict[str, Any]) -> dict[str, Any]:
    rules = result["rules"]
    passed = sum(rule["Result"] == "PASS" for rule in rules)
    return {
        "ResultId": f"dqresult-{secrets.token_hex(20)}",
        "Score": passed / len(rules) if rules else 1.0,
        "EvaluationContext": result["context"],
        "StartedOn": run.started,
        "CompletedOn": run.completed,
        "JobName": run.job,
        "JobRunId": run.id,
        "RuleResults": rules,
    }
