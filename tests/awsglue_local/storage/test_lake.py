"""The lake folder: swaps that a kill cannot split, one run at a time, clear errors of the file system."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from awsglue_local import LakeError, LocalGlue
from awsglue_local.job_run.transaction import Transaction
from awsglue_local.storage import lake as lake_module
from awsglue_local.storage.catalog import FolderCatalog
from awsglue_local.storage.lake import Lake, data_files, exchange, finish_swap, swap_in


def folder(path: Path, name: str) -> Path:
    path.mkdir(parents=True)
    (path / name).write_text(name)
    return path


def names(path: Path) -> list[str]:
    return [file.name for file in data_files(path)]


def test_exchange_is_one_step(tmp_path: Path) -> None:
    one, other = folder(tmp_path / "one", "1"), folder(tmp_path / "other", "2")
    assert exchange(one, other)
    assert (names(one), names(other)) == (["2"], ["1"])


@pytest.mark.parametrize("atomic", [True, False])
def test_swap_in(tmp_path: Path, atomic: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not atomic:
        monkeypatch.setattr(lake_module, "exchange", lambda _one, _other: False)
    aside = tmp_path / "aside"
    aside.mkdir()
    swap_in(folder(tmp_path / "new", "new"), tmp_path / "deep" / "place", aside)
    assert names(tmp_path / "deep" / "place") == ["new"]
    swap_in(folder(tmp_path / "newer", "newer"), tmp_path / "deep" / "place", aside)
    assert names(tmp_path / "deep" / "place") == ["newer"]


class Killed(BaseException):
    """Stands for a kill in the middle."""


@pytest.mark.parametrize("step", [1, 2])
def test_a_swap_killed_between_its_renames_is_finished_later(
    tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_module, "exchange", lambda _one, _other: False)
    new, place, aside = folder(tmp_path / "new", "new"), folder(tmp_path / "place", "old"), tmp_path / "aside"
    aside.mkdir()
    real, calls = os.rename, []

    def rename(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == step:
            raise Killed
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(Killed):
        swap_in(new, place, aside)
    monkeypatch.setattr(os, "rename", real)
    finish_swap(aside)
    assert names(place) == ["old" if step == 1 else "new"]


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    with (
        Lake(tmp_path).locked(),
        pytest.raises(LakeError, match="another run is using the lake"),
        Lake(tmp_path).locked(),
    ):
        pass
    with Lake(tmp_path).locked():
        pass


def test_leftovers_of_a_killed_run_are_cleared(tmp_path: Path) -> None:
    folder(tmp_path / "_work" / "write-x", "left")
    with Lake(tmp_path).locked():
        assert data_files(tmp_path / "_work" / "write-x") == []


def test_a_lake_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LakeError, match="cannot be written: Not a directory"), LocalGlue(tmp_path / "file" / "lake"):
        pass


def test_a_full_disk_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(tmp_path)
    place = folder(tmp_path / "bucket" / "t", "old")
    with lake.locked():
        new = folder(lake.work_folder("write") / "new", "x.parquet")
        transaction = Transaction(lake, FolderCatalog(tmp_path))
        transaction.purge(place)
        transaction.add(place, new)

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.parquet")

        monkeypatch.setattr(os, "rename", full)
        with pytest.raises(LakeError, match=r"cannot be written: No space left on device: x\.parquet"):
            transaction.publish()
    assert names(place) == ["old"]


def test_put_folder_replaces_and_follows_links_to_their_files(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    source = folder(tmp_path / "source", "a.json")
    (source / "link.json").symlink_to(source / "a.json")
    (source / ".hidden").write_text("")
    with lake.locked():
        lake.put_folder(source, "s3://bucket/in/")
        assert names(lake.path("s3://bucket/in/")) == ["a.json", "link.json"]
        assert not any(file.is_symlink() for file in data_files(lake.path("s3://bucket/in/")))
        lake.path("s3://bucket/in/a.json").write_text("changed in the lake")
        assert (source / "a.json").read_text() == "a.json"
        (source / "a.json").unlink()
        (source / "link.json").unlink()
        (source / "b.json").write_text("")
        lake.put_folder(source, "s3://bucket/in/")
        assert names(lake.path("s3://bucket/in/")) == ["b.json"]
