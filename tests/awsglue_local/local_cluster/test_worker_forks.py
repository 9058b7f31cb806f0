"""Sail's workers, forked: each has an environment of its own, ends when it is told to, and does not outlive its parent."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.local_cluster.process_group import ProcessGroup
from awsglue_local.local_cluster.worker_forks import WorkerForks

GOOD = {"SAIL_CLUSTER__WORKER_LISTEN_HOST": "127.0.0.1"}
BAD = {**GOOD, "SAIL_MODE": "no such mode"}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def forks(log: Path) -> Iterator[WorkerForks]:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "RUST_LOG": "error"}
    with ProcessGroup(log) as group, WorkerForks(group, environment) as opened:
        yield opened


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def test_each_worker_has_an_environment_of_its_own(forks: WorkerForks, log: Path) -> None:
    good, bad = forks.start(GOOD), forks.start(BAD)
    assert eventually(lambda: forks.running() == [good]), "one that cannot start ends by itself"
    assert bad != good
    assert "no such mode" in log.read_text(), "what a worker prints is in the log"


def test_workers_end_when_they_are_told_to(forks: WorkerForks) -> None:
    one, other = forks.start(GOOD), forks.start(GOOD)
    forks.end([one])
    assert not Path(f"/proc/{one}").exists()
    assert forks.running() == [other]
    forks.end([one, other, os.getpid()])
    assert forks.running() == []


def test_workers_end_with_the_process_that_they_are_forked_from(log: Path) -> None:
    with ProcessGroup(log) as group, WorkerForks(group, dict(os.environ)) as forks:
        worker = forks.start(GOOD)
        parent = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    assert eventually(lambda: not Path(f"/proc/{worker}").exists() and not Path(f"/proc/{parent}").exists())


def test_a_parent_that_is_gone_is_told(forks: WorkerForks) -> None:
    worker = forks.start(GOOD)
    parent = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(parent, signal.SIGKILL)
    with pytest.raises(GlueLocalError, match="the process that starts Sail's workers has ended"):
        forks.running()
