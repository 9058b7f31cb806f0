"""A lake on S3: what a script reads is brought here, what it writes is put there when the script has succeeded.

Both engines read and write files on this machine, so they see the same rows, and a table that another run replaces
meanwhile stays what it was when the script began to read it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from awsglue_local.errors import EndpointError, LakeError
from awsglue_local.storage.endpoint import code_of
from awsglue_local.storage.lake import WORK_FOLDER, Lake, data_files, new_files
from awsglue_local.storage.s3_objects import Object, delete, listed

CONNECTIONS = 16
LISTINGS = 3
PART_BYTES = 64 << 20
JOURNAL = "_publishing-"
RUNS = "_runs"
"""The folder below a lake's prefix in which each run that a cluster does keeps what is its own."""
Found = TypeVar("Found")


class S3Lake(Lake):
    """Buckets of an endpoint, with what is read of them kept in a scratch folder.

    Parameters
    ----------
    client
        A boto3 client of S3.
    name
        How messages call the endpoint.
    may_write
        Whether scripts may change objects there.
    inside
        The folder to make the scratch folder in; None takes the system's.
    """

    def __init__(self, client: Any, name: str, may_write: bool = True, inside: Path | None = None) -> None:
        super().__init__(Path(tempfile.mkdtemp(prefix="awsglue-local-", dir=inside)))
        self._name = name
        self._s3 = client
        self._may_write = may_write
        self._there: dict[Path, Object] = {}

    def __str__(self) -> str:
        return self._name

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep the scratch folder while it is in use. Nobody locks S3: others may read and write the same tables."""
        (self.root / WORK_FOLDER).mkdir(exist_ok=True)
        try:
            yield
        finally:
            shutil.rmtree(self.root, ignore_errors=True)

    def fetch(self, place: Path) -> None:
        """Make the folder hold what the prefix holds now; what is here already is not brought again.

        Raises
        ------
        EndpointError
            The bucket or an object cannot be read.
        LakeError
            A key is no path, such as one with `..` in it.
        """
        self._reading(place, self._fetch)

    def _reading(self, place: Path, read: Callable[[Path], Found]) -> Found:
        """Return what reading a prefix gives; an object that went between listing and reading is looked for again."""
        for _ in range(LISTINGS - 1):
            try:
                return read(place)
            except ClientError as error:
                if code_of(error) not in ("404", "NoSuchKey"):
                    break
        try:
            return read(place)
        except (BotoCoreError, ClientError) as error:
            raise EndpointError(f"{self.uri(place)} cannot be read: {error}") from error

    def _fetch(self, place: Path) -> None:
        bucket = self._address(place)[0]
        wanted = self._data(place)
        for file in [file for file in self._there if file.is_relative_to(place) and file not in wanted]:
            file.unlink(missing_ok=True)
            del self._there[file]
        missing = [(file, one) for file, one in wanted.items() if self._there.get(file) != one]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(lambda both: self._bring(bucket, *both), missing))

    def _data(self, place: Path) -> dict[Path, Object]:
        """Return the data files at a prefix, once what a killed run was publishing there is finished."""
        bucket, key = self._address(place)
        objects = listed(self._s3, bucket, _below(key))
        for journal in [one for one in objects if _name(one).startswith(JOURNAL)]:
            self._finish(bucket, journal.key)
            objects = listed(self._s3, bucket, _below(key))
        objects = [one for one in objects if _is_data(one, key)] or self._single(bucket, key)
        return {self._file(bucket, one): one for one in objects}

    def _bring(self, bucket: str, file: Path, one: Object) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            aside = self.work_folder("fetch") / "object"
            self._s3.download_file(bucket, one.key, str(aside))
            os.replace(aside, file)
        except OSError as error:
            raise LakeError(f"s3://{bucket}/{one.key} cannot be stored as a file here: {error.strerror}") from error
        seconds = one.modified.timestamp()
        os.utime(file, (seconds, seconds))
        self._there[file] = one

    def _file(self, bucket: str, one: Object) -> Path:
        """Return the file that stands for an object; a key whose segments are no file names is refused."""
        path = self.path(f"s3://{bucket}/{one.key}")
        if path.relative_to(self.root / bucket).as_posix() != one.key:
            raise LakeError(f"the key {one.key!r} in bucket {bucket} is not a path")
        return path

    def publish(self, place: Path, new: Sequence[Path], purged: bool) -> None:
        """Put new objects at a prefix, and take the old ones away where it was purged.

        The new objects are uploaded but held back (multipart uploads that are not completed), then a journal at the
        prefix says what is to be done, then it is done. What a kill leaves undone, the next one who reads or writes
        the prefix does by the journal; see "Uploading and copying objects using multipart upload" in the Amazon S3
        User Guide.

        Raises
        ------
        LakeError
            Writing was not allowed; nothing is changed.
        EndpointError
            S3 refuses, or does not answer.
        """
        self._publish(place, self._new(new), purged)

    def put_folder(self, source: Path, uri: str) -> None:
        """Make a prefix hold copies of the data files of a folder, by their names, and nothing else."""
        files = [(file, file.relative_to(source)) for file in data_files(source)]
        self._publish(self.path(uri), files, purged=True)

    def _publish(self, place: Path, new: Sequence[tuple[Path, Path]], purged: bool) -> None:
        bucket, key = self._address(place)
        files = [(file, f"{_below(key)}{name.as_posix()}") for file, name in new]
        if not self._may_write:
            change = f"{len(files)} new files" + (" that replace everything there" if purged else "")
            raise LakeError(f"nothing was written: s3://{bucket}/{key} would get {change}; add --yes to write there")
        try:
            old = self._old(bucket, key, files) if purged else []
            held = self._hold_all(bucket, files)
            journal = f"{key}/{JOURNAL}{uuid.uuid4().hex}".lstrip("/")
            steps = {"complete": held, "delete": old}
            self._s3.put_object(Bucket=bucket, Key=journal, Body=json.dumps(steps).encode())
            self._do(bucket, journal, steps)
        except (BotoCoreError, ClientError) as error:
            raise EndpointError(f"s3://{bucket}/{key} cannot be written: {error}") from error

    def _hold_all(self, bucket: str, files: Sequence[tuple[Path, str]]) -> list[dict[str, Any]]:
        """Upload files so that each is there as soon as its upload is completed."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            return list(pool.map(lambda both: self._hold(bucket, *both), files))

    def _old(self, bucket: str, key: str, new: Sequence[tuple[Path, str]]) -> list[tuple[str, str]]:
        """Return the keys, with the ETags, that go when new files, with their keys, replace what is below a prefix."""
        kept = {new_key for _, new_key in new}
        found = listed(self._s3, bucket, _below(key))
        gone = [one for one in found if one.key not in kept and not _is_marker(one) and not is_run_file(one.key)]
        return [(one.key, one.etag) for one in gone]

    def _new(self, folders: Sequence[Path]) -> list[tuple[Path, Path]]:
        """Return the data files of folders, each with the relative path that no other file will have."""
        return new_files(folders)

    def _hold(self, bucket: str, file: Path, key: str) -> dict[str, Any]:
        """Upload a file so that it is there as soon as the upload is completed."""
        upload = self._s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        parts: list[dict[str, Any]] = []
        with file.open("rb") as stream:
            while not parts or stream.tell() < file.stat().st_size:
                number = len(parts) + 1
                body = stream.read(PART_BYTES)
                made = self._s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body)
                parts.append({"PartNumber": number, "ETag": made["ETag"]})
        return {"Key": key, "UploadId": upload, "MultipartUpload": {"Parts": parts}}

    def _finish(self, bucket: str, journal: str) -> None:
        """Do what a journal says that was left; old files that somebody has put anew meanwhile stay."""
        try:
            steps = json.loads(self._s3.get_object(Bucket=bucket, Key=journal)["Body"].read())
        except self._s3.exceptions.NoSuchKey:
            return
        there = {(one.key, one.etag) for one in listed(self._s3, bucket, _below(journal.rpartition("/")[0]))}
        self._do(bucket, journal, {**steps, "delete": [one for one in steps["delete"] if tuple(one) in there]})

    def _do(self, bucket: str, journal: str, steps: dict[str, Any]) -> None:
        """Do a journal's steps; doing them twice, or two doing them at once, changes nothing.

        Nothing outside of the journal's own folder is touched, whoever has written it.
        """
        folder = journal.rpartition("/")[0]
        complete = [one for one in steps["complete"] if one["Key"].startswith(_below(folder))]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(lambda upload: self._complete(bucket, upload, journal), complete))
        delete(self._s3, bucket, [key for key, _ in steps["delete"] if key.startswith(_below(folder))])
        self._s3.delete_object(Bucket=bucket, Key=journal)

    def _complete(self, bucket: str, upload: dict[str, Any], journal: str) -> None:
        told = {name: upload[name] for name in ("Key", "UploadId", "MultipartUpload")}
        try:
            self._s3.complete_multipart_upload(Bucket=bucket, **told)
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":
                raise
            self._require_completed(bucket, upload["Key"], journal)

    def _require_completed(self, bucket: str, key: str, journal: str) -> None:
        """Make sure that an upload that is no more was completed, and not given up: the old files go only then."""
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) != "404":
                raise
            if not listed(self._s3, bucket, journal):
                return  # another has finished it, and a later run has replaced the file
            raise EndpointError(
                f"s3://{bucket}/{journal} is of a run that was killed while it published, and its new files are gone, "
                "so nothing was deleted; delete this object to keep the old files, and run the job again"
            ) from error

    def addresses(self, place: Path) -> list[str]:
        """Return the S3 addresses of the data files at a prefix."""
        bucket, key = self._address(place)
        return [f"s3://{bucket}/{one.key}" for one in listed(self._s3, bucket, _below(key)) if _is_data(one, key)]

    def _single(self, bucket: str, key: str) -> list[Object]:
        """Return the one object whose key is the whole prefix, if there is one."""
        try:
            head = self._s3.head_object(Bucket=bucket, Key=key) if key else None
        except ClientError as error:
            if code_of(error) != "404":
                raise
            head = None
        return [Object(key, head["ContentLength"], head["ETag"], head["LastModified"])] if head else []

    def _address(self, place: Path) -> tuple[str, str]:
        bucket, *segments = place.relative_to(self.root).parts
        return bucket, "/".join(segments)


def _below(key: str) -> str:
    """Return the prefix of the objects in a folder; all of a bucket's where the folder is the bucket."""
    return f"{key}/" if key else ""


def is_run_file(key: str) -> bool:
    """Say whether a key is of what a run keeps below a lake's prefix, which no purge of a table takes away."""
    return RUNS in key.split("/")[:-1]


def _name(one: Object) -> str:
    return one.key.rsplit("/", 1)[-1]


def _is_marker(one: Object) -> bool:
    """Say whether an object only stands for a folder."""
    return one.key.endswith("/")


def _is_data(one: Object, prefix: str) -> bool:
    """Say whether an object is a data file; names below the prefix with `_` or `.` in front are none."""
    segments = one.key.removeprefix(prefix).strip("/").split("/")
    hidden = any(segment.startswith(("_", ".")) and segment not in (".", "..") for segment in segments)
    return not _is_marker(one) and not hidden
