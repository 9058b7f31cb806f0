"""Pieces of text files: parts of whole lines where the lines are records, else whole files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from awsglue_local.errors import SourceError
from awsglue_local.files.file_bytes import CHUNK_BYTES

LOOK_AHEAD = 64 << 10
PIECE_BYTES = CHUNK_BYTES - LOOK_AHEAD
"""With its last line a piece is parsed at once."""
TASK_BYTES = 128 << 20
MOST_TASKS = 10_000
FEWEST_TASKS = 4
"""Where there is enough to do for so many, so that no core waits for one task."""
LEAST_BYTES = 2 << 20
"""A task for less takes longer to begin and to end than to do."""


@dataclass(frozen=True)
class Piece:
    """The lines of an object that begin from byte `start` on and before byte `end`.

    Attributes
    ----------
    path
        `bucket/key`.
    size
        The object's bytes.
    """

    path: str
    start: int
    end: int
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole object."""
        return self.start == 0 and self.end == self.size


def cut(path: str, size: int, by_lines: bool, all_bytes: int) -> list[Piece]:
    """Return the pieces of an object.

    Parameters
    ----------
    by_lines
        Whether it may be cut.
    all_bytes
        Those of all objects of the source: of much data the pieces are larger, so that there are not too many.
    """
    if not by_lines:
        return [Piece(path, 0, size, size)]
    step = max(PIECE_BYTES, all_bytes // (MOST_TASKS * 4))
    return [Piece(path, start, min(start + step, size), size) for start in range(0, size, step)]


def dealt(pieces: Sequence[Piece]) -> list[list[tuple[int, Piece]]]:
    """Return the numbered pieces of each task; neighbours stay together, and the tasks are about as large."""
    all_bytes = sum(piece.end - piece.start for piece in pieces)
    wanted = max(1, min(FEWEST_TASKS, all_bytes // LEAST_BYTES), -(-all_bytes // TASK_BYTES))
    share = max(1, all_bytes / min(wanted, MOST_TASKS, max(1, len(pieces))))
    tasks: list[list[tuple[int, Piece]]] = []
    before = 0
    for number, piece in enumerate(pieces):
        # a piece belongs to the task in whose share its middle is
        middle = before + (piece.end - piece.start) / 2
        while len(tasks) <= int(middle / share):
            tasks.append([])
        tasks[-1].append((number, piece))
        before += piece.end - piece.start
    return [task for task in tasks if task]


def lines_of(files: Any, piece: Piece) -> bytes:
    """Return the text of a piece of a file that is not packed, read from Arrow's file system."""
    begin = max(0, piece.start - 1)
    with files.open_input_file(piece.path) as stream:
        text = stream.read_at(min(piece.end + LOOK_AHEAD, piece.size) - begin, begin)
        first = text.find(b"\n") + 1 if piece.start else 0
        if piece.start and (not first or begin + first >= piece.end):
            return b""
        # the last line is the one that begins before the end
        while (last := text.find(b"\n", max(first, piece.end - 1 - begin))) < 0 and begin + len(text) < piece.size:
            more = stream.read_at(max(LOOK_AHEAD, len(text)), begin + len(text))
            if not more:
                raise SourceError(f"s3://{piece.path} was replaced while it was read; run the job again")
            text += more
    return bytes(text[first:] if last < 0 else text[first : last + 1])
