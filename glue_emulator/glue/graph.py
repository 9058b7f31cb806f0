"""A workflow's graph: its triggers, jobs and crawlers, and the arrows between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

STARTS = ("ON_DEMAND", "SCHEDULED", "EVENT")


@dataclass(frozen=True, order=True)
class Node:
    """A node: its type (TRIGGER, JOB or CRAWLER) and its name."""

    type: str
    name: str

    @property
    def id(self) -> str:
        """The id that the API names it by; the same in every run."""
        return "wnode_" + hashlib.sha256(f"{self.type} {self.name}".encode()).hexdigest()


@dataclass(frozen=True)
class Trigger:
    """A trigger as it was deployed.

    Attributes
    ----------
    actions
        What it starts: nodes with the members of the action, such as Arguments.
    conditions
        What it waits for: nodes with the state that each must end in.
    logical
        `AND` or `ANY`.
    """

    name: str
    type: str
    state: str
    workflow: str | None
    actions: tuple[tuple[Node, dict[str, Any]], ...]
    conditions: tuple[tuple[Node, str], ...]
    logical: str

    @property
    def node(self) -> Node:
        """The trigger as a node of the graph."""
        return Node("TRIGGER", self.name)

    @property
    def is_start(self) -> bool:
        """Whether a run of its workflow begins with it."""
        return self.type in STARTS

    def is_met(self, states: dict[Node, str]) -> bool:
        """Say whether the conditions hold, given the states in which nodes have ended."""
        held = [states.get(node) == state for node, state in self.conditions]
        return bool(held) and (all(held) if self.logical == "AND" else any(held))


def trigger_of(described: dict[str, Any]) -> Trigger:
    """Return a trigger from the API's Trigger."""
    predicate = described.get("Predicate") or {}
    return Trigger(
        name=described["Name"],
        type=described["Type"],
        state=described["State"],
        workflow=described.get("WorkflowName"),
        actions=tuple((_node(action), action) for action in described.get("Actions", [])),
        conditions=tuple(
            (_node(one), one.get("State") or one.get("CrawlState", "")) for one in predicate.get("Conditions", [])
        ),
        logical=predicate.get("Logical", "AND"),
    )


def _node(member: dict[str, Any]) -> Node:
    return Node("JOB", member["JobName"]) if member.get("JobName") else Node("CRAWLER", member["CrawlerName"])


def nodes_of(triggers: Iterable[Trigger]) -> list[Node]:
    """Return all nodes, each once, sorted."""
    triggers = list(triggers)
    found = {trigger.node for trigger in triggers}
    for trigger in triggers:
        found |= {node for node, _ in trigger.actions} | {node for node, _ in trigger.conditions}
    return sorted(found)


def edges_of(triggers: Iterable[Trigger]) -> list[tuple[Node, Node]]:
    """Return the arrows: from a trigger to what it starts, to a trigger from what it waits for."""
    arrows: dict[tuple[Node, Node], None] = {}
    for trigger in triggers:
        arrows |= {(trigger.node, node): None for node, _ in trigger.actions}
        arrows |= {(node, trigger.node): None for node, _ in trigger.conditions}
    return list(arrows)


def downstream(nodes: Iterable[Node], triggers: Iterable[Trigger]) -> set[Node]:
    """Return nodes and all that follow them."""
    arrows = edges_of(triggers)
    found, waiting = set(), list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [after for before, after in arrows if before == node]
    return found
