"""A lake on S3 that a cluster reads and writes: what is published, what a killed run leaves, what others do meanwhile."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from awsglue_local import EndpointError, LakeError
from awsglue_local.files.parquet_files import parquet_rows
from awsglue_local.storage import lake_runs, remote_lake
from awsglue_local.storage.lake import Address
from awsglue_local.storage.remote_lake import RemoteLake
from glue_emulator import GlueEmulator
from tests.glue_emulator.aws_server import fresh_bucket

PREFIX = "s3://bucket/the/lake"
OTHER = "0" * 32


@pytest.fixture
def s3(emulator: GlueEmulator) -> Any:
    return fresh_bucket(emulator.address)


@pytest.fixture
def lake(s3: Any) -> Iterator[RemoteLake]:
    opened = RemoteLake(s3, "here", PREFIX)
    with opened.locked():
        yield opened


def put(s3: Any, key: str, content: bytes = b"x") -> None:
    s3.put_object(Bucket="bucket", Key=key, Body=content)


def keys(s3: Any, prefix: str = "") -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", [])]


def written(s3: Any, lake: RemoteLake, *names: str) -> Path:
    """Do as the cluster does: write files aside, one of a task that was lost among them."""
    place = lake.aside("write")
    for name in (*names, "lost.parquet"):
        put(s3, f"{place.relative_to(lake.root / 'bucket').as_posix()}/{name}", name.encode())
    lake.written(place, [(name, 1, len(name)) for name in names])
    return place


def test_s3_copies_what_tasks_told_of_and_takes_the_old_files_away(s3: Any, lake: RemoteLake) -> None:
    put(s3, "the/lake/t/old.parquet")
    put(s3, "the/lake/t/")
    lake.publish(lake.path("s3://bucket/the/lake/t/"), [written(s3, lake, "a.parquet", "k=1/b.snappy.parquet")], True)
    folder, first, second = sorted(keys(s3, "the/lake/t/"))
    assert folder == "the/lake/t/"
    contents = {s3.get_object(Bucket="bucket", Key=key)["Body"].read() for key in (first, second)}
    assert contents == {b"a.parquet", b"k=1/b.snappy.parquet"}
    assert [key for key in (first, second) if key.startswith("the/lake/t/k=1/") and key.endswith(".snappy.parquet")]


def test_the_rows_of_what_a_run_has_had_written_are_known(s3: Any, lake: RemoteLake) -> None:
    place, table = lake.aside("write"), lake.path("s3://bucket/the/lake/t/")
    lake.written(place, [("a.parquet", 7, 1), ("b.parquet", 5, 1)])
    for name in ("a.parquet", "b.parquet"):  # no Parquet files, so nobody can look into them
        put(s3, f"{place.relative_to(lake.root / 'bucket').as_posix()}/{name}")
    lake.publish(table, [place], True)
    assert parquet_rows(lake.files(table), lake.open, lake.known_rows) == 12
    foreign = io.BytesIO()
    pq.write_table(pa.table({"n": [1, 2, 3]}), foreign)
    put(s3, "the/lake/t/foreign.parquet", foreign.getvalue())
    assert parquet_rows(lake.files(table), lake.open, lake.known_rows) == 15


def test_without_a_purge_the_old_files_stay(s3: Any, lake: RemoteLake) -> None:
    put(s3, "the/lake/t/old.parquet")
    for _ in range(2):
        lake.publish(lake.path("s3://bucket/the/lake/t/"), [written(s3, lake, "a.parquet")], False)
    assert len(keys(s3, "the/lake/t/")) == 3


def test_a_large_file_is_copied_in_parts(s3: Any, lake: RemoteLake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_lake, "COPIED_AT_ONCE", 5 << 20)
    place, content = lake.aside("write"), bytes(range(256)) * (45 << 10)
    put(s3, f"{place.relative_to(lake.root / 'bucket').as_posix()}/a.parquet", content)
    lake.written(place, [("a.parquet", 1, len(content))])
    lake.publish(lake.path("s3://bucket/the/lake/t/"), [place], True)
    (key,) = keys(s3, "the/lake/t/")
    assert s3.get_object(Bucket="bucket", Key=key)["Body"].read() == content


def test_a_run_that_ends_leaves_nothing_aside(s3: Any) -> None:
    lake = RemoteLake(s3, "here", PREFIX)
    with lake.locked():
        written(s3, lake, "a.parquet")
        assert keys(s3, "the/lake/_runs/")
    assert keys(s3) == []


def killed(s3: Any, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Be a run that is killed when it asks S3 for a step of its publishing."""
    put(s3, "the/lake/t/old.parquet", b"old")
    lake = RemoteLake(s3, "here", PREFIX)

    def stop(**_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        # its mark and its files stay, and its process is one that is no more
        for end in ("_remove", "_abort"):
            patch.setattr(lake_runs.LakeRuns, end, lambda *_: None)
        patch.setattr("awsglue_local.storage.lake_runs.os.getpid", lambda: 2**22 + 1)
        with suppress(KeyboardInterrupt), lake.locked():
            place = written(s3, lake, "new.parquet")
            monkeypatch.setattr(s3, step, stop)
            lake.publish(lake.path("s3://bucket/the/lake/t/"), [place], True)
            raise AssertionError("it was not killed")
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("step", "then"),
    [
        ("create_multipart_upload", b"old"),
        ("upload_part_copy", b"old"),
        ("complete_multipart_upload", b"new.parquet"),
        ("delete_objects", b"new.parquet"),
    ],
)
def test_the_next_run_finishes_or_removes_what_a_killed_one_left(
    s3: Any, monkeypatch: pytest.MonkeyPatch, step: str, then: bytes
) -> None:
    killed(s3, monkeypatch, step)
    lake = RemoteLake(s3, "here", PREFIX)
    with lake.locked():
        (file,) = lake.files(lake.path("s3://bucket/the/lake/t/"))
        with lake.open(file) as stream:
            assert stream.read() == then
        assert {key.split("/")[3] for key in keys(s3, "the/lake/_runs/")} == {lake._runs.run}
    assert s3.list_multipart_uploads(Bucket="bucket").get("Uploads", []) == []
    assert [key for key in keys(s3) if not key.startswith("the/lake/t/") or "_publishing" in key] == []


