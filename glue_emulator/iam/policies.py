"""Policies, and what they come to for a request: AWS's "Policy evaluation logic", for principals of one account.

Service control policies, permissions boundaries and session policies are not emulated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from glue_emulator.iam.conditions import Context, UnknownConditionError, holds, like

VARIABLE = re.compile(r"\$\{([^}]*)\}")
SPECIAL = {"*": "*", "?": "?", "$": "$"}


@dataclass(frozen=True)
class Asked:
    """One thing that a request asks for: a request that touches several resources asks for several.

    Attributes
    ----------
    action
        As policies name it, such as `glue:GetTable`.
    resource
        An ARN, or `*` for actions on no resource in particular.
    context
        What is known of the request, by condition key in lower case.
    """

    action: str
    resource: str
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Principal:
    """Who asks.

    Attributes
    ----------
    arn
        Of the user, or of the role's session.
    role
        The ARN of the role of a session, which policies name too; else empty.
    service
        The AWS service that asks, such as `glue.amazonaws.com`; else empty.
    """

    arn: str
    account: str
    role: str = ""
    service: str = ""


class Effect(Enum):
    """What a policy document, or all of them, come to."""

    ALLOW = "allow"
    DENY = "deny"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Verdict:
    """What was decided, and why.

    Attributes
    ----------
    reason
        The end of AWS's message, such as `because no identity-based policy allows the glue:GetTable action`.
    """

    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Policy:
    """A policy document with its name, for messages about it."""

    name: str
    statements: list[dict[str, Any]]

    @classmethod
    def parse(cls, name: str, document: str | Mapping[str, Any]) -> Policy:
        """Return the policy of a document, as text or parsed."""
        whole = json.loads(document) if isinstance(document, str) else document
        statements = whole.get("Statement", [])
        return cls(name, list(statements) if isinstance(statements, list) else [statements])


def judge(
    asked: Asked, principal: Principal, identity: Sequence[Policy], resource: Policy | None = None, trusts: bool = False
) -> Verdict:
    """Decide what is asked for.

    An explicit Deny of any policy wins. Within one account, either a policy of the principal or one of the resource
    that names the principal is enough; where a resource's policy names the whole account, the principal's own must
    allow it.

    Parameters
    ----------
    identity
        The policies of the user or the role.
    resource
        The policy of the bucket or of the topic, or the trust policy of a role that is to be assumed.
    trusts
        Whether `resource` is a trust policy: without its leave a role cannot be assumed.

    Raises
    ------
    UnknownConditionError
        A statement that is about the request has a condition that is not known here.
    """
    of_identity = _effect(identity, asked, principal, None)
    named = _effect([resource] if resource else [], asked, principal, _names_exactly)
    of_account = _effect([resource] if resource else [], asked, principal, _names_account)
    if Effect.DENY in (named, of_account):
        return Verdict(False, "with an explicit deny in a resource-based policy")
    if of_identity is Effect.DENY:
        return Verdict(False, "with an explicit deny in an identity-based policy")
    allowed = Effect.ALLOW in (named, of_identity)
    if trusts:
        allowed = named is Effect.ALLOW or (of_account is Effect.ALLOW and of_identity is Effect.ALLOW)
    if allowed:
        return Verdict(True)
    kind = "resource-based policy" if trusts and of_identity is Effect.ALLOW else "identity-based policy"
    return Verdict(False, f"because no {kind} allows the {asked.action} action")


def _effect(policies: Sequence[Policy], asked: Asked, principal: Principal, names: Any) -> Effect:
    found = Effect.NOTHING
    for statement in (one for policy in policies for one in policy.statements):
        if not _is_about(statement, asked, principal, names):
            continue
        if statement.get("Effect") == "Deny":
            return Effect.DENY
        found = Effect.ALLOW
    return found


def _is_about(statement: Mapping[str, Any], asked: Asked, principal: Principal, names: Any) -> bool:
    if names is not None and not _names(statement, principal, names):
        return False
    if not _matches(statement, "Action", lambda pattern: like(asked.action.lower(), pattern.lower())):
        return False
    # a trust policy has no Resource: it is about its role
    has_resource = "Resource" in statement or "NotResource" in statement
    if has_resource and not _matches(statement, "Resource", lambda pattern: _is_resource(asked, pattern)):
        return False
    condition = statement.get("Condition") or {}
    return holds(_filled_in(condition, asked.context), asked.context)


def _matches(statement: Mapping[str, Any], element: str, matches: Any) -> bool:
    """Say whether an element, or the one that begins with Not, is about something."""
    if element in statement:
        return any(matches(one) for one in _listed(statement[element]))
    if f"Not{element}" in statement:
        return not any(matches(one) for one in _listed(statement[f"Not{element}"]))
    return False


def _is_resource(asked: Asked, pattern: str) -> bool:
    """Compare a resource with a pattern: a wildcard may reach beyond slashes and colons."""
    literal = _parts(pattern, asked.context)
    if literal is None:
        return False
    expression = "".join(re.escape(text) if fixed else _wild(text) for text, fixed in literal)
    return re.fullmatch(expression, asked.resource, re.DOTALL) is not None


def _wild(text: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text)


def _parts(pattern: str, context: Context) -> list[tuple[str, bool]] | None:
    """Return a pattern's pieces, with whether each stands for itself; None where a variable has no value."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for found in VARIABLE.finditer(pattern):
        parts.append((pattern[end : found.start()], False))
        value = _value(found[1], context)
        if value is None:
            return None
        parts.append((value, True))
        end = found.end()
    return [*parts, (pattern[end:], False)]


def _value(variable: str, context: Context) -> str | None:
    if variable in SPECIAL:
        return SPECIAL[variable]
    name, _, default = variable.partition(",")
    values = context.get(name.strip().lower())
    if values:
        return values[0]
    return default.strip().strip("'") if default else None


def _filled_in(condition: Any, context: Context) -> Any:
    """Return a condition with its variables filled in."""
    if isinstance(condition, dict):
        return {key: _filled_in(value, context) for key, value in condition.items()}
    if isinstance(condition, list):
        return [_filled_in(one, context) for one in condition]
    if isinstance(condition, str) and "${" in condition:
        return VARIABLE.sub(lambda found: _value(found[1], context) or "", condition)
    return condition


def _names(statement: Mapping[str, Any], principal: Principal, names: Any) -> bool:
    if "NotPrincipal" in statement:
        raise UnknownConditionError("NotPrincipal is not known here")
    named = statement.get("Principal")
    if named is None:
        return False
    pairs = [("AWS", "*")] if named == "*" else [(kind, one) for kind, ones in named.items() for one in _listed(ones)]
    return any(names(kind, one, principal) for kind, one in pairs)


def _names_exactly(kind: str, named: str, principal: Principal) -> bool:
    if kind == "Service":
        return named == principal.service
    return kind == "AWS" and not principal.service and (named == "*" or named in (principal.arn, principal.role))


def _names_account(kind: str, named: str, principal: Principal) -> bool:
    account = principal.account
    return kind == "AWS" and not principal.service and named in (account, f"arn:aws:iam::{account}:root")


def _listed(value: Any) -> Iterator[str]:
    return iter(value if isinstance(value, list) else [value])
