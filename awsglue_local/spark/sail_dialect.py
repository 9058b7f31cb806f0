"""Spark's SQL and PySpark's functions, as Sail has to be told them: see `sail_rules`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from awsglue_local.spark.patching import replaced
from awsglue_local.spark.sail_rules import RULES, TRIED, cast_of, is_text_literal
from awsglue_local.storage.column_types import quoted

EXPLODED = {"explode": "inline", "explode_outer": "inline_outer"}
"""What makes rows of a map's entries: Sail fails with `explode` of a map."""
TWO_NAMES = re.compile(r"(?i)\s*as\s*\(\s*[\w`]+\s*,\s*[\w`]+\s*\)")
TWO_NAMES_OF_VIEW = re.compile(r"(?i)\s*(?:(?!as\b)\w+\s+)?(?:as\s+)?[\w`]+\s*,\s*[\w`]+")
NAMES = {name for name, _ in RULES} | {"cast", "extract", "date_part", "datepart", *EXPLODED}
LOOKED_AT = re.compile(rf"(?i)\b(?:{'|'.join(sorted(NAMES))})\s*\(")
"""What a text must hold to be looked at; most have nothing of the kind."""
OF_NAMES = ("AS", "VIEW", "TABLE", "INTO", "WITH", "RECURSIVE", "EXISTS")
"""Words after which a name is no function: a type, a table, a view."""
DAYS_OF_WEEK = ("dow", "dayofweek")


class SqlWords:
    """Expressions as SQL's text."""

    def call(self, name: str, *arguments: str) -> str:
        """Return a function of arguments."""
        return f"{name}({', '.join(arguments)})"

    def literal(self, value: Any) -> str:
        """Return a number or a text."""
        if value is None or isinstance(value, bool):
            return str(value).replace("None", "null")
        if isinstance(value, float):
            return f"cast({value!r} as double)"
        escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
        return str(value) if isinstance(value, int) else f"'{escaped}'"

    def cast(self, value: str, kind: str) -> str:
        """Return a value as another type."""
        return f"cast({value} as {kind})"

    def attempt(self, value: str, kind: str) -> str:
        """Return a value as another type, null where that cannot be."""
        return f"try_cast({value} as {kind})"

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
        self.attempt = cast  # Spark Connect has no other

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
ENDS = (",", ")", ";", *CLAUSES[1:], "UNION", "EXCEPT", "INTERSECT", "MINUS", "LIMIT", "DISTRIBUTE", "QUALIFY")
"""What comes after the last word of a column."""


