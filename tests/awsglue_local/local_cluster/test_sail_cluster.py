"""A cluster on this machine: a driver and workers that are processes, which end with it."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from awsglue_local import GlueLocalError
from awsglue_local.job_run.engine import start_engine
from awsglue_local.local_cluster import sail_cluster
from awsglue_local.local_cluster.pods import Pods, without_clouds
from awsglue_local.local_cluster.process_group import ProcessGroup
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


def test_a_sail_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sail_cluster, "SETTINGS", {"SAIL_MODE": "no such mode"})
    with pytest.raises(GlueLocalError, match="Sail does not start: "), SailCluster("http://127.0.0.1:9", "eu-west-1"):
        pass


def test_nobody_else_starts_pods(tmp_path: Path) -> None:
    with ProcessGroup(tmp_path / "log") as group, Pods(["sleep", "60"], without_clouds(), group) as pods:
        address = json.loads(pods.kubeconfig)["clusters"][0]["cluster"]["server"]
        token = json.loads(pods.kubeconfig)["users"][0]["user"]["token"]
        pod = {"metadata": {"name": "p", "labels": {"a": "1"}}, "spec": {"containers": [{"env": []}]}}

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
        ask(token, "/api/v1/namespaces/default/pods?labelSelector=a%3D2", "DELETE")
        assert is_running(process)
        ask(token, "/api/v1/namespaces/default/pods?labelSelector=a%3D1", "DELETE")
        assert not is_running(process)
