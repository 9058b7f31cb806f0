"""Why a query is not answered, in Athena's words and in those of the commands here."""

from __future__ import annotations

from sqlglot import exp

from awsglue_local.errors import GlueLocalError


class QueryError(GlueLocalError):
    """A query that is not answered.

    Attributes
    ----------
    reason
        What Athena says, Trino's name of the error first.
    """

    def __init__(self, reason: str, plain: str = "") -> None:
        self.reason = reason
        super().__init__(plain or reason)


class QueryRefused(QueryError):
    """A query that Athena refuses before it runs.

    Parameters
    ----------
    code
        Trino's name of the error, such as TYPE_MISMATCH.
    node
        What is wrong, for its place in the text.
    plain
        What the commands here say instead, where they know more than Athena tells.
    """

    def __init__(self, code: str, message: str, node: exp.Expr | None = None, plain: str = "") -> None:
        self.code = code
        line, column = place_of(node)
        super().__init__(f"{code}: line {line}:{column}: {message}", plain)


def place_of(node: exp.Expr | None) -> tuple[int, int]:
    """Return line and column of the first word of an expression that the parser kept the place of; else 1 and 1."""
    if node is None:
        return 1, 1
    for one in node.walk(bfs=False):
        if "start" in one.meta:
            length = one.meta["end"] - one.meta["start"]
            return one.meta["line"], one.meta["col"] - length
    return 1, 1


def not_supported(what: str, node: exp.Expr | None = None) -> QueryRefused:
    """Return the refusal of something that Athena does and this does not."""
    return QueryRefused("NOT_SUPPORTED", f"{what} is not supported here", node)


def mismatch(message: str, node: exp.Expr | None = None) -> QueryRefused:
    """Return the refusal of values of the wrong type."""
    return QueryRefused("TYPE_MISMATCH", message, node)
