"""Aggregate and window functions: DISTINCT, ORDER BY, FILTER and OVER around a call.

https://trino.io/docs/current/functions/aggregate.html, window.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from awsglue_local.athena.trino.calls import translate_call
from awsglue_local.athena.trino.errors import QueryRefused, mismatch, not_supported
from awsglue_local.athena.trino.functions import AGGREGATES, WINDOWS
from awsglue_local.athena.trino.operators import comparison_key
from awsglue_local.athena.trino.scope import Scope, Value
from awsglue_local.athena.trino.translation import Translation
from awsglue_local.athena.trino.types import BIGINT, BOOLEAN, DAYS, MONTHS, UNKNOWN

NAMES = {*AGGREGATES.by_name, *WINDOWS.by_name}
NOT_AGGREGATED = {
    "WHERE": "WHERE clause",
    "GROUP BY": "GROUP BY clause",
    "ON": "JOIN clause",
}


@dataclass
class Around:
    """What stands around the arguments of a call.

    Attributes
    ----------
    over
        The text of OVER (...); empty for an aggregate of a group.
    """

    call: exp.Expr
    arguments: list[exp.Expr] = field(default_factory=list)
    distinct: str = ""
    order: str = ""
    filter: str = ""
    nulls: str = ""
    over: str = ""

    def written(self, text: str) -> str:
        """Return a rule's text, in which `sum[x]` marks the aggregate, with what stands around it."""
        first = f"({self.distinct}"
        last = f"{self.nulls}{self.order}){self.filter}{self.over}"
        return text.replace("«", first).replace("»", last)


def translate_aggregate(t: Translation, node: exp.Expr, outer: exp.Expr, scope: Scope) -> Value:
    """Translate a call of an aggregate or window function with what stands around it.

    Raises
    ------
    QueryRefused
        Athena refuses it.
    """
    around = _around(t, outer, scope)
    call = around.call
    name = "listagg" if isinstance(call, exp.GroupConcat) else call.name.lower()
    is_window = name in WINDOWS.by_name
    if is_window and not around.over:
        raise QueryRefused("MISSING_OVER", f"Window function {name} requires an OVER clause", node)
    if name not in NAMES:
        if around.over or around.filter or around.distinct:
            code, kind = (
                ("FUNCTION_NOT_WINDOW", "a window") if around.over else ("FUNCTION_NOT_AGGREGATE", "an aggregate")
            )
            raise QueryRefused(code, f"Function '{name}' is not {kind} function", node)
        return t.value(t, call, scope)
    _refuse_in_window(around, node)
    for one in around.arguments:
        _refuse_nested(one, node, bool(around.over))
    if name in ("lag", "lead"):
        _require_order(outer, name)
    if name == "count" and (not around.arguments or isinstance(around.arguments[0], exp.Star)):
        return _noted(t, Value(around.written("count«»"), BIGINT))
    found = WINDOWS.named(name, node) if is_window else AGGREGATES.named(name, node)
    made = translate_call(t, call, around.arguments, scope, found, t.value)
    return _noted(t, Value(around.written(made.sql), made.type))


def _refuse_in_window(around: Around, node: exp.Expr) -> None:
    """Refuse what Trino has for groups alone."""
    if not around.over:
        return
    for there, words in (
        (around.filter, "FILTER is not yet supported for window functions"),
        (around.distinct, "DISTINCT in window function parameters not yet supported"),
        (around.order, "Window function with ORDER BY is not supported"),
    ):
        if there:
            raise QueryRefused("NOT_SUPPORTED", words, node)


def _noted(t: Translation, value: Value) -> Value:
    t.aggregates.append(value.sql)
    return value


def _refuse_nested(argument: exp.Expr, node: exp.Expr, is_window: bool) -> None:
    """Refuse an aggregate of an aggregate, and a window function inside of either."""
    for one in argument.walk(prune=lambda part: isinstance(part, exp.Query)):
        if isinstance(one, exp.Window):
            raise QueryRefused("NESTED_WINDOW", f"Cannot nest window functions: [{one.sql('trino').lower()}]", one)
        is_aggregate = isinstance(one, exp.Anonymous) and one.name.lower() in AGGREGATES.by_name
        if is_aggregate and not is_window and not isinstance(one.parent, exp.Window):
            words = f"Cannot nest aggregations inside aggregation '{node.name.lower()}': [{one.sql('trino').lower()}]"
            raise QueryRefused("NESTED_AGGREGATION", words, one)


def _require_order(outer: exp.Expr, name: str) -> None:
    """Refuse lag and lead without an order, and with a frame."""
    window = outer if isinstance(outer, exp.Window) else None
    if window is None or window.args.get("alias") is not None:
        return
    if window.args.get("order") is None:
        raise QueryRefused("MISSING_ORDER_BY", f"{name.upper()} function requires an ORDER BY window clause", outer)
    if window.args.get("spec") is not None:
        raise QueryRefused("INVALID_WINDOW_FRAME", f"Cannot specify window frame for {name.upper()} function", outer)


