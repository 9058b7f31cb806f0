"""Filter: a lambda compiled to a column expression means what the lambda means in Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsglue_local.job_run.engine import Engine
from awsglue_local.transforms.filter_expression import Uncertain, _holds, filter_frame, find_lambda, translator

SCHEMA = "id int, i bigint, d double, s string, a bigint, n bigint, __explicit_null__n boolean, c struct<double: double, long: bigint, string: string>"
CHOICES = frozenset({"c"})
# a: a null is an absent key; n: a null is an absent key unless the hidden column says otherwise
ABSENT: dict[str, str | None] = {"a": None, "n": "__explicit_null__n", "c": None}
ROWS: list[tuple[Any, ...]] = [
    (0, 5, 2.5, "abc", 7, 7, False, (None, 5, None)),
    (1, 0, 0.0, "", 0, 0, False, (None, None, "5")),
    (2, -3, float("nan"), "abd", None, None, False, (0.5, None, None)),
    (3, None, None, None, -1, None, True, None),
    (4, 2**53, -0.0, "Abc\n", None, -7, False, (float("nan"), None, None)),
    (5, 20, float("inf"), "a.c", 1, None, True, (None, 0, None)),
]
COLUMNS = ["id", "i", "d", "s", "a", "n", "__explicit_null__n", "c"]
MEMBERS = ["double", "long", "string"]


def in_python(function: Callable[[Any], Any]) -> list[int]:
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    for row in rows:
        row["c"] = row["c"] and dict(zip(MEMBERS, row["c"], strict=True))
    return [row["id"] for row in rows if _holds(function, row, ABSENT, CHOICES)]


def in_engine(engine: Engine, function: Callable[[Any], Any]) -> list[int]:
    with engine.in_use():
        df = engine.session.createDataFrame(ROWS, SCHEMA)
        return sorted(row["id"] for row in filter_frame(df, function, ABSENT, CHOICES).collect())


def load(tmp_path: Path, expressions: list[str]) -> list[Callable[[Any], Any]]:
    """Write lambdas to a file, as a script has them, and return them."""
    path = tmp_path / f"lambdas_{abs(hash(tuple(expressions)))}.py"
    path.write_text(
        "import re\nfilters = [\n" + "".join(f"    lambda row: ({text}),\n" for text in expressions) + "]\n"
    )
    scope: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    return list(scope["filters"])


COMPILED = [
    'row["nowhere"] > 0',
    'row["i"] > 0 or row["nowhere"] == 1',
    'row["nowhere"] is not None',
    'bool(re.match("ab", row["nowhere"]))',
    'row["c"] > 0',
    'not(row["c"] > 0)',
    'row["c"] == 5',
    'row["c"] == "5"',
    'row["c"] != 5',
    'row["c"] < "6"',
    'row["c"] is not None',
    'row["c"] >= 0 or row["i"] > 0',
    'row["i"] > 0',
    'not(row["i"] == 0)',
    'row["i"] != 0',
    'row["a"] != 0',
    'not(row["a"] == 0)',
    'row["n"] != 0',
    'row["n"] > 0',
    'row["n"] is None',
    'row["n"] is not None',
    'row["d"] <= 2.5',
    'row["d"] > 1',
    'not(row["d"] > 1)',
    'row["d"] == 0',
    'row["s"] == "abc"',
    'row["s"] > "abc"',
    'row["s"] == 5',
    'row["s"] < 5',
    'row["i"] == "5"',
    'row["i"] < "5"',
    'row["a"] > 0 and row["i"] > 0',
    'row["i"] > 100 and row["a"] > 0',
    'row["i"] > 0 or row["a"] > 0',
    'row["a"] > 0 or row["i"] > 0',
    'not(row["a"] > 0 or row["i"] > 0)',
    'bool(re.match("ab", row["s"]))',
    'not(bool(re.match("a.c", row["s"])))',
    'bool(re.match("A", row["s"])) and row["i"] >= -7.5',
    'row["i"] == 9007199254740992',
    "True",
]
NOT_COMPILED = [
    'row["i"] + 1 > 0',
    'len(row["s"]) > 2',
    'row["s"].startswith("a")',
    'bool(re.match("(a|b)+", row["s"]))',
    'bool(re.match("abc$", row["s"]))',
    'row["i"] > row["a"]',
    'row["i"] == 9007199254740993',
    '0 < row["i"] < 10',
    'row["i"]',
]


@pytest.mark.parametrize("text", COMPILED + NOT_COMPILED)
def test_means_the_same_as_in_python(engine: Engine, tmp_path: Path, text: str) -> None:
    (function,) = load(tmp_path, [text])
    assert in_engine(engine, function) == in_python(function)


@pytest.mark.parametrize("text", COMPILED)
def test_is_compiled(sail: Engine, tmp_path: Path, text: str) -> None:
    assert compiled(sail, load(tmp_path, [text])[0])


@pytest.mark.parametrize("text", NOT_COMPILED)
def test_is_left_to_python(sail: Engine, tmp_path: Path, text: str) -> None:
    assert not compiled(sail, load(tmp_path, [text])[0])


def compiled(engine: Engine, function: Callable[[Any], Any]) -> bool:
    with engine.in_use():
        df = engine.session.createDataFrame(ROWS, SCHEMA)
        try:
            translator(df, ABSENT, CHOICES).function(function)
        except Uncertain:
            return False
        return True


def test_the_right_one_of_two_lambdas_in_a_line_is_found(tmp_path: Path) -> None:
    path = tmp_path / "two.py"
    path.write_text('a, b = (lambda row: row["i"] > 0), (lambda row: row["i"] > 1)\n')
    scope: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), scope)
    first, second = find_lambda(scope["a"]), find_lambda(scope["b"])
    assert first
    assert second
    assert first.col_offset < second.col_offset


def test_a_closure_is_left_to_python(engine: Engine) -> None:
    limit = 1
    assert in_engine(engine, lambda row: row["i"] > limit) == in_python(lambda row: row["i"] > limit)


def test_a_replaced_re_is_not_taken_for_pythons(tmp_path: Path, sail: Engine) -> None:
    (function,) = load(tmp_path, ['bool(re.match("ab", row["s"]))'])
    assert compiled(sail, function)
    function.__globals__["re"] = type("Fake", (), {"match": staticmethod(lambda _p, _s: True)})
    assert not compiled(sail, function)
    assert re is not function.__globals__["re"]


LEAF = st.builds(
    lambda column, op, value: f'row["{column}"] {op} {value!r}',
    st.sampled_from(["i", "d", "s", "a", "n", "c"]),
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    st.sampled_from([0, 5, -3, 2.5, "abc", "", 7]),
)
EXPRESSION = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        inner.map(lambda text: f"not({text})"),
        st.builds(lambda a, b: f"({a}) and ({b})", inner, inner),
        st.builds(lambda a, b: f"({a}) or ({b})", inner, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(EXPRESSION, min_size=30, max_size=30, unique=True))
def test_random_expressions_mean_the_same_as_in_python(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, expressions: list[str]
) -> None:
    functions = load(tmp_path_factory.mktemp("lambdas"), expressions)
    with engine.in_use():
        df = engine.session.createDataFrame(ROWS, SCHEMA)
        outcomes = [translator(df, ABSENT, CHOICES).function(function) for function in functions]
        kept = [(outcome.truth & outcome.safe).alias(f"f{number}") for number, outcome in enumerate(outcomes)]
        # all expressions in one query: a query on Spark costs more than an expression
        answers = df.select("id", *kept).collect()
    for number, function in enumerate(functions):
        found = sorted(row["id"] for row in answers if row[f"f{number}"])
        assert found == in_python(function), expressions[number]
