"""The lake folder: `s3://bucket/key` is `<lake>/<bucket>/<key>`; work in progress is aside, in `<lake>/_work`."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from awsglue_local.errors import LakeError
from awsglue_local.storage.partition_folders import as_spark_spells

WORK_FOLDER = "_work"
SCHEME = "s3://"
LOCK_FILE = "lock"
S3_ADDRESS = re.compile(r"s3[an]?://([^/]+)(?:/(.*))?", re.DOTALL)
ON_S3 = re.compile(r"s3[an]?:/")
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")


class Address(str):
    """An S3 URI that an engine is to be given as it is."""


class Lake:
    """A folder that stands for S3.

    Parameters
    ----------
    root
        The folder; made when first written to.

    Raises
    ------
    LakeError
        `root` is an address of S3, which is no folder.

    Attributes
    ----------
    is_remote
        Whether the engine's executors read and write it, and this machine only sees names.
    """

    is_remote = False

    def __init__(self, root: Path) -> None:
        require_folder(root)
        self.root = Path(os.path.abspath(root))

    def __str__(self) -> str:
        return str(self.root)

    @property
    def notes(self) -> Path:
        """The folder for what is known from one run to the next: bookmarks, and what data quality rules measured."""
        return self.root

    def fetch(self, place: Path) -> None:
        """Bring the files of a prefix here before they are read: those of a folder are here."""

    def files(self, place: Path) -> list[Path]:
        """Return the data files below a folder (or the file itself), sorted."""
        return data_files(place)

    @property
    def known_rows(self) -> Mapping[Path, int]:
        """The rows of Parquet files whose footers need not be asked."""
        return {}

    def open(self, file: Path) -> BinaryIO:
        """Open a data file for reading."""
        return file.open("rb")

    def state(self, file: Path) -> str:
        """Return what differs when a data file has changed."""
        state = file.stat()
        return f"{state.st_size} {state.st_mtime_ns}"

    def note_read(self, place: Path, files: Sequence[Path]) -> None:
        """Note that a script reads files of a place: those of a folder stay while the lake is locked."""

    def forget_read(self) -> None:
        """Forget what a script before has read."""

    def require_read(self) -> None:
        """Make sure that what the script has read was there until now."""

    def address(self, place: Path) -> str:
        """Return what the engine calls a file or folder."""
        return str(place)

    def paths(self, place: Path) -> list[str]:
        """Return what the engine reads for a folder."""
        return [str(place)]

    def aside(self, purpose: str) -> Path:
        """Return a place for what the engine writes, not there yet; `publish` takes its files from there."""
        return self.work_folder(purpose) / "new"

    def path(self, uri: str) -> Path:
        """Return the file or folder that an S3 URI stands for.

        Raises
        ------
        LakeError
            It is no S3 URI, or it leads out of the lake (`..`, a symbolic link).
        """
        match = S3_ADDRESS.fullmatch(uri)
        if not match or not BUCKET_NAME.fullmatch(match[1]):
            raise LakeError(f"{uri!r} is not an s3://bucket/key address")
        segments = [segment for segment in (match[2] or "").split("/") if segment]
        if any(segment in (".", "..") or "\x00" in segment for segment in segments):
            raise LakeError(f"{uri!r} leads out of the lake")
        path = self.root.joinpath(match[1], *segments)
        root = self.root.resolve()
        if not path.resolve().is_relative_to(root):
            raise LakeError(f"{uri!r} leads out of the lake {self.root} through a symbolic link")
        return path

    def uri(self, path: Path) -> str:
        """Return the S3 URI of a file in the lake."""
        return "s3://" + path.relative_to(self.root).as_posix()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs off the lake; what a killed run left aside is finished or cleared first.

        Raises
        ------
        LakeError
            Another process uses the lake, or the folder cannot be written.
        """
        work = self.root / WORK_FOLDER
        try:
            work.mkdir(parents=True, exist_ok=True)
            lock = open(work / LOCK_FILE, "w")  # noqa: SIM115
        except OSError as error:
            raise LakeError(f"the lake {self.root} cannot be written: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise LakeError(
                    f"another run is using the lake {self.root}; wait until "
                    "it ends, or choose another one with LAKE=DIR"
                ) from error
            self.clear_work()
            yield

    def put_folder(self, source: Path, uri: str) -> None:
        """Make an S3 prefix hold copies of the data files of a folder, and nothing else."""
        work = self.work_folder("put")
        whole, aside = work / "whole", work / "aside"
        aside.mkdir()
        whole.mkdir()
        for file in data_files(source):
            target = whole / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        swap_in(whole, self.path(uri), aside)
        shutil.rmtree(work)

    def publish(self, place: Path, new: Sequence[Path], purged: bool) -> None:
        """Add the data files of folders built aside to a folder, in one step that a kill cannot split.

        Parameters
        ----------
        place
            The folder that a prefix stands for.
        new
            Folders on the lake's own file system; their files are moved.
        purged
            Whether the files that are there go.

        Raises
        ------
        OSError
            The lake cannot be written or is full; the folder is as it was.
        """
        work = self.work_folder("publish")
        whole, aside = work / "whole", work / "aside"
        whole.mkdir()
        aside.mkdir()
        if place.is_dir() and not purged:
            link_all(place, data_files(place), whole)
        for file, name in new_files(new):
            target = whole / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(file, target)
        swap_in(whole, place, aside)
        shutil.rmtree(work, ignore_errors=True)

    def work_folder(self, purpose: str) -> Path:
        """Make a new, empty folder for work in progress, on the lake's own file system."""
        return Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=self.root / WORK_FOLDER))

    def clear_work(self) -> None:
        """Finish what a killed run left half done, and remove all work in progress."""
        leftovers = [entry for entry in (self.root / WORK_FOLDER).iterdir() if entry.name != LOCK_FILE]
        for entry in leftovers:
            finish_swap(entry)
        for entry in leftovers:
            shutil.rmtree(entry, ignore_errors=True)


