"""Spark's SQL and PySpark's functions, as Sail has to be told them: see `sail_rules`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from awsglue_local.spark.patching import replaced
from awsglue_local.spark.sail_rules import RULES, TRIED
from awsglue_local.storage.column_types import quoted

EXPLODED = {"explode": "inline", "explode_outer": "inline_outer"}
"""What makes rows of a map's entries: Sail fails with `explode` of a map."""
TWO_NAMES = re.compile(r"(?i)\s*as\s*\(\s*[\w`]+\s*,\s*[\w`]+\s*\)")
TWO_NAMES_OF_VIEW = re.compile(r"(?i)\s*(?!as\b)\w+\s+(?:as\s+)?[\w`]+\s*,\s*[\w`]+")
NAMES = {name for name, _ in RULES} | {"cast", "extract", *EXPLODED}
LOOKED_AT = re.compile(rf"(?i)\b(?:{'|'.join(sorted(NAMES))})\s*\(")
"""What a text must hold to be looked at; most have nothing of the kind."""
NUMBER = r"^\s*[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?|(?i:inf|infinity|nan))\s*$"
"""Texts that Spark takes for numbers."""
WHOLE = r"^\s*[+-]?\d+\s*$"
TRUTH = r"^\s*(?i:t|true|y|yes|1|f|false|n|no|0)\s*$"


class SqlWords:
    """Expressions as SQL's text."""

    def call(self, name: str, *arguments: str) -> str:
        """Return a function of arguments."""
        return f"{name}({', '.join(arguments)})"

    def literal(self, value: Any) -> str:
        """Return a number or a text."""
        if value is None:
            return "null"
        if isinstance(value, float):
            return f"cast({value!r} as double)"
        escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
        return str(value) if isinstance(value, int) else f"'{escaped}'"

    def cast(self, value: str, kind: str) -> str:
        """Return a value as another type."""
        return f"cast({value} as {kind})"

    def operation(self, left: str, sign: str, right: str) -> str:
        """Return `left sign right`."""
        return f"({left} {sign} {right})"

    def either(self, condition: str, then: str, otherwise: str) -> str:
        """Return one of two values."""
        return f"case when {condition} then {then} else {otherwise} end"

    def each(self, array: str, function: Callable[[str], str]) -> str:
        """Return an array with a function of each element."""
        return f"transform({array}, one_ -> {function('one_')})"


