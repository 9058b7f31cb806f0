"""Filter's lambda as a column expression, where its meaning is certain; else row by row in Python.

What Glue does with a record follows from Python: a key that is absent raises KeyError, a comparison of a number with
text or None raises TypeError, and a record for which the function raises is left out. An expression here is therefore
a pair: the column that says what Python would return, and the column that says that Python would not raise.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from awsglue_local.files.column_traits import EXPLICIT_NULL
from awsglue_local.storage.column_types import quoted

NUMBERS = {"tinyint", "smallint", "int", "bigint", "float", "double"}
FRACTIONS = {"float", "double"}
ORDERING = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class Uncertain(Exception):
    """The lambda's meaning as a column expression is not certain."""


@dataclass(frozen=True)
class Translated:
    """What evaluating an expression gives for each row; neither column is ever null.

    Attributes
    ----------
    truth
        Whether Python's result is true.
    safe
        Whether Python raises nothing.
    """

    truth: Any
    safe: Any


def filter_frame(
    df: Any, function: Callable[[Any], Any], absent: Mapping[str, str | None], choices: Iterable[str] = ()
) -> Any:
    """Return the rows of a DataFrame for which a Filter function returns true.

    Parameters
    ----------
    absent
        Columns in which null may stand for an absent key, with the hidden column that tells, see `Traits`.
    choices
        Columns of a choice type.
    """
    try:
        outcome = translator(df, absent, choices).function(function)
    except Uncertain:
        return _filter_in_python(df, function, absent, choices)
    return df.filter(outcome.truth & outcome.safe)


def translator(df: Any, absent: Mapping[str, str | None], choices: Iterable[str]) -> Translator:
    """Return what translates lambdas for the rows of a DataFrame; see `filter_frame`."""
    fields = {field.name: field.dataType for field in df.schema}
    members = {name: {one.name: one.dataType.simpleString() for one in fields[name]} for name in choices}
    return Translator({name: kind.simpleString() for name, kind in fields.items()}, absent, members)


class Translator:
    """Translates the syntax tree of a lambda.

    Parameters
    ----------
    types
        Column to Spark's name of its type.
    absent
        See `filter_frame`.
    choices
        Column of a choice type to its members, each with its type.
    """

    def __init__(
        self, types: Mapping[str, str], absent: Mapping[str, str | None], choices: Mapping[str, Mapping[str, str]]
    ) -> None:
        from pyspark.sql import functions as F

        self.F: Any = F
        self.types = types
        self.choices = choices
        self.absent = absent
        self.row = ""
        self.globals: Mapping[str, Any] = {}

    def function(self, function: Callable[[Any], Any]) -> Translated:
        """Translate a lambda or raise Uncertain."""
        tree = find_lambda(function)
        if tree is None or len(tree.args.args) != 1 or function.__closure__:
            raise Uncertain
        self.row = tree.args.args[0].arg
        self.globals = function.__globals__
        return self.truth(tree.body)

    def truth(self, node: ast.expr) -> Translated:
        """Translate an expression whose truth is asked for."""
        match node:
            case ast.BoolOp(op=ast.And()):
                return self._chain(node.values, stop_at=False)
            case ast.BoolOp(op=ast.Or()):
                return self._chain(node.values, stop_at=True)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.truth(operand)
                return Translated(~inner.truth, inner.safe)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(left, op, right)
            case ast.Call(func=ast.Name(id="bool"), args=[argument], keywords=[]) if self._is_builtin("bool"):
                return self.truth(argument)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr="match"), args=[pattern, value], keywords=[]
            ):
                return self._match(pattern, value)
            case ast.Constant(value=bool(value)):
                return Translated(self.F.lit(value), self.F.lit(True))
        raise Uncertain

    def _is_builtin(self, name: str) -> bool:
        return name not in self.globals

    def _chain(self, nodes: list[ast.expr], stop_at: bool) -> Translated:
        """Translate `and` (stops at the first false) or `or` (stops at the first true): the rest is not evaluated."""
        whole = self.truth(nodes[0])
        for node in nodes[1:]:
            rest = self.truth(node)
            stopped = whole.truth if stop_at else ~whole.truth
            truth = (whole.truth | rest.truth) if stop_at else (whole.truth & rest.truth)
            whole = Translated(truth, whole.safe & (stopped | rest.safe))
        return whole

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Translated:
        if isinstance(op, ast.Is | ast.IsNot):
            return self._is_none(left, op, right)
        name, other = self._column(left), self._constant(right)
        if self._is_nowhere(name):
            return self._raises()
        there = self._there(name)
        # of a choice the one member that is not null is the value
        comparable = [
            (column, kind) for column, kind in self._members(name) if isinstance(other, str) == (kind == "string")
        ]
        if isinstance(op, ast.Eq | ast.NotEq):
            equal = self._any([self._known(column == other) for column, _ in comparable])
            return Translated(equal if isinstance(op, ast.Eq) else ~equal, there)
        if type(op) not in ORDERING:
            raise Uncertain
        holds = self._any([self._known(self._ordered(column, op, other, kind)) for column, kind in comparable])
        return Translated(holds, there & self._any([column.isNotNull() for column, _ in comparable]))

    def _is_nowhere(self, name: str) -> bool:
        """Say whether no record has a key."""
        return name not in self.types or name.startswith(EXPLICIT_NULL)

    def _raises(self) -> Translated:
        return Translated(self.F.lit(False), self.F.lit(False))

    def _members(self, name: str) -> list[tuple[Any, str]]:
        """Return the columns in which the value of a column may be, and their types."""
        column = self.F.col(quoted(name))
        if name not in self.choices:
            return [(column, self.types[name])]
        return [(column.getField(member), kind) for member, kind in self.choices[name].items()]

    def _any(self, conditions: list[Any]) -> Any:
        whole = self.F.lit(False)
        for condition in conditions:
            whole = whole | condition
        return whole

    def _ordered(self, column: Any, op: ast.cmpop, other: Any, kind: str) -> Any:
        comparisons = {"<": column < other, "<=": column <= other, ">": column > other, ">=": column >= other}
        result = comparisons[ORDERING[type(op)]]
        # to Spark NaN is the largest number, to Python it compares with nothing
        return result & ~self.F.isnan(column) if kind in FRACTIONS else result

    def _is_none(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Translated:
        if not (isinstance(right, ast.Constant) and right.value is None):
            raise Uncertain
        name = self._column(left)
        if self._is_nowhere(name):
            return self._raises()
        null = self.F.col(quoted(name)).isNull()
        return Translated(null if isinstance(op, ast.Is) else ~null, self._there(name))

    def _match(self, pattern: ast.expr, value: ast.expr) -> Translated:
        """Translate `re.match` of a pattern that Python's, Java's and Rust's regular expressions read alike."""
        import re

        text, name = self._constant(pattern), self._column(value)
        if self._is_nowhere(name) and self.globals.get("re") is re:
            return self._raises()
        plain = isinstance(text, str) and re.fullmatch(
            r"\^?(?:[\w\s@,:;/<>=!%&'\"-]|\\\.|\.\*|\.\+|\.)*\$?", text, re.ASCII
        )
        if not plain or self.types.get(name) != "string" or self.globals.get("re") is not re or text.endswith("$"):
            raise Uncertain
        column = self.F.col(quoted(name))
        return Translated(self._known(column.rlike(f"^(?:{text})")), self._there(name) & column.isNotNull())

    def _column(self, node: ast.expr) -> str:
        match node:
            case ast.Subscript(value=ast.Name(id=row), slice=ast.Constant(value=str(name))) if row == self.row:
                kinds = self.choices[name].values() if name in self.choices else [self.types.get(name)]
                if self._is_nowhere(name) or all(kind in NUMBERS | {"string"} for kind in kinds):
                    return name
        raise Uncertain

    def _constant(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Constant(value=int(number) | float(number)) if _is_exact(number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number) | float(number))) if _is_exact(
                number
            ):
                return -number
        raise Uncertain

    def _there(self, name: str) -> Any:
        """Return the column that says whether the record has the key."""
        if name not in self.absent:
            return self.F.lit(True)
        filled = self.F.col(quoted(name)).isNotNull()
        hidden = self.absent[name]
        return filled | self._known(self.F.col(quoted(hidden))) if hidden else filled

    def _known(self, column: Any) -> Any:
        return self.F.coalesce(column, self.F.lit(False))


