"""Text files on S3 to Parquet on S3, read by the executors of a cluster; here arrive counts and samples."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from awsglue_local.cluster.executors import Answer, with_tasks
from awsglue_local.cluster.pieces import Piece, cut, dealt
from awsglue_local.cluster.reading_tasks import ReadingTask, packed, unpacked
from awsglue_local.cluster.shipped_code import CodeOnS3
from awsglue_local.cluster.store import Store
from awsglue_local.cluster.witnesses import together
from awsglue_local.files.compressions import is_packed
from awsglue_local.files.json_chunk import BadRecord, Misfit
from awsglue_local.files.parquet_files import StagedSource, agreement
from awsglue_local.files.staging import SourcesOnce, with_common_types
from awsglue_local.files.text_source import TextSource
from awsglue_local.storage.column_types import hive_type

if TYPE_CHECKING:
    from awsglue_local.storage.remote_lake import RemoteLake

READ = "awsglue_local.cluster.reading_tasks:read"


class ClusterStage(SourcesOnce):
    """Has the executors read text sources into a run's prefix on S3.

    Parameters
    ----------
    session
        Gives the Spark Connect session that there is now.
    code
        What the executors import.
    """

    def __init__(self, session: Callable[[], Any], lake: RemoteLake, store: Store, code: CodeOnS3) -> None:
        super().__init__(lake.state)
        self._session, self._lake, self._store, self._code = session, lake, store, code

    def _written(self, source: TextSource) -> StagedSource:
        tasks = dealt(self._pieces(source))
        told = replace(source, files=[], folder=source.folder.relative_to(self._lake.root))
        place = self._lake.aside("staged")
        if source.columns is not None:
            answers = self._done(told, tasks, place, None)
            if not any(answer["is_mixed"] for answer in answers):
                return self._of_catalog(answers, place)
        else:
            answers = self._done(told, tasks, None, None)
        witnesses = _witnesses(answers)
        if not witnesses:
            return _with_lines(StagedSource(None, [], 0), answers)
        if not any(witness.schema.names for witness in witnesses):
            # Parquet holds no records without columns
            return _with_lines(StagedSource(None, [], sum(answer["rows"] for answer in answers)), answers)
        # only now is it known which columns are of a choice type
        answers = self._done(told, tasks, place, packed(witnesses))
        agreed = agreement(with_common_types(witnesses, source), source.name)
        return _with_lines(agreed.staged(place, self._note(place, answers)), answers)

    def _pieces(self, source: TextSource) -> list[Piece]:
        sizes = {file: self._lake.size(file) for file in source.files}
        return [
            piece
            for file, size in sizes.items()
            for piece in cut(
                file.relative_to(self._lake.root).as_posix(),
                size,
                source.is_of_lines and not is_packed(file),
                sum(sizes.values()),
            )
        ]

    def _done(
        self, source: TextSource, tasks: list[list[tuple[int, Piece]]], place: Path | None, witnesses: bytes | None
    ) -> list[Answer]:
        where = place.relative_to(self._lake.root).as_posix() if place else ""
        told = [ReadingTask(self._store, source, pieces, where, witnesses) for pieces in tasks]
        return with_tasks(self._session(), self._code, READ, told)

    def _of_catalog(self, answers: list[Answer], place: Path) -> StagedSource:
        """Return a source all of whose records have the catalog's types."""
        rows = self._note(place, answers)
        if not rows:
            return _with_lines(StagedSource(None, [], 0), answers)
        schema = pa.unify_schemas([one.schema for one in _witnesses(answers)])
        filled = set(chain.from_iterable(answer["filled"] for answer in answers))
        columns = [(one.name, hive_type(one.type)) for one in schema]
        unfilled = [name for name, _ in columns if name not in filled]
        return _with_lines(StagedSource(place, columns, rows, unfilled=unfilled), answers)

    def _note(self, place: Path, answers: list[Answer]) -> int:
        """Note the files that make the place, and return how many rows are in them."""
        files = list(chain.from_iterable(answer["files"] for answer in answers))
        self._lake.written(place, files)
        return sum(rows for _, rows, _ in files)


def _witnesses(answers: list[Answer]) -> list[pa.Table]:
    return together([one for answer in answers for one in unpacked(base64.b64decode(answer["witnesses"]))])


def _with_lines(staged: StagedSource, answers: list[Answer]) -> StagedSource:
    """Return what is known of a source with what is known of its lines; each piece counts its own from 1."""
    pieces = sorted(chain.from_iterable(answer["pieces"] for answer in answers), key=lambda piece: piece["number"])
    bad: list[BadRecord] = []
    misfits: list[Misfit] = []
    for piece, before in zip(pieces, _lines_before(pieces), strict=True):
        bad += [BadRecord(one["file"], one["line"] + before, one["reason"]) for one in piece["bad"]]
        misfits += [Misfit(**{**one, "line": one["line"] + before}) for one in piece["misfits"]]
    first = {one.column: one for one in reversed(misfits)}
    counts: Counter[str] = Counter()
    for piece in pieces:
        counts.update(piece["misfit_counts"])
    return replace(
        staged,
        bad=bad,
        more_bad=sum(piece["bad_count"] for piece in pieces) - len(bad),
        misfits=list(first.values()),
        more_misfits={column: count - 1 for column, count in counts.items()},
    )


def _lines_before(pieces: list[dict[str, Any]]) -> list[int]:
    """Return for each piece how many lines of its file are in the pieces before it."""
    before: list[int] = []
    for place, lines in enumerate(accumulate((piece["lines"] for piece in pieces), initial=0)):
        if place == len(pieces):
            break
        if not place or pieces[place]["path"] != pieces[place - 1]["path"]:
            start = lines
        before.append(lines - start)
    return before
