"""The runs that use a lake on S3: each says that it goes on, and clears what killed ones have left.

A run's prefix is `<lake>/_runs/<run>/`. In it are `alive.json`, a note for each place that it publishes to, and what it
has not published yet.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from awsglue_local.storage.s3_lake import RUNS

ALIVE = "alive.json"
PLACES = "places"
BEAT_SECONDS = 60.0
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
        for run in self._dead(now):
            self._clear(run, finish)
        ended = threading.Event()
        beat = threading.Thread(target=self._beat, args=(ended,), name="alive", daemon=True)
        beat.start()
        try:
            yield
        finally:
            ended.set()
            beat.join()
            self._remove(self.run)

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

    def _dead(self, now: Any) -> list[str]:
        above = f"{self._lake}{RUNS}/"
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=above, Delimiter="/")
        prefixes = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
        others = [run for run in (one.removeprefix(above).rstrip("/") for one in prefixes) if run != self.run]
        return [run for run in others if self._is_dead(run, now)]

    def _is_dead(self, run: str, now: Any) -> bool:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=f"{self.prefix(run)}{ALIVE}")
        except self._s3.exceptions.NoSuchKey:
            return True  # its own end was cut short
        told = json.loads(answer["Body"].read())
        if told.get("machine") == _this_process()["machine"]:
            now_there = _started(int(told["process"]))
            return now_there is None or now_there != told["started"]
        return bool((now - answer["LastModified"]).total_seconds() > SILENT_SECONDS)

    def _clear(self, run: str, finish: Callable[[str], object]) -> None:
        for key in self._keys(f"{self.prefix(run)}{PLACES}/"):
            finish(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read().decode())
        uploads = self._s3.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket, Prefix=self._lake)
        for one in [one for page in uploads for one in page.get("Uploads", []) if run in one["Key"]]:
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=one["Key"], UploadId=one["UploadId"])
        self._remove(run)

    def _remove(self, run: str) -> None:
        # what says that the run goes on goes last
        keys = sorted(self._keys(self.prefix(run)), key=lambda key: key.endswith(ALIVE))
        for start in range(0, len(keys), 1000):
            some = [{"Key": key} for key in keys[start : start + 1000]]
            self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": some, "Quiet": True})

    def _keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]


def _this_process() -> dict[str, Any]:
    return {"machine": _machine(), "process": os.getpid(), "started": _started(os.getpid())}


def _machine() -> str:
    """Return what names this machine until it starts anew, a container of its own included."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        boot = f"{uuid.getnode():x}"
    return f"{socket.gethostname()} {boot}"


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
        pass
    return "" if not Path("/proc/self").exists() else None
