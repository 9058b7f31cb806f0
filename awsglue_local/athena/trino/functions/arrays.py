"""The functions of https://trino.io/docs/current/functions/array.html."""

from __future__ import annotations

import itertools
import random
from typing import Any

from awsglue_local.athena.trino.calls import Call, Rule, when_given
from awsglue_local.athena.trino.casts import cast
from awsglue_local.athena.trino.errors import mismatch
from awsglue_local.athena.trino.functions.numbers import without_nan
from awsglue_local.athena.trino.operators import milliseconds
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import case, with_names
from awsglue_local.athena.trino.types import BIGINT, VARCHAR, array_of, row_of

PAGE = "array"
WRONG_STOP = (
    "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop "
    "should be less than or equal to start"
)


def matched(word: str) -> Rule:
    """Return the rule of any_match and its like: null where it is not known."""

    def rule(call: Call) -> str:
        array, test = call.sql
        truths = f"list_transform({array}, {test})"
        has_true, has_false = f"list_contains({truths}, true)", f"list_contains({truths}, false)"
        unknown = f"list_count({truths}) < len({truths})"
        return {
            "any": f"CASE WHEN {has_true} THEN true WHEN {unknown} THEN NULL WHEN {array} IS NOT NULL THEN false END",
            "all": f"CASE WHEN {has_false} THEN false WHEN {unknown} THEN NULL WHEN {array} IS NOT NULL THEN true END",
            "none": f"CASE WHEN {has_true} THEN false WHEN {unknown} THEN NULL WHEN {array} IS NOT NULL THEN true END",
        }[word]

    return rule


def array_join(call: Call) -> str:
    array, separator, *instead = call.sql
    name = call.t.new_name("v")
    text = cast(call.t, Value(name, call.arguments[0].type.element), VARCHAR, call.node).sql
    if instead:
        return f"array_to_string(list_transform({array}, lambda {name}: coalesce({text}, {instead[0]})), {separator})"
    given = f"list_filter({array}, lambda {name}: {name} IS NOT NULL)"
    joined = f"coalesce(array_to_string(list_transform({given}, lambda {name}: {text}), {separator}), '')"
    return f"CASE WHEN {array} IS NOT NULL AND {separator} IS NOT NULL THEN {joined} END"


def extreme(word: str) -> Rule:
    """Return the rule of array_max and array_min, which are null where an element is null."""

    def rule(call: Call) -> str:
        array = call.sql[0]
        done = f"list_{word}({array})"
        if word == "max" and call.arguments[0].type.element.name in ("double", "real"):
            done = without_nan(call.t.new_name("v"), array)
        return f"CASE WHEN list_count({array}) = len({array}) THEN {done} END"

    return rule


def compare_sort(call: Call) -> str:
    """Sort by a function that compares two elements: insertion into what is sorted already."""
    array, test = call.sql
    parameters, body = test.removeprefix("lambda ").split(": ", 1)
    left, right = (one.strip() for one in parameters.split(","))
    done, one = call.t.new_name("v"), call.t.new_name("v")
    given = with_names(body, {right: one})
    failed = call.fail("Lambda comparator must return either -1, 0, or 1", kind=BIGINT)
    order = f"CASE WHEN ({given}) NOT IN (-1, 0, 1) THEN {failed} ELSE {given} END"
    before = f"list_filter({done}, lambda {left}: {order} <= 0)"
    after = f"list_filter({done}, lambda {left}: {order} > 0)"
    step = f"list_concat(list_append({before}, {one}), {after})"
    return f"list_reduce({array}, lambda {done}, {one}: {step}, {array}[1:0])"


def combinations(array: list[Any], size: int) -> list[list[Any]]:
    if not 0 <= size <= 5:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: combination size must not be negative and must not exceed 5")
    picked = [list(one) for one in itertools.combinations(range(len(array)), size)]
    return [[array[place] for place in one] for one in sorted(picked, key=lambda one: one[::-1])]


