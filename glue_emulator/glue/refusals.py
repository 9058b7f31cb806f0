"""What CreateJob, CreateTrigger, CreateCrawler, and their updates, refuse on AWS.

Words that somebody recorded of AWS are used as they were; others say what the API reference says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from moto.glue.exceptions import (
    EntityNotFoundException,
    GlueClientError,
    InvalidInputException,
    InvalidLogicalOperatorException,
)

from glue_emulator.glue.schedules import fault_of

WORKERS = {
    "Standard": 1.0,
    "G.025X": 0.25,
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
    "Z.2X": 2.0,
}
"""DPUs of a worker, by its type."""
SHELL = (0.0625, 1)
"""DPUs that a Python shell job may have."""
LONGEST = 10080
"""Minutes in seven days."""
JOB_STATES = ("SUCCEEDED", "STOPPED", "FAILED", "TIMEOUT")
CRAWL_STATES = ("SUCCEEDED", "FAILED", "CANCELLED")
MOST_CRAWLERS = 2
NEW_FOLDERS = "CRAWL_NEW_FOLDERS_ONLY"
CRAWLER_OUTPUT = {
    "Partitions": {"AddOrUpdateBehavior"},
    "Tables": {"AddOrUpdateBehavior", "TableThreshold"},
}
"""What the Configuration of a crawler may say of its output."""


class ValidationFailed(GlueClientError):
    """A request that is none by the API's model."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


class SubmittedOtherwise(GlueClientError):
    """Something of that name is there already, and is not the same."""

    def __init__(self, what: str, name: str) -> None:
        words = f"{what} with name '{name}' already submitted with different configuration"
        super().__init__("IdempotentParameterMismatchException", words)


# jobs


def refuse_job(operation: str, request: dict[str, Any]) -> None:
    """Refuse a job, or what a run asks for: capacity, workers, timeout, version."""
    refuse_capacity(operation, request)
    command = (request.get("Command") or {}).get("Name", "glueetl")
    _refuse_workers(operation, request, command)
    timeout = request.get("Timeout")
    if timeout is not None and (timeout > LONGEST or (timeout < 1 and command != "gluestreaming")):
        raise InvalidInputException(operation, f"Timeout should be at least 1 minute and at most {LONGEST} minutes")
    version = request.get("GlueVersion")
    if version is not None and not re.fullmatch(r"(\w+\.)+\w+|auto", version):
        raise ValidationFailed(f"Value '{version}' at 'glueVersion' failed to satisfy constraint")
    if request.get("ExecutionClass") == "FLEX" and command != "glueetl":
        raise InvalidInputException(operation, f"Execution Class FLEX is not supported for Job Command {command}")


def refuse_capacity(operation: str, request: dict[str, Any]) -> None:
    """Refuse a capacity that is said twice."""
    if request.get("AllocatedCapacity") and request.get("MaxCapacity"):
        raise InvalidInputException(operation, "Please set only Allocated Capacity or Max Capacity")
    capacity = request.get("MaxCapacity") or request.get("AllocatedCapacity")
    if capacity and (request.get("WorkerType") or request.get("NumberOfWorkers")):
        words = "Please do not set Max Capacity if using Worker Type and Number of Workers."
        raise InvalidInputException(operation, words)


def _refuse_workers(operation: str, request: dict[str, Any], command: str) -> None:
    kind, count = request.get("WorkerType"), request.get("NumberOfWorkers")
    if kind is not None and kind not in WORKERS:
        allowed = ", ".join(WORKERS)
        words = f"failed to satisfy constraint: Member must satisfy enum value set: [{allowed}]"
        raise ValidationFailed(f"Value '{kind}' at 'workerType' {words}")
    if command == "pythonshell":
        if kind is not None:
            raise InvalidInputException(operation, "Worker Type is not supported for Job Command pythonshell")
        if request.get("MaxCapacity") not in (None, *SHELL):
            raise InvalidInputException(operation, "Max Capacity of a pythonshell job must be 0.0625 or 1")
        return
    if (kind is None) != (count is None):
        raise InvalidInputException(operation, "Please set both Worker Type and Number of Workers.")
    if kind is not None and command == "glueetl" and int(count or 0) < 2:
        words = f"To use Worker Type {kind}, minimum allowed value of Number of Workers is 2."
        raise InvalidInputException(operation, words)


