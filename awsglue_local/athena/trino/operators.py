"""Operators: arithmetic, comparison, text.

https://trino.io/docs/current/functions/math.html, comparison.html, datetime.html, decimal.html
"""

from __future__ import annotations

import re

from sqlglot import exp

from awsglue_local.athena.trino import python_values as python
from awsglue_local.athena.trino.casts import cast, coerce, local, together, zoned
from awsglue_local.athena.trino.errors import QueryRefused, mismatch
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import PythonFunction, Translation, quoted
from awsglue_local.athena.trino.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAYS,
    DOUBLE,
    INTEGERS,
    INTERVAL_DAYS,
    MONTHS,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    array_of,
    as_decimal,
    common,
    decimal,
    duckdb_type,
)

COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
NOT_ORDERED = ("map", "json")
NONZERO = r"(?:CAST\()?-?[1-9]\d*(?: AS [A-Z]+\))?"
MILLISECONDS_OF_A_DAY = 86_400_000


def refused(left: Type, symbol: str, right: Type, node: exp.Expr) -> QueryRefused:
    """Return the refusal of an operator between two types."""
    return mismatch(f"Cannot apply operator: {left} {symbol} {right}", node)


def compared(t: Translation, left: Value, symbol: str, right: Value, node: exp.Expr) -> Value:
    """Return a comparison; instants are compared whatever their zones."""
    one, other = comparable(t, left, symbol, right, node)
    if symbol not in ("=", "<>") and one.type.name in NOT_ORDERED:
        raise refused(left.type, symbol, right.type, node)
    if one.type.name in ("double", "real"):
        return Value(_of_doubles(one.sql, symbol, other.sql), BOOLEAN)
    if one.type.name in ("row", "array", "map") and symbol in ("=", "<>"):
        same = equal(t, one, other, node)
        return Value(same if symbol == "=" else f"(NOT {same})", BOOLEAN)
    return Value(f"({comparison_key(one)} {symbol} {comparison_key(other)})", BOOLEAN)


def _of_doubles(left: str, symbol: str, right: str) -> str:
    """Compare doubles; nothing is equal to NaN, less or greater. DuckDB takes it for the greatest."""
    if _is_plain_number(left) or _is_plain_number(right):
        nan = right if _is_plain_number(left) else left
        if symbol in ("=", "<>") or nan == (left if symbol in ("<", "<=") else right):
            return f"({left} {symbol} {right})"
    if symbol == "<>":
        return f"({left} <> {right} OR isnan({left}))"
    return f"({left} {symbol} {right} AND NOT isnan({left}) AND NOT isnan({right}))"


def equal(t: Translation, one: Value, other: Value, node: exp.Expr) -> str:
    """Compare rows, arrays or maps of one type: not known where nulls inside decide; DuckDB takes nulls for equal."""
    a, b = one.sql, other.sql
    if one.type.name == "map":
        keys = f"list_sort(map_keys({a})) <> list_sort(map_keys({b}))"
        name, kind = t.new_name("v"), array_of(one.type.value)
        left, right = (
            Value(f"list_transform(list_sort(map_entries({sql})), lambda {name}: {name}.value)", kind) for sql in (a, b)
        )
        return f"CASE WHEN {keys} THEN false ELSE {equal(t, left, right, node)} END"
    if one.type.name == "row":
        fields = [
            [Value(f"struct_extract_at({sql}, {place})", kind) for sql in (a, b)]
            for place, (_, kind) in enumerate(one.type.arguments, 1)
        ]
        parts = [compared(t, left, "=", right, node).sql for left, right in fields]
        return f"CASE WHEN {a} IS NOT NULL AND {b} IS NOT NULL THEN ({' AND '.join(parts)}) END"
    place = t.new_name("v")
    left, right = (Value(f"list_extract({array}, {place})", one.type.element) for array in (a, b))
    same = f"list_transform(range(1, len({a}) + 1), lambda {place}: {compared(t, left, '=', right, node).sql})"
    return (
        f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL WHEN len({a}) <> len({b}) THEN false "
        f"WHEN list_contains({same}, false) THEN false WHEN list_count({same}) = len({a}) THEN true END"
    )