def contains(call: Call) -> str:
    array, element = call.sql
    there = f"list_contains({array}, {element})"
    unknown = f"{element} IS NULL OR {array} IS NULL OR list_count({array}) < len({array})"
    return case((there, "true"), (unknown, "NULL"), otherwise="false")


def contains_sequence(array: list[Any], wanted: list[Any]) -> bool:
    return any(array[place : place + len(wanted)] == wanted for place in range(len(array) - len(wanted) + 1))


def array_position(array: list[Any], element: Any) -> int:
    return array.index(element) + 1 if element in array else 0


def array_position_nth(array: list[Any], element: Any, instance: int) -> int:
    if instance == 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: array_position cannot take a 0-valued instance argument.")
    places = [place for place, one in enumerate(array, 1) if one == element]
    wanted = instance - 1 if instance > 0 else len(places) + instance
    return places[wanted] if 0 <= wanted < len(places) else 0


def element_at(call: Call) -> str:
    array, index = call.sql
    failed = call.fail("SQL array indices start at 1")
    return f"CASE WHEN {index} = 0 AND {array} IS NOT NULL THEN {failed} ELSE {array}[{index}] END"


def arrays_overlap(call: Call) -> str:
    one, other = call.sql
    pairs = ((one, other), (other, one))
    unknown = " OR ".join(f"(list_count({a}) < len({a}) AND len({b}) > 0)" for a, b in pairs)
    given = f"{one} IS NOT NULL AND {other} IS NOT NULL"
    return case((f"list_has_any({one}, {other})", "true"), (unknown, "NULL"), (given, "false"))


def _distinct(array: list[Any]) -> list[Any]:
    found: list[Any] = []
    for one in array:
        if one not in found:
            found.append(one)
    return found


def array_distinct(array: list[Any]) -> list[Any]:
    return _distinct(array)


def array_except(array: list[Any], other: list[Any]) -> list[Any]:
    return [one for one in _distinct(array) if one not in other]


def array_intersect(array: list[Any], other: list[Any]) -> list[Any]:
    return [one for one in _distinct(array) if one in other]


def array_union(array: list[Any], other: list[Any]) -> list[Any]:
    return _distinct([*array, *other])


def array_remove(call: Call) -> str:
    array, element = call.sql
    name = call.t.new_name("v")
    kept = f"list_filter({array}, lambda {name}: {name} IS NULL OR {name} <> {element})"
    return f"CASE WHEN {element} IS NOT NULL THEN {kept} END"


def ngrams(array: list[Any], size: int) -> list[list[Any]]:
    if size <= 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: N must be positive")
    if size >= len(array):
        return [array]
    return [array[place : place + size] for place in range(len(array) - size + 1)]


def reduce(call: Call) -> str:
    array, start, step, last = call.sql
    parameters, body = last.removeprefix("lambda ").split(": ", 1)
    state = f"list_reduce({array}, {step}, {start})"
    made = f"list_extract(list_transform([{state}], lambda {parameters}: {body}), 1)"
    return case((f"{array} IS NOT NULL", made))


def repeat(call: Call) -> str:
    element, count = call.sql
    many = call.fail("count argument of repeat function must be greater than or equal to 0")
    name = call.t.new_name("v")
    done = f"list_transform(range(least({count}, 10000)), lambda {name}: {element})"
    large = call.fail("count argument of repeat function must be less than or equal to 10000")
    return (
        f"CASE WHEN {count} < 0 THEN {many} WHEN {count} > 10000 THEN {large} WHEN {count} IS NOT NULL THEN {done} END"
    )


def sequence(call: Call) -> str:
    start, stop, *step = call.sql
    by = step[0] if step else f"CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END"
    zero = call.fail("step must not be zero")
    wrong = call.fail(WRONG_STOP)
    many = call.fail("result of sequence function must not have more than 10000 entries")
    count = f"abs(({stop} - {start}) // {by})"
    test = f"({by} > 0 AND {stop} < {start}) OR ({by} < 0 AND {stop} > {start})"
    done = f"generate_series({start}, {stop}, {by})"
    return f"CASE WHEN {by} = 0 THEN {zero} WHEN {test} THEN {wrong} WHEN {count} >= 10000 THEN {many} ELSE {done} END"


