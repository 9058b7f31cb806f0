"""Workflow runs: triggers fire as deployed when the jobs and crawlers that they wait for have ended."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from moto.core.exceptions import JsonRESTError
from moto.glue.exceptions import (
    ConcurrentRunsExceededException,
    EntityNotFoundException,
    GlueClientError,
    InvalidInputException,
)

from glue_emulator.glue.graph import Node, Trigger, downstream, edges_of, nodes_of

ENDED = {
    "SUCCEEDED": "SucceededActions",
    "FAILED": "FailedActions",
    "TIMEOUT": "TimeoutActions",
    "STOPPED": "StoppedActions",
    "CANCELLED": "StoppedActions",
    "ERROR": "ErroredActions",
    "WAITING": "WaitingActions",
}
ACTIVE = ("WAITING", "STARTING", "RUNNING", "STOPPING", "CANCELLING")


class IllegalWorkflowState(GlueClientError):
    """A run that is not in the state that a request needs."""

    def __init__(self, message: str) -> None:
        super().__init__("IllegalWorkflowStateException", message)


class Work(Protocol):
    """A job run or a crawl."""

    state: str

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return it as the API's JobRun or Crawl."""
        ...


@dataclass
class WorkflowRun:
    """A run of a workflow.

    Attributes
    ----------
    triggers
        The workflow's triggers as they were when the run started.
    works
        Job runs and crawls by node, in the order in which they were started.
    refused
        Nodes that could not be started, and why.
    fired
        Triggers that have fired.
    planned
        The nodes that this run may start: all, or those that a resumed run does again.
    """

    workflow: str
    triggers: list[Trigger]
    properties: dict[str, str]
    planned: set[Node]
    id: str = field(default_factory=lambda: f"wr_{secrets.token_hex(32)}")
    previous: str | None = None
    status: str = "RUNNING"
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    works: dict[Node, list[Work]] = field(default_factory=dict)
    refused: dict[Node, str] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)

    @property
    def states(self) -> dict[Node, str]:
        """The state of each node that was started: that of its latest run."""
        return {node: works[-1].state for node, works in self.works.items()} | dict.fromkeys(self.refused, "ERROR")

    @property
    def is_active(self) -> bool:
        """Whether something is running, or is about to be tried again."""
        return any(works[-1].is_active or getattr(works[-1], "will_retry", False) for works in self.works.values())

    def ended_states(self) -> dict[Node, str]:
        """Return the states of the nodes that have ended for good."""
        return {
            node: works[-1].state
            for node, works in self.works.items()
            if not works[-1].is_active and not getattr(works[-1], "will_retry", False)
        }

    def statistics(self) -> dict[str, int]:
        """Return how many jobs and crawlers are in which state."""
        numbers = dict.fromkeys(
            (
                "TotalActions",
                "TimeoutActions",
                "FailedActions",
                "StoppedActions",
                "SucceededActions",
                "RunningActions",
                "ErroredActions",
                "WaitingActions",
            ),
            0,
        )
        numbers["TotalActions"] = sum(node.type != "TRIGGER" for node in nodes_of(self.triggers))
        for state in self.states.values():
            numbers[ENDED.get(state, "RunningActions")] += 1
        return numbers

    def as_dict(self, with_graph: bool) -> dict[str, Any]:
        """Return the run as the API's WorkflowRun."""
        described = {
            "Name": self.workflow,
            "WorkflowRunId": self.id,
            "PreviousRunId": self.previous,
            "WorkflowRunProperties": self.properties,
            "StartedOn": self.started,
            "CompletedOn": self.completed,
            "Status": self.status,
            "Statistics": self.statistics(),
        }
        return described | ({"Graph": graph(self.triggers, self)} if with_graph else {})


def graph(triggers: list[Trigger], run: WorkflowRun | None = None) -> dict[str, Any]:
    """Return a workflow's graph as the API's WorkflowGraph, with the runs of its nodes."""
    by_name = {trigger.name: trigger for trigger in triggers}
    nodes = []
    for node in nodes_of(triggers):
        described: dict[str, Any] = {"Type": node.type, "Name": node.name, "UniqueId": node.id}
        works = [work.as_dict() for work in run.works.get(node, [])] if run else []
        if node.type == "TRIGGER":
            described["TriggerDetails"] = {"Trigger": _trigger(by_name[node.name])}
        elif node.type == "JOB":
            described["JobDetails"] = {"JobRuns": list(reversed(works))}
        else:
            described["CrawlerDetails"] = {"Crawls": list(reversed(works))}
        nodes.append(described)
    arrows = [{"SourceId": before.id, "DestinationId": after.id} for before, after in edges_of(triggers)]
    return {"Nodes": nodes, "Edges": arrows}


