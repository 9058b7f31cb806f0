"""Sail as a cluster on this machine: a driver that answers Spark Connect, and workers, each a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from awsglue_local.errors import GlueLocalError
from awsglue_local.local_cluster.pods import LOOPBACK, Pods, without_clouds
from awsglue_local.local_cluster.process_group import ProcessGroup
from awsglue_local.local_cluster.worker_forks import WorkerForks
from awsglue_local.storage.endpoint import NOBODY

START_SECONDS = 30
SAIL = str(Path(sys.executable).with_name("sail"))
SETTINGS = {
    "SAIL_MODE": "kubernetes-cluster",
    # a batch of rows costs a message between two processes
    "SAIL_EXECUTION__BATCH_SIZE": "65536",
    "SAIL_PARQUET__SCHEMA_FORCE_VIEW_TYPES": "false",
    # a worker has one core, so that two tasks go to two workers
    "SAIL_CLUSTER__WORKER_TASK_SLOTS": "1",
    # a task of the engine's own writers that is done twice would leave two files
    "SAIL_CLUSTER__TASK_MAX_ATTEMPTS": "1",
    "SAIL_CLUSTER__WORKER_HEARTBEAT_INTERVAL_SECS": "2",
    "SAIL_CLUSTER__WORKER_HEARTBEAT_TIMEOUT_SECS": "10",
    # a worker that dies while it starts is waited for as long, two minutes by default
    "SAIL_CLUSTER__WORKER_LAUNCH_TIMEOUT_SECS": "15",
    "SAIL_CLUSTER__TASK_LAUNCH_TIMEOUT_SECS": "30",
    "SAIL_CLUSTER__WORKER_MAX_IDLE_TIME_SECS": "600",
    "SAIL_CLUSTER__RPC_RETRY_STRATEGY": "{ fixed = { max_count = 3, delay_secs = 1 } }",
}


class SailCluster:
    """A cluster of Sail's. Use it in a `with` statement: its processes end with it.

    Parameters
    ----------
    endpoint
        Where its S3 is, such as `http://127.0.0.1:4555`.
    region
        The region of its buckets.
    workers
        How many workers there are; None for one a core, and two at least.
    port
        On loopback; 0 picks a free one.

    Raises
    ------
    GlueLocalError
        It does not start.
    """

    def __init__(self, endpoint: str, region: str, workers: int | None = None, port: int = 0) -> None:
        self._endpoint, self._region, self._port = endpoint, region, port
        self.workers = workers or max(2, os.cpu_count() or 2)

    def __enter__(self) -> SailCluster:
        self._made = ExitStack()
        try:
            self._start()
        except BaseException:
            self._made.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    @property
    def processes(self) -> list[int]:
        """The numbers of the workers' processes."""
        return self._pods.processes

    def _start(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="sail-cluster-"))
        self._made.callback(shutil.rmtree, folder, ignore_errors=True)
        self.log = folder / "log"
        environment = without_clouds() | self._settings()
        group = self._made.enter_context(ProcessGroup(self.log))
        workers = self._made.enter_context(WorkerForks(group, environment))
        self._pods = self._made.enter_context(Pods(workers))
        config = folder / "kubeconfig"
        config.touch(mode=0o600)
        config.write_text(self._pods.kubeconfig, encoding="utf-8")
        port = self._port or _free_port()
        command = [SAIL, "spark", "server", "--ip", LOOPBACK, "--port", str(port)]
        self._driver = group.start(command, {**environment, "KUBECONFIG": str(config)})
        self._made.callback(_end, self._driver)
        self.address = f"sc://{LOOPBACK}:{port}"
        self._wait(port)

    def _settings(self) -> dict[str, str]:
        count = str(self.workers)
        return SETTINGS | {
            "SAIL_EXECUTION__DEFAULT_PARALLELISM": count,
            "SAIL_CLUSTER__WORKER_INITIAL_COUNT": count,
            "SAIL_CLUSTER__WORKER_MAX_COUNT": count,
            "RUST_LOG": os.environ.get("RUST_LOG", "warn"),
            "AWS_ENDPOINT": self._endpoint,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": self._region,
            "AWS_ACCESS_KEY_ID": NOBODY[0],
            "AWS_SECRET_ACCESS_KEY": NOBODY[1],
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _wait(self, port: int) -> None:
        """Wait until the driver answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._driver.poll() is not None:
                break
            try:
                socket.create_connection((LOOPBACK, port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        last = self.log.read_text(errors="replace").strip().splitlines()[-1:]
        raise GlueLocalError(f"Sail does not start: {''.join(last) or f'no answer in {START_SECONDS} s'}")


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listening:
        return int(listening.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
