"""A cluster on this machine: a driver and workers that are processes, which end with it."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.job_run.engine import ClusterEngine, start_engine
from awsglue_local.local_cluster import sail_cluster
from awsglue_local.local_cluster.pods import Pods
from awsglue_local.local_cluster.sail_cluster import SailCluster

ZONE = "spark.sql.session.timeZone"


def is_running(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def test_workers_are_processes_of_their_own_and_end_with_the_cluster() -> None:
    with SailCluster("http://127.0.0.1:9", "eu-west-1", workers=2) as cluster:
        assert cluster.processes == []
        session = start_engine(cluster.address).session

        def number(batches: Iterator[Any]) -> Iterator[Any]:
            import os

            import pyarrow as pa

            for _ in batches:
                yield pa.RecordBatch.from_pydict({"process": [os.getpid()]})

        rows = session.range(0, 4, 1, 4).mapInArrow(number, "process long").collect()
        workers = cluster.processes
        assert {row.process for row in rows} <= set(workers)
        assert len(workers) == 2
        assert os.getpid() not in workers
    assert not any(map(is_running, workers))


def test_an_engine_of_sail_elsewhere_is_known_for_one() -> None:
    with SailCluster("http://127.0.0.1:9", "eu-west-1", workers=2) as cluster:
        engine = start_engine(cluster.address)
        assert engine.is_sail
        assert not engine.keeps_rows
        settings = engine.session.conf
        zone = settings.get(ZONE)
        engine.session.range(1).createOrReplaceTempView("left")
        settings.set(ZONE, "Asia/Tokyo")
        settings.set("spark.sql.left.behind", "true")
        engine.begin_session()
        assert engine.session.catalog.listTables() == []
        assert settings.get(ZONE) == zone
        assert settings.get("spark.sql.left.behind", "none") == "none"


def workers_of(cluster: SailCluster, count: int) -> set[int]:
    """Return the numbers of the workers' processes, as soon as there are so many."""
    deadline = time.monotonic() + 10
    while len(cluster.processes) != count and time.monotonic() < deadline:
        time.sleep(0.02)
    found = set(cluster.processes)
    assert len(found) == count
    return found


def test_an_engine_ends_its_sessions_and_their_workers() -> None:
    with SailCluster("http://127.0.0.1:9", "eu-west-1", workers=2) as cluster:
        engine = ClusterEngine(cluster.address)
        first = workers_of(cluster, 2)
        engine.renew()
        assert engine.session.range(3).count() == 3
        assert not first & workers_of(cluster, 2)
        engine.stop()
        workers_of(cluster, 0)


def test_an_engine_ends_though_its_server_is_gone() -> None:
    with SailCluster("http://127.0.0.1:9", "eu-west-1", workers=2) as cluster:
        engine = start_engine(cluster.address)
    engine.stop()


def test_a_sail_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sail_cluster, "SETTINGS", {"SAIL_MODE": "no such mode"})
    with pytest.raises(GlueLocalError, match="Sail does not start: "), SailCluster("http://127.0.0.1:9", "eu-west-1"):
        pass


class Sleepers:
    """In the place of Sail's workers: they only sleep."""

    def __init__(self) -> None:
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.environments: list[dict[str, str]] = []

    def start(self, environment: dict[str, str]) -> int:
        process = subprocess.Popen(["sleep", "60"])
        self.processes[process.pid] = process
        self.environments.append(environment)
        return process.pid

    def end(self, workers: list[int]) -> None:
        for worker in workers:
            self.processes[worker].kill()
            self.processes.pop(worker).wait()

    def running(self) -> list[int]:
        return list(self.processes)


def test_nobody_else_starts_pods() -> None:
    workers = Sleepers()
    with Pods(workers) as pods:  # type: ignore[arg-type]
        address = json.loads(pods.kubeconfig)["clusters"][0]["cluster"]["server"]
        token = json.loads(pods.kubeconfig)["users"][0]["user"]["token"]
        told = [{"name": "SAIL_INTERNAL__DRIVER", "value": "here"}, {"name": "POD_IP", "valueFrom": {}}]
        pod = {"metadata": {"name": "p", "labels": {"a": "1"}}, "spec": {"containers": [{"env": told}]}}

        def ask(token: str, path: str, method: str, body: bytes | None = None) -> int:
            request = urllib.request.Request(f"{address}{path}", body, method=method)
            request.add_header("Authorization", f"Bearer {token}")
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)

        body = json.dumps(pod).encode()
        with pytest.raises(HTTPError, match="401"):
            ask("guessed", "/api/v1/namespaces/default/pods", "POST", body)
        with pytest.raises(HTTPError, match="404"):
            ask(token, "/api/v1/namespaces/default/secrets", "POST", body)
        assert pods.processes == []
        assert ask(token, "/api/v1/namespaces/default/pods", "POST", body) == 201
        (process,) = pods.processes
        (environment,) = workers.environments
        assert environment["SAIL_INTERNAL__DRIVER"] == "here"
        assert environment["POD_IP"] == environment["SAIL_CLUSTER__WORKER_LISTEN_HOST"] == "127.0.0.1"
        ask(token, "/api/v1/namespaces/default/pods?labelSelector=a%3D2", "DELETE")
        assert is_running(process)
        ask(token, "/api/v1/namespaces/default/pods?labelSelector=a%3D1", "DELETE")
        assert not is_running(process)
