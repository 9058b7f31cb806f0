"""What processes print, put into CloudWatch Logs while they run."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from botocore.exceptions import ClientError

from glue_emulator.running_emulator import ROOT, Keys, running

EVENTS_AT_ONCE = 1000
EVENT_CHARACTERS = 200_000


class LogWriter:
    """The log of one run: a stream of its name in the groups `<group>/output` and `<group>/error`."""

    def __init__(self, group: str, stream: str, region: str, keys: Keys = ROOT) -> None:
        self._group, self._stream = group, stream
        self._client = running().client("logs", region, keys)
        self._read: dict[str, int] = {}

    def follow(self, files: dict[str, Path], to_the_end: bool = False) -> None:
        """Put new lines of files, each into the group of its kind; a line that is not whole waits until the end."""
        for kind, file in files.items():
            with file.open("rb") as stream:
                stream.seek(self._read.get(kind, 0))
                text = stream.read()
            whole = text if to_the_end else text[: text.rfind(b"\n") + 1]
            self._read[kind] = self._read.get(kind, 0) + len(whole)
            if whole:
                self.put(kind, whole.decode(errors="replace"))

    def put(self, kind: str, text: str) -> None:
        """Put lines into a group's stream; where somebody deletes the group meanwhile, they are lost."""
        with contextlib.suppress(ClientError):
            self._put(kind, text)

    def _put(self, kind: str, text: str) -> None:
        group = f"{self._group}/{kind}" if kind else self._group
        self._make(group)
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line[:EVENT_CHARACTERS]} for line in text.splitlines() if line]
        for start in range(0, len(events), EVENTS_AT_ONCE):
            some = events[start : start + EVENTS_AT_ONCE]
            self._client.put_log_events(logGroupName=group, logStreamName=self._stream, logEvents=some)

    def _make(self, group: str) -> None:
        for name, more in (("create_log_group", {}), ("create_log_stream", {"logStreamName": self._stream})):
            try:
                getattr(self._client, name)(logGroupName=group, **more)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                    raise
