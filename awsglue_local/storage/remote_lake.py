"""A lake on S3 that a cluster reads and writes: this machine sees names, sizes and footers, and no data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from awsglue_local.errors import EndpointError, LakeError
from awsglue_local.storage import object_file
from awsglue_local.storage.lake import WORK_FOLDER, Address
from awsglue_local.storage.lake_runs import LakeRuns
from awsglue_local.storage.partition_folders import as_spark_spells
from awsglue_local.storage.s3_lake import RUNS, S3Lake
from awsglue_local.storage.s3_objects import Object

COPIED_AT_ONCE = 1 << 30
"""S3 copies so many bytes in one request; five GiB are the most that it takes."""


class RemoteLake(S3Lake):
    """Buckets that a cluster reads and writes. A path below the root only names a place there.

    Parameters
    ----------
    client
        A boto3 client of S3.
    name
        How messages call the endpoint.
    prefix
        `s3://bucket/prefix`, below which each run keeps what it has not published yet.
    may_write
        Whether scripts may change objects there.
    notes
        The folder for what is known from one run to the next; None to forget it.

    Attributes
    ----------
    quotes
        Whether the cluster takes addresses for URLs, in which some letters are escaped, as Sail does; Spark does not.

    Raises
    ------
    LakeError
        `prefix` is no such address.
    """

    is_remote = True

    def __init__(self, client: Any, name: str, prefix: str, may_write: bool = True, notes: Path | None = None) -> None:
        super().__init__(client, name, may_write)
        self._notes = notes
        self.prefix = self.path(prefix)
        self._runs = LakeRuns(client, *self._address(self.prefix))
        self._written: dict[Path, list[Path]] = {}
        self._sizes: dict[Path, int] = {}
        self._rows: dict[Path, int] = {}
        self._read: dict[Path, dict[Path, Object]] = {}
        self.quotes = False
        self._asides = 0
        self._named = 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let others know that this run goes on, and finish or remove what killed ones have left.

        Raises
        ------
        EndpointError
            The bucket cannot be read or written.
        """
        with super().locked(), ExitStack() as stack:
            try:
                stack.enter_context(self._runs.going_on(lambda uri: self.files(self.path(uri))))
            except (BotoCoreError, ClientError) as error:
                raise EndpointError(f"{self.uri(self.prefix)} cannot be used as a lake: {error}") from error
            yield

    @property
    def notes(self) -> Path:
        """The folder for what is known from one run to the next."""
        return self._notes or self.root

    def aside(self, purpose: str) -> Path:
        """Return a place below the run's prefix for what the cluster writes."""
        self._asides += 1
        return self.prefix / RUNS / self._runs.run / f"{purpose}-{self._asides}"

    def put(self, file: Path, content: bytes) -> None:
        """Put an object below the run's prefix.

        Raises
        ------
        EndpointError
            It cannot be written.
        """
        bucket, key = self._address(file)
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=content)
        except (BotoCoreError, ClientError) as error:
            raise EndpointError(f"{self.uri(file)} cannot be written: {error}") from error

    def written(self, place: Path, files: Sequence[tuple[str, int, int]]) -> None:
        """Note the files of a place that the cluster has written; others there are of lost tasks.

        Parameters
        ----------
        files
            Of each file the name below the place, the rows and the bytes.
        """
        self._rows.update({place / name: rows for name, rows, _ in files})
        self._sizes.update({place / name: size for name, _, size in files})
        self._written[place] = sorted(place / name for name, _, _ in files)

    @property
    def known_rows(self) -> Mapping[Path, int]:
        """The rows of the files that this run has had written; what is published keeps them under its new name."""
        return self._rows

    def address(self, place: Path) -> str:
        """Return what the cluster calls a file or folder."""
        name = place.relative_to(self.root).as_posix()
        return Address(f"s3://{quote(name) if self.quotes else name}")

    def paths(self, place: Path) -> list[str]:
        """Return what the cluster reads for a folder: its files, one by one, whatever else is put there meanwhile."""
        return [self.address(file) for file in self.files(place)]

    def fetch(self, place: Path) -> None:
        """Bring nothing here: `files` sees what is there."""

    def files(self, place: Path) -> list[Path]:
        """Return the data files of a prefix, sorted, once what a killed run was publishing there is finished.

        Raises
        ------
        EndpointError
            The bucket cannot be read.
        """
        if place in self._written:
            return self._written[place]
        found = self._reading(place, self._data)
        self._there.update(found)
        return sorted(found)

    def note_read(self, place: Path, files: Sequence[Path]) -> None:
        """Note that a script reads files of a place; `require_read` looks at them again."""
        read = {file: self._there[file] for file in files if file in self._there}
        self._read.setdefault(place, {}).update(read)

    def forget_read(self) -> None:
        """Forget what a script before has read."""
        self._read = {}

    def require_read(self) -> None:
        """Make sure that what the script has read was there until now.

        Nobody locks S3, and Sail passes over a file that is gone without a word.

        Raises
        ------
        LakeError
            Another run has replaced some of it.
        """
        for place, files in self._read.items():
            now = self._reading(place, self._data)
            changed = next((file for file, one in files.items() if now.get(file) != one), None)
            if changed:
                raise LakeError(
                    f"{self.uri(changed)} was replaced or deleted while the job read {self.uri(place)}, so nothing is "
                    "written; run the job again"
                )

    def state(self, file: Path) -> str:
        """Return what differs when a data file has changed."""
        if file in self._sizes:
            return str(self._sizes[file])  # nobody else writes there
        one = self._object(file)
        return f"{one.size} {round(one.modified.timestamp() * 1e9)}"

    def size(self, file: Path) -> int:
        """Return the bytes of a data file."""
        return self._sizes[file] if file in self._sizes else self._object(file).size

    def open(self, file: Path) -> BinaryIO:
        """Open a data file for reading; what is read is brought here, and nothing else."""
        bucket, key = self._address(file)
        return object_file.opened(self._s3, bucket, key, self.size(file))

    def _object(self, file: Path) -> Object:
        if file not in self._there:
            self._there.update(self._reading(file, self._data))
        return self._there[file]

    def publish(self, place: Path, new: Sequence[Path], purged: bool) -> None:
        """Let S3 copy what the cluster wrote aside to a prefix, see `S3Lake.publish`."""
        super().publish(place, new, purged)
        # from now on other files are there, by this run's own doing
        self._read = {read: files for read, files in self._read.items() if not read.is_relative_to(place)}

    def _publish(self, place: Path, new: Sequence[tuple[Path, Path]], purged: bool) -> None:
        try:
            self._runs.require_own()
            self._runs.publishes_to(self.uri(place))
            if others := self._runs.others_at(self.uri(place)):
                raise LakeError(
                    f"another run, {others[0]}, publishes to {self.uri(place)} too, so nothing is written there; wait "
                    "until it ends, and run the job again"
                )
        except (BotoCoreError, ClientError) as error:
            raise EndpointError(f"{self.uri(place)} cannot be written: {error}") from error
        super()._publish(place, new, purged)
        self._rows.update({place / name: self._rows[file] for file, name in new if file in self._rows})

    def _new(self, folders: Sequence[Path]) -> list[tuple[Path, Path]]:
        """Return new files, each with the relative path that no other will have; the run's name is in it."""
        found = []
        for folder in folders:
            files = [file for file, _ in super()._new([folder])] if self._is_here(folder) else self.files(folder)
            for file in files:
                name = f"part-{self._runs.run}-{self._named:05}{''.join(file.suffixes)}"
                found.append((file, as_spark_spells(file.relative_to(folder).parent) / name))
                self._named += 1
        return found

    def _is_here(self, path: Path) -> bool:
        """Say whether a path is one of this machine."""
        return path.is_relative_to(self.root / WORK_FOLDER) or not path.is_relative_to(self.root)

    def _hold_all(self, bucket: str, files: Sequence[tuple[Path, str]]) -> list[dict[str, Any]]:
        try:
            return super()._hold_all(bucket, files)
        except (BotoCoreError, ClientError):
            # there is no journal yet, so nobody would complete them
            with suppress(BotoCoreError, ClientError):
                self._runs.abort_uploads()
            raise

    def _hold(self, bucket: str, file: Path, key: str) -> dict[str, Any]:
        """Let S3 copy a file, or upload one of this machine, so that it is there when the upload is completed."""
        if self._is_here(file):
            return super()._hold(bucket, file, key)
        source, source_key = self._address(file)
        size = self.size(file)
        upload = self._s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        parts: list[dict[str, Any]] = []
        if not size:  # there are no bytes to name a range of
            made = self._s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"")
            parts.append({"PartNumber": 1, "ETag": made["ETag"]})
        for start in range(0, size, COPIED_AT_ONCE):
            number = len(parts) + 1
            made = self._s3.upload_part_copy(
                Bucket=bucket,
                Key=key,
                UploadId=upload,
                PartNumber=number,
                CopySource={"Bucket": source, "Key": source_key},
                CopySourceRange=f"bytes={start}-{min(start + COPIED_AT_ONCE, size) - 1}",
            )
            parts.append({"PartNumber": number, "ETag": made["CopyPartResult"]["ETag"]})
        return {"Key": key, "UploadId": upload, "MultipartUpload": {"Parts": parts}}
