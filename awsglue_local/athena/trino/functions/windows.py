"""The functions of https://trino.io/docs/current/functions/window.html."""

from __future__ import annotations

import re

from awsglue_local.athena.trino.calls import Call, Rule

PAGE = "window"


def positive(text: str, message: str) -> Rule:
    """Return the rule of a function whose last argument is at least 1."""

    def rule(call: Call) -> str:
        number = re.search(r"-?\d+", call.sql[-1])
        if number is not None and int(number[0]) < 1:
            raise call.refused(message)
        return text.format(*call.sql)

    return rule


RULES: dict[str, Rule] = {
    "cume_dist() -> double": "cume_dist«»",
    "dense_rank() -> bigint": "dense_rank«»",
    "first_value(T) -> T": "first_value«{0}»",
    "lag(T) -> T": "lag«{0}»",
    "lag(T, bigint) -> T": "lag«{0}, {1}»",
    "lag(T, bigint, T) -> T": "lag«{0}, {1}, {2}»",
    "last_value(T) -> T": "last_value«{0}»",
    "lead(T) -> T": "lead«{0}»",
    "lead(T, bigint) -> T": "lead«{0}, {1}»",
    "lead(T, bigint, T) -> T": "lead«{0}, {1}, {2}»",
    "nth_value(T, bigint) -> T": positive("nth_value«{0}, {1}»", "Offset must be at least 1"),
    "ntile(bigint) -> bigint": positive("ntile«{0}»", "Buckets must be greater than 0"),
    "percent_rank() -> double": "percent_rank«»",
    "rank() -> bigint": "rank«»",
    "row_number() -> bigint": "row_number«»",
}
