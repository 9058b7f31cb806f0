"""Casts: what becomes of a value in another type, by itself or with `cast`.

https://trino.io/docs/current/functions/conversion.html
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from awsglue_local.athena.trino import python_values as python
from awsglue_local.athena.trino.errors import mismatch
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import PythonFunction, Translation, case, quoted
from awsglue_local.athena.trino.types import (
    DAYS,
    INTEGERS,
    MONTHS,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    common,
    duckdb_type,
    field_names,
    field_types,
    length_of,
    turns_into,
)

SHORT_NAMES = {"tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INT", "bigint": "BIGINT"}
WHOLE = r"[+-]?\d+"
NUMBER = r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?\s*|\s*[+-]?(NaN|Infinity)\s*"
EXACT = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
DAY = r"\s*[+-]?\d{4,6}-\d{1,2}-\d{1,2}\s*"
CLOCK = r"\d{1,2}:\d{1,2}(:\d{1,2}(\.\d+)?)?"
MOMENT = rf"\s*[+-]?\d{{4,6}}-\d{{1,2}}-\d{{1,2}}( {CLOCK})?\s*"


def coerce(t: Translation, value: Value, wanted: Type, node: exp.Expr | None = None) -> Value:
    """Return a value as the type that is wanted, into which it turns by itself.

    Raises
    ------
    QueryRefused
        It does not turn into that type by itself.
    """
    if not turns_into(value.type, wanted):
        raise mismatch(f"Type {value.type} cannot be used as {wanted}", node)
    return Value(_converted(t, value, wanted), wanted)


def together(t: Translation, values: list[Value], wanted: Callable[[Type, Type], Exception]) -> list[Value]:
    """Return values as the type that all of them turn into; the error is made of two types that do not meet."""
    kind = UNKNOWN
    for value in values:
        met = common(kind, value.type)
        if met is None:
            raise wanted(kind, value.type)
        kind = met
    return [Value(_converted(t, value, kind), kind) for value in values]


def cast(t: Translation, value: Value, wanted: Type, node: exp.Expr | None = None) -> Value:
    """Return `cast(value as wanted)`.

    Raises
    ------
    QueryRefused
        There is no cast between the types.
    """
    return Value(_cast(t, value, wanted, node), wanted)


def _converted(t: Translation, value: Value, wanted: Type) -> str:
    """Convert where nothing can go wrong."""
    if duckdb_type(value.type) == duckdb_type(wanted) and wanted.name != "char":
        return value.sql
    return _cast(t, value, wanted, None)


def _cast(t: Translation, value: Value, wanted: Type, node: exp.Expr | None) -> str:
    given, sql = value.type, value.sql
    if given == UNKNOWN:
        return f"CAST({sql} AS {duckdb_type(wanted)})"
    if wanted.name == "json":
        return to_json(t, value, node)
    if given.name == "json":
        return _of_json(t, sql, wanted, node)
    if given.name == wanted.name and given.name in ("array", "map", "row"):
        return _nested(t, value, wanted, node)
    rule = CASTS.get((_family(given), _family(wanted)))
    if rule is None:
        raise mismatch(f"Cannot cast {given} to {wanted}", node)
    return rule(t, value, wanted)


def _family(kind: Type) -> str:
    if kind.name in INTEGERS:
        return "integer"
    return "double" if kind.name == "real" else "varchar" if kind.name == "char" else kind.name


def _plain(_t: Translation, value: Value, wanted: Type) -> str:
    return f"CAST({value.sql} AS {duckdb_type(wanted)})"


def _checked(t: Translation, value: Value, wanted: Type, pattern: str, name: str, cast_as: str = "") -> str:
    """Cast a text that has a pattern; any other text ends the query."""
    there = f"regexp_full_match({value.sql}, {quoted(pattern)})"
    message = f"'Cannot cast ''' || {value.sql} || ''' to {name}'"
    failed = t.fail("INVALID_CAST_ARGUMENT", message, wanted)
    done = cast_as or f"CAST({value.sql} AS {duckdb_type(wanted)})"
    return f"CASE WHEN {there} THEN {done} WHEN {value.sql} IS NOT NULL THEN {failed} END"


def _text_to_integer(t: Translation, value: Value, wanted: Type) -> str:
    return _checked(t, value, wanted, WHOLE, SHORT_NAMES[wanted.name])


def _text_to_double(t: Translation, value: Value, wanted: Type) -> str:
    stripped = f"regexp_replace(trim({value.sql}, ' \t\n\r'), '[dDfF]$', '')"
    kept = f"CASE WHEN contains({value.sql}, 'Inf') THEN trim({value.sql}) ELSE {stripped} END"
    done = f"CAST({kept} AS {duckdb_type(wanted)})"
    return _checked(t, value, wanted, NUMBER, wanted.name.upper(), done)


def _text_to_decimal(t: Translation, value: Value, wanted: Type) -> str:
    return _checked(t, value, wanted, EXACT, str(wanted).upper())


def _text_to_boolean(t: Translation, value: Value, wanted: Type) -> str:
    failed = t.fail("INVALID_CAST_ARGUMENT", f"'Cannot cast ''' || {value.sql} || ''' to BOOLEAN'", wanted)
    text = f"lower({value.sql})"
    return (
        f"CASE WHEN {text} IN ('true', 't', '1') THEN true WHEN {text} IN ('false', 'f', '0') THEN false "
        f"WHEN {value.sql} IS NOT NULL THEN {failed} END"
    )


def _text_to_date(t: Translation, value: Value, wanted: Type) -> str:
    return _checked(t, value, wanted, DAY, "DATE", f"CAST(trim({value.sql}) AS DATE)")


def _text_to_timestamp(t: Translation, value: Value, wanted: Type) -> str:
    message = f"'Value cannot be cast to timestamp: ' || {value.sql}"
    failed = t.fail("INVALID_CAST_ARGUMENT", message, wanted)
    there = f"regexp_full_match({value.sql}, {quoted(MOMENT)})"
    done = rounded(t, f"CAST(trim({value.sql}) AS TIMESTAMP)", wanted)
    return f"CASE WHEN {there} THEN {done} WHEN {value.sql} IS NOT NULL THEN {failed} END"


def _text_to_zoned(t: Translation, value: Value, wanted: Type) -> str:
    return t.python(python.function(python.zoned_of_text, "VARCHAR", duckdb_type(wanted)), value.sql)


def _text_to_time(t: Translation, value: Value, wanted: Type) -> str:
    return _checked(t, value, wanted, rf"\s*{CLOCK}\s*", "TIME", f"CAST(trim({value.sql}) AS TIME)")


def _double_to_integer(t: Translation, value: Value, wanted: Type) -> str:
    """Round half away from zero: DuckDB rounds half to even."""
    code = "INVALID_CAST_ARGUMENT" if wanted.name == "bigint" else "NUMERIC_VALUE_OUT_OF_RANGE"
    text = double_text(t, value)
    failed = t.fail(code, f"'Out of range for {wanted.name}: ' || {text}", wanted)
    no_number = t.fail("INVALID_CAST_ARGUMENT", quoted(f"Cannot cast NaN to {wanted.name}"), wanted)
    done = f"TRY_CAST(round({value.sql}) AS {duckdb_type(wanted)})"
    rounded_half_up = f"coalesce({done}, {failed})"
    return case((f"isnan({value.sql})", no_number), (f"{value.sql} IS NOT NULL", rounded_half_up))


def double_text(t: Translation, value: Value) -> str:
    """Return a double as `cast(x as varchar)` has it: 1.0E-1."""
    size = duckdb_type(value.type)
    call = python.text_of_real if value.type.name == "real" else python.text_of_double
    return t.python(python.function(call, size, "VARCHAR"), value.sql)


def _double_to_text(t: Translation, value: Value, wanted: Type) -> str:
    return _fitting(t, double_text(t, value), value, wanted)


def _to_text(t: Translation, value: Value, wanted: Type) -> str:
    return _fitting(t, f"CAST({value.sql} AS VARCHAR)", value, wanted)


def _fitting(t: Translation, text: str, value: Value, wanted: Type) -> str:
    """Refuse a text that is longer than a varchar(n); shorten it where it was a text before."""
    if wanted.name == "char":
        return f"rpad({text}, {length_of(wanted)}, ' ')"
    if wanted == VARCHAR:
        return text
    size = length_of(wanted)
    failed = t.fail("INVALID_CAST_ARGUMENT", f"'Value ' || {text} || ' cannot be represented as {wanted}'", wanted)
    return f"CASE WHEN length({text}) <= {size} THEN {text} WHEN {value.sql} IS NOT NULL THEN {failed} END"


def _text_to_text(_t: Translation, value: Value, wanted: Type) -> str:
    text = f"rtrim({value.sql}, ' ')" if wanted.name == "char" else value.sql
    if length_of(wanted) >= length_of(value.type) or wanted == VARCHAR:
        return f"rpad({text}, {length_of(wanted)}, ' ')" if wanted.name == "char" else text
    short = f"substr({text}, 1, {length_of(wanted)})"
    return f"rpad({short}, {length_of(wanted)}, ' ')" if wanted.name == "char" else short


def rounded(_t: Translation, sql: str, kind: Type) -> str:
    """Return a timestamp with as many digits of a second as its type has."""
    digits = int(kind.arguments[0])
    if digits >= 6:
        return sql
    unit = 10 ** (6 - digits)
    micros = f"epoch_us({sql})"
    return f"make_timestamp(CAST(floor(({micros} + {unit // 2}) / {float(unit)}) AS BIGINT) * {unit})"


def _timestamp_to_timestamp(t: Translation, value: Value, wanted: Type) -> str:
    return value.sql if wanted.arguments[0] >= value.type.arguments[0] else rounded(t, value.sql, wanted)


def _timestamp_to_text(t: Translation, value: Value, wanted: Type) -> str:
    return _fitting(t, timestamp_text(value), value, wanted)


def timestamp_text(value: Value) -> str:
    """Return a timestamp as text, with the digits of its type."""
    digits = int(value.type.arguments[0])
    pattern = "%Y-%m-%d %H:%M:%S" + (".%f" if digits else "")
    text = f"strftime({value.sql}, '{pattern}')"
    return text if digits in (0, 6) else f"substr({text}, 1, length({text}) - {6 - digits})"


def _zoned_to_text(t: Translation, value: Value, wanted: Type) -> str:
    digits = value.type.arguments[0]
    function = python.function(python.text_of_zoned, duckdb_type(value.type), "BIGINT", "VARCHAR")
    return _fitting(t, t.python(function, value.sql, str(digits)), value, wanted)


def zoned(at: str, zone: str) -> str:
    """Return an instant, in UTC, with the name of a zone."""
    return f'struct_pack("at" := {at}, "zone" := {zone})'


def _to_zoned(_t: Translation, value: Value, _wanted: Type) -> str:
    at = value.sql if value.type.name == "timestamp" else f"CAST({value.sql} AS TIMESTAMP)"
    return f"CASE WHEN {value.sql} IS NOT NULL THEN {zoned(at, quoted('UTC'))} END"


def local(t: Translation, value: Value) -> str:
    """Return what a clock in its zone shows at an instant."""
    return t.python(python.function(python.local_of, duckdb_type(value.type), "TIMESTAMP"), value.sql)


def _zoned_to_timestamp(t: Translation, value: Value, wanted: Type) -> str:
    return rounded(t, local(t, value), wanted)


def _zoned_to_date(t: Translation, value: Value, _wanted: Type) -> str:
    return f"CAST({local(t, value)} AS DATE)"


def _days_to_text(t: Translation, value: Value, wanted: Type) -> str:
    return _fitting(t, t.python(python.function(python.text_of_days, "BIGINT", "VARCHAR"), value.sql), value, wanted)


def _months_to_text(t: Translation, value: Value, wanted: Type) -> str:
    return _fitting(t, t.python(python.function(python.text_of_months, "BIGINT", "VARCHAR"), value.sql), value, wanted)


def to_json(t: Translation, value: Value, node: exp.Expr | None = None) -> str:
    """Return `cast(value as json)`, as text."""
    given = value.type
    if given.name == "json":
        return value.sql
    if given.name in (DAYS, MONTHS, "varbinary", "time"):
        raise mismatch(f"Cannot cast {given} to json", node)
    function = PythonFunction(
        t.python_name("json_of", given), python.json_writer(given), (duckdb_type(given),), "VARCHAR"
    )
    return t.python(function, value.sql)


def _is_in_json(kind: Type) -> bool:
    """Say whether JSON turns into a type: https://trino.io/docs/current/functions/json.html#cast-from-json."""
    if kind.name == "row":
        return all(_is_in_json(one) for _, one in kind.arguments)
    if kind.name in ("array", "map"):
        return all(_is_in_json(one) for one in kind.arguments)
    return kind.name in ("boolean", "varchar", "json") or kind.is_number


