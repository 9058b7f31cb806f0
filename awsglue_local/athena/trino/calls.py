"""Calls of functions: which signature is meant, what its arguments become, how DuckDB computes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from awsglue_local.athena.trino.casts import coerce
from awsglue_local.athena.trino.errors import QueryRefused, not_supported
from awsglue_local.athena.trino.scope import Scope, Value
from awsglue_local.athena.trino.signatures import (
    AMONG_INTEGERS,
    EXACTLY,
    LOOSELY,
    Bound,
    Signature,
    filled,
    fits,
    signature,
)
from awsglue_local.athena.trino.translation import PythonFunction, Translation
from awsglue_local.athena.trino.types import Type, duckdb_type

Translate = Callable[[Translation, exp.Expr, Scope], Value]
"""Translates an expression at a place of a query."""


@dataclass
class Call:
    """A call whose arguments fit a signature.

    Attributes
    ----------
    arguments
        Converted to the types that the signature wants; a lambda as DuckDB writes it.
    result
        The type of the result.
    """

    t: Translation
    node: exp.Expr
    arguments: list[Value]
    result: Type

    @property
    def sql(self) -> list[str]:
        """The arguments' text."""
        return [one.sql for one in self.arguments]

    def refused(self, message: str, code: str = "INVALID_FUNCTION_ARGUMENT") -> QueryRefused:
        """Return the refusal of this call."""
        return QueryRefused(code, message, self.node)

    def fail(self, message: str, code: str = "INVALID_FUNCTION_ARGUMENT", kind: Type | None = None) -> str:
        """Return an expression of the result's type that ends the query."""
        return self.t.fail(code, f"'{message}'", kind or self.result)


Rule = str | Callable[[Call], "str | Value"]
"""How DuckDB computes a call: its text with the arguments as {0}, {1}, ..., or what makes that text."""


@dataclass(frozen=True)
class Function:
    """One signature of a function and its rule.

    Attributes
    ----------
    text
        The signature as it is written, such as `length(varchar) -> bigint`.
    kind
        scalar, aggregate or window.
    page
        The page of Trino's documentation.
    """

    text: str
    rule: Rule
    kind: str
    page: str

    @property
    def signature(self) -> Signature:
        """The signature."""
        return signature(self.text)


@dataclass
class Functions:
    """All functions, by name."""

    by_name: dict[str, list[Function]] = field(default_factory=dict)

    def add(self, page: str, rules: dict[str, Rule], kind: str = "scalar") -> None:
        """Add rules by signature; several signatures of one rule are divided by a bar."""
        for texts, rule in rules.items():
            for text in texts.split(" | "):
                name = text.partition("(")[0]
                self.by_name.setdefault(name, []).append(Function(text, rule, kind, page))

    def named(self, name: str, node: exp.Expr) -> list[Function]:
        """Return the signatures of a function; FUNCTION_NOT_FOUND where there is none."""
        if name not in self.by_name:
            raise QueryRefused("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", node)
        return self.by_name[name]


def in_python(call: Callable[..., Any]) -> Callable[[Call], str]:
    """Return the rule of a function that Python computes; it is given None for a null."""

    def rule(asked: Call) -> str:
        kinds = tuple(duckdb_type(one.type) for one in asked.arguments)
        name = asked.t.python_name(f"trino_{call.__name__}", *kinds, duckdb_type(asked.result))
        return asked.t.python(PythonFunction(name, call, kinds, duckdb_type(asked.result)), *asked.sql)

    return rule


def when_given(call: Callable[..., Any]) -> Callable[[Call], str]:
    """Return the rule of a function that Python computes; it is null where an argument is null."""

    def of_values(*values: Any) -> Any:
        return None if any(one is None for one in values) else call(*values)

    of_values.__name__ = call.__name__
    return in_python(of_values)


def translate_call(
    t: Translation, node: exp.Expr, given: Sequence[exp.Expr], scope: Scope, found: list[Function], translate: Translate
) -> Value:
    """Translate a call.

    Raises
    ------
    QueryRefused
        No signature takes these arguments.
    """
    arguments = [None if isinstance(one, exp.Lambda) else translate(t, one, scope) for one in given]
    for loosely in (EXACTLY, AMONG_INTEGERS, LOOSELY):
        for function in found:
            call = _call(t, node, given, arguments, scope, function.signature, translate, loosely)
            if call is not None:
                made = call_text(function, call)
                return made if isinstance(made, Value) else Value(made, call.result)
    kinds = ", ".join("<function>" if one is None else str(one.type) for one in arguments)
    expected = ", ".join(str(one.signature) for one in found)
    raise QueryRefused(
        "FUNCTION_NOT_FOUND",
        f"Unexpected parameters ({kinds}) for function {found[0].signature.name}. Expected: {expected}",
        node,
    )


def call_text(function: Function, call: Call) -> str | Value:
    """Return how DuckDB computes a call."""
    if not isinstance(function.rule, str):
        return function.rule(call)
    kind = duckdb_type(call.result)
    return function.rule.format(*call.sql, all=", ".join(call.sql), result=kind)


def _call(
    t: Translation,
    node: exp.Expr,
    given: Sequence[exp.Expr],
    arguments: list[Value | None],
    scope: Scope,
    wanted: Signature,
    translate: Translate,
    loosely: int,
) -> Call | None:
    """Return the call where the arguments fit a signature."""
    if not wanted.takes(len(given)):
        return None
    bound: Bound = {}
    patterns = [wanted.parameter(number) for number in range(len(given))]
    for pattern, argument in zip(patterns, arguments, strict=True):
        if (argument is None) != (pattern.name == "function"):
            return None
        if argument is not None and not fits(pattern, argument.type, bound, loosely):
            return None
    made: list[Value] = []
    for pattern, argument, one in zip(patterns, arguments, given, strict=True):
        if argument is None:
            body = _lambda(t, one, scope, pattern, bound, translate)
            if body is None:
                return None
            made.append(body)
    lambdas = iter(made)
    converted = [
        next(lambdas) if argument is None else _fitted(t, argument, filled(pattern, bound), node)
        for pattern, argument in zip(patterns, arguments, strict=True)
    ]
    return Call(t, node, converted, filled(wanted.result, bound))


def _fitted(t: Translation, argument: Value, wanted: Type, node: exp.Expr) -> Value:
    if wanted.name == "varchar" and argument.type.name == "varchar":
        return argument
    if wanted.name in ("array", "map", "row") and not wanted.arguments:
        return argument
    return coerce(t, argument, wanted, node)


def _lambda(
    t: Translation, node: exp.Expr, scope: Scope, pattern: Type, bound: Bound, translate: Translate
) -> Value | None:
    """Translate a lambda; None where it does not take as many arguments or returns another type."""
    *parameters, result = pattern.arguments
    names = [one.name.lower() for one in node.expressions]
    if len(names) != len(parameters):
        return None
    variables = {name: Value(t.new_name("v"), filled(one, bound)) for name, one in zip(names, parameters, strict=True)}
    body = translate(t, node.this, scope.within(variables))
    if not fits(result, body.type, bound, LOOSELY):
        return None
    if node.find(exp.Query):
        raise not_supported("a subquery in a lambda", node)
    wanted = filled(result, bound)
    inner = coerce(t, body, wanted, node).sql
    return Value(f"lambda {', '.join(one.sql for one in variables.values())}: {inner}", wanted)
