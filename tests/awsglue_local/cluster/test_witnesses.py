"""Two rows stand for a table where the types of columns are decided."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from awsglue_local.cluster.reading_tasks import packed, unpacked
from awsglue_local.cluster.witnesses import together, witness
from awsglue_local.files.choice_types import with_choices
from awsglue_local.files.whole_numbers import narrowed

numbers = st.none() | st.integers(-5, 5) | st.integers(-(2**40), 2**40)
KINDS: dict[str, tuple[pa.DataType, Any]] = {
    "whole": (pa.int64(), numbers),
    "text": (pa.string(), st.none() | st.text(max_size=3)),
    "double": (pa.float64(), st.none() | st.floats(allow_nan=False)),
    "nested": (pa.struct([("n", pa.int64()), ("t", pa.string())]), st.none() | st.fixed_dictionaries({"n": numbers})),
    "list": (pa.list_(pa.int64()), st.none() | st.lists(numbers, max_size=3)),
    "deep": (
        pa.list_(pa.struct([("l", pa.list_(pa.int64()))])),
        st.lists(st.fixed_dictionaries({"l": st.none() | st.lists(numbers, max_size=2)}), max_size=2),
    ),
}


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Give a table whose columns `a` and `b` are of some types."""
    rows = draw(st.integers(1, 4))
    kinds = {name: KINDS[draw(st.sampled_from(sorted(KINDS)))] for name in ("a", "b")}
    values = {name: draw(st.lists(one, min_size=rows, max_size=rows)) for name, (_, one) in kinds.items()}
    return pa.table({name: pa.array(values[name], kind) for name, (kind, _) in kinds.items()})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(tables(), min_size=1, max_size=4))
def test_witnesses_decide_as_the_tables_do(some: list[pa.Table]) -> None:
    try:
        whole = narrowed(with_choices(some))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        reject()  # values inside of lists are of types that no choice type tells apart
    stand = narrowed(with_choices([witness(one) for one in some]))
    assert [one.schema for one in stand] == [one.schema for one in whole]
    # also in the company of one of the tables alone, which is what each task has
    joined = together([witness(one) for one in some])
    with_first = narrowed(with_choices([some[0], *joined]))
    assert with_first[0].schema == whole[0].schema


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(tables(), max_size=3))
def test_witnesses_travel(some: list[pa.Table]) -> None:
    sent = [witness(one) for one in some]
    assert unpacked(packed(sent)) == sent