def require_folder(root: Path) -> None:
    """Refuse an address of S3 where a folder of this machine is wanted.

    Raises
    ------
    LakeError
        `root` is one.
    """
    if match := ON_S3.match(str(root)):
        raise LakeError(
            f"the lake s3://{str(root)[match.end() :].lstrip('/')} is on S3, and this works with lake folders of this "
            "machine alone: `make run` and `awsglue-local run` work on S3, with a cluster, and Athena asks its tables"
        )


def data_files(folder: Path) -> list[Path]:
    """Return the data files below a folder (or the file itself), sorted; names with `_` or `.` in front are none."""
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)
    )


def new_files(folders: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Return the data files of folders, each with the relative path that no other file will have."""
    return [
        (file, as_spark_spells(file.relative_to(folder).parent) / f"part-{uuid.uuid4().hex}{''.join(file.suffixes)}")
        for folder in folders
        for file in data_files(folder)
    ]


def link_all(folder: Path, files: list[Path], target: Path) -> None:
    """Make the folder `target` hold files of another folder, at the same places in it."""
    for file in files:
        link = target / file.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(file, link)


def link_or_copy(file: Path, target: Path) -> None:
    """Make `target` the same file; a copy where the file system does not link."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


SWAP_NOTE = "swap"


def swap_in(new: Path, place: Path, aside: Path) -> None:
    """Put the folder `new` where `place` is, in one step that a kill cannot split.

    `aside`, an empty folder, takes what was at `place`. The two folders are exchanged by one rename where the
    system can do that; else a note in `aside` lets `finish_swap` do what a kill left undone.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        os.rename(new, place)
    elif not exchange(new, place):
        (aside / SWAP_NOTE).write_text(f"{new}\n{place}")
        os.rename(place, aside / "old")
        os.rename(new, place)
        (aside / SWAP_NOTE).unlink()


def finish_swap(aside: Path) -> None:
    """Finish a swap that was killed between its two renames; do nothing where there was none."""
    note = aside / SWAP_NOTE
    if not note.is_file():
        return
    new, place = (Path(line) for line in note.read_text().split("\n"))
    if not place.exists():
        os.rename(new if new.exists() else aside / "old", place)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one atomic rename; return False where the system has no such call."""
    import ctypes
    import sys

    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    at_working_folder, rename_exchange, rename_swap = -100, 2, 2
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        return bool(library.renameat2(at_working_folder, names[0], at_working_folder, names[1], rename_exchange) == 0)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return bool(library.renamex_np(names[0], names[1], rename_swap) == 0)
    return False
