"""What the parts of a running emulator share: its address, its engine and its folder."""

from __future__ import annotations

import os
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from awsglue_local.storage.endpoint import NOBODY
from awsglue_local.storage.s3_lake import CONNECTIONS, S3Lake

NO_SETTINGS = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
Keys = tuple[str, str, str | None]
"""Access key, secret and, of a session, its token."""
ROOT: Keys = (*NOBODY, None)
"""The account's root user, whom no policy binds."""
asking: ContextVar[Keys] = ContextVar("asking", default=ROOT)
"""The keys of who made the request that is being answered: Athena reads and writes with them."""
CLEAN = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}


@dataclass(frozen=True)
class RunningEmulator:
    """A running emulator.

    Attributes
    ----------
    address
        Where it listens, such as `http://127.0.0.1:5000`.
    engine
        What runs the jobs: `sail` or `spark`.
    folder
        Scripts, logs and bookmarks of runs; gone when the emulator ends.
    minute
        Seconds that a minute of a job's Timeout lasts.
    enforces_iam
        Whether requests are judged by IAM's policies.
    writes_at_once
        Whether a job's writes and purges happen when it asks for them, and not together at its end.
    """

    address: str
    engine: str
    folder: Path
    minute: float = 60.0
    enforces_iam: bool = False
    writes_at_once: bool = False

    def client(self, service: str, region: str, keys: Keys = ROOT) -> Any:
        """Return the client of this emulator for who has these keys; all threads share it."""
        with _making:
            return _client(self.address, service, region, keys)

    def environment(self, region: str, home: Path, keys: Keys = ROOT) -> dict[str, str]:
        """Return the environment of a job's process: nothing of the caller's, least of all credentials of AWS."""
        token = {"AWS_SESSION_TOKEN": keys[2]} if keys[2] else {}
        return (
            CLEAN
            | token
            | {
                "HOME": str(home),
                "TMPDIR": str(home),
                "PYTHONUNBUFFERED": "1",
                "AWS_ENDPOINT_URL": self.address,
                "AWS_REGION": region,
                "AWS_DEFAULT_REGION": region,
                "AWS_ACCESS_KEY_ID": keys[0],
                "AWS_SECRET_ACCESS_KEY": keys[1],
            }
        )

    def lake(self, region: str, keys: Keys = ROOT) -> S3Lake:
        """Return the emulator's S3 as the runtime sees it, with a scratch folder inside the emulator's."""
        return S3Lake(self.client("s3", region, keys), self.address, inside=self.folder)


_making = threading.Lock()


@lru_cache(maxsize=256)
def _client(address: str, service: str, region: str, keys: Keys) -> Any:
    config = Config(
        s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, max_pool_connections=CONNECTIONS
    )
    return _session(keys).client(service, region_name=region, endpoint_url=address, config=config)


@lru_cache(maxsize=64)
def _session(keys: Keys) -> boto3.Session:
    # not the caller's profile and files
    own = botocore.session.Session(session_vars=NO_SETTINGS)
    return boto3.Session(*keys, botocore_session=own)


_running: list[RunningEmulator] = []


def running() -> RunningEmulator:
    """Return the emulator of this process: moto keeps its state by process, so there is one at most."""
    return _running[-1]


def require_none() -> None:
    """Refuse a second emulator in this process; RuntimeError."""
    if _running:
        raise RuntimeError(f"an emulator is already running in this process, at {_running[-1].address}")


def enter(emulator: RunningEmulator) -> None:
    """Make an emulator the one of this process."""
    _running.append(emulator)


def leave() -> None:
    """Forget the emulator of this process."""
    _running.pop()