class _Rewriter:
    """Takes a text apart at its calls, by its tokens.

    A call that is a column without a name gets the one that Spark would give it.
    """

    def __init__(self, sql: str) -> None:
        from sqlglot import tokenize

        self._sql = _without_comments(sql, tokenize(sql, read="spark"))
        self._tokens = tokenize(self._sql, read="spark")
        # a text of one comma is no comma
        self._words = ["" if _is_text(one) else one.text for one in self._tokens]

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
            if self._is_call(index, last) and (name := self._words[index].lower()) in NAMES:
                closing = self._closing(index + 1)
                there = self._sql[token.start : self._tokens[closing].end + 1]
                ours = self._call(name, index, closing)
                text += self._sql[start : token.start] + ours
                if ours != there and clauses[-1] == "SELECT" and self._is_whole_column(index, closing):
                    text += f" as {quoted(self._name_in_spark(name, index, closing))}"
                start, index = self._tokens[closing].end + 1, closing
            else:
                _follow(clauses, self._words[index])
            index += 1
        return text + self._sql[start:end]

    def _is_whole_column(self, index: int, closing: int) -> bool:
        """Say whether nothing stands beside a call between the commas of a select list."""
        before = self._words[index - 1].upper() if index else "SELECT"
        after = self._words[closing + 1].upper() if closing + 1 < len(self._tokens) else "FROM"
        return before in ("SELECT", "DISTINCT", ",") and after in ENDS

    def _is_call(self, index: int, last: int) -> bool:
        """Say whether a name and a bracket are a call, and no type, table or view with its columns."""
        if index + 1 >= last or self._words[index + 1] != "(":
            return False
        before = self._tokens[index - 1] if index else None
        if before is None:
            return True
        after = self._closing(index + 1) + 1
        names_query = [one.upper() for one in self._words[after : after + 2]] == ["AS", "("]
        is_name = before.token_type.name in ("VAR", "IDENTIFIER")
        is_lateral = index > 1 and self._words[index - 2].upper() == "LATERAL"
        follows_name = before.text.upper() in OF_NAMES and not is_lateral
        return before.text != "." and not follows_name and not is_name and not names_query

    def _closing(self, opening: int) -> int:
        depth = 0
        for index in range(opening, len(self._tokens)):
            depth += {"(": 1, ")": -1}.get(self._words[index], 0)
            if not depth:
                return index
        from sqlglot.errors import SqlglotError

        raise SqlglotError("a bracket is not closed")

    def _call(self, name: str, index: int, closing: int) -> str:
        arguments = self._arguments(index + 1, closing)
        rule = RULES.get((name, len(arguments)))
        if rule is not None:
            return str(rule(SqlWords(), *arguments))
        if special := self._special(name, arguments, index, closing):
            return special
        there = [self._sql[start:end].strip() for start, end in self._places(index + 1, closing)]
        if there == arguments:
            return self._sql[self._tokens[index].start : self._tokens[closing].end + 1]
        return f"{self._tokens[index].text}({', '.join(arguments)})"

    def _commas(self, opening: int, closing: int) -> list[tuple[int, int]]:
        """Return the tokens before and after each argument between two brackets."""
        if closing == opening + 1:
            return []
        depth, starts = 0, [opening]
        for index in range(opening + 1, closing):
            word = self._words[index]
            depth += (word in ("(", "[")) - (word in (")", "]"))
            if word == "," and not depth:
                starts.append(index)
        return list(zip(starts, [*starts[1:], closing], strict=True))

    def _places(self, opening: int, closing: int) -> list[tuple[int, int]]:
        """Return where the arguments between two brackets begin and end in the text."""
        commas = self._commas(opening, closing)
        return [(self._tokens[first].end + 1, self._tokens[last].start) for first, last in commas]

    def _arguments(self, opening: int, closing: int) -> list[str]:
        """Return the arguments between two brackets, each rewritten."""
        commas, places = self._commas(opening, closing), self._places(opening, closing)
        return [
            self._said(first + 1, last, start, end, [""]).strip()
            for (first, last), (start, end) in zip(commas, places, strict=True)
        ]

    def _special(self, name: str, arguments: list[str], index: int, closing: int) -> str:
        """Return a call that its words alone do not tell; empty where it stays as it is."""
        if name == "cast" and len(arguments) == 1:
            return self._cast(arguments[0])
        if name in EXPLODED and len(arguments) == 1:
            return f"{EXPLODED[name]}(map_entries({arguments[0]}))" if self._is_of_map(index, closing) else ""
        if name == "extract" and len(arguments) == 1:
            part, _, date = arguments[0].partition(" ")
            is_day = part.lower() in DAYS_OF_WEEK and date.strip().lower().startswith("from")
            return f"dayofweek({date.strip()[4:].strip()})" if is_day else ""
        if name in ("date_part", "datepart") and len(arguments) == 2:
            return f"dayofweek({arguments[1]})" if arguments[0].strip("'\"").lower() in DAYS_OF_WEEK else ""
        return ""

    def _is_of_map(self, index: int, closing: int) -> bool:
        """Say whether two names follow an explode, as they do where it is of a map."""
        before = self._words[index - 1].upper() if index else ""
        names = TWO_NAMES_OF_VIEW if before in ("VIEW", "OUTER") else TWO_NAMES
        return bool(names.match(self._sql, self._tokens[closing].end + 1))

    def _cast(self, argument: str) -> str:
        """Return a cast to a type that is null for text that is no value of it; empty where it stays as it is."""
        match = re.fullmatch(r"(?is)(.*)\bas\s+(\w+)(\s*\([\d\s,]+\))?", argument)
        if not match or match[2].lower() not in (*TRIED, "date"):
            return ""
        value = match[1].strip()
        return str(cast_of(SqlWords(), value, match[2].lower() + (match[3] or ""), is_text_literal(value)))

    def _name_in_spark(self, name: str, index: int, closing: int) -> str:
        """Return what Spark calls a column that is a call; a column that is cast keeps its name."""
        there = [self._sql[start:end].strip() for start, end in self._places(index + 1, closing)]
        if name != "cast":
            return f"{name}({', '.join(re.sub(_TEXT, _unquoted, one) for one in there)})"
        value, _, kind = re.sub(r"\s+", " ", there[0]).rpartition(" as " if " as " in there[0] else " AS ")
        table, _, column = value.rpartition(".")
        is_column = re.fullmatch(r"`[^`]+`|[A-Za-z_]\w*", column) and value.lower() not in ("null", "true", "false")
        if is_column and (not table or self._is_table(table)):
            return column.strip("`")
        return f"CAST({value.strip()} AS {kind.upper()})"

    def _is_table(self, name: str) -> bool:
        """Say whether a name stands by itself somewhere, as a table's or its alias does, and no struct's."""
        return any(
            one.text == name and (index + 1 == len(self._tokens) or self._tokens[index + 1].text != ".")
            for index, one in enumerate(self._tokens)
        )


_TEXT = r"'((?:[^'\\]|\\.)*)'"


def _is_text(token: Any) -> bool:
    return bool(token.token_type.name.endswith("STRING")) or token.token_type.name == "IDENTIFIER"