def test_a_run_that_goes_on_is_left_alone(s3: Any, lake: RemoteLake) -> None:
    place = written(s3, lake, "a.parquet")
    with RemoteLake(s3, "here", PREFIX).locked():
        pass
    lake.publish(lake.path("s3://bucket/the/lake/t/"), [place], True)
    assert len(keys(s3, "the/lake/t/")) == 1


@pytest.mark.parametrize(("hours", "goes"), [(0, False), (1, True)])
def test_a_run_of_another_machine_is_cleared_when_it_has_been_silent(
    s3: Any, monkeypatch: pytest.MonkeyPatch, hours: int, goes: bool
) -> None:
    alive = {"machine": "another", "process": 1, "started": "1"}
    put(s3, f"the/lake/_runs/{OTHER}/alive.json", json.dumps(alive).encode())
    monkeypatch.setattr("awsglue_local.storage.lake_runs.SILENT_SECONDS", 600 - 3600 * hours)
    with RemoteLake(s3, "here", PREFIX).locked():
        assert (f"the/lake/_runs/{OTHER}/alive.json" in keys(s3)) is not goes


@pytest.mark.parametrize("change", ["replaced", "deleted"])
def test_a_table_that_another_run_replaces_meanwhile_is_noticed(s3: Any, lake: RemoteLake, change: str) -> None:
    put(s3, "the/lake/t/a.parquet", b"1")
    put(s3, "the/lake/t/b.parquet", b"2")
    place = lake.path("s3://bucket/the/lake/t/")
    lake.note_read(place, lake.files(place))
    lake.require_read()
    put(s3, "the/lake/t/c.parquet")  # files that were not read may come
    lake.require_read()
    if change == "replaced":
        put(s3, "the/lake/t/b.parquet", b"3")
    else:
        s3.delete_object(Bucket="bucket", Key="the/lake/t/b.parquet")
    words = r"s3://bucket/the/lake/t/b\.parquet was replaced or deleted while the job read s3://bucket/the/lake/t"
    with pytest.raises(LakeError, match=words):
        lake.require_read()
    lake.forget_read()
    lake.require_read()