def _is_plain_number(sql: str) -> bool:
    return bool(re.fullmatch(r"(?:CAST\()?-?[\d.eE+]+(?: AS [A-Z]+\))?", sql))


def comparison_key(value: Value) -> str:
    """Return what two values are compared by."""
    return f"struct_extract({value.sql}, 'at')" if value.type.name == ZONED else value.sql


def comparable(t: Translation, left: Value, symbol: str, right: Value, node: exp.Expr) -> list[Value]:
    """Return two values as one type; TYPE_MISMATCH where there is none."""
    if {left.type.name, right.type.name} == {"char", "varchar"}:
        # a varchar beside a char is one, whose blanks at the end do not count
        return [Value(f"rtrim({one.sql}, ' ')", VARCHAR) for one in (left, right)]
    return together(t, [left, right], lambda _a, _b: refused(left.type, symbol, right.type, node))


def calculated(t: Translation, left: Value, symbol: str, right: Value, node: exp.Expr) -> Value:
    """Return a sum, difference, product, quotient or remainder."""
    if left.type == UNKNOWN and right.type.is_number:
        left = cast(t, left, right.type)
    if right.type == UNKNOWN and left.type.is_number:
        right = cast(t, right, left.type)
    if left.type.is_number and right.type.is_number:
        return _of_numbers(t, left, symbol, right)
    made = _of_times(t, left, symbol, right)
    if made is None:
        raise refused(left.type, symbol, right.type, node)
    return made


def _of_numbers(t: Translation, left: Value, symbol: str, right: Value) -> Value:
    kind = common(left.type, right.type) or DOUBLE
    if kind.name == "decimal":
        return _of_decimals(t, left, symbol, right)
    a, b = (coerce(t, one, kind).sql for one in (left, right))
    if kind.name in INTEGERS and symbol in "/%":
        return Value(_whole_division(t, a, "//" if symbol == "/" else "%", b, kind), kind)
    if symbol == "%":
        return Value(f"({a} % {b})", kind)
    return Value(f"({a} {symbol} {b})", kind)


def _whole_division(t: Translation, a: str, operator: str, b: str, kind: Type) -> str:
    if re.fullmatch(NONZERO, b) and "-" not in b:
        return f"({a} {operator} {b})"
    failed = t.fail("DIVISION_BY_ZERO", quoted("Division by zero"), kind)
    return (
        f"CASE WHEN {b} = 0 AND {a} IS NOT NULL THEN {failed} ELSE CAST({a} {operator} {b} AS {duckdb_type(kind)}) END"
    )


def _of_decimals(t: Translation, left: Value, symbol: str, right: Value) -> Value:
    """Calculate with decimals; the result's size is Trino's."""
    one, other = as_decimal(left.type), as_decimal(right.type)
    (p, s), (q, u) = one.arguments, other.arguments
    a, b = coerce(t, left, one).sql, coerce(t, right, other).sql
    if symbol in "+-":
        kind = decimal(max(p - s, q - u) + max(s, u) + 1, max(s, u))
        size = duckdb_type(kind)
        return Value(f"CAST((CAST({a} AS {size}) {symbol} CAST({b} AS {size})) AS {size})", kind)
    if symbol == "*":
        return Value(f"CAST(({a} * {b}) AS {duckdb_type(decimal(p + q, s + u))})", decimal(p + q, s + u))
    if symbol == "/":
        kind = decimal(p + u + max(u - s, 0), max(s, u))
        call = python.decimal_quotient(int(kind.arguments[1]))
    else:
        kind = decimal(min(q - u, p - s) + max(s, u), max(s, u))
        call = python.decimal_remainder
    name = t.python_name("decimal_" + call.__name__, Type("row", (("", one), ("", other))))
    types = (duckdb_type(one), duckdb_type(other))
    return Value(t.python(PythonFunction(name, call, types, duckdb_type(kind)), a, b), kind)


