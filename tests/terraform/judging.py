"""Judges calls by policies' statements alone, and finds what statements allow that no call needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glue_emulator.iam.policies import Asked, Policy, Principal, judge
from scripts.deployment.policies import names, policy_of
from tests.terraform.who_may_what import ACCOUNT, REGION, Call

Statements = list[dict[str, Any]]


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def statements_of_person(who: str) -> Statements:
    """Return the statements of all policies of a person."""
    return [one for name in names(who) for one in policy_of(name, ACCOUNT, REGION)["Statement"]]


def calls_of(who: str, file: Path) -> list[Call]:
    """Return what a user asked for and got, as an emulator has noted it."""
    noted = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    arn = f"arn:aws:iam::{ACCOUNT}:user/{who}"
    return [
        Call(one["action"], one["resource"], context=one["context"])
        for one in noted
        if one["who"] == arn and one["allowed"]
    ]


def allowed(statements: Statements, call: Call) -> bool:
    """Judge a call by statements alone, as the emulator judges requests."""
    somebody = Principal(f"arn:aws:iam::{ACCOUNT}:user/x", ACCOUNT)
    asked = Asked(call.action, call.resource, {"aws:securetransport": ["true"], **call.context})
    return judge(asked, somebody, [Policy("p", statements)]).allowed


def idle(statements: Statements, calls: Sequence[Call]) -> list[str]:
    """Return the actions of statements without which all calls are allowed still."""
    found = []
    for number, statement in enumerate(statements):
        for action in as_list(statement["Action"]):
            rest = [one for one in as_list(statement["Action"]) if one != action]
            less = [{**statement, "Action": rest}] if rest else []
            without = [*statements[:number], *less, *statements[number + 1 :]]
            if all(allowed(without, one) for one in calls if one.action == action):
                found.append(f"{statement['Sid']}: {action}")
    return found
