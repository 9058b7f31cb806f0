"""The runs that use a lake on S3: each says that it goes on, and clears what killed ones have left.

A run's prefix is `<lake>/_runs/<run>/`. In it are `alive.json`, a note for each place that it publishes to, and what it
has not published yet.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from awsglue_local.errors import EndpointError, LakeError
from awsglue_local.storage.endpoint import code_of
from awsglue_local.storage.s3_lake import RUNS
from awsglue_local.storage.s3_objects import delete, listed

ALIVE = "alive.json"
BEGUN = "begun"
"""The object that a run writes once: it is gone when another has taken the run for dead."""
RUN_NAME = re.compile(r"[0-9a-f]{32}")
GONE = ("NoSuchKey", "NoSuchUpload", "404")
PLACES = "places"
BEAT_SECONDS = 60.0
HIDDEN = ""
"""The start of a process of which the system does not say when that was."""
SILENT_SECONDS = 600.0
"""A run on another machine that has been silent for so long is taken for dead."""


class LakeRuns:
    """The runs that use a lake.

    Parameters
    ----------
    client
        A boto3 client of S3.
    bucket, key
        The lake's prefix; the key may be empty.
    """

    def __init__(self, client: Any, bucket: str, key: str) -> None:
        self._s3, self._bucket = client, bucket
        self._lake = f"{key}/" if key else ""
        self.run = uuid.uuid4().hex

    def prefix(self, run: str = "") -> str:
        """Return the prefix of a run, of this one unless another is named; it ends with a slash."""
        return f"{self._lake}{RUNS}/{run or self.run}/"

    @contextmanager
    def going_on(self, finish: Callable[[str], object]) -> Iterator[None]:
        """Say for a while that this run goes on, once what dead ones have left is finished or removed.

        Parameters
        ----------
        finish
            Told the S3 URI of each place that a dead run was publishing to.
        """
        now = self._tell_alive()
        self._s3.put_object(Bucket=self._bucket, Key=f"{self.prefix()}{BEGUN}", Body=b"")
        for run in [one for one in self._others() if self._is_dead(one, now)]:
            try:
                self._clear(run, finish)
            except ClientError as error:
                if code_of(error) not in GONE:  # another run clears it too
                    raise
        ended = threading.Event()
        beat = threading.Thread(target=self._beat, args=(ended,), name="alive", daemon=True)
        beat.start()
        try:
            yield
        finally:
            ended.set()
            beat.join()
            # what stays, the next run removes
            with suppress(BotoCoreError, ClientError, EndpointError):
                self._abort(lambda key: key.startswith(self.prefix()))
                self._remove(self.run)

    def require_own(self) -> None:
        """Make sure that nobody has taken this run for dead and removed what it has not published.

        Raises
        ------
        LakeError
            Somebody has.
        """
        if not self._keys(f"{self.prefix()}{BEGUN}"):
            raise LakeError(
                "another run took this one for dead, because it was silent for ten minutes, and removed what it had "
                "not published; run the job again"
            )

    def others_at(self, uri: str) -> list[str]:
        """Return the other runs that go on and publish to a place, to one in it, or to one that it is in."""
        mine, found = f"{uri.rstrip('/')}/", []
        for run in self._others():
            with suppress(self._s3.exceptions.NoSuchKey):
                places = [f"{place.rstrip('/')}/" for place in self._places(run)]
                if any(other.startswith(mine) or mine.startswith(other) for other in places):
                    found.append(run)
        return found

    def _places(self, run: str) -> list[str]:
        """Return the S3 URIs of the places that a run has noted."""
        keys = self._keys(f"{self.prefix(run)}{PLACES}/")
        return [self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read().decode() for key in keys]

    def publishes_to(self, uri: str) -> None:
        """Note a place before its journal is written, so that whoever clears this run finds that."""
        self._s3.put_object(Bucket=self._bucket, Key=f"{self.prefix()}{PLACES}/{uuid.uuid4().hex}", Body=uri.encode())

    def _beat(self, ended: threading.Event) -> None:
        while not ended.wait(BEAT_SECONDS):
            # the next beat may reach S3 again
            with suppress(BotoCoreError, ClientError):
                self._tell_alive()

    def _tell_alive(self) -> Any:
        """Write the object that says so, and return the time on S3's clock."""
        key = f"{self.prefix()}{ALIVE}"
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=json.dumps(_this_process()).encode())
        return self._s3.head_object(Bucket=self._bucket, Key=key)["LastModified"]

    def _others(self) -> list[str]:
        above = f"{self._lake}{RUNS}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=above, Delimiter="/")
        prefixes = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
        names = [one.removeprefix(above).rstrip("/") for one in prefixes]
        # a folder of another name is none of ours
        return [run for run in names if run != self.run and RUN_NAME.fullmatch(run)]

    def _is_dead(self, run: str, now: Any) -> bool:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=f"{self.prefix(run)}{ALIVE}")
        except self._s3.exceptions.NoSuchKey:
            return True  # its own end was cut short
        told = json.loads(answer["Body"].read())
        if told.get("machine") == _this_process()["machine"]:
            now_there = _started(int(told["process"]))
            return now_there is None or (HIDDEN not in (now_there, told["started"]) and now_there != told["started"])
        return bool((now - answer["LastModified"]).total_seconds() > SILENT_SECONDS)

    def _clear(self, run: str, finish: Callable[[str], object]) -> None:
        for place in self._places(run):
            try:
                finish(place)
            except EndpointError as error:
                if not isinstance(error.__cause__, ClientError) or code_of(error.__cause__) != "NoSuchBucket":
                    raise  # with its bucket the place is gone, and what was to be done there
        self.abort_uploads(run)
        self._remove(run)

    def abort_uploads(self, run: str = "") -> None:
        """Give up the uploads that a run, this one unless another is named, began and did not complete."""
        name, prefix = f"/part-{run or self.run}-", self.prefix(run)
        self._abort(lambda key: name in f"/{key}" or key.startswith(prefix))

    def _abort(self, is_ours: Callable[[str], bool]) -> None:
        pages = self._s3.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=self._lake)
        for one in [one for page in pages for one in page.get("Uploads", [])]:
            if is_ours(one["Key"]):
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=one["Key"], UploadId=one["UploadId"])

    def _remove(self, run: str) -> None:
        # the run is to notice before it misses a file; what says that it goes on goes last
        keys = sorted(
            self._keys(self.prefix(run)), key=lambda key: (not key.endswith(f"/{BEGUN}"), key.endswith(ALIVE))
        )
        delete(self._s3, self._bucket, keys)

    def _keys(self, prefix: str) -> list[str]:
        return [one.key for one in listed(self._s3, self._bucket, prefix)]


def _this_process() -> dict[str, Any]:
    return {"machine": _machine(), "process": os.getpid(), "started": _started(os.getpid())}


def _machine() -> str:
    """Return what names this machine until it starts anew; a container, which numbers processes anew, is one."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        numbered = os.readlink("/proc/self/ns/pid")
    except OSError:
        boot, numbered = f"{uuid.getnode():x}", ""
    return " ".join((socket.gethostname(), boot, numbered))


def _started(process: int) -> str | None:
    """Return what tells a process from a later one of the same number; None where there is none."""
    try:
        # after the name, which may hold anything, the start is the 20th field (proc(5): the 22nd of all)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return HIDDEN
    return HIDDEN if not Path("/proc/self").exists() else None
