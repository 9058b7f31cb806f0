"""Expressions of a query, each in DuckDB's SQL with its type in Trino."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from awsglue_local.athena.trino import aggregation
from awsglue_local.athena.trino import python_values as python
from awsglue_local.athena.trino.calls import translate_call
from awsglue_local.athena.trino.casts import cast, coerce, to_json, together
from awsglue_local.athena.trino.errors import QueryRefused, mismatch, not_supported
from awsglue_local.athena.trino.functions import FUNCTIONS
from awsglue_local.athena.trino.functions.datetimes import at_zone
from awsglue_local.athena.trino.operators import (
    ARITHMETIC,
    COMPARISONS,
    MILLISECONDS_OF_A_DAY,
    calculated,
    comparable,
    compared,
    comparison_key,
    joined,
    negated,
    refused,
    subscript,
)
from awsglue_local.athena.trino.scope import Scope, Value, field_of
from awsglue_local.athena.trino.translation import PythonFunction, Translation, quoted
from awsglue_local.athena.trino.type_names import type_of
from awsglue_local.athena.trino.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    INTEGERS,
    INTERVAL_DAYS,
    INTERVAL_MONTHS,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    Type,
    array_of,
    decimal,
    duckdb_type,
    field_names,
    row_of,
    varchar,
)

NOT_IN_TRINO = (
    exp.ILike,
    exp.RegexpLike,
    exp.RegexpILike,
    exp.SimilarTo,
    exp.Glob,
    exp.BitwiseXor,
    exp.BitwiseAnd,
    exp.BitwiseOr,
    exp.BitwiseNot,
    exp.BitwiseLeftShift,
    exp.BitwiseRightShift,
    exp.Concat,
    exp.Pow,
    exp.IntDiv,
    exp.Struct,
)
"""What the parser takes and Trino does not have."""
INTERVALS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": MILLISECONDS_OF_A_DAY}
"""Milliseconds of the units of an interval day to second."""


def translate_value(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    """Translate an expression.

    Raises
    ------
    QueryRefused
        As Athena refuses it, or because this cannot be translated.
    """
    rule = RULES.get(type(node))
    if isinstance(node, NOT_IN_TRINO):
        raise QueryRefused("SYNTAX_ERROR", f"mismatched input near '{node.sql('trino')[:60]}'", node)
    if rule is None:
        raise not_supported(node.sql("trino")[:60], node)
    return rule(t, node, scope)


# literals


def _number(_t: Translation, node: exp.Expr, _scope: Scope) -> Value:
    text = node.name
    if node.is_string:
        return Value(quoted(text), varchar(len(text)))
    if "e" in text.lower():
        return Value(f"CAST({text} AS DOUBLE)", DOUBLE)
    if "." in text:
        return decimal_literal(text)
    whole = int(text)
    if whole >= 2**63:
        raise QueryRefused("INVALID_LITERAL", f"Invalid numeric literal: {text}", node)
    return Value(str(whole), INTEGER if whole < 2**31 else BIGINT)


def decimal_literal(text: str) -> Value:
    """Return a decimal with as many digits as it is written with."""
    whole, _, rest = text.lstrip("+-").partition(".")
    kind = decimal(max(len(whole.lstrip("0")) + len(rest), 1), len(rest))
    return Value(f"CAST({quoted(text)} AS {duckdb_type(kind)})", kind)


def _null(_t: Translation, _node: exp.Expr, _scope: Scope) -> Value:
    return Value("NULL", UNKNOWN)


def _boolean(_t: Translation, node: exp.Expr, _scope: Scope) -> Value:
    return Value(str(node.this).lower(), BOOLEAN)


def _bytes(_t: Translation, node: exp.Expr, _scope: Scope) -> Value:
    if node.args.get("is_integer"):
        raise not_supported("a hexadecimal number", node)
    digits = re.sub(r"\s", "", node.name)
    if len(digits) % 2 or not re.fullmatch(r"[0-9A-Fa-f]*", digits):
        raise QueryRefused("SYNTAX_ERROR", "Binary literal must contain an even number of digits", node)
    return Value(f"from_hex({quoted(digits)})", VARBINARY)


def _unicode(_t: Translation, node: exp.Expr, _scope: Scope) -> Value:
    text = re.sub(r"\\\+([0-9A-Fa-f]{6})|\\([0-9A-Fa-f]{4})|\\\\", _character, node.name)
    return Value(quoted(text), varchar(len(text)))


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else "\\"


def _interval(_t: Translation, node: exp.Expr, _scope: Scope) -> Value:
    unit = node.args.get("unit")
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        raise QueryRefused("SYNTAX_ERROR", f"mismatched input '{node.this.name}'. Expecting: '+', '-', <string>", node)
    text = node.this.name if node.this is not None else ""
    name = unit.sql().lower() if unit is not None else ""
    sign = -1 if text.startswith("-") or (node.this is not None and isinstance(node.this, exp.Neg)) else 1
    parts = [one.strip() for one in name.split(" to ")]
    found = _interval_months(text, parts) if parts[0] in ("year", "month") else _interval_days(text, parts)
    if found is None:
        raise QueryRefused("INVALID_LITERAL", f"Invalid INTERVAL literal: {node.sql('trino')}", node)
    return Value(str(sign * found), INTERVAL_MONTHS if parts[0] in ("year", "month") else INTERVAL_DAYS)


def _interval_months(text: str, units: list[str]) -> int | None:
    found = re.fullmatch(r"[+-]?(\d+)(?:-(\d+))?", text)
    if not found or (found[2] and units != ["year", "month"]):
        return None
    return int(found[1]) * (12 if units[0] == "year" else 1) + int(found[2] or 0)


def _interval_days(text: str, units: list[str]) -> int | None:
    names = list(INTERVALS)
    if any(one not in names for one in units):
        return None
    if len(units) == 1:
        found = re.fullmatch(r"[+-]?(\d+)(\.\d+)?", text)
        if not found or (found[2] and units != ["second"]):
            return None
        return int(float(found[1] + (found[2] or "")) * INTERVALS[units[0]] + 0.5)
    span = names[names.index(units[1]) : names.index(units[0]) + 1][::-1]
    numbers = re.split(r"[ :]", text.lstrip("+-"))
    if len(numbers) != len(span):
        return None
    return sum(int(float(number) * INTERVALS[unit] + 0.5) for number, unit in zip(numbers, span, strict=True))


# names


def _column(_t: Translation, node: exp.Column, scope: Scope) -> Value:
    if isinstance(node.this, exp.Star):
        raise QueryRefused("SYNTAX_ERROR", "mismatched input '*'", node)
    value, rest = scope.find([one for one in node.parts if isinstance(one, exp.Identifier)], node)
    for name in rest:
        value = field_of(value, name, node)
    return value


def _variable(_t: Translation, node: exp.Expr, scope: Scope) -> Value:
    return scope.find([node], node)[0]  # type: ignore[list-item]


def _dot(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    names = _dotted(node)
    if names is not None:
        value, rest = scope.find(names, node)
        for name in rest:
            value = field_of(value, name, node)
        return value
    if isinstance(node.expression, exp.Identifier):
        return field_of(t.value(t, node.this, scope), node.expression.name, node)
    raise QueryRefused("FUNCTION_NOT_FOUND", f"Function '{node.sql('trino').lower()}' not registered", node)


def _dotted(node: exp.Expr) -> list[exp.Identifier] | None:
    """Return the names of `a.b.c.d.e`, of which the parser makes a column and fields."""
    if isinstance(node, exp.Column):
        return [one for one in node.parts if isinstance(one, exp.Identifier)]
    if isinstance(node, exp.Identifier):
        return [node]
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        left = _dotted(node.this)
        return [*left, node.expression] if left is not None else None
    return None


# operators


def _paren(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    return t.value(t, node.this, scope)


def _compare(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    symbol = COMPARISONS[type(node)]
    if isinstance(node.expression, exp.Any | exp.All):
        return _quantified(t, node, scope, symbol, node.expression.this)
    if isinstance(node.expression, exp.Anonymous) and node.expression.name.lower() == "all":
        return _quantified(t, node, scope, symbol, node.expression.expressions[0])
    return compared(t, t.value(t, node.this, scope), symbol, t.value(t, node.expression, scope), node)


def _quantified(t: Translation, node: exp.Expr, scope: Scope, symbol: str, query: exp.Expr) -> Value:
    left = t.value(t, node.this, scope)
    word = "ANY" if isinstance(node.expression, exp.Any) else "ALL"
    value, rows = _one_column(t, query, scope, left, symbol, node)
    return Value(f"({value} {symbol} {word} ({rows}))", BOOLEAN)


def _one_column(
    t: Translation, query: exp.Expr, scope: Scope, left: Value, symbol: str, node: exp.Expr
) -> tuple[str, str]:
    """Return a value and the text of a subquery of one column, both of one type."""
    rows = t.query(t, query, scope)
    if len(rows.columns) != 1:
        raise mismatch(f"Multiple columns returned by subquery are not yet supported. Found {len(rows.columns)}", node)
    alias = t.new_name("s")
    column = rows.fields(alias)[0].value
    one, other = comparable(t, left, symbol, column, node)
    return comparison_key(one), f"SELECT {comparison_key(other)} FROM ({rows.sql}) AS {alias}"


def _calculate(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    values = (t.value(t, one, scope) for one in (node.this, node.expression))
    return calculated(t, next(values), ARITHMETIC[type(node)], next(values), node)


def _negate(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    # a literal has its sign: the smallest of a type is one of it
    least = {str(2**31): INTEGER, str(2**63): BIGINT}
    if isinstance(node.this, exp.Literal) and node.this.name in least:
        kind = least[node.this.name]
        return Value(f"CAST('-{node.this.name}' AS {duckdb_type(kind)})", kind)
    return negated(t.value(t, node.this, scope), node)


def _joined(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    return joined(t, t.value(t, node.this, scope), t.value(t, node.expression, scope), node)


def _logic(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    word = "AND" if isinstance(node, exp.And) else "OR"
    parts = [_condition(t, one, scope, node) for one in node.flatten()]
    if not any(t.may_fail(part) for part in parts[1:]):
        return Value(f"({f' {word} '.join(parts)})", BOOLEAN)
    # what comes first decides alone where it can; DuckDB would compute what comes after it too
    sql = parts[-1]
    for part in reversed(parts[:-1]):
        decided = f"NOT {part} THEN false" if word == "AND" else f"{part} THEN true"
        sql = f"CASE WHEN {decided} ELSE ({part} {word} {sql}) END"
    return Value(f"({sql})", BOOLEAN)


def _condition(t: Translation, node: exp.Expr, scope: Scope, whole: exp.Expr) -> str:
    value = t.value(t, node, scope)
    if value.type not in (BOOLEAN, UNKNOWN):
        raise mismatch(f"Logical expression term must evaluate to a boolean: actual type {value.type}", whole)
    return value.sql


def condition(t: Translation, node: exp.Expr, scope: Scope, place: str) -> str:
    """Return the text of a condition, such as that of WHERE."""
    value = t.value(t, node, scope)
    if value.type not in (BOOLEAN, UNKNOWN):
        raise mismatch(f"{place} must evaluate to a boolean: actual type {value.type}", node)
    return value.sql


def _not(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    value = t.value(t, node.this, scope)
    if value.type not in (BOOLEAN, UNKNOWN):
        raise mismatch(f"Value of logical NOT expression must evaluate to a boolean (actual: {value.type})", node)
    return Value(f"(NOT {value.sql})", BOOLEAN)


def _is(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if isinstance(node.expression, exp.Null):
        return Value(f"({t.value(t, node.this, scope).sql} IS NULL)", BOOLEAN)
    raise QueryRefused(
        "SYNTAX_ERROR", f"mismatched input '{node.expression.sql()}'. Expecting: 'DISTINCT', 'NULL'", node
    )


def _is_not(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    inner = node.this
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return Value(f"({t.value(t, inner.this, scope).sql} IS NOT NULL)", BOOLEAN)
    return _not(t, node, scope)


def _distinct_from(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    word = "IS DISTINCT FROM" if isinstance(node, exp.NullSafeNEQ) else "IS NOT DISTINCT FROM"
    left, right = (t.value(t, one, scope) for one in (node.this, node.expression))
    one, other = comparable(t, left, "IS DISTINCT FROM", right, node)
    return Value(f"({comparison_key(one)} {word} {comparison_key(other)})", BOOLEAN)


def _between(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if node.args.get("symmetric"):
        raise QueryRefused("SYNTAX_ERROR", "mismatched input 'SYMMETRIC'", node)
    value, low, high = (t.value(t, one, scope) for one in (node.this, node.args["low"], node.args["high"]))
    parts = [compared(t, value, ">=", low, node), compared(t, value, "<=", high, node)]
    return Value(f"({parts[0].sql} AND {parts[1].sql})", BOOLEAN)


def _in(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    value = t.value(t, node.this, scope)
    query = node.args.get("query")
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Values):
        query = node.expressions[0]
    if query is not None:
        one, rows = _one_column(t, query, scope, value, "=", node)
        return Value(f"({one} IN ({rows}))", BOOLEAN)
    if node.args.get("unnest") is not None or not node.expressions:
        raise QueryRefused("SYNTAX_ERROR", "mismatched input in IN", node)
    listed = [t.value(t, one, scope) for one in node.expressions]
    for item in listed:
        comparable(t, value, "IN", item, node)
    parts = together(t, [value, *listed], lambda a, b: refused(a, "IN", b, node))
    if parts[0].type.name in ("double", "real", "map", "row", "array"):
        return Value(f"({' OR '.join(compared(t, parts[0], '=', one, node).sql for one in parts[1:])})", BOOLEAN)
    keys = [comparison_key(one) for one in parts]
    return Value(f"({keys[0]} IN ({', '.join(keys[1:])}))", BOOLEAN)


def _like(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    escape: Value | None = None
    if isinstance(node, exp.Escape):
        escape, node = t.value(t, node.expression, scope), node.this
        if not isinstance(node, exp.Like):
            raise not_supported("ESCAPE without LIKE", node)
    text, pattern = (t.value(t, one, scope) for one in (node.this, node.expression))
    if isinstance(node.expression, exp.Any | exp.All):
        raise QueryRefused("SYNTAX_ERROR", "mismatched input after LIKE", node)
    for one in (text, pattern, *([escape] if escape else [])):
        if not (one.type.is_text or one.type == UNKNOWN):
            raise mismatch(f"Left side of LIKE expression must evaluate to a varchar (actual: {one.type})", node)
    word = "NOT LIKE" if node.args.get("negate") else "LIKE"
    after = f" ESCAPE {escape.sql}" if escape else ""
    # without ESCAPE nothing is escaped; DuckDB would take a backslash for one
    after = after or (
        f" ESCAPE {quoted(chr(0x1F))}" if "\\" in pattern.sql or not isinstance(node.expression, exp.Literal) else ""
    )
    return Value(f"({text.sql} {word} {pattern.sql}{after})", BOOLEAN)


def _subscript(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        raise QueryRefused("SYNTAX_ERROR", "mismatched input in a subscript", node)
    return subscript(t, t.value(t, node.this, scope), t.value(t, node.expressions[0], scope), node)


def _at_zone(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    value, zone = t.value(t, node.this, scope), t.value(t, node.args["zone"], scope)
    return at_zone(t, value, zone, node)


# conditions


def _case(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    operand = t.value(t, node.this, scope) if node.this is not None else None
    conditions = [_when(t, one.this, scope, operand, node) for one in node.args["ifs"]]
    otherwise = node.args.get("default")
    results = [t.value(t, one.args["true"], scope) for one in node.args["ifs"]]
    results.append(t.value(t, otherwise, scope) if otherwise is not None else Value("NULL", UNKNOWN))
    words = "All CASE results must be the same type or coercible to a common type. Cannot find common type between"
    made = together(t, results, lambda a, b: mismatch(f"{words} {a} and {b}", node))
    parts = [f"WHEN {one} THEN {value.sql}" for one, value in zip(conditions, made, strict=False)]
    return Value(f"CASE {' '.join(parts)} ELSE {made[-1].sql} END", made[0].type)


def _when(t: Translation, node: exp.Expr, scope: Scope, operand: Value | None, whole: exp.Expr) -> str:
    if operand is None:
        return condition(t, node, scope, "CASE WHEN clause")
    return compared(t, operand, "=", t.value(t, node, scope), whole).sql


def _if(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    otherwise = node.args.get("false")
    results = [t.value(t, node.args["true"], scope)]
    results.append(t.value(t, otherwise, scope) if otherwise is not None else Value("NULL", UNKNOWN))
    words = "Result types for IF must be the same"
    made = together(t, results, lambda a, b: mismatch(f"{words}: {a} vs {b}", node))
    test = condition(t, node.this, scope, "IF condition")
    return Value(f"CASE WHEN {test} THEN {made[0].sql} ELSE {made[1].sql} END", made[0].type)


# casts


def _cast(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    wanted = type_of(node.args["to"])
    if node.meta.get("literal"):
        return _typed_literal(t, node, wanted, scope)

    def made() -> Value:
        return cast(t, t.value(t, node.this, scope), wanted, node)

    return t.tried(made) if isinstance(node, exp.TryCast) else made()


def _typed_literal(t: Translation, node: exp.Expr, wanted: Type, scope: Scope) -> Value:
    text = node.this.name
    if wanted.name == "decimal":
        return decimal_literal(text)
    if wanted.name == "json":
        return _named_call(t, node, "json_parse", [node.this], scope)
    if not _is_literal(text, wanted):
        raise QueryRefused("INVALID_LITERAL", f"'{text}' is not a valid {wanted} literal", node)
    if wanted.name.startswith("timestamp"):
        found = re.fullmatch(python.MOMENT, text)
        if found is None:
            raise QueryRefused("INVALID_LITERAL", f"'{text}' is not a valid TIMESTAMP literal", node)
        digits = len(found[7] or "")
        if (found[7] or "")[6:].strip("0"):
            raise not_supported("a timestamp with more than six digits of a second", node)
        name = "timestamp with time zone" if found[8] else "timestamp"
        wanted = Type(name, (min(digits, 6),))
    return cast(t, Value(quoted(text), varchar(len(text))), wanted, node)


def _is_literal(text: str, kind: Type) -> bool:
    """Say whether a typed literal, such as `date '2020-02-30'`, has a value."""
    try:
        if kind == DATE:
            date(*(int(one) for one in text.strip().split("-")))
        elif kind.name in INTEGERS:
            int(text)
        elif kind.name in ("double", "real"):
            float(text)
        elif kind.name.startswith("timestamp"):
            found = re.fullmatch(python.MOMENT, text)
            if found is None:
                return False
            datetime(*(int(one or 0) for one in found.groups()[:6]))  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return False
    return True


# values of several parts


def _array(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if node.args.get("bracket_notation"):
        raise QueryRefused("SYNTAX_ERROR", "mismatched input '['. Expecting: <expression>", node)
    values = [t.value(t, one, scope) for one in node.expressions]
    words = "All ARRAY elements must be the same type or coercible to a common type. Cannot find common type between"
    made = together(t, values, lambda a, b: mismatch(f"{words} {a} and {b}", node))
    kind = made[0].type if made else UNKNOWN
    text = f"[{', '.join(one.sql for one in made)}]"
    return Value(text if kind != UNKNOWN else f"CAST({text} AS VARCHAR[])", array_of(kind))


def row(values: list[tuple[str, Value]]) -> Value:
    """Return a row of named and nameless values."""
    kind = row_of([(name, value.type) for name, value in values])
    parts = [f"{name} := {value.sql}" for name, (_, value) in zip(field_names(kind), values, strict=True)]
    return Value(f"struct_pack({', '.join(parts)})", kind)


def _tuple(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    return row([("", t.value(t, one, scope)) for one in node.expressions])


# subqueries


def _subquery(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    rows = t.query(t, node, scope)
    if len(rows.columns) == 1:
        return Value(f"({rows.sql})", rows.columns[0][2])
    alias = t.new_name("s")
    made = row([(field.name, field.value) for field in rows.fields(alias)])
    return Value(f"(SELECT {made.sql} FROM ({rows.sql}) AS {alias})", made.type)


def _exists(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    return Value(f"EXISTS ({t.query(t, node.this, scope).sql})", BOOLEAN)


# functions


def _call(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    return _named_call(t, node, node.name.lower(), node.expressions, scope)


def _named_call(t: Translation, node: exp.Expr, name: str, given: list[exp.Expr], scope: Scope) -> Value:
    if name in SPECIAL:
        return SPECIAL[name](t, node, given, scope)
    if name in aggregation.NAMES:
        return aggregation.translate_aggregate(t, node, node, scope)
    if name in ("left", "right"):
        raise QueryRefused("SYNTAX_ERROR", f"mismatched input '{name}'", node)
    found = FUNCTIONS.named(name, node)
    if any(isinstance(one, exp.Distinct | exp.Order) for one in given):
        raise QueryRefused(
            "FUNCTION_NOT_AGGREGATE", f"DISTINCT is not supported for non-aggregation function '{name}'", node
        )
    return translate_call(t, node, given, scope, found, t.value)


def _as_call(name: str, *members: str) -> Callable[[Translation, exp.Expr, Scope], Value]:
    """Return the rule of syntax that means a function."""

    def rule(t: Translation, node: exp.Expr, scope: Scope) -> Value:
        given = [node.args[one] for one in members if node.args.get(one) is not None]
        return _named_call(t, node, name, given, scope)

    return rule


def _extract(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    unit = node.this.name.lower()
    name = {"dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week"}.get(unit, unit)
    if name not in EXTRACTED:
        raise QueryRefused("SYNTAX_ERROR", f"Invalid EXTRACT field: {unit}", node)
    return _named_call(t, node, name, [node.expression], scope)


EXTRACTED = (
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "year_of_week",
    "hour",
    "minute",
    "second",
    "timezone_hour",
    "timezone_minute",
)


def _trim(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    members = [node.this, node.expression] if node.expression is not None else [node.this]
    return _named_call(t, node, name, members, scope)


def _coalesce(t: Translation, node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    if len(given) < 2:
        raise QueryRefused("INVALID_ARGUMENTS", "The 'coalesce' function must have at least two arguments", node)
    values = [t.value(t, one, scope) for one in given]
    words = "All COALESCE operands must be the same type or coercible to a common type. Cannot find common type between"
    made = together(t, values, lambda a, b: mismatch(f"{words} {a} and {b}", node))
    return Value(f"coalesce({', '.join(one.sql for one in made)})", made[0].type)


def _nullif(t: Translation, node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    if len(given) != 2:
        raise QueryRefused("INVALID_ARGUMENTS", "Invalid number of arguments for 'nullif' function", node)
    one, other = (t.value(t, part, scope) for part in given)
    test = compared(t, one, "=", other, node)
    return Value(f"CASE WHEN {test.sql} THEN NULL ELSE {one.sql} END", one.type)


def _try(t: Translation, node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    if len(given) != 1:
        raise QueryRefused("INVALID_ARGUMENTS", "The 'try' function must have exactly one argument", node)
    return t.tried(lambda: t.value(t, given[0], scope))


def _row(t: Translation, _node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    return row([("", t.value(t, one, scope)) for one in given])


def _typeof(t: Translation, node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    if len(given) != 1:
        raise QueryRefused("FUNCTION_NOT_FOUND", "Unexpected parameters for function typeof. Expected: typeof(T)", node)
    value = t.value(t, given[0], scope)
    # the value stays in the text: an aggregate makes one row of many
    return Value(f"CASE WHEN true OR ({value.sql}) IS NULL THEN {quoted(str(value.type))} END", VARCHAR)


def _format(t: Translation, _node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    pattern, *values = [t.value(t, one, scope) for one in given]
    kinds = tuple(one.type for one in values)
    name = t.python_name("trino_format", row_of([("", one) for one in kinds]))
    function = PythonFunction(
        name, python.formatter(kinds), ("VARCHAR", *(duckdb_type(one) for one in kinds)), "VARCHAR"
    )
    return Value(t.python(function, pattern.sql, *(one.sql for one in values)), VARCHAR)


def _json_exists(t: Translation, node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    return _named_call(t, node, "$json_exists", given, scope)


def _json_value(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if node.args.get("on_condition"):
        raise not_supported("ON EMPTY and ON ERROR of json_value", node)
    wanted = type_of(node.args["returning"]) if node.args.get("returning") else VARCHAR

    def found() -> Value:
        return _named_call(t, node, "$json_value", [node.this, node.args["path"]], scope)

    return found() if wanted == VARCHAR else t.tried(lambda: cast(t, found(), wanted, node))


def _json_query(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if not node.args.get("json_query"):
        raise not_supported("this way to take a part of JSON", node)
    option = node.args.get("option")
    words = option.name.upper() if option else ""
    if node.args.get("quote") or node.args.get("on_condition"):
        raise not_supported("QUOTES, ON EMPTY and ON ERROR of json_query", node)
    if words not in ("", "WITHOUT ARRAY WRAPPER", "WITHOUT WRAPPER", *WRAPPERS):
        raise not_supported(words, node)
    wrapper = exp.Literal.string(WRAPPERS.get(words, "without"))
    return _named_call(t, node, "$json_query", [node.this, node.expression, wrapper], scope)


WRAPPERS = {
    "WITH WRAPPER": "with",
    "WITH ARRAY WRAPPER": "with",
    "WITH UNCONDITIONAL WRAPPER": "with",
    "WITH UNCONDITIONAL ARRAY WRAPPER": "with",
    "WITH CONDITIONAL WRAPPER": "conditional",
    "WITH CONDITIONAL ARRAY WRAPPER": "conditional",
}


def _json_member(t: Translation, node: exp.Expr, scope: Scope) -> str:
    """Return a value as the text of JSON; what another JSON function made is JSON already."""
    inner = node.this if isinstance(node, exp.FormatJson) else node
    value = t.value(t, inner, scope)
    is_json = isinstance(node, exp.FormatJson | exp.JSONObject | exp.JSONExtract)
    is_json = is_json or (isinstance(node, exp.Anonymous) and node.name.lower() == "json_array")
    if is_json:
        return _named_call(t, node, "$json_text", [inner], scope).sql
    return f"CASE WHEN {value.sql} IS NOT NULL THEN {to_json(t, value, node)} END"


def _json_array(t: Translation, _node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    parts = [_json_member(t, one, scope) for one in given]
    listed = f"list_filter(CAST([{', '.join(parts)}] AS VARCHAR[]), lambda part: part IS NOT NULL)"
    return Value(f"'[' || array_to_string({listed}, ',') || ']'", VARCHAR)


def _json_object(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    if node.args.get("unique_keys") or node.args.get("encoding"):
        raise not_supported("this option of json_object", node)
    is_absent = "ABSENT" in str(node.args.get("null_handling") or "").upper()
    parts = []
    for one in node.expressions:
        key, value = coerce(t, t.value(t, one.this, scope), VARCHAR, node), _json_member(t, one.expression, scope)
        name = to_json(t, Value(key.sql, VARCHAR), node)
        whole = f"{name} || ':' || " + (value if is_absent else f"coalesce({value}, 'null')")
        parts.append(whole)
    listed = f"list_filter(CAST([{', '.join(parts)}] AS VARCHAR[]), lambda part: part IS NOT NULL)"
    return Value(f"'{{' || array_to_string({listed}, ',') || '}}'", VARCHAR)


def _grouping(t: Translation, _node: exp.Expr, given: list[exp.Expr], scope: Scope) -> Value:
    return Value(f"grouping({', '.join(t.value(t, one, scope).sql for one in given)})", BIGINT)


def _normalize(t: Translation, node: exp.Expr, scope: Scope) -> Value:
    form = node.args.get("form")
    name = form.name.upper() if form else "NFC"
    return _named_call(t, node, "normalize", [node.this, exp.Literal.string(name)], scope)


def _now(kind: Type) -> Callable[..., Value]:
    def rule(t: Translation, node: exp.Expr, *_rest: Any) -> Value:
        digits = int(node.expressions[0].name) if node.expressions else 3
        moment = Value(
            f"TIMESTAMP {quoted(python.timestamp_text(t.now, min(digits, 6)))}", Type("timestamp", (digits,))
        )
        wanted = kind if kind == DATE or not node.expressions else Type(kind.name, (digits,))
        return cast(t, moment, wanted, node)

    return rule


SPECIAL: dict[str, Callable[[Translation, exp.Expr, list[exp.Expr], Scope], Value]] = {
    "coalesce": _coalesce,
    "nullif": _nullif,
    "try": _try,
    "row": _row,
    "typeof": _typeof,
    "format": _format,
    "json_exists": _json_exists,
    "json_array": _json_array,
    "grouping": _grouping,
    "current_timestamp": _now(TIMESTAMP_TZ),
    "localtimestamp": _now(TIMESTAMP),
    "now": _now(TIMESTAMP_TZ),
}
"""Calls whose types no signature says."""

RULES: dict[type[exp.Expr], Callable[[Translation, Any, Scope], Value]] = {
    exp.Literal: _number,
    exp.Null: _null,
    exp.Boolean: _boolean,
    exp.HexString: _bytes,
    exp.UnicodeString: _unicode,
    exp.Interval: _interval,
    exp.Column: _column,
    exp.Identifier: _variable,
    exp.Dot: _dot,
    exp.Paren: _paren,
    **dict.fromkeys(COMPARISONS, _compare),
    **dict.fromkeys(ARITHMETIC, _calculate),
    exp.Neg: _negate,
    exp.DPipe: _joined,
    exp.And: _logic,
    exp.Or: _logic,
    exp.Not: _is_not,
    exp.Is: _is,
    exp.NullSafeEQ: _distinct_from,
    exp.NullSafeNEQ: _distinct_from,
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.Escape: _like,
    exp.Bracket: _subscript,
    exp.AtTimeZone: _at_zone,
    exp.Case: _case,
    exp.If: _if,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Array: _array,
    exp.Tuple: _tuple,
    exp.Subquery: _subquery,
    exp.Exists: _exists,
    exp.Anonymous: _call,
    exp.Extract: _extract,
    exp.Trim: _trim,
    exp.Substring: _as_call("substr", "this", "start", "length"),
    exp.StrPosition: _as_call("strpos", "this", "substr"),
    exp.Normalize: _normalize,
    exp.JSONObject: _json_object,
    exp.JSONValue: _json_value,
    exp.JSONExtract: _json_query,
    exp.CurrentTimestamp: _now(TIMESTAMP_TZ),
    exp.CurrentDate: _now(DATE),
    exp.Localtimestamp: _now(TIMESTAMP),
    exp.GroupConcat: lambda t, node, scope: aggregation.translate_aggregate(t, node, node, scope),
    exp.Filter: lambda t, node, scope: aggregation.translate_aggregate(t, node.this, node, scope),
    exp.Window: lambda t, node, scope: aggregation.translate_aggregate(t, node.this, node, scope),
}
