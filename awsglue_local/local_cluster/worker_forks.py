"""Sail's workers, forked from a process that has loaded what their Python needs.

A worker that loads it by itself is a second late, and each session of Sail starts workers of its own. The process takes
a request a line, in JSON, and answers each with a line.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.local_cluster.process_group import ProcessGroup

LOADED = (
    "orjson",
    "pandas",
    "pyarrow.csv",
    "pyarrow.fs",
    "pyarrow.json",
    "pyarrow.parquet",
    "pysail.cli",
    "pyspark.sql.pandas.serializers",
    "pyspark.worker",
)
START, END, RUNNING = "start", "end", "running"


class WorkerForks:
    """The process, seen from outside. Use it in a `with` statement.

    Parameters
    ----------
    group
        The group that it and the workers belong to.
    environment
        What the environment of every worker is, beside its own.

    Every method raises GlueLocalError when the process has ended.
    """

    def __init__(self, group: ProcessGroup, environment: Mapping[str, str]) -> None:
        self._group, self._environment = group, dict(environment)
        self._asking = threading.Lock()

    def __enter__(self) -> WorkerForks:
        self._process = self._group.start([sys.executable, "-m", __name__], self._environment, subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(BrokenPipeError):  # what could not be written to a process that is gone
                    stream.close()
        self._process.wait()

    def start(self, environment: Mapping[str, str]) -> int:
        """Start a worker, and return its process's number."""
        return int(self._ask({START: {**self._environment, **environment}}))

    def end(self, workers: list[int]) -> None:
        """Kill workers, and wait until they are gone."""
        self._ask({END: workers})

    def running(self) -> list[int]:
        """Return the numbers of the workers that run."""
        return list(self._ask({RUNNING: True}))

    def _ask(self, request: dict[str, Any]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 (they are pipes)
        assert stdout is not None  # noqa: S101
        try:
            with self._asking:
                stdin.write(json.dumps(request).encode() + b"\n")
                stdin.flush()
                return json.loads(stdout.readline())
        except (OSError, ValueError) as error:
            raise GlueLocalError("the process that starts Sail's workers has ended") from error


def serve() -> None:
    """Answer requests until there are no more of them, and end the workers."""
    for name in LOADED:
        importlib.import_module(name)
    workers: set[int] = set()
    while line := sys.stdin.readline():
        request = json.loads(line)
        if environment := request.get(START):
            worker = os.fork()
            if not worker:
                _work(environment)
            workers.add(worker)
            answer: Any = worker
        else:
            workers -= _ended(workers, request.get(END, []))
            answer = sorted(workers)
        print(json.dumps(answer), flush=True)
    _ended(workers, sorted(workers))


def _ended(workers: set[int], killed: list[int]) -> set[int]:
    """Return the workers that do not run any more, with those that are killed now."""
    dying = workers.intersection(killed)
    for worker in dying:
        os.kill(worker, signal.SIGKILL)
    return {worker for worker in workers if os.waitpid(worker, 0 if worker in dying else os.WNOHANG)[0]}


def _work(environment: dict[str, str]) -> None:
    """Be a worker."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["sail", "worker"]
    try:
        importlib.import_module("pysail.cli").main()
    except BaseException as error:
        print(f"worker {os.getpid()}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)  # what the process does at its end is not for a worker to do


if __name__ == "__main__":
    serve()
