"""The process that runs scripts: `python -m glue_studio.execution.worker_process LAKE ENGINE`.

It reads requests from standard input and answers on standard output. What a script prints is told as a message too.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import IO

from awsglue_local.errors import ScriptError
from awsglue_local.job_run.account import NodeRun
from awsglue_local.job_run.engine import Engine, start_engine
from awsglue_local.process import run_process
from awsglue_local.runner.preview import preview, record_counts
from awsglue_local.runner.run_account import job_result
from awsglue_local.runner.session import LocalGlue
from glue_studio.execution.messages import Message, receive, send

PARENT_SECONDS = 0.5
Say = Callable[[Message], None]


class _Told(io.TextIOBase):
    """Standard output of a script, told to the server as it comes."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._say({"printed": text})
        return len(text)


def serve(requests: IO[str], answers: IO[str], lake: Path, engine: str) -> None:
    """Answer requests until there are no more; the engine is kept warm between them."""
    running = start_engine(engine)
    say: Say = lambda message: send(answers, message)  # noqa: E731 - a name for one stream
    say({"ready": True})
    with tempfile.TemporaryDirectory(prefix="glue-studio-") as folder:
        while (request := receive(requests)) is not None:
            script = Path(folder) / f"{request['job']}.py"
            script.write_text(request["script"], encoding="utf-8")
            try:
                with redirect_stdout(_Told(say)), _as_before():
                    running.begin_session()
                    answer = _answer(request, script, lake, running, say)
                say({"answer": answer})
            except ScriptError as error:
                say({"failed": error.message, "node": error.node, "line": error.line})
            except Exception as error:
                say({"failed": str(error) or type(error).__name__, "node": "", "line": 0})


@contextmanager
def _as_before() -> Iterator[None]:
    """Take back what a script did to the process: its folder and its environment."""
    folder, environment = Path.cwd(), dict(os.environ)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)


def _end_with(parent: int) -> None:
    """End this process and its children when the server is no more, whatever a script is doing."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os.killpg(0, signal.SIGKILL)


def _answer(request: Message, script: Path, lake: Path, engine: Engine, say: Say) -> object:
    arguments = list(request["arguments"])
    with LocalGlue(lake, engine) as glue:
        if request["do"] == "preview":
            return asdict(preview(glue, script, request["node"], request["rows"], arguments))
        if request["do"] == "count":
            return record_counts(glue, script, arguments)
        begun: Callable[[NodeRun], None] = lambda node: say({"node": asdict(node)})  # noqa: E731
        run = glue.run(script, arguments, on_node=begun)
    nodes = [asdict(node) for node in run.nodes]
    return {"seconds": run.seconds, "nodes": nodes, "notes": run.notes(), "result": asdict(job_result(run))}


def main() -> int:
    """Serve the standard streams; what else writes to standard output goes to standard error."""
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    serve(requests, answers, Path(sys.argv[1]), sys.argv[2])
    return 0


if __name__ == "__main__":
    run_process(main)