def test_what_the_run_itself_replaces_is_its_own(s3: Any, lake: RemoteLake) -> None:
    put(s3, "the/lake/t/a.parquet", b"1")
    place = lake.path("s3://bucket/the/lake/t/")
    lake.note_read(place, lake.files(place))
    lake.publish(place, [written(s3, lake, "new.parquet")], True)
    lake.require_read()


def test_rows_are_counted_by_footers_alone(s3: Any, lake: RemoteLake) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": [f"{number:0100}" for number in range(100_000)]}), sink, compression="none")
    put(s3, "the/lake/t/a.parquet", sink.getvalue())
    fetched: list[int] = []
    s3.meta.events.register("after-call.s3.GetObject", lambda parsed, **_: fetched.append(parsed["ContentLength"]))
    files = lake.files(lake.path("s3://bucket/the/lake/t/"))
    assert parquet_rows(files, lake.open) == 100_000
    assert sum(fetched) < len(sink.getvalue()) / 50


def test_addresses_are_what_the_engine_takes(lake: RemoteLake) -> None:
    file = lake.path("s3://bucket/the/lake/t/k=a%2Fb é/x.parquet")
    assert lake.address(file) == "s3://bucket/the/lake/t/k=a%2Fb é/x.parquet"
    lake.quotes = True
    assert lake.address(file) == "s3://bucket/the/lake/t/k%3Da%252Fb%20%C3%A9/x.parquet"
    assert isinstance(lake.address(file), Address)


def test_a_bucket_that_is_not_there_is_named(s3: Any) -> None:
    with pytest.raises(EndpointError, match=r"s3://none cannot be used as a lake: .*NoSuchBucket"):
        RemoteLake(s3, "here", "s3://none").locked().__enter__()
    with pytest.raises(LakeError, match="'s3://' is not an s3://bucket/key address"):
        RemoteLake(s3, "here", "s3://")


def test_a_file_without_bytes_is_published(s3: Any, lake: RemoteLake) -> None:
    place = lake.aside("write")
    put(s3, f"{place.relative_to(lake.root / 'bucket').as_posix()}/a.csv", b"")
    lake.written(place, [("a.csv", 0, 0)])
    lake.publish(lake.path("s3://bucket/the/lake/t/"), [place], True)
    assert [s3.head_object(Bucket="bucket", Key=key)["ContentLength"] for key in keys(s3, "the/lake/t/")] == [0]