def _of_times(t: Translation, left: Value, symbol: str, right: Value) -> Value | None:
    names = (left.type.name, right.type.name)
    if symbol in "+-":
        if left.type.is_time and names[1] in (DAYS, MONTHS):
            return moved(t, left, _signed(symbol, right))
        if symbol == "+" and names[0] in (DAYS, MONTHS) and right.type.is_time:
            return moved(t, right, left)
        if names[0] == names[1] and names[0] in (DAYS, MONTHS):
            return Value(f"({left.sql} {symbol} {right.sql})", left.type)
        if symbol == "-" and left.type.is_time and right.type.is_time and names[0] == names[1]:
            return Value(f"({milliseconds(left)} - {milliseconds(right)})", INTERVAL_DAYS)
        if names[0] == "time" and names[1] == DAYS:
            return Value(f"({left.sql} {symbol} to_milliseconds({right.sql}))", left.type)
    if symbol == "*" and names[0] in (DAYS, MONTHS) and right.type.is_number:
        return _times(t, left, right)
    if symbol == "*" and names[1] in (DAYS, MONTHS) and left.type.is_number:
        return _times(t, right, left)
    if symbol == "/" and names[0] in (DAYS, MONTHS) and right.type.is_number:
        divisor = coerce(t, right, DOUBLE).sql
        return Value(f"CAST(trunc({left.sql} / {divisor}) AS BIGINT)", left.type)
    return None


def _signed(symbol: str, interval: Value) -> Value:
    return interval if symbol == "+" else Value(f"(-{interval.sql})", interval.type)


def _times(t: Translation, interval: Value, number: Value) -> Value:
    if number.type.name in INTEGERS:
        return Value(f"({interval.sql} * {number.sql})", interval.type)
    return Value(f"CAST(trunc({interval.sql} * {coerce(t, number, DOUBLE).sql}) AS BIGINT)", interval.type)


def milliseconds(value: Value) -> str:
    """Return a date or timestamp as milliseconds since 1970."""
    return f"epoch_ms(CAST({comparison_key(value)} AS TIMESTAMP))"


def moved(t: Translation, value: Value, interval: Value) -> Value:
    """Return a date or timestamp moved by an interval; a date stays a date."""
    if value.type == DATE:
        return Value(_moved_date(t, value.sql, interval), DATE)
    if value.type.name == ZONED and interval.type.name == MONTHS:
        zone = f"struct_extract({value.sql}, 'zone')"
        there = f"({local(t, value)} + to_months(CAST({interval.sql} AS INTEGER)))"
        function = python.function(python.zoned_of, "TIMESTAMP", "VARCHAR", duckdb_type(value.type))
        return Value(t.python(function, there, zone), value.type)
    step = f"to_months(CAST({interval.sql} AS INTEGER))"
    if interval.type.name == DAYS:
        step = f"to_milliseconds({interval.sql})"
    if value.type.name == ZONED:
        at = f"(struct_extract({value.sql}, 'at') + {step})"
        made = zoned(at, f"struct_extract({value.sql}, 'zone')")
        return Value(f"CASE WHEN {value.sql} IS NOT NULL THEN {made} END", value.type)
    digits = max(value.type.arguments[0], 3) if interval.type.name == DAYS else value.type.arguments[0]
    return Value(f"({value.sql} + {step})", Type("timestamp", (digits,)))


def _moved_date(t: Translation, date: str, interval: Value) -> str:
    if interval.type.name == MONTHS:
        return f"CAST({date} + to_months(CAST({interval.sql} AS INTEGER)) AS DATE)"
    days = f"CAST({interval.sql} // {MILLISECONDS_OF_A_DAY} AS INTEGER)"
    if re.fullmatch(r"\(?-?\d+\)?", interval.sql) and int(interval.sql.strip("()")) % MILLISECONDS_OF_A_DAY == 0:
        return f"({date} + {days})"
    words = quoted("Cannot add hour, minutes or seconds to a date")
    failed = t.fail("INVALID_FUNCTION_ARGUMENT", words, DATE)
    return f"CASE WHEN {interval.sql} % {MILLISECONDS_OF_A_DAY} <> 0 THEN {failed} ELSE {date} + {days} END"


def negated(value: Value, node: exp.Expr) -> Value:
    """Return `-value`."""
    if not (value.type.is_number or value.type.name in (DAYS, MONTHS, "unknown")):
        raise mismatch(f"Cannot negate {value.type}", node)
    return Value(f"(-{value.sql})", value.type)


