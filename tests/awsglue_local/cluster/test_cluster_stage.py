"""Text that executors read on S3 is what one machine reads in a folder: rows, types, absent keys, what is bad."""

from __future__ import annotations

import bz2
import gzip
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from awsglue_local import LocalGlue, SourceError
from awsglue_local.cluster import pieces
from awsglue_local.files.column_traits import EXPLICIT_NULL
from awsglue_local.files.parquet_files import StagedSource
from awsglue_local.files.staging import Stage
from awsglue_local.files.text_source import TextSource
from tests.awsglue_local.cluster.lake_on_s3 import LakeOnS3

PEOPLE = [("name", "string"), ("age", "int"), ("consent", "bigint"), ("score", "double"), ("born", "date")]
LINES = b"""{"Name": "ann", "age": 44, "consent": 5, "score": 1.5, "born": "1980-01-02"}
{"name": "bob", "consent": null}
{"name": "cyd", "age": 12, "more": {"a": 1}}

not json
{"name": "dan", "age": 3, "consent": 7, "score": 2}
[1, 2]
{"name": "eve", "age": null, "score": null}
"""
MIXED = b'{"name": "ann", "age": "old"}\n{"name": "bob", "age": 7}\n{"name": 5, "age": 1}\n'
Read = Callable[[dict[str, bytes], dict[str, Any]], "Both"]


class Both:
    """What one machine and the cluster made of the same files."""

    def __init__(self, here: StagedSource, there: StagedSource, rows: pa.Table, others: pa.Table) -> None:
        self.here, self.there, self.rows, self.others = here, there, rows, others

    def require_same(self) -> None:
        """Compare all that is known of the source, and the rows, whose order does not count."""
        assert set(self.there.columns) == set(self.here.columns)
        assert visible(self.there) == visible(self.here)
        assert self.there.rows == self.here.rows
        assert self.there.choices == self.here.choices
        assert self.there.empty == self.here.empty
        assert self.there.unfilled == self.here.unfilled
        assert [(one.line, one.reason) for one in self.there.bad] == [(one.line, one.reason) for one in self.here.bad]
        assert texts(self.others) == texts(self.rows)


def visible(staged: StagedSource) -> list[str]:
    """Return the names of the columns that are not hidden, in their order."""
    return [name for name, _ in staged.columns if not name.startswith(EXPLICIT_NULL)]


def texts(table: pa.Table) -> list[str]:
    """Return rows as sorted texts, nulls and absent columns alike."""
    return sorted(
        json.dumps({key: value for key, value in row.items() if _says(key, value)}, sort_keys=True, default=str)
        for row in table.to_pylist()
    )


def _says(name: str, value: Any) -> bool:
    """Say whether a value tells something: a hidden column's false is as good as its absence."""
    return value is not None and not (name.startswith(EXPLICIT_NULL) and value is False)


@pytest.fixture(scope="module")
def glue(s3_lake: LakeOnS3, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalGlue]:
    with s3_lake.glue(tmp_path_factory.mktemp("notes")) as opened:
        yield opened


@pytest.fixture
def read(s3_lake: LakeOnS3, glue: LocalGlue, tmp_path: Path) -> Read:
    def both(files: dict[str, bytes], source: dict[str, Any]) -> Both:
        (tmp_path / "scratch").mkdir()
        there = put(s3_lake, glue, files, source)
        folder = tmp_path / "here"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        same = replace(there, folder=folder, files=sorted(folder / name for name in files))
        return both_of(Stage(str, tmp_path / "scratch").read(same), glue._reader.read(there), glue)

    return both


def put(s3_lake: LakeOnS3, glue: LocalGlue, files: dict[str, bytes], source: dict[str, Any]) -> TextSource:
    """Put files into a folder of the lake that no other has, and return them as a source."""
    name = uuid.uuid4().hex
    for file, content in files.items():
        s3_lake.put(f"{name}/{file}", content)
    place = glue.lake.path(f"{s3_lake.uri}/{name}/")
    told: dict[str, Any] = {"format": "json", "options": {}, "columns": None, "partition_keys": []}
    return TextSource(place, glue.lake.files(place), **{**told, **source}, name="people")


def both_of(here: StagedSource, there: StagedSource, glue: LocalGlue) -> Both:
    """Return what was made of a source, with its rows."""
    files = sorted(here.folder.iterdir()) if here.folder else []
    rows = _together([pq.read_table(one) for one in files]) if files else pa.table({})
    others = _rows_at(glue.lake, there.folder) if there.folder else pa.table({})
    return Both(here, there, rows, others)


def _rows_at(lake: Any, folder: Path) -> pa.Table:
    tables = []
    for file in lake.files(folder):
        with lake.open(file) as stream:
            tables.append(pq.read_table(stream))
    return _together(tables)