def _of_json(t: Translation, sql: str, wanted: Type, node: exp.Expr | None) -> str:
    if not _is_in_json(wanted):
        raise mismatch(f"Cannot cast json to {wanted}", node)
    kind = duckdb_type(wanted)
    function = PythonFunction(t.python_name("of_json", wanted), python.json_reader(wanted), ("VARCHAR",), kind)
    return t.python(function, sql)


def _nested(t: Translation, value: Value, wanted: Type, node: exp.Expr | None) -> str:
    if value.type.name == "array":
        name = t.new_name("v")
        inner = _cast(t, Value(name, value.type.element), wanted.element, node)
        return f"list_transform({value.sql}, lambda {name}: {inner})"
    if value.type.name == "map":
        name = t.new_name("v")
        key = _cast(t, Value(f"{name}.key", value.type.key), wanted.key, node)
        item = _cast(t, Value(f"{name}.value", value.type.value), wanted.value, node)
        entry = f"struct_pack(k := {key}, v := {item})"
        return f"map_from_entries(list_transform(map_entries({value.sql}), lambda {name}: {entry}))"
    if len(value.type.arguments) != len(wanted.arguments):
        raise mismatch(f"Cannot cast {value.type} to {wanted}", node)
    parts = [
        f"{new} := {_cast(t, Value(f'struct_extract({value.sql}, {_as_text(old)})', kind), to, node)}"
        for old, kind, new, to in zip(
            field_names(value.type), field_types(value.type), field_names(wanted), field_types(wanted), strict=True
        )
    ]
    return f"CASE WHEN {value.sql} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"