def test_old_files_stay_where_the_new_ones_are_gone(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(s3, monkeypatch, "complete_multipart_upload")
    # as a bucket's lifecycle does with uploads that are not completed for a day
    for one in s3.list_multipart_uploads(Bucket="bucket")["Uploads"]:
        s3.abort_multipart_upload(Bucket="bucket", Key=one["Key"], UploadId=one["UploadId"])
    with pytest.raises(EndpointError, match="its new files are gone, so nothing was deleted"):
        RemoteLake(s3, "here", PREFIX).locked().__enter__()
    assert s3.get_object(Bucket="bucket", Key="the/lake/t/old.parquet")["Body"].read() == b"old"


def test_a_file_that_was_put_anew_under_its_old_name_stays(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    killed(s3, monkeypatch, "delete_objects")
    put(s3, "the/lake/t/old.parquet", b"uploaded again")
    with RemoteLake(s3, "here", PREFIX).locked():
        pass
    contents = {s3.get_object(Bucket="bucket", Key=key)["Body"].read() for key in keys(s3)}
    assert contents == {b"uploaded again", b"new.parquet"}


def test_a_dead_run_that_published_to_a_bucket_that_is_gone_stops_nobody(s3: Any) -> None:
    put(s3, f"the/lake/_runs/{OTHER}/places/x", b"s3://gone/t")
    put(s3, f"the/lake/_runs/{OTHER}/staged-1/a.parquet")
    with RemoteLake(s3, "here", PREFIX).locked():
        assert not [key for key in keys(s3) if OTHER in key]


def test_a_journal_reaches_no_further_than_its_folder(s3: Any, lake: RemoteLake) -> None:
    put(s3, "the/lake/other/precious")
    put(s3, "the/lake/t/old")
    etag = s3.head_object(Bucket="bucket", Key="the/lake/t/old")["ETag"]
    steps = {"complete": [], "delete": [("the/lake/other/precious", etag), ("the/lake/t/old", etag)]}
    put(s3, "the/lake/t/_publishing-x", json.dumps(steps).encode())
    assert lake.files(lake.path("s3://bucket/the/lake/t/")) == []
    assert [key for key in keys(s3) if "_runs" not in key] == ["the/lake/other/precious"]


def test_folders_and_uploads_of_others_are_left_alone(s3: Any) -> None:
    put(s3, "the/lake/_runs/exp1/model.bin")
    s3.create_multipart_upload(Bucket="bucket", Key="the/lake/exp1/part-0")
    with RemoteLake(s3, "here", PREFIX).locked():
        pass
    assert keys(s3) == ["the/lake/_runs/exp1/model.bin"]
    assert len(s3.list_multipart_uploads(Bucket="bucket")["Uploads"]) == 1


def test_two_runs_do_not_publish_to_one_table(s3: Any, lake: RemoteLake) -> None:
    other = RemoteLake(s3, "here", PREFIX)
    with other.locked():
        other.publish(other.path("s3://bucket/the/lake/t/"), [written(s3, other, "a.parquet")], True)
        lake.publish(lake.path("s3://bucket/the/lake/t2/"), [written(s3, lake, "a.parquet")], True)
        with pytest.raises(LakeError, match=f"another run, {other._runs.run}, publishes to s3://bucket/the/lake/t too"):
            lake.publish(lake.path("s3://bucket/the/lake/t/"), [written(s3, lake, "b.parquet")], True)
    assert len(keys(s3, "the/lake/t/")) == 1


def test_a_run_that_was_taken_for_dead_publishes_nothing(s3: Any, lake: RemoteLake) -> None:
    place = written(s3, lake, "a.parquet")
    lake._runs._remove(lake._runs.run)  # as another run does
    with pytest.raises(LakeError, match="another run took this one for dead"):
        lake.publish(lake.path("s3://bucket/the/lake/t/"), [place], True)
    assert keys(s3, "the/lake/t/") == []


@pytest.mark.parametrize(("step", "then"), [("upload_part_copy", b"old"), ("complete_multipart_upload", b"a.parquet")])
def test_a_run_that_fails_gives_up_its_uploads_or_leaves_them_to_the_journal(
    s3: Any, monkeypatch: pytest.MonkeyPatch, step: str, then: bytes
) -> None:
    put(s3, "the/lake/t/old.parquet", b"old")
    lake = RemoteLake(s3, "here", PREFIX)

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, step)

    with lake.locked():
        place = written(s3, lake, "a.parquet")
        with monkeypatch.context() as patch:
            patch.setattr(s3, step, refuse)
            with pytest.raises(EndpointError, match=r"cannot be written: .*AccessDenied"):
                lake.publish(lake.path("s3://bucket/the/lake/t/"), [place], True)
    with RemoteLake(s3, "here", PREFIX).locked() as _:
        later = RemoteLake(s3, "here", PREFIX)
        (file,) = later.files(later.path("s3://bucket/the/lake/t/"))
        with later.open(file) as stream:
            assert stream.read() == then
    assert s3.list_multipart_uploads(Bucket="bucket").get("Uploads", []) == []


def test_an_error_of_the_run_is_not_taken_for_one_of_the_lake(s3: Any) -> None:
    refused = ClientError({"Error": {"Code": "AccessDenied"}}, "GetTable")
    with pytest.raises(ClientError, match="GetTable"), RemoteLake(s3, "here", PREFIX).locked():
        raise refused


def test_machines_are_told_apart_by_how_they_number_processes() -> None:
    assert lake_runs._machine().endswith(os.readlink("/proc/self/ns/pid"))
    assert lake_runs._started(os.getpid()) not in (None, "")
    assert lake_runs._started(2**22 + 1) is None