def _unquoted(text: re.Match[str]) -> str:
    return text[1]


def _without_comments(sql: str, tokens: Any) -> str:
    """Return SQL with a blank, or the end of a line, for each comment: it would swallow what is put behind it."""
    text, end = "", 0
    for token in tokens:
        if token.start < end:  # `2.5D` is three tokens at one place
            continue
        gap = sql[end : token.start]
        text += (gap if not gap.strip() else "\n" if "\n" in gap else " ") + sql[token.start : token.end + 1]
        end = token.end + 1
    rest = sql[end:]
    return text + (rest if not rest.strip() else "")


def _follow(clauses: list[str], text: str) -> None:
    """Note the part of a query that a token begins or ends."""
    if text == "(":
        clauses.append("")
    elif text == ")" and len(clauses) > 1:
        clauses.pop()
    elif text.upper() in CLAUSES:
        clauses[-1] = text.upper()


@contextmanager
def sail_dialect(session: Any) -> Iterator[None]:
    """Let SQL texts, PySpark's functions and its casts reach Sail as it has to be told them."""
    from pyspark.sql.connect import functions
    from pyspark.sql.connect.column import Column
    from pyspark.sql.connect.expressions import SQLExpression

    plain_sql, plain_text = type(session).sql, SQLExpression.__init__
    invoke, cast, plain_substr = functions._invoke_function, Column.cast, Column.substr
    words = ColumnWords(invoke, cast)

    def sql(self: Any, sqlQuery: str, *arguments: Any, **more: Any) -> Any:
        return plain_sql(self, rewritten(sqlQuery), *arguments, **more)

    def text(self: Any, expr: str) -> None:
        plain_text(self, rewritten(expr))

    def invoking(name: str, *arguments: Any) -> Any:
        given = [one.__dict__.get(UNNAMED, one) for one in arguments]
        plain, rule = invoke(name, *given), RULES.get((name, len(given)))
        return plain if rule is None else _named(rule(words, *given), _name_of_call(plain, given))

    def calling(funcName: str, *columns: Any) -> Any:
        return invoking(funcName, *map(functions._to_col, columns))

    def casting(column: Any, dataType: Any) -> Any:
        kind = dataType if isinstance(dataType, str) else getattr(dataType, "simpleString", lambda: "")()
        name = re.sub(r"\(.*", "", kind.strip().lower())
        if name not in (*TRIED, "date") or not _may_be_text(column):
            return cast(column, dataType)
        given = column.__dict__.get(UNNAMED, column)
        return _named(cast_of(words, given, kind.strip().lower()), _name_of_column(column))

    def substr(column: Any, startPos: Any, length: Any) -> Any:
        if isinstance(startPos, Column) and isinstance(length, Column):
            return invoking("substring", column, startPos, length)
        return plain_substr(column, startPos, length)

    with replaced(
        (type(session), "sql", sql),
        (SQLExpression, "__init__", text),
        (functions, "_invoke_function", invoking),
        (functions, "call_function", calling),
        (Column, "cast", casting),
        (Column, "astype", casting),
        (Column, "substr", substr),
    ):
        yield


UNNAMED = "_without_the_name_of_a_rule"
"""Where a column keeps itself without the name that it has by itself alone: in a struct it has none in Spark either."""


def _named(column: Any, name: str) -> Any:
    """Return a column with the name that Spark would give it; as it is, where that is not known."""
    if not name:
        return column
    named = column.alias(name)
    named.__dict__[UNNAMED] = column
    return named


def _name_of_call(call: Any, arguments: list[Any]) -> str:
    """Return Spark's name of a call of columns and values."""
    from pyspark.sql.connect.expressions import ColumnReference, LiteralExpression

    simple = all(isinstance(one._expr, ColumnReference | LiteralExpression) for one in arguments)
    return str(call._expr) if simple else ""


def _name_of_column(column: Any) -> str:
    """Return the name of a column that is named by itself; a struct's field and what is computed have none."""
    from pyspark.sql.connect.expressions import ColumnReference

    parts = _parts(column._expr._unparsed_identifier) if isinstance(column._expr, ColumnReference) else []
    return parts[0] if len(parts) == 1 else ""


def _parts(identifier: str) -> list[str]:
    """Return the names of a path as Spark parses it: a name in backticks may have dots."""
    found = re.findall(r"`((?:[^`]|``)*)`|([^.`]+)", identifier)
    return [quoted_name.replace("``", "`") or plain for quoted_name, plain in found]


def _may_be_text(column: Any) -> bool:
    """Say whether a column is one of a frame or of a function over an array, which may be of text."""
    from pyspark.sql.connect.expressions import ColumnReference, UnresolvedNamedLambdaVariable

    return isinstance(column._expr, ColumnReference | UnresolvedNamedLambdaVariable)