def capacity_of(request: dict[str, Any]) -> dict[str, Any]:
    """Return the DPUs of a job or run, as AWS computes them: MaxCapacity, and AllocatedCapacity as a whole number."""
    workers = WORKERS.get(request.get("WorkerType") or "", 1.0) * int(request.get("NumberOfWorkers") or 0)
    is_shell = (request.get("Command") or {}).get("Name") == "pythonshell"
    default = SHELL[0] if is_shell else 10.0
    most = float(request.get("MaxCapacity") or request.get("AllocatedCapacity") or workers or default)
    return {"MaxCapacity": most, "AllocatedCapacity": int(most)}


# triggers


def refuse_trigger(request: dict[str, Any], jobs: Iterable[str], crawlers: Iterable[str], operation: str) -> None:
    """Refuse a trigger: its actions, conditions, schedule."""
    actions = request.get("Actions") or []
    conditions = (request.get("Predicate") or {}).get("Conditions") or []
    if not actions:
        raise InvalidInputException(operation, "Actions cannot be null or empty")
    for one in actions:
        if not one.get("JobName") and not one.get("CrawlerName"):
            raise InvalidInputException(operation, "Both JobName and CrawlerName cannot be null or empty in an action")
        if one.get("JobName") and one.get("CrawlerName"):
            raise InvalidInputException(operation, "Both JobName and CrawlerName cannot be set together in an action")
    if sum(bool(one.get("CrawlerName")) for one in actions) > MOST_CRAWLERS:
        raise InvalidInputException(operation, "Actions cannot contain more than two crawlers")
    _refuse_conditions(request, conditions, operation)
    waited = {one.get("JobName") for one in conditions if one.get("JobName")}
    if waited & {one.get("JobName") for one in actions}:
        raise InvalidInputException(operation, "Job cannot be a Predicate and Action for Conditional Trigger.")
    _refuse_unknown([*actions, *conditions], set(jobs), set(crawlers))
    _refuse_schedule(request, operation)


def _refuse_conditions(request: dict[str, Any], conditions: list[dict[str, Any]], operation: str) -> None:
    if request.get("Type") == "CONDITIONAL" and not conditions:
        raise InvalidInputException(operation, "Predicate cannot be null or empty")
    if len(conditions) > 1 and not request["Predicate"].get("Logical"):
        raise InvalidInputException(operation, "Logical cannot be null or empty with several conditions")
    if (request.get("Predicate") or {}).get("Logical") not in (None, "AND", "ANY"):
        raise ValidationFailed("Value at 'predicate.logical' failed to satisfy constraint: [AND, ANY]")
    for number, one in enumerate(conditions, 1):
        if not one.get("JobName") and not one.get("CrawlerName"):
            raise InvalidInputException(operation, "JobName or CrawlerName in condition cannot be null or empty")
        is_job = bool(one.get("JobName"))
        state = one.get("State") if is_job else one.get("CrawlState")
        allowed, what = (JOB_STATES, "job") if is_job else (CRAWL_STATES, "crawler")
        if state not in allowed:
            words = (
                f"State cannot be null or empty, choose from one of the following {what} state: [{', '.join(allowed)}]"
            )
            raise InvalidInputException(operation, words)
        if not one.get("LogicalOperator"):
            raise InvalidInputException(operation, "Logical operator cannot be null or empty")
        if one["LogicalOperator"] != "EQUALS":
            raise InvalidLogicalOperatorException(one["LogicalOperator"], number)