def _around(t: Translation, node: exp.Expr, scope: Scope) -> Around:
    if isinstance(node, exp.Window):
        made = _around(t, node.this, scope)
        made.over = f" OVER {_window(t, node, scope)}"
        return made
    if isinstance(node, exp.Filter):
        made = _around(t, node.this, scope)
        test = t.value(t, node.expression.this, scope)
        if test.type not in (BOOLEAN, UNKNOWN):
            raise mismatch(f"Filter expression must evaluate to a boolean (actual: {test.type})", node)
        made.filter = f" FILTER (WHERE {test.sql})"
        return made
    if isinstance(node, exp.IgnoreNulls | exp.RespectNulls):
        made = _around(t, node.this, scope)
        made.nulls = " IGNORE NULLS" if isinstance(node, exp.IgnoreNulls) else ""
        return made
    if isinstance(node, exp.WithinGroup):
        raise not_supported("WITHIN GROUP here", node)
    return _of_call(t, node, scope)


def _of_call(t: Translation, node: exp.Expr, scope: Scope) -> Around:
    if isinstance(node, exp.GroupConcat):
        given = [node.this] + ([node.args["separator"]] if node.args.get("separator") is not None else [])
    else:
        given = list(node.expressions)
    around = Around(node)
    for part in given:
        if isinstance(part, exp.Order):
            around.order = f" ORDER BY {order_text(t, part, scope)}"
            part = part.this
        if isinstance(part, exp.Distinct):
            around.distinct = "DISTINCT "
            around.arguments += part.expressions
        elif part is not None:
            around.arguments.append(part)
    return around


def order_text(t: Translation, order: exp.Order, scope: Scope) -> str:
    """Return the text of ORDER BY's items; nulls come last unless they are said to come first."""
    return ", ".join(ordered_text(one, order_key(t.value(t, one.this, scope), one)) for one in order.expressions)


def order_key(value: Value, node: exp.Expr) -> str:
    """Return what rows are ordered by."""
    if value.type.name in ("map", "json"):
        raise mismatch(f"Type {value.type} is not orderable, and therefore cannot be used in ORDER BY", node)
    key = comparison_key(value)
    return f"CAST({key} AS BIGINT)" if key.isdigit() else key


def ordered_text(node: exp.Expr, key: str) -> str:
    """Return an item of ORDER BY with its direction."""
    direction = " DESC" if node.args.get("desc") else ""
    return f"{key}{direction} NULLS {'FIRST' if node.args.get('nulls_first') else 'LAST'}"


def _window(t: Translation, node: exp.Window, scope: Scope) -> str:
    name = node.args.get("alias")
    inside = window_text(t, node, scope)
    if name is None:
        return f"({inside})"
    return f"({name.sql('duckdb')} {inside})" if inside else str(name.sql("duckdb"))


def window_text(t: Translation, node: exp.Expr, scope: Scope) -> str:
    """Return what stands inside of OVER (...)."""
    parts = []
    if node.args.get("partition_by"):
        keys = [comparison_key(t.value(t, one, scope)) for one in node.args["partition_by"]]
        parts.append(f"PARTITION BY {', '.join(keys)}")
    order = node.args.get("order")
    if order is not None:
        parts.append(f"ORDER BY {order_text(t, order, scope)}")
    if node.args.get("spec") is not None:
        parts.append(_frame(t, node.args["spec"], scope))
    return " ".join(parts)


def _frame(t: Translation, spec: exp.Expr, scope: Scope) -> str:
    given = spec.args
    start = _bound(t, given.get("start"), given.get("start_side"), scope)
    if not given.get("end"):
        return f"{given['kind']} {start}"
    return f"{given['kind']} BETWEEN {start} AND {_bound(t, given['end'], given.get('end_side'), scope)}"


def _bound(t: Translation, place: exp.Expr | str | None, side: str | None, scope: Scope) -> str:
    if not isinstance(place, exp.Expr):
        return f"{place or ''} {side or ''}".strip()
    value = t.value(t, place, scope)
    if not (value.type.is_number or value.type.name in (DAYS, MONTHS)):
        raise mismatch(f"Window frame offset value type must be numeric or an interval (actual {value.type})", place)
    text = {DAYS: f"to_milliseconds({value.sql})", MONTHS: f"to_months(CAST({value.sql} AS INTEGER))"}
    return f"{text.get(value.type.name, value.sql)} {side or ''}".strip()


def has_aggregate(node: exp.Expr) -> exp.Expr | None:
    """Return an aggregate or window function of an expression, not of its subqueries; None where there is none."""
    for one in node.walk(prune=lambda part: isinstance(part, exp.Query)):
        if isinstance(one, exp.Window | exp.GroupConcat):
            return one
        if isinstance(one, exp.Anonymous) and one.name.lower() in {*AGGREGATES.by_name, "grouping"}:
            return one
    return None


def refuse_aggregates(node: exp.Expr, place: str) -> None:
    """Refuse aggregates where there is no group, as in WHERE."""
    found = has_aggregate(node)
    if found is not None:
        text = found.sql("trino").lower()
        words = f"{place} cannot contain aggregations, window functions or grouping operations: [{text}]"
        raise QueryRefused("EXPRESSION_NOT_SCALAR", words, found)
