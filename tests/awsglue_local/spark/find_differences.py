"""Look for expressions that Sail and Spark take otherwise: random SQL over a small table, on both engines.

    python -m tests.awsglue_local.spark.find_differences --seconds 600

Prints each find once, as small as it can be made, and ends with 1 if there is any. A find becomes a rule or a line of
`scripts/docs/sail_differences.py`.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from awsglue_local.job_run.engine import start_engine
from awsglue_local.spark.sail_dialect import sail_dialect

ROWS = [
    (1, 10, 1.5, "2024-01-31", True), (2, -3, -0.25, "Ab c-d", False), (3, None, 1e7, "12", None), (4, 0, 2.675, "", True),
    (5, 7, None, None, False),
]  # fmt: skip
SCHEMA = "id int, n bigint, x double, s string, b boolean"
LITERALS = {
    "number": ["n", "id", "2", "-1", "0"],
    "double": ["x", "0.5D", "cast(n as double)"],
    "text": ["s", "'a'", "'2024-02-29'", "' 7 '", "''", "cast(n as string)"],
    "truth": ["b", "true", "n > 2", "s is null", "x = 1.5D"],
    "date": ["date'2024-01-31'", "to_date(s)", "date'1969-12-31'"],
    "time": ["timestamp'2024-01-31 10:30:15.5'", "to_timestamp(s)", "cast(n as timestamp)"],
    "array": ["array(n, 2)", "split(s, '-')", "array(s)"],
}
CALLS: dict[str, list[str]] = {
    "number": [
        "{number} + {number}", "{number} - {number}", "{number} * {number}", "{number} % {number}", "abs({number})",
        "length({text})", "cast({text} as bigint)", "cast({double} as int)", "cast({truth} as int)", "floor({double})",
        "ceil({double})", "coalesce({number}, {number})", "case when {truth} then {number} else {number} end",
        "instr({text}, {text})", "year({date})", "month({date})", "dayofweek({date})", "datediff({date}, {date})",
        "size({array})", "pmod({number}, 7)", "unix_timestamp({time})", "hour({time})", "greatest({number}, {number})",
        "nullif({number}, {number})", "locate({text}, {text})", "ascii({text})", "{number} div {number}", "sign({number})",
        "levenshtein({text}, {text})", "weekofyear({date})", "quarter({date})", "crc32({text})", "bit_count({number})",
    ],
    "double": [
        "{number} / {number}", "{double} * {double}", "{double} + {double}", "sqrt({double})", "cast({text} as double)",
        "round({double})", "exp({number})", "pow({number}, 2)", "{double} / {number}", "log10({double})", "rint({double})",
        "coalesce({double}, {number})", "months_between({date}, {date})", "nanvl({double}, {double})", "ln({double})",
    ],
    "text": [
        "upper({text})", "lower({text})", "trim({text})", "concat({text}, {text})", "concat_ws('-', {text}, {text})",
        "substring({text}, {number}, 3)", "replace({text}, 'a', 'x')", "lpad({text}, 5, '*')", "reverse({text})",
        "regexp_replace({text}, '[0-9]+', '#')", "regexp_extract({text}, '([a-z])', 1)", "initcap({text})",
        "date_format({date}, 'yyyy/MM/dd')", "date_format({time}, 'EEE HH:mm')", "coalesce({text}, {text})",
        "cast({number} as string)", "cast({date} as string)", "cast({time} as string)", "cast({truth} as string)",
        "substring_index({text}, '-', 1)", "translate({text}, 'ab', 'xy')", "md5({text})", "rpad({text}, 4, '.')",
        "left({text}, {number})", "right({text}, 2)", "element_at(split({text}, '-'), 1)", "to_json(struct({number} as k))",
        "if({truth}, {text}, {text})", "nvl({text}, {text})", "hex({number})", "repeat({text}, 2)", "soundex({text})",
        "from_unixtime({number})", "format_number({double}, 2)", "ltrim({text})", "split_part({text}, '-', 2)",
    ],
    "truth": [
        "{text} = {text}", "{number} < {number}", "{text} like 'A%'", "{text} rlike '[0-9]'", "not {truth}",
        "{truth} and {truth}", "{truth} or {truth}", "{number} in (1, 2, {number})", "{date} > {date}", "isnull({text})",
        "{number} <=> {number}", "{double} between 0 and {double}", "array_contains({array}, 'a')", "startswith({text}, 'A')",
        "{text} is not null", "{time} < {time}", "isnan({double})", "cast({text} as boolean)",
    ],
    "date": [
        "date_add({date}, 5)", "last_day({date})", "add_months({date}, 1)", "trunc({date}, 'MM')", "cast({time} as date)",
        "next_day({date}, 'MON')", "to_date({text})", "date_sub({date}, {number})", "make_date(2024, 2, 30)",
        "coalesce({date}, {date})", "to_date({text}, 'yyyy-MM-dd')", "{date} + interval 1 month",
    ],
    "time": [
        "date_trunc('month', {time})", "cast({date} as timestamp)", "cast({text} as timestamp)", "{time} + interval 2 hours",
        "from_utc_timestamp({time}, 'America/New_York')", "to_timestamp({text}, 'yyyy-MM-dd')", "coalesce({time}, {time})",
    ],
    "array": [
        "sort_array({array})", "array_distinct({array})", "slice({array}, 1, 1)", "concat({array}, {array})",
        "transform({array}, v -> upper(cast(v as string)))", "filter({array}, v -> v is not null)", "reverse({array})",
    ],
}  # fmt: skip


def expressions() -> st.SearchStrategy[str]:
    """Return expressions of any type, a few calls deep."""

    def of(kind: str, depth: int) -> st.SearchStrategy[str]:
        plain = st.sampled_from(LITERALS[kind])
        if not depth:
            return plain
        return st.one_of(plain, *(filled(call, depth - 1) for call in CALLS[kind]))

    def filled(call: str, depth: int) -> st.SearchStrategy[str]:
        parts = call.replace("{", "\0{").replace("}", "}\0").split("\0")
        return st.tuples(*(of(p[1:-1], depth) if p.startswith("{") else st.just(p) for p in parts)).map("".join)

    return st.sampled_from(sorted(CALLS)).flatmap(lambda kind: of(kind, 2))


def answer(session: Any, expression: str) -> Any:
    """Return an expression's values for each row, or `an error`."""
    try:
        rows = session.sql(f"select id, {expression} as v from t").collect()
    except Exception:
        return "an error"
    return [_plain(row.v) for row in sorted(rows, key=lambda row: row.id)]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float(f"{value:.12g}")
    return [_plain(one) for one in value] if isinstance(value, list) else value


