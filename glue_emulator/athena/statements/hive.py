"""The parser of the statements that are no queries."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from glue_emulator.athena.statements.statement import Name, StatementError

GRAMMAR = "hive.lark"
BEGINS = re.compile(
    r"(?:create\s+(?:database|schema|(?:or\s+replace\s+)?view)|drop|alter|msck|show|describe|desc|explain|unload|prepare"
    r"|deallocate)\b",
    re.IGNORECASE,
)
"""How they begin."""


@cache
def _parser() -> Lark:
    text = files(__package__).joinpath(GRAMMAR).read_text(encoding="utf-8")
    # a keyword ends where a word ends
    return Lark(re.sub(r'"([a-z]+)"i', r"/\1\\b/i", text), parser="lalr", propagate_positions=False)


def parse_hive(text: str) -> tuple[str, list[Any]]:
    """Return the kind of a statement, such as `add_partitions`, and its parts; absent ones are None.

    Raises
    ------
    StatementError
        It does not parse.
    """
    try:
        tree = _parser().parse(text)
        return _Parts().transform(tree)  # type: ignore[no-any-return]
    except UnexpectedInput as error:
        found = getattr(error, "token", None)
        what = (
            f"mismatched input '{found}'"
            if found
            else f"cannot recognize input near '{text[error.pos_in_stream or 0 :][:20]}'"
        )
        raise StatementError(f"FAILED: ParseException line {error.line}:{error.column} {what}") from error
    except VisitError as error:
        if isinstance(error.orig_exc, StatementError):
            raise error.orig_exc from error
        raise


def unquoted(text: str) -> str:
    """Return the text of a literal of SQL."""
    return text[1:-1].replace("''", "'")


class _Parts(Transformer[Token, Any]):
    """Makes Python values of the parts of a statement."""

    def start(self, children: list[Any]) -> Any:
        return children[0]

    def __default__(self, data: Any, children: list[Any], _meta: Any) -> Any:
        kept = [one for one in children if not (isinstance(one, Token) and one.type.startswith("__"))]
        return str(data), kept

    def STRING(self, token: Token) -> str:
        return unquoted(str(token))

    def word(self, children: list[Any]) -> str:
        text = str(children[0])
        return (text[1:-1] if text[0] in '`"' else text).lower()

    def name(self, children: list[Any]) -> Name:
        parts = [part for one in children if one is not None for part in str(one).split(".")]
        if len(parts) == 3 and parts[0] == "awsdatacatalog":
            parts = parts[1:]
        if len(parts) > 2:
            raise StatementError(f"NOT_SUPPORTED: the data catalog {parts[0]} is not there")
        return Name(parts[0] if len(parts) == 2 else "", parts[-1])

    def if_not_exists(self, _children: list[Any]) -> bool:
        return True

    def if_exists(self, _children: list[Any]) -> bool:
        return True

    def or_replace(self, _children: list[Any]) -> bool:
        return True

    def analyze(self, _children: list[Any]) -> bool:
        return True

    def yes(self, _children: list[Any]) -> bool:
        return True

    def no(self, _children: list[Any]) -> bool:
        return False

    def option(self, children: list[Any]) -> tuple[str, str]:
        return str(children[0]).upper(), str(children[1]).upper()

    def options(self, children: list[Any]) -> dict[str, str]:
        return dict(children)

    def property(self, children: list[Any]) -> tuple[str, str]:
        return children[0], children[1]

    def properties(self, children: list[Any]) -> dict[str, str]:
        return dict(children)

    def texts(self, children: list[Any]) -> list[str]:
        return [str(one) for one in children if not (isinstance(one, Token) and one.type.startswith("__"))]

    def setting(self, children: list[Any]) -> tuple[str, Any]:
        value = children[1]
        return str(children[0]).lower(), value if isinstance(value, list) else str(value)

    def settings(self, children: list[Any]) -> dict[str, Any]:
        return dict(children)

    def value(self, children: list[Any]) -> tuple[str, str, str]:
        return children[0], str(children[1]), str(children[-1])

    def values(self, children: list[Any]) -> list[tuple[str, str, str]]:
        return list(children)