def sequence_of_dates(call: Call) -> str:
    """Dates or timestamps, a day apart where no step is said."""
    start, stop, *rest = call.arguments
    if not rest and start.type.name != "date":
        raise mismatch("sequence of timestamps needs a step", call.node)
    step = rest[0] if rest else None
    if step is not None and "month" in step.type.name:
        by, sign = f"to_months(CAST({step.sql} AS INTEGER))", step.sql
    else:
        one_day = f"CASE WHEN {start.sql} <= {stop.sql} THEN 86400000 ELSE -86400000 END"
        sign = step.sql if step is not None else one_day
        by = f"to_milliseconds({sign})"
    first, last = (f"CAST({one.sql} AS TIMESTAMP)" for one in (start, stop))
    wrong = call.fail(WRONG_STOP)
    a, b = milliseconds(start), milliseconds(stop)
    test = f"({sign} > 0 AND {b} < {a}) OR ({sign} < 0 AND {b} > {a})"
    kind = f"{'DATE' if start.type.name == 'date' else 'TIMESTAMP'}[]"
    done = f"CAST(generate_series({first}, {last}, {by}) AS {kind})"
    if step is not None and "month" in step.type.name:
        # each from the start, not from the one before: the 31st comes back after February
        place = call.t.new_name("v")
        at = f"{first} + to_months(CAST({place} * {step.sql} AS INTEGER))"
        most = f"CAST(abs(date_diff('month', {first}, {last}) // {step.sql}) AS BIGINT)"
        inside = f"({step.sql} > 0 AND {place} <= {last}) OR ({step.sql} < 0 AND {place} >= {last})"
        times = f"list_transform(range(0, {most} + 1), lambda {place}: {at})"
        done = f"CAST(list_filter({times}, lambda {place}: {inside}) AS {kind})"
    return f"CASE WHEN {test} THEN {wrong} ELSE {done} END"


def slice_(array: list[Any], start: int, length: int) -> list[Any]:
    if length < 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0")
    if start == 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1")
    first = start - 1 if start > 0 else len(array) + start
    return [] if not 0 <= first < len(array) else array[first : first + length]


def trim_array(call: Call) -> str:
    array, count = call.sql
    negative = call.fail("size must not be negative")
    many = call.fail("size must not exceed array cardinality")
    kept = f"array_slice({array}, 1, len({array}) - {count})"
    return case((f"{count} < 0", negative), (f"{count} > len({array})", many), otherwise=kept)


def zip_(call: Call) -> Value:
    kind = array_of(row_of([("", one.type.element) for one in call.arguments]))
    size = f"greatest({', '.join(f'len({one})' for one in call.sql)})"
    name = call.t.new_name("v")
    parts = ", ".join(f"field{number} := list_extract({one}, {name})" for number, one in enumerate(call.sql))
    given = " AND ".join(f"{one} IS NOT NULL" for one in call.sql)
    done = f"list_transform(range(1, CAST({size} AS BIGINT) + 1), lambda {name}: struct_pack({parts}))"
    return Value(f"CASE WHEN {given} THEN {done} END", kind)


def zip_with(call: Call) -> str:
    one, other, made = call.sql
    parameters, body = made.removeprefix("lambda ").split(": ", 1)
    left, right = (name.strip() for name in parameters.split(","))
    place = call.t.new_name("v")
    inner = with_names(body, {left: f"list_extract({one}, {place})", right: f"list_extract({other}, {place})"})
    size = f"greatest(len({one}), len({other}))"
    done = f"list_transform(range(1, CAST({size} AS BIGINT) + 1), lambda {place}: {inner})"
    return f"CASE WHEN {one} IS NOT NULL AND {other} IS NOT NULL THEN {done} END"


def shuffle(array: list[Any]) -> list[Any]:
    return random.sample(array, len(array))