def find(seconds: float, sail: Any, spark: Any, tell: Callable[[str], None]) -> int:
    """Look for differences for some seconds, tell each, and return how many there are; an error of Spark's is none."""
    known: set[str] = set()
    end = time.monotonic() + seconds

    def shape(expression: str) -> str:
        return "".join(letter for letter in expression if letter.isalpha() or letter in "(_<>=+-*/%")

    while time.monotonic() < end:
        found = _one(end, known, shape, sail, spark)
        if found:
            known.add(shape(found.split("\n")[0]))
            tell(found)
    return len(known)


def _one(end: float, known: set[str], shape: Callable[[str], str], sail: Any, spark: Any) -> str:
    """Return one difference that is not known, as small as it gets; empty where none was found for a while."""
    found = [""]

    @settings(
        max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), print_blob=False,
    )  # fmt: skip
    @given(expressions())
    def agree(expression: str) -> None:
        if time.monotonic() > end or shape(expression) in known:
            return
        theirs = answer(spark, expression)
        ours = answer(sail, expression) if theirs != "an error" else theirs
        if ours != theirs:
            found[0] = f"{expression}\n  Sail  {ours}\n  Spark {theirs}"
            raise AssertionError(expression)

    # hypothesis raises what the test raised, or that it cannot repeat it, for the time is over
    with suppress(AssertionError, HypothesisException, ExceptionGroup):
        agree()
    return found[0]


def main() -> int:
    """Look for differences and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=600)
    options = parser.parse_args()
    spark = start_engine("spark")  # first: PySpark forks to start Java
    sail = start_engine("sail")
    try:
        for engine in (spark, sail):
            engine.session.createDataFrame(ROWS, SCHEMA).createOrReplaceTempView("t")
        with sail.in_use(), sail_dialect(sail.session):
            count = find(options.seconds, sail.session, spark.session, lambda text: print(text, flush=True))
    finally:
        sail.stop()
        spark.stop()
    print(f"{count} differences")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