def _as_text(name: str) -> str:
    return quoted(name[1:-1].replace('""', '"'))


CASTS: dict[tuple[str, str], Callable[[Translation, Value, Type], str]] = {
    ("integer", "integer"): _plain,
    ("integer", "decimal"): _plain,
    ("integer", "double"): _plain,
    ("integer", "boolean"): _plain,
    ("integer", "varchar"): _to_text,
    ("decimal", "integer"): _plain,
    ("decimal", "decimal"): _plain,
    ("decimal", "double"): _plain,
    ("decimal", "boolean"): _plain,
    ("decimal", "varchar"): _to_text,
    ("double", "integer"): _double_to_integer,
    ("double", "decimal"): _plain,
    ("double", "double"): _plain,
    ("double", "boolean"): _plain,
    ("double", "varchar"): _double_to_text,
    ("boolean", "boolean"): _plain,
    ("boolean", "integer"): _plain,
    ("boolean", "double"): _plain,
    ("boolean", "decimal"): _plain,
    ("boolean", "varchar"): _to_text,
    ("varchar", "varchar"): _text_to_text,
    ("varchar", "integer"): _text_to_integer,
    ("varchar", "double"): _text_to_double,
    ("varchar", "decimal"): _text_to_decimal,
    ("varchar", "boolean"): _text_to_boolean,
    ("varchar", "date"): _text_to_date,
    ("varchar", "timestamp"): _text_to_timestamp,
    ("varchar", ZONED): _text_to_zoned,
    ("varchar", "time"): _text_to_time,
    ("date", "date"): _plain,
    ("date", "varchar"): _to_text,
    ("date", "timestamp"): _plain,
    ("date", ZONED): _to_zoned,
    ("timestamp", "timestamp"): _timestamp_to_timestamp,
    ("timestamp", "date"): _plain,
    ("timestamp", "time"): _plain,
    ("timestamp", "varchar"): _timestamp_to_text,
    ("timestamp", ZONED): _to_zoned,
    (ZONED, ZONED): lambda _t, value, _wanted: value.sql,
    (ZONED, "timestamp"): _zoned_to_timestamp,
    (ZONED, "date"): _zoned_to_date,
    (ZONED, "varchar"): _zoned_to_text,
    ("time", "time"): _plain,
    ("time", "varchar"): _to_text,
    ("uuid", "varchar"): _to_text,
    ("varchar", "uuid"): lambda _t, value, _wanted: f"CAST(CAST({value.sql} AS UUID) AS VARCHAR)",
    ("uuid", "uuid"): _plain,
    ("varbinary", "varbinary"): _plain,
    (DAYS, DAYS): _plain,
    (MONTHS, MONTHS): _plain,
    (DAYS, "varchar"): _days_to_text,
    (MONTHS, "varchar"): _months_to_text,
}
"""How a value of one kind of type becomes one of another."""