class ColumnWords:
    """Expressions as PySpark's columns, on Spark Connect."""

    def __init__(self, invoke: Callable[..., Any], cast: Callable[..., Any]) -> None:
        self.call, self.cast = invoke, cast

    def literal(self, value: Any) -> Any:
        """Return a number or a text."""
        from pyspark.sql import functions as F

        return F.lit(value)

    def operation(self, left: Any, sign: str, right: Any) -> Any:
        """Return `left sign right`."""
        return self.call({"=": "=="}.get(sign, sign), left, right)

    def either(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return one of two values."""
        from pyspark.sql import functions as F

        return F.when(condition, then).otherwise(otherwise)

    def each(self, array: Any, function: Callable[[Any], Any]) -> Any:
        """Return an array with a function of each element."""
        from pyspark.sql import functions as F

        # PySpark names the variable after the function's parameter
        return F.transform(array, lambda one: function(one))


def rewritten(sql: str) -> str:
    """Return SQL as Sail has to be told it; what needs no rule stays as it is, letter by letter."""
    if not LOOKED_AT.search(sql):
        return sql
    # slow to import, and most scripts do without
    from sqlglot.errors import SqlglotError

    try:
        return _Rewriter(sql).whole()
    except SqlglotError:
        return sql  # the engine says what is wrong with it


CLAUSES = ("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LATERAL", "WINDOW", "VALUES", "SORT", "CLUSTER")
"""Words that begin a part of a query; of a select list alone the columns get names."""


class _Rewriter:
    """Takes a text apart at its calls, by its tokens.

    A call that is a column without a name gets the one that Spark would give it.
    """

    def __init__(self, sql: str) -> None:
        from sqlglot import tokenize

        self._sql = sql
        self._tokens = tokenize(sql, read="spark")

    def whole(self) -> str:
        if not self._tokens:
            return self._sql
        end = self._tokens[-1].end + 1
        return self._said(0, len(self._tokens), 0, end, ["SELECT"]) + self._sql[end:]

    def _said(self, first: int, last: int, start: int, end: int, clauses: list[str]) -> str:
        """Return the text from `start` to `end`, which has the tokens from `first` up to `last`.

        Parameters
        ----------
        clauses
            The part of a query that the text is in, and those that are around it.
        """
        text, index = "", first
        while index < last:
            token = self._tokens[index]
            if self._is_call(index, last) and (name := token.text.lower()) in NAMES:
                closing = self._closing(index + 1)
                there = self._sql[token.start : self._tokens[closing].end + 1]
                ours = self._call(name, index, closing)
                text += self._sql[start : token.start] + ours
                if ours != there and clauses[-1] == "SELECT" and self._is_whole_column(index, closing):
                    text += f" as {quoted(_name_in_spark(there))}"
                start, index = self._tokens[closing].end + 1, closing
            else:
                _follow(clauses, token.text)
            index += 1
        return text + self._sql[start:end]

    def _is_whole_column(self, index: int, closing: int) -> bool:
        """Say whether nothing stands beside a call between the commas of a select list."""
        before = self._tokens[index - 1].text.upper() if index else "SELECT"
        after = self._tokens[closing + 1].text.upper() if closing + 1 < len(self._tokens) else "FROM"
        return before in ("SELECT", "DISTINCT", ",") and after in (",", "FROM", ")", ";", "UNION")

    def _is_call(self, index: int, last: int) -> bool:
        before = self._tokens[index - 1].text if index else ""
        return index + 1 < last and self._tokens[index + 1].text == "(" and before != "."

    def _closing(self, opening: int) -> int:
        depth = 0
        for index in range(opening, len(self._tokens)):
            depth += {"(": 1, ")": -1}.get(self._tokens[index].text, 0)
            if not depth:
                return index
        from sqlglot.errors import SqlglotError

        raise SqlglotError("a bracket is not closed")

    def _call(self, name: str, index: int, closing: int) -> str:
        arguments = self._arguments(index + 1, closing)
        rule = RULES.get((name, len(arguments)))
        if rule is not None:
            return str(rule(SqlWords(), *arguments))
        called = self._special(name, arguments[0], index, closing) if len(arguments) == 1 else ""
        return called or f"{self._tokens[index].text}({', '.join(arguments)})"

    def _arguments(self, opening: int, closing: int) -> list[str]:
        """Return the arguments between two brackets, each rewritten."""
        if closing == opening + 1:
            return []
        depth, starts = 0, [opening]
        for index in range(opening + 1, closing):
            text = self._tokens[index].text
            depth += (text in "([") - (text in ")]")
            if text == "," and not depth:
                starts.append(index)
        ends = [*starts[1:], closing]
        return [
            self._said(first + 1, last, self._tokens[first].end + 1, self._tokens[last].start, [""]).strip()
            for first, last in zip(starts, ends, strict=True)
        ]

    def _special(self, name: str, argument: str, index: int, closing: int) -> str:
        """Return a call that its words alone do not tell; empty where it stays as it is."""
        if name == "cast":
            return self._cast(argument)
        if name in ("explode", "explode_outer"):
            return f"{EXPLODED[name]}(map_entries({argument}))" if self._is_of_map(index, closing) else ""
        day = re.fullmatch(r"(?is)(?:dow|dayofweek)\s+from\b(.*)", argument) if name == "extract" else None
        return f"dayofweek({day[1].strip()})" if day else ""

    def _is_of_map(self, index: int, closing: int) -> bool:
        """Say whether two names follow an explode, as they do where it is of a map."""
        before = self._tokens[index - 1].text.upper() if index else ""
        names = TWO_NAMES_OF_VIEW if before in ("VIEW", "OUTER") else TWO_NAMES
        return bool(names.match(self._sql, self._tokens[closing].end + 1))

    def _cast(self, argument: str) -> str:
        """Return a cast to a type that is null for text that is no value of it; empty where it stays as it is."""
        match = re.fullmatch(r"(?is)(.*)\bas\s+(\w+)(\s*\([\d\s,]+\))?", argument)
        kind = match[2].lower() if match else ""
        if match and kind == "date":
            return str(RULES[("to_date", 1)](SqlWords(), match[1].strip()))
        if not match or kind not in TRIED:
            return ""
        value, whole = match[1].strip(), kind + (match[3] or "")
        return _whole_number(value) if kind in ("bigint", "long") else f"try_cast({value} as {whole})"


def _name_in_spark(call: str) -> str:
    """Return what Spark calls a column that is a call; a column that is cast keeps its name."""
    cast = re.fullmatch(r"(?is)cast\s*\(\s*`?(?:\w+\.)?(\w+)`?\s+as\b.*", call)
    return cast[1] if cast else re.sub(r"'([^']*)'", r"\1", call)


def _follow(clauses: list[str], text: str) -> None:
    """Note the part of a query that a token begins or ends."""
    if text == "(":
        clauses.append("")
    elif text == ")" and len(clauses) > 1:
        clauses.pop()
    elif text.upper() in CLAUSES:
        clauses[-1] = text.upper()


def _whole_number(value: str) -> str:
    """Return a cast to bigint: of `1.5` it is 1, of text that is no number null; a number that is too large fails."""
    through = f"cast(try_cast({value} as double) as bigint)"
    return f"coalesce(try_cast({value} as bigint), {through})"


@contextmanager
def sail_dialect(session: Any) -> Iterator[None]:
    """Let SQL texts, PySpark's functions and its casts reach Sail as it has to be told them."""
    from pyspark.sql.connect import functions
    from pyspark.sql.connect.column import Column
    from pyspark.sql.connect.expressions import ColumnReference, LiteralExpression, SQLExpression

    plain_sql, plain_text = type(session).sql, SQLExpression.__init__
    invoke, cast, plain_substr = functions._invoke_function, Column.cast, Column.substr
    words = ColumnWords(invoke, cast)

    def sql(self: Any, query: str, *arguments: Any, **more: Any) -> Any:
        return plain_sql(self, rewritten(query), *arguments, **more)

    def text(self: Any, expr: str) -> None:
        plain_text(self, rewritten(expr))

    def invoking(name: str, *arguments: Any) -> Any:
        plain, rule = invoke(name, *arguments), RULES.get((name, len(arguments)))
        if rule is None:
            return plain
        ours = rule(words, *arguments)
        simple = all(isinstance(one._expr, ColumnReference | LiteralExpression) for one in arguments)
        return ours.alias(str(plain._expr)) if simple else ours

    def casting(column: Any, dataType: Any) -> Any:
        kind = dataType if isinstance(dataType, str) else getattr(dataType, "simpleString", lambda: "")()
        ours = _cast_of(column, kind.strip().lower(), words)
        return cast(column, dataType) if ours is None else ours

    def substr(column: Any, startPos: Any, length: Any) -> Any:
        if isinstance(startPos, Column) and isinstance(length, Column):
            return invoking("substring", column, startPos, length)
        return plain_substr(column, startPos, length)

    with replaced(
        (type(session), "sql", sql),
        (SQLExpression, "__init__", text),
        (functions, "_invoke_function", invoking),
        (Column, "cast", casting),
        (Column, "astype", casting),
        (Column, "substr", substr),
    ):
        yield


def _where(column: Any, pattern: str, words: ColumnWords) -> Any:
    """Return a column; one of text is null where it is not of a pattern."""
    is_text = words.operation(words.call("typeof", column), "=", words.literal("string"))
    fits = words.call("rlike", words.cast(column, "string"), words.literal(pattern))
    return words.either(words.either(is_text, fits, words.literal(True)), column, words.literal(None))


def _named_as_spark_does(cast: Any, column: Any) -> Any:
    """Return a cast column with the name of the column that is cast, where that has one."""
    from pyspark.sql.connect.expressions import ColumnReference

    expression = column._expr
    if not isinstance(expression, ColumnReference):
        return cast
    return cast.alias(expression._unparsed_identifier.split(".")[-1].strip("`"))


def _cast_of(column: Any, kind: str, words: ColumnWords) -> Any:
    """Return a cast of a column in which text that is no value is null; None where the plain one does it."""
    from pyspark.sql.connect.expressions import ColumnReference

    name = re.sub(r"\(.*", "", kind)
    if name == "date":
        return _named_as_spark_does(RULES[("to_date", 1)](words, column), column)
    if name not in TRIED:
        return None
    expression = column._expr
    if not isinstance(expression, ColumnReference):
        return None
    parts = [part.strip("`") for part in expression._unparsed_identifier.split(".")]
    if expression._plan_id is None:
        from pyspark.sql import functions as F

        named = ".".join(map(quoted, parts))
        ours = F.expr(_whole_number(named) if name in ("bigint", "long") else f"try_cast({named} as {kind})")
    else:
        ours = words.cast(_where(column, TRUTH if name == "boolean" else NUMBER, words), kind)
        if name in ("bigint", "long"):
            # of `1.5` it is 1
            whole = words.cast(_where(column, WHOLE, words), kind)
            ours = words.call("coalesce", whole, words.cast(words.cast(_where(column, NUMBER, words), "double"), kind))
    return _named_as_spark_does(ours, column)
