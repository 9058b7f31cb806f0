"""Join, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from awsglue_local import GlueLocalError
from tests.awsglue_local.frames_of import frame, rows


def test_join_keeps_all_columns_and_dots_those_of_frame1(glue_context: Any) -> None:
    from awsglue.transforms import Join

    left = frame(glue_context, [(1, "a", 10), (2, "b", 20), (None, "n", 0)], "id int, k string, v int")
    right = frame(
        glue_context, [("a", 1, "x"), ("a", 1, "y"), ("b", 9, "z"), ("n", None, "w")], "k string, id int, w string"
    )
    joined = Join.apply(left, right, ["id", "k"], ["id", "k"])
    assert joined.columns == [".id", ".k", "v", "k", "id", "w"]
    assert rows(joined) == [(1, "a", 10, "a", 1, "x"), (1, "a", 10, "a", 1, "y")]


def test_several_keys_match_pairwise_not_in_any_order(glue_context: Any) -> None:
    left = frame(glue_context, [(1, 2)], "a int, b int")
    right = frame(glue_context, [(2, 1)], "c int, d int")
    assert rows(left.join(["a", "b"], ["c", "d"], right)) == []
    assert rows(left.join(["a", "b"], ["d", "c"], right)) == [(1, 2, 2, 1)]


def test_join_keeps_absent_keys_absent(glue_context: Any) -> None:
    left = frame(glue_context, [(1, None), (2, 5)], "id int, a int", {"a": None})
    joined = left.join("id", "key", frame(glue_context, [(1, None), (2, 7)], "key int, a int"))
    assert rows(joined.filter(lambda row: row[".a"] != 0)) == [(2, 5, 2, 7)]


def test_join_refuses_keys_that_are_not_there(glue_context: Any) -> None:
    with pytest.raises(
        GlueLocalError, match=r"not all of the keys \['b'\] are columns of the frame; its columns are \['a'\]"
    ):
        frame(glue_context, [(1,)], "a int").join(["b"], ["a"], frame(glue_context, [(1,)], "a int"))


def test_a_frame_joins_itself(glue_context: Any) -> None:
    given = frame(glue_context, [(1, 2), (2, 1)], "a int, b int")
    assert rows(given.join(["a"], ["b"], given)) == [(1, 2, 2, 1), (2, 1, 1, 2)]