def _refuse_unknown(members: list[dict[str, Any]], jobs: set[str], crawlers: set[str]) -> None:
    for one in members:
        if one.get("JobName"):  # then AWS heeds no crawler
            if one["JobName"] not in jobs:
                raise EntityNotFoundException(f"Job with name: {one['JobName']} not found.")
        elif one.get("CrawlerName") and one["CrawlerName"] not in crawlers:
            raise EntityNotFoundException(f"Crawler entry with name {one['CrawlerName']} does not exist")


def _refuse_schedule(request: dict[str, Any], operation: str) -> None:
    kind, schedule = request.get("Type"), request.get("Schedule")
    if kind == "SCHEDULED" and not schedule:
        raise InvalidInputException(operation, "Schedule cannot be null or empty for a SCHEDULED trigger")
    if kind == "ON_DEMAND" and request.get("StartOnCreation"):
        raise InvalidInputException(operation, "StartOnCreation is not supported for ON_DEMAND triggers")
    if kind == "EVENT" and not request.get("WorkflowName"):
        raise InvalidInputException(operation, "An EVENT trigger needs a workflow that it starts")
    if schedule:
        refuse_bad_schedule(schedule, operation)


def refuse_bad_schedule(schedule: str, operation: str) -> None:
    """Refuse what is no schedule."""
    fault = fault_of(schedule)
    if fault:
        raise InvalidInputException(operation, f"Invalid schedule expression {schedule}: {fault}")


# crawlers


def refuse_crawler(request: dict[str, Any], operation: str) -> None:
    """Refuse a crawler: its targets, policies, schedule, configuration."""
    targets = {name: one for name, one in (request.get("Targets") or {}).items() if one}
    policy = request.get("SchemaChangePolicy") or {}
    if (request.get("RecrawlPolicy") or {}).get("RecrawlBehavior") == NEW_FOLDERS:
        _refuse_new_folders(targets, policy, operation)
    if "CatalogTargets" in targets:
        if len(targets) > 1:
            words = "The crawler cannot have catalog targets mixed with other target types."
            raise InvalidInputException(operation, words)
        if policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE") != "LOG":
            words = "The SchemaChangePolicy for Catalog target can have only LOG DeleteBehavior value."
            raise InvalidInputException(operation, words)
    if request.get("Schedule"):
        refuse_bad_schedule(request["Schedule"], operation)
    if request.get("Configuration"):
        _refuse_configuration(request["Configuration"], operation)


def _refuse_new_folders(targets: dict[str, Any], policy: dict[str, str], operation: str) -> None:
    if set(targets) != {"S3Targets"}:
        words = 'RecrawlBehavior "Crawl new folders only" can only apply to Amazon S3 target.'
        raise InvalidInputException(operation, words)
    behaviors = {
        policy.get("UpdateBehavior", "UPDATE_IN_DATABASE"),
        policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE"),
    }
    if behaviors != {"LOG"}:
        words = (
            'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only '
            "LOG DeleteBehavior value and LOG UpdateBehavior value."
        )
        raise InvalidInputException(operation, words)


def _refuse_configuration(text: str, operation: str) -> None:
    try:
        configuration = json.loads(text)
    except ValueError as error:
        raise InvalidInputException(operation, f"Crawler configuration is not valid JSON: {error}") from error
    if not isinstance(configuration, dict) or configuration.get("Version") != 1.0:
        raise InvalidInputException(operation, "Crawler configuration needs Version 1.0")
    output = configuration.get("CrawlerOutput") or {}
    if not isinstance(output, dict) or not all(isinstance(one, dict) for one in output.values()):
        raise InvalidInputException(operation, "Crawler configuration needs an object of objects as CrawlerOutput")
    for part, allowed in CRAWLER_OUTPUT.items():
        unknown = set(output.get(part) or {}) - allowed
        if unknown:
            words = f"CrawlerOutput.{part} contains unsupported keys: {', '.join(sorted(unknown))}."
            raise InvalidInputException(operation, words)
