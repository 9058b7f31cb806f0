"""The parser of Athena's queries: Trino's of sqlglot, which leaves the name of every function as it is written."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from awsglue_local.athena.trino.errors import QueryRefused

Kind = exp.DataType.Type
WITH_WORDS = (
    "CAST",
    "TRY_CAST",
    "EXTRACT",
    "TRIM",
    "SUBSTRING",
    "POSITION",
    "NORMALIZE",
    "JSON_OBJECT",
    "JSON_QUERY",
    "JSON_VALUE",
    "LISTAGG",
)
"""Functions whose arguments have words between them, such as `cast(x as bigint)`."""
LITERALS = (
    Kind.DATE,
    Kind.TIMESTAMP,
    Kind.TIMESTAMPTZ,
    Kind.TIME,
    Kind.DECIMAL,
    Kind.DOUBLE,
    Kind.FLOAT,
    Kind.BIGINT,
    Kind.JSON,
    Kind.INT,
    Kind.SMALLINT,
    Kind.TINYINT,
    Kind.UUID,
)


def _literal(_parser: Any, text: exp.Expr, kind: exp.DataType) -> exp.Expr:
    """Keep `decimal '1.10'` apart from `cast('1.10' as decimal)`, which is another value."""
    found = exp.Cast(this=text, to=kind)
    found.meta["literal"] = True
    return found


class AthenaQueries(Trino):
    """Trino's grammar as far as sqlglot knows it, without what other databases added to SQL."""

    INDEX_OFFSET = 0  # a subscript stays as it is written

    class Parser(TrinoParser):
        """See AthenaQueries."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse for name, parse in TrinoParser.FUNCTION_PARSERS.items() if name in WITH_WORDS
        }
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parse for name, parse in TrinoParser.NO_PAREN_FUNCTION_PARSERS.items() if name != "CONNECT_BY_ROOT"
        }
        COLUMN_OPERATORS: ClassVar[dict[Any, Any]] = {TokenType.DOT: None}
        TYPE_LITERAL_PARSERS: ClassVar[dict[Any, Any]] = dict.fromkeys(LITERALS, _literal)


def parse(text: str) -> list[exp.Expr]:
    """Parse statements.

    Raises
    ------
    QueryRefused
        It is not Trino's SQL.
    """
    try:
        _refuse_foreign(text, sqlglot.tokenize(text, read=AthenaQueries))
        return [one for one in sqlglot.parse(text, read=AthenaQueries) if one is not None]
    except ParseError as error:
        found = error.errors[0] if error.errors else {}
        near = str(found.get("highlight") or "")
        raise _refused(found.get("line") or 1, found.get("col") or 1, near, str(found.get("description"))) from error
    except SqlglotError as error:
        raise _refused(1, 1, "", str(error)) from error


def _refused(line: int, column: int, near: str, reason: str) -> QueryRefused:
    place = exp.Identifier()
    place.meta.update(line=line, col=column, start=0, end=max(len(near) - 1, 0))
    what = f"mismatched input '{near}'" if near else "the statement does not parse"
    plain = f"the query does not parse: line {line}, column {column}: {reason}{f', near {near!r}' if near else ''}"
    return QueryRefused("SYNTAX_ERROR", f"{what} ({reason})", place, plain)


NO_VALUE = (
    "select",
    "where",
    "and",
    "or",
    "not",
    "in",
    "then",
    "else",
    "when",
    "on",
    "by",
    "between",
    "values",
    "case",
)


def _refuse_foreign(text: str, tokens: list[Token]) -> None:
    """Refuse what the parser takes from other databases."""
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        kind = token.token_type
        follows = after.token_type if after is not None else None
        is_bad = kind == TokenType.COMMA and follows in (None, TokenType.FROM, TokenType.R_PAREN)
        is_bad |= kind == TokenType.OFFSET and _is_limit(tokens, token)
        is_bad |= token.text in ("==", "::")
        is_bad |= (
            after is not None and kind == TokenType.NUMBER and after.start == token.end + 1 and after.text[0].isalnum()
        )
        is_bad |= text[token.start : token.start + 2].lower() in ("0x", "0b", "0o") or after_is_name(token, after)
        is_bad |= kind == TokenType.L_BRACKET and (before is None or not _is_value_end(before))
        is_bad |= kind == TokenType.INTERVAL and follows == TokenType.NUMBER
        if is_bad:
            raise _refused(token.line, token.col, token.text, "it is not Trino's SQL")


def after_is_name(token: Token, after: Token | None) -> bool:
    """Say whether a name begins where a number ends, as in `1_000`, which is one number in newer Trino."""
    return (
        token.token_type == TokenType.NUMBER
        and after is not None
        and after.start == token.end + 1
        and after.text[0] == "_"
    )


def _is_value_end(token: Token) -> bool:
    """Say whether a value can end with a token, so that a bracket after it is a subscript."""
    if token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.IDENTIFIER):
        return True
    return token.text.isidentifier() and token.text.lower() not in NO_VALUE


def _is_limit(tokens: list[Token], offset: Token) -> bool:
    """Say whether OFFSET comes after LIMIT; Trino wants it before."""
    place = tokens.index(offset)
    return place >= 2 and tokens[place - 2].token_type == TokenType.LIMIT
