"""Glue's operations that moto has not, or only in name. Each method is an operation, as in moto."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.glue.exceptions import (
    AlreadyExistsException,
    CrawlerRunningException,
    EntityNotFoundException,
    InvalidInputException,
    JobRunNotFoundException,
)
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate

from glue_emulator.glue import crawl_filters
from glue_emulator.glue.graph import trigger_of
from glue_emulator.glue.job_run import default_timeout
from glue_emulator.glue.partitions import page_of_partitions
from glue_emulator.glue.refusals import (
    SubmittedOtherwise,
    capacity_of,
    refuse_crawler,
    refuse_job,
    refuse_trigger,
)
from glue_emulator.glue.state import GlueState, state_of
from glue_emulator.glue.workflows import graph

PAGE = 100
CRAWLER_MEMBERS = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "Classifiers": "classifiers",
    "TablePrefix": "table_prefix",
    "SchemaChangePolicy": "schema_change_policy",
    "RecrawlPolicy": "recrawl_policy",
    "LineageConfiguration": "lineage_configuration",
    "Configuration": "configuration",
    "CrawlerSecurityConfiguration": "crawler_security_configuration",
}


class JobAlreadyExists(AlreadyExistsException):
    """A job of that name is there."""

    def __init__(self) -> None:
        super().__init__("Job")


class WorkflowAlreadyExists(AlreadyExistsException):
    """A workflow of that name is there."""

    def __init__(self) -> None:
        super().__init__("Workflow")


def described_job(job: dict[str, Any]) -> dict[str, Any]:
    """Return a job as GetJob tells of it: with its capacity and timeout, which AWS computes."""
    return job | capacity_of(job) | {"Timeout": job.get("Timeout") or default_timeout(job)}


class GlueApi(GlueResponse):
    """moto's Glue, with jobs, workflows and crawlers that run."""

    @property
    def state(self) -> GlueState:
        """What is kept of the request's account and region."""
        return state_of(self.glue_backend)

    # jobs

    def create_job(self) -> ActionResult:
        request = dict(self.parameters)
        if request["Name"] in self.state.jobs:
            raise JobAlreadyExists
        refuse_job("CreateJob", request)
        made = super().create_job()
        name = request.pop("Name")
        request.pop("Tags", None)
        self.state.put_job(name, request)
        return made

    def update_job(self) -> ActionResult:
        """Replace a job: what the request leaves out is gone (AWS Glue Web API Reference, UpdateJob and JobUpdate)."""
        name, update = self.parameters["JobName"], self.parameters["JobUpdate"]
        created = self.state.job(name)["CreatedOn"]
        refuse_job("UpdateJob", update)
        self.state.put_job(name, update, created)
        return ActionResult({"JobName": name})

    def get_job(self) -> ActionResult:
        return ActionResult({"Job": described_job(self.state.job(self.parameters["JobName"]))})

    def get_jobs(self) -> ActionResult:
        return self._page("Jobs", [described_job(one) for one in self.state.jobs.values()])

    def batch_get_jobs(self) -> ActionResult:
        names = self.parameters["JobNames"]
        there = self.state.jobs
        found = [described_job(there[name]) for name in names if name in there]
        return ActionResult({"Jobs": found, "JobsNotFound": [name for name in names if name not in there]})

    def delete_job(self) -> ActionResult:
        name = self.parameters["JobName"]
        self.state.runs.forget(name)
        self.state.jobs.pop(name, None)
        self._forget_tags("job", name)
        return ActionResult({"JobName": name} if super().delete_job() else {})

    # job runs

    def start_job_run(self) -> ActionResult:
        if self.parameters["JobName"] not in self.state.jobs:
            raise EntityNotFoundException("Failed to start job run due to missing metadata.")
        command = self.state.job(self.parameters["JobName"]).get("Command")
        refuse_job("StartJobRun", {"Command": command, **self.parameters})
        run = self.state.runs.start(self.parameters["JobName"], dict(self.parameters))
        return ActionResult({"JobRunId": run.id})

    def get_job_run(self) -> ActionResult:
        run = self.state.runs.get(self.parameters["JobName"], self.parameters["RunId"])
        return ActionResult({"JobRun": run.as_dict()})

    def get_job_runs(self) -> ActionResult:
        return self._page("JobRuns", [run.as_dict() for run in self.state.runs.of_job(self.parameters["JobName"])])

    def batch_stop_job_run(self) -> ActionResult:
        name = self.parameters["JobName"]
        stopped, errors = [], []
        for run_id in self.parameters["JobRunIds"]:
            one = {"JobName": name, "JobRunId": run_id}
            try:
                stops = self.state.runs.stop(self.state.runs.get(name, run_id))
                problem = "" if stops else "Job run is not in a state that can be stopped"
                code = "IllegalStateException"
            except JobRunNotFoundException as error:
                problem, code = str(error.message), "EntityNotFoundException"
            if problem:
                errors.append(one | {"ErrorDetail": {"ErrorCode": code, "ErrorMessage": problem}})
            else:
                stopped.append(one)
        return ActionResult({"SuccessfulSubmissions": stopped, "Errors": errors})

    def get_job_bookmark(self) -> ActionResult:
        name = self.parameters["JobName"]
        file = self.state.runs.bookmark(self.state.job(name)["Name"])
        if not file.is_file():
            raise EntityNotFoundException(f"Continuation for job {name} not found")
        entry = {"JobName": name, "Version": 1, "Run": 1, "Attempt": 0, "JobBookmark": file.read_text(encoding="utf-8")}
        return ActionResult({"JobBookmarkEntry": entry})

    def reset_job_bookmark(self) -> ActionResult:
        name = self.parameters["JobName"]
        file = self.state.runs.bookmark(self.state.job(name)["Name"])
        if not file.is_file():
            raise EntityNotFoundException(f"Continuation for job {name} not found")
        file.unlink()
        return ActionResult({"JobBookmarkEntry": {"JobName": name, "Version": 1, "Run": 0, "Attempt": 0}})

    # triggers

    def start_trigger(self) -> ActionResult:
        """Start what an ON_DEMAND trigger starts; let any other trigger count from now on."""
        name = self.parameters["Name"]
        trigger = trigger_of(self.glue_backend.get_trigger(name).as_dict())
        if trigger.type == "EVENT":
            raise InvalidInputException("StartTrigger", "Trigger Type EVENT cannot be started")
        if trigger.type != "ON_DEMAND":
            return super().start_trigger()
        if trigger.workflow:
            self._start_workflow(trigger.workflow, {})
        else:
            self.state.workflows.start_trigger(trigger)
        return ActionResult({"Name": name})

    def stop_trigger(self) -> ActionResult:
        state = self.glue_backend.get_trigger(self.parameters["Name"]).as_dict()["State"]
        if state == "CREATED":
            words = f"The operation is not allowed when trigger is in state: {state}"
            raise InvalidInputException("StopTrigger", words)
        return super().stop_trigger()

    def update_trigger(self) -> ActionResult:
        trigger = self.glue_backend.get_trigger(self.parameters["Name"])
        update = self.parameters["TriggerUpdate"]
        described = {**trigger.as_dict(), **update}
        self._refuse_trigger(described, "UpdateTrigger")
        if "Actions" in update:
            trigger.actions = [Action(one) for one in update["Actions"]]
        if "Predicate" in update:
            trigger.predicate = Predicate({"Logical": "AND", **update["Predicate"]})
        trigger.schedule = update.get("Schedule", trigger.schedule)
        trigger.description = update.get("Description", trigger.description)
        return ActionResult({"Trigger": trigger.as_dict()})

    def create_trigger(self) -> ActionResult:
        asked = self.parameters
        if asked["Name"] in self.glue_backend.triggers:
            raise SubmittedOtherwise("Trigger", asked["Name"])
        if asked.get("WorkflowName") and asked["WorkflowName"] not in self.glue_backend.workflows:
            raise EntityNotFoundException(f"Workflow {asked['WorkflowName']} not found.")
        self._refuse_trigger(asked, "CreateTrigger")
        if asked.get("Predicate"):
            # optional with a single condition
            self.body = json.dumps({**asked, "Predicate": {"Logical": "AND", **asked["Predicate"]}})
        return super().create_trigger()

    def _refuse_trigger(self, described: dict[str, Any], operation: str) -> None:
        refuse_trigger(described, self.state.jobs, self.glue_backend.crawlers, operation)

    # workflows

    def create_workflow(self) -> ActionResult:
        if self.parameters["Name"] in self.glue_backend.workflows:
            raise WorkflowAlreadyExists
        return super().create_workflow()

    def delete_trigger(self) -> ActionResult:
        self._forget_tags("trigger", self.parameters["Name"])
        return super().delete_trigger()

    def delete_database(self) -> EmptyResult:
        self._forget_tags("database", self.parameters["Name"])
        return super().delete_database()

    def _forget_tags(self, kind: str, name: str) -> None:
        """Take the tags off what is deleted, so that they are not those of what gets its name later."""
        arn = f"arn:{self.partition}:glue:{self.region}:{self.current_account}:{kind}/{name}"
        self.glue_backend.tagger.delete_all_tags_for_resource(arn)

    def delete_workflow(self) -> ActionResult:
        self.state.workflows.forget(self.parameters["Name"])
        return super().delete_workflow()

    def start_workflow_run(self) -> ActionResult:
        run = self._start_workflow(self.parameters["Name"], self.parameters.get("RunProperties") or {})
        return ActionResult({"RunId": run})

    def _start_workflow(self, name: str, properties: dict[str, str]) -> str:
        workflow = self._workflow(name)
        given = {**(workflow.default_run_properties or {}), **properties}
        return self.state.workflows.start(name, given, workflow.max_concurrent_runs).id

    def _workflow(self, name: str) -> Any:
        workflow = self.glue_backend.workflows.get(name)
        if workflow is None:
            raise EntityNotFoundException("Entity not found")
        return workflow

    def resume_workflow_run(self) -> ActionResult:
        name = self.parameters["Name"]
        workflow = self._workflow(name)
        asked = self.parameters["RunId"], self.parameters["NodeIds"]
        run, nodes = self.state.workflows.resume(name, *asked, workflow.max_concurrent_runs)
        return ActionResult({"RunId": run.id, "NodeIds": [node.id for node in nodes]})

    def stop_workflow_run(self) -> ActionResult:
        self.state.workflows.stop(self._workflow(self.parameters["Name"]).name, self.parameters["RunId"])
        return ActionResult({})

    def get_workflow(self) -> ActionResult:
        return ActionResult({"Workflow": self._described_workflow(self.parameters["Name"])})

    def batch_get_workflows(self) -> ActionResult:
        names = self.parameters["Names"]
        there = [name for name in names if name in self.glue_backend.workflows]
        missing = [name for name in names if name not in there]
        return ActionResult(
            {"Workflows": [self._described_workflow(name) for name in there], "MissingWorkflows": missing}
        )

    def _described_workflow(self, name: str) -> dict[str, Any]:
        described = dict(self._workflow(name).as_dict())
        with_graph = bool(self.parameters.get("IncludeGraph"))
        runs = self.state.workflows.runs(name)
        if runs:
            described["LastRun"] = self.state.workflows.described(runs[0], with_graph)
        return described | ({"Graph": graph(self.state.workflows.of_workflow(name))} if with_graph else {})

    def get_workflow_run(self) -> ActionResult:
        run = self.state.workflows.get(self._workflow(self.parameters["Name"]).name, self.parameters["RunId"])
        return ActionResult({"Run": self.state.workflows.described(run, bool(self.parameters.get("IncludeGraph")))})

    def get_workflow_runs(self) -> ActionResult:
        runs = self.state.workflows.runs(self._workflow(self.parameters["Name"]).name)
        with_graph = bool(self.parameters.get("IncludeGraph"))
        return self._page("Runs", [self.state.workflows.described(run, with_graph) for run in runs])

    def get_workflow_run_properties(self) -> ActionResult:
        run = self.state.workflows.get(self.parameters["Name"], self.parameters["RunId"])
        return ActionResult({"RunProperties": run.properties})

    def put_workflow_run_properties(self) -> ActionResult:
        run = self.state.workflows.get(self.parameters["Name"], self.parameters["RunId"])
        run.properties.update(self.parameters["RunProperties"])
        return ActionResult({})

    # crawlers

    def create_crawler(self) -> ActionResult:
        refuse_crawler(self.parameters, "CreateCrawler")
        return super().create_crawler()

    def start_crawler(self) -> ActionResult:
        self.state.crawls.start(self.parameters["Name"])
        return ActionResult({})

    def stop_crawler(self) -> ActionResult:
        self.state.crawler(self.parameters["Name"])
        self.state.crawls.stop(self.parameters["Name"])
        return ActionResult({})

    def get_crawler(self) -> ActionResult:
        return ActionResult({"Crawler": self.state.crawler(self.parameters["Name"])})

    def get_crawlers(self) -> ActionResult:
        return self._page("Crawlers", [self.state.crawler(name) for name in self.glue_backend.crawlers])

    def batch_get_crawlers(self) -> ActionResult:
        names = self.parameters["CrawlerNames"]
        there = [name for name in names if name in self.glue_backend.crawlers]
        missing = [name for name in names if name not in there]
        return ActionResult({"Crawlers": [self.state.crawler(name) for name in there], "CrawlersNotFound": missing})

    def _require_ready(self, name: str) -> None:
        if self.state.crawler(name)["State"] != "READY":
            raise CrawlerRunningException(f"Crawler with name {name} is running")

    def update_crawler(self) -> ActionResult:
        crawler = self.glue_backend.get_crawler(self.parameters["Name"])
        self._require_ready(crawler.name)
        refuse_crawler({**crawler.as_dict(), "Schedule": None, **self.parameters}, "UpdateCrawler")
        for member, attribute in CRAWLER_MEMBERS.items():
            if member in self.parameters:
                setattr(crawler, attribute, self.parameters[member])
        crawler.last_updated = datetime.now(UTC)
        crawler.version += 1
        return ActionResult({})

    def delete_crawler(self) -> ActionResult:
        self._require_ready(self.parameters["Name"])
        done = super().delete_crawler()
        self.state.crawls.forget(self.parameters["Name"])
        self._forget_tags("crawler", self.parameters["Name"])
        return done

    def list_crawls(self) -> ActionResult:
        name = self.state.crawler(self.parameters["CrawlerName"])["Name"]
        there = crawl_filters.filtered(self.state.crawls.of_crawler(name), self.parameters.get("Filters") or [])
        crawls = [
            {
                "CrawlId": crawl.id,
                "State": crawl_filters.state_of(crawl),
                "StartTime": crawl.started,
                "EndTime": crawl.completed,
                "ErrorMessage": crawl.error or None,
                "LogGroup": crawl.log_group,
                "LogStream": crawl.crawler,
                "MessagePrefix": crawl.id,
            }
            for crawl in there
        ]
        return self._page("Crawls", crawls)

    def get_crawler_metrics(self) -> ActionResult:
        names = self.parameters.get("CrawlerNameList") or list(self.glue_backend.crawlers)
        metrics = []
        for name in names:
            ended = [crawl for crawl in self.state.crawls.of_crawler(name) if not crawl.is_active]
            metrics.append(
                {
                    "CrawlerName": name,
                    "TimeLeftSeconds": 0.0,
                    "StillEstimating": False,
                    "LastRuntimeSeconds": ended[0].seconds if ended else 0.0,
                    "MedianRuntimeSeconds": sorted(one.seconds for one in ended)[len(ended) // 2] if ended else 0.0,
                    "TablesCreated": ended[0].created if ended else 0,
                    "TablesUpdated": ended[0].updated if ended else 0,
                    "TablesDeleted": ended[0].deleted if ended else 0,
                }
            )
        return self._page("CrawlerMetricsList", metrics)

    # the catalog

    def get_partitions(self) -> ActionResult:
        asked = self.parameters
        found = self.glue_backend.get_partitions(
            asked["DatabaseName"], asked["TableName"], str(asked.get("Expression") or "")
        )
        return ActionResult(page_of_partitions([one.as_dict() for one in found], asked))

    def search_tables(self) -> ActionResult:
        """Find tables by a text in their definitions; of the filters only the database's name is known."""
        text = str(self.parameters.get("SearchText") or "").strip('"').lower()
        wanted = {one["Value"] for one in self.parameters.get("Filters") or [] if one.get("Key") == "DatabaseName"}
        tables = [
            table.as_dict()
            for database in self.glue_backend.get_databases()
            if not wanted or database.name in wanted
            for table in self.glue_backend.get_tables(database.name, None)
        ]
        return self._page("TableList", [one for one in tables if text in json.dumps(one, default=str).lower()])

    # data quality

    def list_data_quality_results(self) -> ActionResult:
        wanted = (self.parameters.get("Filter") or {}).get("JobName")
        results = [
            {
                "ResultId": one["ResultId"],
                "JobName": one["JobName"],
                "JobRunId": one["JobRunId"],
                "StartedOn": one["StartedOn"],
            }
            for one in reversed(self.state.quality)
            if wanted in (None, one["JobName"])
        ]
        return self._page("Results", results)

    def get_data_quality_result(self) -> ActionResult:
        found = self._quality([self.parameters["ResultId"]])
        if not found:
            raise EntityNotFoundException(f"Data quality result {self.parameters['ResultId']} not found.")
        return ActionResult(found[0])

    def batch_get_data_quality_result(self) -> ActionResult:
        found = self._quality(self.parameters["ResultIds"])
        there = {one["ResultId"] for one in found}
        missing = [one for one in self.parameters["ResultIds"] if one not in there]
        return ActionResult({"Results": found, "ResultsNotFound": missing})

    def _quality(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        return [one for one in self.state.quality if one["ResultId"] in ids]

    # what moto cannot delete

    def delete_connection(self) -> ActionResult:
        name = self.parameters["ConnectionName"]
        if self.glue_backend.connections.pop(name, None) is None:
            raise EntityNotFoundException(f"Connection {name} not found.")
        return ActionResult({})

    def batch_delete_table_version(self) -> ActionResult:
        names = self.parameters["DatabaseName"], self.parameters["TableName"]
        for version in self.parameters["VersionIds"]:
            self.glue_backend.delete_table_version(*names, version)
        return ActionResult({"Errors": []})

    def _page(self, member: str, items: list[dict[str, Any]]) -> ActionResult:
        """Return a page of a list, and the token of the next."""
        token = str(self.parameters.get("NextToken") or 0)
        if not token.isdecimal():
            raise InvalidInputException(self._get_action(), "The NextToken is not one that was given")
        start = int(token)
        end = start + min(int(self.parameters.get("MaxResults") or PAGE), 1000)
        more = {"NextToken": str(end)} if end < len(items) else {}
        return ActionResult({member: items[start:end], **more})
