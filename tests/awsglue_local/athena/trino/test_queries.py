"""Queries mean what they mean in Trino, or are refused."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from awsglue_local.athena.trino.session import Session
from tests.awsglue_local.athena.trino.examples import FOLDER, answer, read


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        yield Session(connection)


@pytest.mark.parametrize("topic", sorted(path.stem for path in FOLDER.glob("*.txt")))
def test_examples(session: Session, topic: str) -> None:
    wrong = []
    for example in read(FOLDER / f"{topic}.txt"):
        found = answer(session, example.sql)
        if found != example.expected:
            wrong.append(f"{example.sql}\n    expected {example.expected}\n    found    {found}")
    assert not wrong, "\n".join(wrong)


def test_the_examples_are_many_and_few_are_refused() -> None:
    examples = [example for path in FOLDER.glob("*.txt") for example in read(path)]
    refused = [example for example in examples if example.refused and not example.wanted[0].startswith("!!")]
    assert len(examples) > 1800
    assert len(refused) < 40, [example.sql for example in refused]


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        # a column of a table has another text than a literal: both ways must agree
        (
            "select try(1 / x), try(cast(y as integer)) from (values (0, 'a'), (2, '7')) t (x, y)",
            ["NULL | NULL", "0 | 7"],
        ),
        ("select x[y] from (values (array[10, 20], 2)) t (x, y)", ["20"]),
        ("select x[y] from (values (array[10, 20], 3)) t (x, y)", ["!! INVALID_FUNCTION_ARGUMENT"]),
        ("select sum(x) over (order by x) from (values 1, 2) t (x)", ["1", "3"]),
        ("select count(*) from (values 1, 1) t (x) group by x having count(*) > 1", ["2"]),
        ("with t as (select 1 as a), u as (select a + 1 as a from t) select t.a, u.a from t, u", ["1 | 2"]),
        ("select o.x, (select max(i.x) from (values 1, 5) i (x) where i.x < o.x) from (values 4) o (x)", ["4 | 1"]),
        ("select a.x from (values 1) a (x) join (values 1) b (x) on a.x = b.x", ["1"]),
        ("select x, 5 from (values 1) t (x) group by 1, 2", ["1 | 5"]),
        ("select 'it''s'", ["it's"]),
        ('select "select" from (values 1) t ("select")', ["1"]),
        (
            "select date '2024-02-29' + interval '1' year, date '2024-01-31' + interval '1' month",
            ["2025-02-28 | 2024-02-29"],
        ),
    ],
)
def test_what_examples_do_not_say(session: Session, sql: str, wanted: list[str]) -> None:
    assert answer(session, sql) == wanted
