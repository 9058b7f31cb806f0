"""As much of the Kubernetes API as Sail's driver asks for, on loopback: a pod is a process of this machine.

Sail starts its workers as pods of a cluster (its mode `kubernetes-cluster`); with this, none is needed. It creates pods
in a namespace, and deletes those with a label when a session ends.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from awsglue_local.local_cluster.worker_forks import WorkerForks

LOOPBACK = "127.0.0.1"
PODS = re.compile(r"/api/v1/namespaces/[^/]+/pods")
SELECTED = re.compile(r"([\w./-]+)=([\w.-]+)")
LISTEN = "SAIL_CLUSTER__WORKER_LISTEN_HOST"


class Pods:
    """Processes that Sail takes for pods. Use it in a `with` statement: they end with it.

    Parameters
    ----------
    workers
        Starts what a pod runs, whatever image it names, in the environment that the pod says.
    """

    def __init__(self, workers: WorkerForks) -> None:
        self._workers = workers
        self._token = secrets.token_hex(16)
        self._started: dict[str, tuple[dict[str, str], int]] = {}
        self._changing = threading.Lock()

    def __enter__(self) -> Pods:
        self._server = ThreadingHTTPServer((LOOPBACK, 0), _handler(self, self._token))
        self._thread = threading.Thread(target=self._server.serve_forever, name="pods", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.delete({})

    @property
    def kubeconfig(self) -> str:
        """What a file holds that tells a client of Kubernetes of this API."""
        address = f"http://{LOOPBACK}:{self._server.server_address[1]}"
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "here", "cluster": {"server": address}}],
                "users": [{"name": "sail", "user": {"token": self._token}}],
                "contexts": [{"name": "here", "context": {"cluster": "here", "user": "sail"}}],
                "current-context": "here",
            }
        )

    @property
    def processes(self) -> list[int]:
        """The numbers of the processes that run."""
        return self._workers.running()

    def create(self, pod: dict[str, Any]) -> dict[str, Any]:
        """Start a pod's process, and return the pod as the API does."""
        name, labels = pod["metadata"]["name"], dict(pod["metadata"].get("labels") or {})
        told = {one["name"]: one.get("value") or LOOPBACK for one in pod["spec"]["containers"][0].get("env") or []}
        with self._changing:
            self._started[name] = labels, self._workers.start({**told, LISTEN: LOOPBACK})
        pod["metadata"]["uid"] = str(uuid.uuid4())
        return {**pod, "status": {"phase": "Running", "podIP": LOOPBACK}}

    def delete(self, wanted: Mapping[str, str]) -> None:
        """End the processes of pods with some labels, all of them where none are named."""
        with self._changing:
            names = [name for name, (labels, _) in self._started.items() if wanted.items() <= labels.items()]
            self._workers.end([self._started.pop(name)[1] for name in names])


def _handler(pods: Pods, token: str) -> type[BaseHTTPRequestHandler]:
    class Api(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _asked(self) -> tuple[bytes, dict[str, str]] | None:
            """Return a request's body and the labels that it selects; None, answered, where it is none of ours."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            address = urlsplit(self.path)
            if self.headers.get("Authorization") != f"Bearer {token}":
                self._answer(401, _status("Unauthorized"))
                return None
            if not PODS.fullmatch(address.path):
                self._answer(404, _status("NotFound"))
                return None
            selector = parse_qs(address.query).get("labelSelector", [""])[0]
            return body, dict(SELECTED.findall(selector))

        def do_POST(self) -> None:
            if asked := self._asked():
                self._answer(201, pods.create(json.loads(asked[0])))

        def do_DELETE(self) -> None:
            if asked := self._asked():
                pods.delete(asked[1])
                self._answer(200, {"apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": []})

    return Api


def _status(reason: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": reason, "message": reason}


def without_clouds() -> dict[str, str]:
    """Return this process's environment without what leads to AWS or to another cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SAIL_", "KUBE"))}