def histogram(array: list[Any]) -> dict[Any, int]:
    return {one: array.count(one) for one in array if one is not None}


RULES: dict[str, Rule] = {
    "all_match(array(T), function(T, boolean)) -> boolean": matched("all"),
    "any_match(array(T), function(T, boolean)) -> boolean": matched("any"),
    "none_match(array(T), function(T, boolean)) -> boolean": matched("none"),
    "array_distinct(array(T)) -> array(T)": when_given(array_distinct),
    "array_except(array(T), array(T)) -> array(T)": when_given(array_except),
    "array_first(array(T)) -> T": "list_extract({0}, 1)",
    "array_last(array(T)) -> T": "list_extract({0}, -1)",
    "array_histogram(array(T)) -> map(T, bigint)": when_given(histogram),
    "array_intersect(array(T), array(T)) -> array(T)": when_given(array_intersect),
    "array_join(array(T), varchar) -> varchar | array_join(array(T), varchar, varchar) -> varchar": array_join,
    "array_max(array(T)) -> T": extreme("max"),
    "array_min(array(T)) -> T": extreme("min"),
    "array_position(array(T), T) -> bigint": when_given(array_position),
    "array_position(array(T), T, bigint) -> bigint": when_given(array_position_nth),
    "array_remove(array(T), T) -> array(T)": array_remove,
    "array_sort(array(T)) -> array(T)": "list_sort({0}, 'ASC', 'NULLS LAST')",
    "array_sort(array(T), function(T, T, bigint)) -> array(T)": compare_sort,
    "array_union(array(T), array(T)) -> array(T)": when_given(array_union),
    "arrays_overlap(array(T), array(T)) -> boolean": arrays_overlap,
    "cardinality(array(T)) -> bigint": "len({0})",
    "combinations(array(T), bigint) -> array(array(T))": when_given(combinations),
    "concat(array(T), array(T)...) -> array(T)": lambda call: "CASE WHEN {} THEN list_concat({}) END".format(
        " AND ".join(f"{one} IS NOT NULL" for one in call.sql), ", ".join(call.sql)
    ),
    "contains(array(T), T) -> boolean": contains,
    "contains_sequence(array(T), array(T)) -> boolean": when_given(contains_sequence),
    "element_at(array(T), bigint) -> T": element_at,
    "filter(array(T), function(T, boolean)) -> array(T)": "list_filter({0}, {1})",
    "flatten(array(array(T))) -> array(T)": "flatten({0})",
    "ngrams(array(T), bigint) -> array(array(T))": when_given(ngrams),
    "reduce(array(T), S, function(S, T, S), function(S, R)) -> R": reduce,
    "repeat(T, bigint) -> array(T)": repeat,
    "reverse(array(T)) -> array(T)": "list_reverse({0})",
    "sequence(bigint, bigint) -> array(bigint) | sequence(bigint, bigint, bigint) -> array(bigint)": sequence,
    "sequence(date, date) -> array(date)": sequence_of_dates,
    "sequence(date, date, interval day to second) -> array(date)": sequence_of_dates,
    "sequence(date, date, interval year to month) -> array(date)": sequence_of_dates,
    "sequence(timestamp(p), timestamp(p), interval day to second) -> array(timestamp(p))": sequence_of_dates,
    "sequence(timestamp(p), timestamp(p), interval year to month) -> array(timestamp(p))": sequence_of_dates,
    "shuffle(array(T)) -> array(T)": when_given(shuffle),
    "slice(array(T), bigint, bigint) -> array(T)": when_given(slice_),
    "transform(array(T), function(T, U)) -> array(U)": "list_transform({0}, {1})",
    "trim_array(array(T), bigint) -> array(T)": trim_array,
    "zip(array(T), array(U)) -> array(row(T, U))": zip_,
    "zip(array(T), array(U), array(V)) -> array(row(T, U, V))": zip_,
    "zip(array(T), array(U), array(V), array(W)) -> array(row(T, U, V, W))": zip_,
    "zip_with(array(T), array(U), function(T, U, R)) -> array(R)": zip_with,
}