def _is_exact(number: int | float) -> bool:
    # beyond 2**53 an engine may round a whole number that Python compares exactly; True is no number to the engines
    return not isinstance(number, bool) and abs(number) <= 2**53


def find_lambda(function: Callable[[Any], Any]) -> ast.Lambda | None:
    """Return the syntax tree of a lambda, from its source file; None where it is not surely found."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_name != "<lambda>":
        return None
    source = "".join(linecache.getlines(code.co_filename))
    try:
        tree = ast.parse(source)
        whole = compile(tree, code.co_filename, "exec")
    except (SyntaxError, ValueError):
        return None
    if code not in _codes_in(whole):
        # the file has changed since it was run
        return None
    # one of the lambda's instructions makes its result, and stands where its body stands
    places = set(code.co_positions())
    lambdas = (node for node in ast.walk(tree) if isinstance(node, ast.Lambda))
    return next((node for node in lambdas if _place(node.body) in places), None)


def keys_read(function: Callable[[Any], Any]) -> set[str]:
    """Return the keys that a lambda reads of its record, `row["key"]`, as far as its source is surely found."""
    found = find_lambda(function)
    if found is None or len(found.args.args) != 1:
        return set()
    row = found.args.args[0].arg
    return {
        node.slice.value
        for node in ast.walk(found.body)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == row
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    }


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes_in(constant)


def _place(node: ast.expr) -> tuple[int | None, ...]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _filter_in_python(
    df: Any, function: Callable[[Any], Any], absent: Mapping[str, str | None], choices: Iterable[str]
) -> Any:
    hidden_of, mixed = dict(absent), frozenset(choices)
    if not df.columns:
        # one record without a key is as another, and engines hand over none
        return df if _holds(function, {}, hidden_of, mixed) else df.limit(0)

    def keep(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            kept = [_holds(function, row, hidden_of, mixed) for row in batch.to_pylist()]
            yield batch.filter(pa.array(kept, pa.bool_()))

    return df.mapInArrow(keep, df.schema)


def _holds(
    function: Callable[[Any], Any], row: dict[str, Any], absent: Mapping[str, str | None], choices: frozenset[str]
) -> bool:
    try:
        return bool(function(record_of(row, absent, choices)))
    except Exception:
        # Glue leaves the record out: KeyError, ValueError and TypeError silently, others as error records
        return False


def record_of(row: dict[str, Any], absent: Mapping[str, str | None], choices: frozenset[str]) -> Any:
    """Return a row as the record that a script's function gets: without absent keys, choices as the value they are."""
    from awsglue.gluetypes import DynamicRecord

    return DynamicRecord(
        {
            name: next((one for one in value.values() if one is not None), None) if name in choices and value else value
            for name, value in row.items()
            if not name.startswith(EXPLICIT_NULL)
            and (value is not None or name not in absent or row.get(absent[name] or ""))
        }
    )
