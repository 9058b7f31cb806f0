"""Objects are cut into pieces whose lines are each read once, wherever the cuts fall."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awsglue_local import SourceError
from awsglue_local.cluster import pieces
from awsglue_local.cluster.pieces import Piece, cut, dealt, lines_of


class OneObject:
    """Arrow's file system with one object in it, which notes what is read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.read = 0

    def open_input_file(self, _: str) -> Any:
        return closing(self)

    def read_at(self, count: int, start: int) -> bytes:
        self.read += count
        return self._content[start : start + count]

    def close(self) -> None:
        pass


texts = st.lists(st.sampled_from([b"", b"a", b"{}", b"long line", b"\r", b"x" * 40]), max_size=12).flatmap(
    lambda lines: st.sampled_from([b"\n".join(lines), b"\n".join(lines) + b"\n"])
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.integers(1, 60), st.integers(1, 9))
def test_the_pieces_lines_are_the_objects(text: bytes, step: int, ahead: int) -> None:
    there = OneObject(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LOOK_AHEAD", ahead)
        found = [
            lines_of(there, Piece("b/k", start, min(start + step, len(text)), len(text)))
            for start in range(0, len(text), step)
        ]
    assert b"".join(found) == text
    # no piece but that with the object's end breaks off within a line
    assert all(one.endswith(b"\n") for one in found if one and not text.endswith(one))


def test_a_piece_reads_little_more_than_its_bytes() -> None:
    there = OneObject(b"0123456789\n" * 100_000)
    lines_of(there, Piece("b/k", 300_000, 600_000, 1_100_000))
    assert there.read <= 300_001 + pieces.LOOK_AHEAD


def test_an_object_that_cannot_be_cut_is_one_piece() -> None:
    assert cut("b/k", 100 << 20, False, 100 << 20) == [Piece("b/k", 0, 100 << 20, 100 << 20)]
    assert len(cut("b/k", 100 << 20, True, 100 << 20)) == 7
    assert cut("b/k", 0, True, 0) == []


def test_of_ten_terabytes_the_pieces_are_larger() -> None:
    terabytes = 10 << 40
    assert len(cut("b/k", terabytes, True, terabytes)) <= 4 * pieces.MOST_TASKS + 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 64 << 20), max_size=80))
def test_tasks_get_all_pieces_in_order(sizes: list[int]) -> None:
    given_pieces = [Piece(f"b/{number}", 0, size, size) for number, size in enumerate(sizes)]
    tasks = dealt(given_pieces)
    assert [piece for task in tasks for _, piece in task] == given_pieces
    assert [number for task in tasks for number, _ in task] == list(range(len(sizes)))
    assert all(tasks)
    largest = max((sum(piece.end for _, piece in task) for task in tasks), default=0)
    assert largest <= pieces.TASK_BYTES + 2 * (64 << 20)


@pytest.mark.parametrize(("megabytes", "tasks"), [(0.3, 1), (3.5, 1), (4, 2), (7, 3), (8, 4), (100, 4), (1024, 8)])
def test_a_task_has_enough_to_do_and_no_core_waits_for_one(megabytes: float, tasks: int) -> None:
    size = int(megabytes * (1 << 20))
    count = 64
    given_pieces = [Piece(f"b/{number}", 0, size // count, size // count) for number in range(count)]
    assert len(dealt(given_pieces)) == tasks


def test_an_object_that_has_become_shorter_is_told() -> None:
    with pytest.raises(SourceError, match="s3://b/k was replaced while it was read; run the job again"):
        lines_of(OneObject(b"12345\n" * 10), Piece("b/k", 0, 200, 200))
