"""The functions of https://trino.io/docs/current/functions/aggregate.html.

The marks « and » stand around the arguments of the aggregate, where DISTINCT, ORDER BY, FILTER and OVER go.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from awsglue_local.athena.trino.calls import Call, Rule
from awsglue_local.athena.trino.casts import cast
from awsglue_local.athena.trino.operators import comparison_key
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import PythonFunction
from awsglue_local.athena.trino.types import VARCHAR, decimal, duckdb_type

PAGE = "aggregate"


def of_list(function: Any) -> Rule:
    """Return the rule of an aggregate that Python computes from the list of its values."""

    def rule(call: Call) -> str:
        kinds = tuple(f"{duckdb_type(one.type)}[]" for one in call.arguments)
        name = call.t.python_name(f"trino_{function.__name__}", *kinds, duckdb_type(call.result))
        python = PythonFunction(name, _given(function), kinds, duckdb_type(call.result))
        return call.t.python(python, *(f"list«{one}»" for one in call.sql))

    return rule


def _given(function: Any) -> Any:
    def of(*lists: list[Any] | None) -> Any:
        return None if any(one is None for one in lists) else function(*lists)

    return of


def map_agg(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key, value in zip(keys, values, strict=True):
        if key is not None:
            found.setdefault(key, value)
    return found


def multimap_agg(keys: list[Any], values: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for key, value in zip(keys, values, strict=True):
        if key is not None:
            found.setdefault(key, []).append(value)
    return found


def map_union(maps: list[dict[Any, Any] | None]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for one in maps:
        for key, value in (one or {}).items():
            found.setdefault(key, value)
    return found


def skewness(values: list[float | None]) -> float | None:
    there = [one for one in values if one is not None]
    if len(there) < 3:
        return None
    mean = math.fsum(there) / len(there)
    second = math.fsum((one - mean) ** 2 for one in there)
    third = math.fsum((one - mean) ** 3 for one in there)
    return math.sqrt(len(there)) * third / second**1.5 if second else math.nan


def average_of_decimals(call: Call) -> str:
    kind = call.arguments[0].type
    wide, count = f"sum«{call.sql[0]}»", f"count«{call.sql[0]}»"
    size = duckdb_type(decimal(38, kind.arguments[1]))

    def average(total: Decimal | None, rows: int | None) -> Decimal | None:
        if total is None or not rows:
            return None
        return (total / rows).quantize(Decimal(1).scaleb(-kind.arguments[1]), ROUND_HALF_UP)

    python = PythonFunction(call.t.python_name("trino_avg", kind), average, (size, "BIGINT"), duckdb_type(kind))
    return call.t.python(python, f"CAST({wide} AS {size})", count)


def percentile(call: Call) -> str:
    """Take the value at a rank, exactly: a permitted answer of an approximation."""
    value, part = call.sql[0], call.sql[-1]
    return f"CAST(quantile_disc«{value}, {part}» AS {duckdb_type(call.result)})"


def arg(word: str, many: bool = False) -> Rule:
    """Return the rule of max_by and min_by: rows whose key is null do not count."""

    def rule(call: Call) -> str:
        value, key = call.sql[0], comparison_key(call.arguments[1])
        if many:
            found = f"arg_{word}«struct_pack(v := {value}), {key}, {call.sql[2]}»"
            return f"list_transform({found}, lambda w: struct_extract(w, 'v'))"
        return f"struct_extract(arg_{word}«struct_pack(v := {value}), {key}», 'v')"

    return rule


def listagg(call: Call) -> Value:
    text = cast(call.t, call.arguments[0], VARCHAR, call.node).sql
    separator = call.sql[1] if len(call.sql) > 1 else "''"
    return Value(f"string_agg«{text}, {separator}»", VARCHAR)


def geometric_mean(call: Call) -> str:
    return f"exp(avg«ln({call.sql[0]})»)"


def checked_sum(call: Call) -> str:
    return f"CAST(sum«{call.sql[0]}» AS BIGINT)"


def reduce_agg(call: Call) -> str:
    """Reduce the values of a group from the start value on; the function that combines partial states is not needed."""
    value, start, step, _ = call.sql
    return f"list_reduce(list_filter(list«{value}», lambda given: given IS NOT NULL), {step}, {start})"


def average_interval(call: Call) -> str:
    return f"CAST(trunc(avg«CAST({call.sql[0]} AS DOUBLE)») AS BIGINT)"


WHOLE = ("tinyint", "smallint", "integer", "bigint")
TWO = "(double, double) -> double"


def largest(call: Call) -> str:
    """Return the maximum; NaN is one only where there is nothing else."""
    value = call.sql[0]
    if call.arguments[0].type.name not in ("double", "real"):
        return f"max«{value}»"
    return f"coalesce(max«CASE WHEN NOT isnan({value}) THEN {value} END», max«{value}»)"


RULES: dict[str, Rule] = {
    "any_value(T) -> T | arbitrary(T) -> T": "any_value«{0}»",
    "approx_distinct(T) -> bigint": "CAST(coalesce(len(list_distinct(list«{0}»)), 0) AS BIGINT)",
    "array_agg(T) -> array(T)": "list«{0}»",
    "approx_percentile(bigint, double) -> bigint | approx_percentile(double, double) -> double": percentile,
    "approx_percentile(bigint, array(double)) -> array(bigint)": percentile,
    "approx_percentile(double, array(double)) -> array(double)": percentile,
    "avg(bigint) -> double | avg(double) -> double": "avg«CAST({0} AS DOUBLE)»",
    "avg(real) -> real": "CAST(avg«CAST({0} AS DOUBLE)» AS FLOAT)",
    "avg(decimal(p,s)) -> decimal(p,s)": average_of_decimals,
    "bitwise_and_agg(bigint) -> bigint": "bit_and«{0}»",
    "bitwise_or_agg(bigint) -> bigint": "bit_or«{0}»",
    "bitwise_xor_agg(bigint) -> bigint": "bit_xor«{0}»",
    "bool_and(boolean) -> boolean | every(boolean) -> boolean": "bool_and«{0}»",
    "bool_or(boolean) -> boolean": "bool_or«{0}»",
    f"corr{TWO}": "CASE WHEN isfinite(corr«{0}, {1}») THEN corr«{0}, {1}» END",
    "count(T) -> bigint": "count«{0}»",
    "count_if(boolean) -> bigint": "count«CASE WHEN {0} THEN 1 END»",
    f"covar_pop{TWO}": "covar_pop«{0}, {1}»",
    f"covar_samp{TWO}": "covar_samp«{0}, {1}»",
    "geometric_mean(double) -> double": geometric_mean,
    "histogram(T) -> map(T,bigint)": "CAST(histogram«{0}» AS {result})",
    "kurtosis(double) -> double": "kurtosis«{0}»",
    "listagg(varchar) -> varchar | listagg(varchar, varchar) -> varchar": listagg,
    "map_agg(K, V) -> map(K,V)": of_list(map_agg),
    "map_union(map(K,V)) -> map(K,V)": of_list(map_union),
    "multimap_agg(K, V) -> map(K,array(V))": of_list(multimap_agg),
    "max(T) -> T": largest,
    "max(T, bigint) -> array(T)": "max«{0}, {1}»",
    "min(T) -> T": "min«{0}»",
    "min(T, bigint) -> array(T)": "min«{0}, {1}»",
    "max_by(T, U) -> T": arg("max"),
    "max_by(T, U, bigint) -> array(T)": arg("max", many=True),
    "min_by(T, U) -> T": arg("min"),
    "min_by(T, U, bigint) -> array(T)": arg("min", many=True),
    f"regr_intercept{TWO}": "CASE WHEN isfinite(regr_intercept«{0}, {1}») THEN regr_intercept«{0}, {1}» END",
    f"regr_slope{TWO}": "CASE WHEN isfinite(regr_slope«{0}, {1}») THEN regr_slope«{0}, {1}» END",
    "skewness(double) -> double": of_list(skewness),
    "stddev(double) -> double | stddev_samp(double) -> double": "stddev_samp«{0}»",
    "stddev_pop(double) -> double": "stddev_pop«{0}»",
    "sum(bigint) -> bigint": checked_sum,
    "sum(decimal(p,s)) -> decimal(38,s)": "sum«{0}»",
    "sum(double) -> double": "sum«{0}»",
    "sum(real) -> real": "CAST(sum«CAST({0} AS DOUBLE)» AS FLOAT)",
    "variance(double) -> double | var_samp(double) -> double": "var_samp«{0}»",
    "var_pop(double) -> double": "var_pop«{0}»",
    "reduce_agg(T, S, function(S, T, S), function(S, S, S)) -> S": reduce_agg,
    "sum(interval day to second) -> interval day to second": checked_sum,
    "sum(interval year to month) -> interval year to month": checked_sum,
    "avg(interval day to second) -> interval day to second": average_interval,
    "avg(interval year to month) -> interval year to month": average_interval,
}