def _trigger(trigger: Trigger) -> dict[str, Any]:
    described: dict[str, Any] = {
        "Name": trigger.name,
        "Type": trigger.type,
        "State": trigger.state,
        "WorkflowName": trigger.workflow,
        "Actions": [action for _, action in trigger.actions],
    }
    if trigger.conditions:
        conditions = [
            {"LogicalOperator": "EQUALS", "JobName": node.name, "State": state}
            if node.type == "JOB"
            else {"LogicalOperator": "EQUALS", "CrawlerName": node.name, "CrawlState": state}
            for node, state in trigger.conditions
        ]
        described["Predicate"] = {"Logical": trigger.logical, "Conditions": conditions}
    return described


class Workflows:
    """The workflow runs of one account and region, and the triggers outside of workflows.

    Parameters
    ----------
    triggers
        Returns all triggers as they are.
    start
        Starts a job or crawler: node, the action's members, the trigger's name, workflow name and run id.
    """

    def __init__(
        self,
        triggers: Callable[[], list[Trigger]],
        start: Callable[[Node, dict[str, Any], str, tuple[str, str] | None], Work],
        stop: Callable[[Node, Work], None],
    ) -> None:
        self._triggers, self._start, self._stop = triggers, start, stop
        self._runs: dict[str, list[WorkflowRun]] = {}
        self._seen: dict[str, dict[Node, str]] = {}
        self._closed = False
        self.lock = threading.RLock()

    def of_workflow(self, name: str) -> list[Trigger]:
        """Return a workflow's triggers."""
        return [trigger for trigger in self._triggers() if trigger.workflow == name]

    def runs(self, name: str) -> list[WorkflowRun]:
        """Return a workflow's runs, the latest first."""
        return list(reversed(self._runs.get(name, [])))

    def get(self, name: str, run_id: str) -> WorkflowRun:
        """Return a run; EntityNotFoundException."""
        found = [run for run in self.runs(name) if run.id == run_id]
        if not found:
            raise EntityNotFoundException("Entity not found")
        return found[0]

    def described(self, run: WorkflowRun, with_graph: bool) -> dict[str, Any]:
        """Return a run as the API's WorkflowRun, as it is at one moment."""
        with self.lock:
            return run.as_dict(with_graph)

    def start(self, name: str, properties: dict[str, str], most: int | None) -> WorkflowRun:
        """Start a run with the workflow's start triggers.

        Raises
        ------
        ConcurrentRunsExceededException
            `most` runs are active.
        InvalidInputException
            The workflow has no trigger to start with.
        """
        with self.lock:
            self._refuse_too_many(name, most)
            triggers = self.of_workflow(name)
            starts = [trigger for trigger in triggers if trigger.is_start]
            if not starts:
                raise InvalidInputException("StartWorkflowRun", f"The workflow {name} has no start trigger.")
            run = WorkflowRun(name, triggers, properties, set(nodes_of(triggers)))
            self._runs.setdefault(name, []).append(run)
            for trigger in starts:
                self._fire(trigger, run)
            self._go_on(run)
        return run

    def resume(self, name: str, run_id: str, node_ids: list[str], most: int | None) -> tuple[WorkflowRun, list[Node]]:
        """Start a run that does some nodes of an earlier run again, and all that follows them.

        Raises
        ------
        IllegalWorkflowState
            The earlier run has not ended.
        InvalidInputException
            A node is none of its jobs and crawlers.
        """
        with self.lock:
            before = self.get(name, run_id)
            if before.status not in ("COMPLETED", "STOPPED", "ERROR"):
                raise IllegalWorkflowState(f"Workflow run {run_id} is {before.status}.")
            self._refuse_too_many(name, most)
            by_id = {node.id: node for node in nodes_of(before.triggers) if node.type != "TRIGGER"}
            unknown = [one for one in node_ids if one not in by_id]
            if unknown or not node_ids:
                raise InvalidInputException("ResumeWorkflowRun", f"No job or crawler of the run: {', '.join(unknown)}")
            chosen = [by_id[one] for one in node_ids]
            again = downstream(chosen, before.triggers)
            run = WorkflowRun(name, before.triggers, before.properties, again, previous=before.id)
            run.works = {node: list(works) for node, works in before.works.items() if node not in again}
            run.fired = {name for name in before.fired if Node("TRIGGER", name) not in again}
            self._runs[name].append(run)
            for node in chosen:
                trigger, action = _starter(node, run.triggers)
                self._begin(node, action, trigger, run)
            self._go_on(run)
        return run, chosen

    def stop(self, name: str, run_id: str) -> None:
        """Stop a run and what it runs."""
        with self.lock:
            run = self.get(name, run_id)
            if run.status != "RUNNING":
                raise IllegalWorkflowState(f"Workflow run {run_id} is {run.status}.")
            run.status = "STOPPING"
            self._stop_works(run)
            self._go_on(run)

    def forget(self, name: str) -> None:
        """Stop and forget the runs of a workflow that is deleted."""
        with self.lock:
            for run in self._runs.pop(name, []):
                self._stop_works(run)

    def close(self) -> None:
        """Fire no trigger any more."""
        with self.lock:
            self._closed = True

    def start_trigger(self, trigger: Trigger) -> None:
        """Start what a trigger outside of workflows starts; one that cannot start does not keep the others from it."""
        with self.lock:
            for node, action in trigger.actions:
                with contextlib.suppress(JsonRESTError):
                    self._start(node, action, trigger.name, None)

    def ended(self, node: Node, work: Work, trigger: str | None, run_id: str | None) -> None:
        """Go on after a job or crawler has ended.

        Parameters
        ----------
        trigger
            What had started it; what a person started sets off no trigger.
        run_id
            The workflow run that it belongs to.
        """
        with self.lock:
            if self._closed:
                return
            runs = [run for runs in self._runs.values() for run in runs if run.id == run_id]
            for run in runs:
                works = run.works.setdefault(node, [])
                if work not in works:
                    works.append(work)
                self._go_on(run)
            if not runs and trigger:
                self._fire_outside(node, work.state)

    def tried_again(self, node: Node, work: Work, run_id: str | None) -> None:
        """Note that a node of a run has another attempt."""
        with self.lock:
            for runs in self._runs.values():
                for run in runs:
                    if run.id == run_id:
                        run.works.setdefault(node, []).append(work)

    def _stop_works(self, run: WorkflowRun) -> None:
        for node, works in run.works.items():
            if works[-1].is_active:
                self._stop(node, works[-1])

    def _refuse_too_many(self, name: str, most: int | None) -> None:
        active = sum(run.status in ("RUNNING", "STOPPING") for run in self._runs.get(name, []))
        if most and active >= most:
            raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for workflow: {name}")

    def _fire(self, trigger: Trigger, run: WorkflowRun) -> None:
        run.fired.add(trigger.name)
        for node, action in trigger.actions:
            if node in run.planned:
                self._begin(node, action, trigger.name, run)

    def _begin(self, node: Node, action: dict[str, Any], trigger: str, run: WorkflowRun) -> None:
        try:
            run.works.setdefault(node, []).append(self._start(node, action, trigger, (run.workflow, run.id)))
        except JsonRESTError as error:
            run.works.pop(node, None)
            run.refused[node] = str(error)

    def _go_on(self, run: WorkflowRun) -> None:
        """Fire the triggers whose conditions hold now; end the run when nothing is left to do."""
        if run.completed:
            return
        states = run.ended_states()
        waiting = [one for one in run.triggers if one.type == "CONDITIONAL" and one.name not in run.fired]
        if run.status == "RUNNING":
            for trigger in waiting:
                if trigger.state == "ACTIVATED" and trigger.is_met(states):
                    self._fire(trigger, run)
        if not run.is_active:
            run.status = "STOPPED" if run.status == "STOPPING" else "COMPLETED"
            run.completed = datetime.now(UTC)

    def _fire_outside(self, node: Node, state: str) -> None:
        for trigger in self._triggers():
            watched = {one for one, _ in trigger.conditions}
            if trigger.workflow or trigger.type != "CONDITIONAL" or trigger.state != "ACTIVATED" or node not in watched:
                continue
            seen = self._seen.setdefault(trigger.name, {})
            seen[node] = state
            if trigger.is_met(seen):
                self._seen.pop(trigger.name)
                self.start_trigger(trigger)


def _starter(node: Node, triggers: list[Trigger]) -> tuple[str, dict[str, Any]]:
    """Return the name of the trigger that starts a node, and its action."""
    found = [(one.name, action) for one in triggers for started, action in one.actions if started == node]
    return found[0] if found else ("", {})