def _together(tables: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables, promote_options="permissive")


FILES: dict[str, tuple[dict[str, bytes], dict[str, Any]]] = {
    "a catalog's table": ({"a.json": LINES, "more/b.json": LINES}, {"columns": PEOPLE}),
    "without a catalog": ({"a.json": LINES}, {}),
    "a choice type in one file": ({"a.json": LINES, "b.json": MIXED}, {"columns": PEOPLE}),
    "a choice type without a catalog": ({"a.json": LINES, "b.json": MIXED}, {}),
    "long in one file, int in the other": ({"a.json": b'{"n": 1}\n', "b.json": b'{"n": 5000000000}\n'}, {}),
    "records without a key": ({"a.json": b"{}\n{}\n", "b.json": b"{}\n"}, {}),
    "int in all": ({"a.json": b'{"n": 1, "l": [{"m": 2}]}\n', "b.json": b'{"n": -5, "l": []}\n'}, {}),
    "long and double": ({"a.json": b'{"n": 1}\n', "b.json": b'{"n": 1.5}\n'}, {}),
    "a column without a value": ({"a.json": b'{"n": 1, "z": null, "s": {"t": null}}\n'}, {}),
    "no records": ({"a.json": b"", "b.json": b"\n\n"}, {"columns": PEOPLE}),
    "packed": ({"a.json.gz": gzip.compress(LINES), "b.json.bz2": bz2.compress(LINES)}, {"columns": PEOPLE}),
    "a byte order mark": ({"a.json": b"\xef\xbb\xbf" + LINES}, {"columns": PEOPLE}),
    "without a last newline": ({"a.json": LINES.rstrip(b"\n")}, {"columns": PEOPLE}),
    "records over several lines": (
        {"a.json": b'{\n "name": "ann",\n "age": 4\n}\n{"name": "bob"}\n'},
        {"columns": PEOPLE, "options": {"multiLine": True}},
    ),
    "partitions": (
        {"day=1/a.json": b'{"name": "ann"}\n', "day=2/b.json": b'{"name": "bob"}\n'},
        {"columns": PEOPLE, "partition_keys": [("day", "int")]},
    ),
    "csv": (
        {"a.csv": b'name,age\n"ann, b",44\nbob,\n', "b.csv": b"name,age\ncyd,x\n"},
        {"format": "csv", "columns": [("name", "string"), ("age", "int")], "options": {"withHeader": True}},
    ),
    "csv without a catalog": (
        {"a.csv": b"name,age\nann,44\n"},
        {"format": "csv", "options": {"withHeader": True}},
    ),
    "xml": (
        {"a.xml": b"<r><p><name>ann</name><age>4</age></p><p><name>bob</name></p></r>"},
        {"format": "xml", "options": {"rowTag": "p"}},
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_executors_read_what_one_machine_reads(read: Read, case: str) -> None:
    read(*FILES[case]).require_same()


def test_explicit_nulls_stay_apart_from_absent_keys(read: Read) -> None:
    both = read({"a.json": LINES}, {"columns": PEOPLE})
    rows = {row["name"]: row for row in both.others.to_pylist()}
    assert rows["bob"]["__explicit_null__consent"]
    assert not rows["cyd"]["__explicit_null__consent"]


def test_lines_are_counted_in_their_file_wherever_it_is_cut(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 64)
    monkeypatch.setattr(pieces, "TASK_BYTES", 200)
    both = read({"a.json": LINES, "b.json": LINES + MIXED}, {"columns": PEOPLE})
    both.require_same()
    assert [one.line for one in both.there.bad] == [5, 7, 5, 7]
    (misfit,) = [one for one in both.there.misfits if one.column == "age"]
    assert (misfit.line, misfit.file) == (9, misfit.file)
    assert misfit.file.endswith("/b.json")


def test_of_many_bad_lines_the_first_come_back_and_the_others_are_counted(read: Read) -> None:
    both = read({"a.json": b"broken\n" * 1000 + b'{"name": "ann"}\n'}, {"columns": PEOPLE})
    assert len(both.here.bad) == 1000
    assert [one.line for one in both.there.bad] == list(range(1, 21))
    assert both.there.more_bad == 980


def test_files_that_cannot_be_read_are_named(s3_lake: LakeOnS3, glue: LocalGlue) -> None:
    source = put(s3_lake, glue, {"a.json.gz": b"no gzip"}, {"columns": PEOPLE})
    with pytest.raises(SourceError, match=r"^s3://\S+/a\.json\.gz cannot be read: "):
        glue._reader.read(source)


def test_a_source_is_read_once(s3_lake: LakeOnS3, glue: LocalGlue) -> None:
    source = put(s3_lake, glue, {"a.json": LINES}, {"columns": PEOPLE})
    assert glue._reader.read(source) is glue._reader.read(source)
