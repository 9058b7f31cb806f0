"""The functions of https://trino.io/docs/current/functions/window.html."""

from __future__ import annotations

import re

from awsglue_local.athena.trino.calls import Call, Rule

PAGE = "window"


def positive(text: str, message: str, place: int = -1, least: int = 1) -> Rule:
    """Return the rule of a function of which an argument is at least 1, or as much as is said."""

    def rule(call: Call) -> str:
        number = re.search(r"-?\d+", call.sql[place])
        if number is not None and int(number[0]) < least:
            raise call.refused(message)
        return text.format(*call.sql)

    return rule


RULES: dict[str, Rule] = {
    "cume_dist() -> double": "cume_dist«»",
    "dense_rank() -> bigint": "dense_rank«»",
    "first_value(T) -> T": "first_value«{0}»",
    "lag(T) -> T": "lag«{0}»",
    "lag(T, bigint) -> T": positive("lag«{0}, {1}»", "Offset must be at least 0", 1, 0),
    "lag(T, bigint, T) -> T": positive("lag«{0}, {1}, {2}»", "Offset must be at least 0", 1, 0),
    "last_value(T) -> T": "last_value«{0}»",
    "lead(T) -> T": "lead«{0}»",
    "lead(T, bigint) -> T": positive("lead«{0}, {1}»", "Offset must be at least 0", 1, 0),
    "lead(T, bigint, T) -> T": positive("lead«{0}, {1}, {2}»", "Offset must be at least 0", 1, 0),
    "nth_value(T, bigint) -> T": positive("nth_value«{0}, {1}»", "Offset must be at least 1"),
    "ntile(bigint) -> bigint": positive("ntile«{0}»", "Buckets must be greater than 0"),
    "percent_rank() -> double": "percent_rank«»",
    "rank() -> bigint": "rank«»",
    "row_number() -> bigint": "row_number«»",
}