def joined(t: Translation, left: Value, right: Value, node: exp.Expr) -> Value:
    """Return `left || right`: of texts, arrays, an array and an element."""
    kinds = (left.type, right.type)
    if all(one.is_text or one == UNKNOWN for one in kinds):
        return Value(f"({cast(t, left, VARCHAR).sql} || {cast(t, right, VARCHAR).sql})", VARCHAR)
    if not any(one.name in ("array", "varbinary") for one in kinds):
        words = f"Unexpected parameters ({left.type}, {right.type}) for function concat"
        raise QueryRefused("FUNCTION_NOT_FOUND", words, node)
    if all(one.name == "varbinary" for one in kinds):
        return Value(f"({left.sql} || {right.sql})", left.type)
    if "array" in (kinds[0].name, kinds[1].name):
        return _joined_arrays(t, left, right, node)
    raise refused(left.type, "||", right.type, node)


def _joined_arrays(t: Translation, left: Value, right: Value, node: exp.Expr) -> Value:
    lists = [one if one.type.name == "array" else Value(f"[{one.sql}]", array_of(one.type)) for one in (left, right)]
    if left.type.name == right.type.name and common(left.type, right.type) is None:
        raise refused(left.type, "||", right.type, node)
    one, other = together(t, lists, lambda _a, _b: refused(left.type, "||", right.type, node))
    given = f"{left.sql} IS NOT NULL AND {right.sql} IS NOT NULL"
    both = (
        given
        if left.type.name == right.type.name
        else f"{(left if left.type.name == 'array' else right).sql} IS NOT NULL"
    )
    return Value(f"CASE WHEN {both} THEN list_concat({one.sql}, {other.sql}) END", one.type)


def subscript(t: Translation, value: Value, index: Value, node: exp.Expr) -> Value:
    """Return an element of an array, a map or a row; one that is not there ends the query."""
    if value.type.name == "map":
        return _of_map(t, value, _as_key(t, index, value.type.key, node))
    if value.type.name == "row" and index.sql.isdigit():
        if not 1 <= int(index.sql) <= len(value.type.arguments):
            raise QueryRefused("INVALID_FUNCTION_ARGUMENT", f"ROW index out of bounds: {index.sql}", node)
        return Value(f"struct_extract_at({value.sql}, {index.sql})", value.type.arguments[int(index.sql) - 1][1])
    if value.type.name != "array" or not common(index.type, BIGINT) == BIGINT:
        raise mismatch(f"Cannot apply operator: {value.type}[{index.type}]", node)
    place, kind = index.sql, value.type.element
    known = int(place) if re.fullmatch(r"-?\d+", place) else None
    size = f"len({value.sql})"
    words = f"'Array subscript must be less than or equal to array length: ' || {place} || ' > ' || {size}"
    beyond = f"WHEN {place} > {size} THEN {t.fail('INVALID_FUNCTION_ARGUMENT', words, kind)}"
    low = ""
    if known is None or known < 1:
        zero = t.fail("INVALID_FUNCTION_ARGUMENT", quoted("SQL array indices start at 1"), kind)
        negative = t.fail("INVALID_FUNCTION_ARGUMENT", f"'Array subscript is negative: ' || {place}", kind)
        given = f"{value.sql} IS NOT NULL AND"
        low = f"WHEN {given} {place} = 0 THEN {zero} WHEN {given} {place} < 0 THEN {negative} "
    return Value(f"CASE {low}{beyond} ELSE {value.sql}[{place}] END", kind)


def _as_key(t: Translation, index: Value, kind: Type, node: exp.Expr) -> Value:
    """Return a subscript as a key of a map; lengths of texts and sizes of whole numbers do not matter."""
    if (index.type.is_text and kind.is_text) or (index.type.name in INTEGERS and kind.name in INTEGERS):
        return index
    return coerce(t, index, kind, node)


def _of_map(t: Translation, value: Value, key: Value) -> Value:
    text = cast(t, key, VARCHAR).sql if key.type.name != "unknown" else "'null'"
    failed = t.fail("INVALID_FUNCTION_ARGUMENT", f"'Key not present in map: ' || {text}", value.type.value)
    there = f"map_contains({value.sql}, {key.sql})"
    return Value(f"CASE WHEN NOT {there} THEN {failed} ELSE {value.sql}[{key.sql}] END", value.type.value)
