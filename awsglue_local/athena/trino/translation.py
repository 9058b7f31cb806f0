"""What is known while one statement is translated."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import Parameter, Signature
from typing import Any

from sqlglot import exp

from awsglue_local.athena.trino.scope import Field, Scope, Value
from awsglue_local.athena.trino.types import Type, duckdb_type


@dataclass(frozen=True)
class Rows:
    """A query or a table: its text in DuckDB's SQL, and its columns by the names that it gives them.

    Attributes
    ----------
    columns
        `(name in the query, name in DuckDB, type)`.
    """

    sql: str
    columns: list[tuple[str, str, Type]]

    def fields(self, alias: str, relation: str = "", schema: str = "", names: Sequence[str] = ()) -> list[Field]:
        """Return its columns under an alias of DuckDB, by other names where they are given."""
        given = list(names) or [name for name, _, _ in self.columns]
        return [
            Field(name, Value(f"{alias}.{identifier(inner)}", kind), relation, schema)
            for name, (_, inner, kind) in zip(given, self.columns, strict=True)
        ]


@dataclass(frozen=True)
class PythonFunction:
    """A function that DuckDB calls in Python.

    Attributes
    ----------
    parameters, result
        DuckDB's types.
    """

    name: str
    call: Callable[..., Any]
    parameters: tuple[str, ...]
    result: str


def fail(message: str) -> str:
    """End the query with a message that begins with Trino's name of the error."""
    raise ValueError(message)


FAIL = PythonFunction("trino_fail", fail, ("VARCHAR",), "VARCHAR")


@dataclass
class Translation:
    """What the parts of a translation share.

    Attributes
    ----------
    value, query
        Translate an expression and a query at a place: `value(translation, node, scope)`.
    database
        Of tables that are named without one.
    tables
        Gives the columns of a table, of a database and a name.
    now
        When the query began; `current_timestamp` is the same everywhere in it.
    functions
        Python functions that the translated text calls, by name.
    aggregates
        The texts of aggregates and window functions, in the order of their translation.
    shared
        Returns the text of a table of WITH, or of one that has been computed already.
    """

    value: Callable[[Translation, exp.Expr, Scope], Value]
    query: Callable[[Translation, exp.Expr, Scope | None], Rows]
    database: str
    tables: Callable[[str, str, exp.Table], Rows]
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    functions: dict[str, PythonFunction] = field(default_factory=dict)
    aggregates: list[str] = field(default_factory=list)
    shared: Callable[[exp.CTE, str], str] = lambda _node, sql: sql
    _names: int = 0

    def new_name(self, prefix: str) -> str:
        """Return a name that nothing else in the text has."""
        self._names += 1
        return f"{prefix}{self._names}"

    def python(self, function: PythonFunction, *arguments: str) -> str:
        """Return a call of a Python function, which is registered before the query runs."""
        self.functions[function.name] = function
        return f"{function.name}({', '.join(arguments)})"

    def python_name(self, prefix: str, *kinds: Type | str) -> str:
        """Return the name of a Python function that is made for some types."""
        return f"{prefix}_{zlib.crc32(' '.join(map(str, kinds)).encode()):08x}"

    def tried(self, made: Callable[[], Value]) -> Value:
        """Return a value that is null where it cannot be computed."""
        before = len(self.aggregates)
        value = made()
        # DuckDB's TRY takes no aggregates: they are computed first
        found = sorted({one for one in self.aggregates[before:] if one in value.sql}, key=len, reverse=True)
        if not found:
            return Value(f"TRY({value.sql})", value.type)
        name = self.new_name("v")
        sql = value.sql
        for number, one in enumerate(found):
            sql = sql.replace(one, f"{name}.a{number}")
        fields = ", ".join(f"a{number} := {one}" for number, one in enumerate(found))
        return Value(f"list_transform([struct_pack({fields})], lambda {name}: TRY({sql}))[1]", value.type)

    def may_fail(self, sql: str) -> bool:
        """Say whether an expression calls Python, which may end the query."""
        return any(f"{name}(" in sql for name in self.functions)

    def fail(self, code: str, message: str, kind: Type) -> str:
        """Return an expression of a type that ends the query; the message is an expression of DuckDB."""
        failed = self.python(FAIL, f"{quoted(f'{code}: ')} || {message}")
        return f"CAST({failed} AS {duckdb_type(kind)})"


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    literal = "'" + text.replace("'", "''") + "'"
    if "«" in text or "»" in text:
        # these mark an aggregate's call in the text of a rule
        return "(" + literal.replace("«", "' || chr(171) || '").replace("»", "' || chr(187) || '") + ")"
    return literal


def with_names(sql: str, given: dict[str, str]) -> str:
    """Return SQL with texts in the place of variables; what stands in quotes stays."""
    names = "|".join(re.escape(name) for name in given)
    words = rf"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(?:{names})\b"""
    return re.sub(words, lambda found: given.get(found[0], found[0]), sql)


def identifier(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def register(connection: Any, function: PythonFunction) -> None:
    """Let a connection of DuckDB call a Python function."""

    def call(*values: Any) -> Any:
        return function.call(*values)

    def call_for_numbers(*values: Any) -> Any:
        made = function.call(*values)
        if _has_nan(made):
            raise ValueError("NOT_SUPPORTED: NaN as a result of this function is not supported here")
        return made

    if "DOUBLE" in function.result or "FLOAT" in function.result:
        # DuckDB takes the NaN of a Python function for null
        call = call_for_numbers
    # DuckDB asks for the number of parameters
    names = [Parameter(f"value{number}", Parameter.POSITIONAL_ONLY) for number in range(len(function.parameters))]
    call.__signature__ = Signature(names)  # type: ignore[attr-defined]
    connection.create_function(
        function.name, call, list(function.parameters), function.result, type="native", null_handling="special"
    )


def _has_nan(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_nan(one) for one in value.values())
    if isinstance(value, list | tuple):
        return any(_has_nan(one) for one in value)
    return isinstance(value, float) and value != value


def case(*branches: tuple[str, str], otherwise: str = "NULL") -> str:
    """Return a CASE of conditions and values."""
    return f"CASE {' '.join(f'WHEN {test} THEN {value}' for test, value in branches)} ELSE {otherwise} END"
