"""The functions of https://trino.io/docs/current/functions/map.html."""

from __future__ import annotations

from typing import Any

from awsglue_local.athena.trino.calls import Call, Rule, when_given
from awsglue_local.athena.trino.translation import with_names
from awsglue_local.athena.trino.types import duckdb_type

PAGE = "map"


def _with(body: str, parameters: str, entry: str) -> str:
    """Return the body of a lambda of key and value for an entry."""
    key, value = (one.strip() for one in parameters.split(","))
    return with_names(body, {key: f"struct_extract({entry}, 'key')", value: f"struct_extract({entry}, 'value')"})


def _lambda(call: Call, place: int, entry: str) -> str:
    parameters, body = call.sql[place].removeprefix("lambda ").split(": ", 1)
    return _with(body, parameters, entry)


def map_filter(call: Call) -> str:
    entry = call.t.new_name("v")
    return f"map_from_entries(list_filter(map_entries({call.sql[0]}), lambda {entry}: {_lambda(call, 1, entry)}))"


def transform_values(call: Call) -> str:
    entry = call.t.new_name("v")
    made = f"struct_pack(k := struct_extract({entry}, 'key'), v := {_lambda(call, 1, entry)})"
    return f"map_from_entries(list_transform(map_entries({call.sql[0]}), lambda {entry}: {made}))"


def transform_keys(call: Call) -> str:
    entry = call.t.new_name("v")
    made = f"struct_pack(k := {_lambda(call, 1, entry)}, v := struct_extract({entry}, 'value'))"
    return f"map_from_entries(list_transform(map_entries({call.sql[0]}), lambda {entry}: {made}))"


def map_zip_with(call: Call) -> str:
    one, other, made = call.sql
    parameters, body = made.removeprefix("lambda ").split(": ", 1)
    key, left, right = (name.strip() for name in parameters.split(","))
    body = with_names(body, {left: f"{one}[{key}]", right: f"{other}[{key}]"})
    name = call.t.new_name("v")
    new = f"list_filter(map_keys({other}), lambda {name}: NOT map_contains({one}, {name}))"
    keys = f"list_concat(map_keys({one}), {new})"
    entries = f"list_transform({keys}, lambda {key}: struct_pack(k := {key}, v := {body}))"
    return f"CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN map_from_entries({entries}) END"


def map_(call: Call) -> str:
    keys, values = call.sql
    size = call.fail("Key and value arrays must be the same length")
    null = call.fail("map key cannot be null")
    double = call.fail("Duplicate map keys are not allowed")
    return (
        f"CASE WHEN len({keys}) <> len({values}) THEN {size} WHEN list_count({keys}) < len({keys}) THEN {null} "
        f"WHEN len(list_distinct({keys})) < len({keys}) THEN {double} ELSE map({keys}, {values}) END"
    )


def of_entries(call: Call) -> str:
    kind = duckdb_type(call.result)
    return f"CAST(map_from_entries({call.sql[0]}) AS {kind})"


def multimap_from_entries(entries: list[dict[str, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for entry in entries:
        key, value = entry.values()
        found.setdefault(key, []).append(value)
    return found


def entries(call: Call) -> str:
    entry = call.t.new_name("v")
    made = f"struct_pack(field0 := {entry}.key, field1 := {entry}.value)"
    return f"list_transform(map_entries({call.sql[0]}), lambda {entry}: {made})"


def map_concat(call: Call) -> str:
    given = " AND ".join(f"{one} IS NOT NULL" for one in call.sql)
    return f"CASE WHEN {given} THEN map_concat({', '.join(call.sql)}) END"


RULES: dict[str, Rule] = {
    "cardinality(map(K,V)) -> bigint": "CAST(cardinality({0}) AS BIGINT)",
    "element_at(map(K,V), K) -> V": "{0}[{1}]",
    "map() -> map(U,V)": "map()",
    "map(array(K), array(V)) -> map(K,V)": map_,
    "map_concat(map(K,V), map(K,V)...) -> map(K,V)": map_concat,
    "map_entries(map(K,V)) -> array(row(K, V))": entries,
    "map_filter(map(K,V), function(K, V, boolean)) -> map(K,V)": map_filter,
    "map_from_entries(array(row(K, V))) -> map(K,V)": of_entries,
    "map_keys(map(K,V)) -> array(K)": "map_keys({0})",
    "map_values(map(K,V)) -> array(V)": "map_values({0})",
    "map_zip_with(map(K,V), map(K,W), function(K, V, W, R)) -> map(K,R)": map_zip_with,
    "multimap_from_entries(array(row(K, V))) -> map(K,array(V))": when_given(multimap_from_entries),
    "transform_keys(map(K,V), function(K, V, R)) -> map(R,V)": transform_keys,
    "transform_values(map(K,V), function(K, V, R)) -> map(K,R)": transform_values,
}
