"""Functions of this package, called on the executors of a cluster, which need not have it installed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from awsglue_local.cluster.shipped_code import FIRST, PACKAGE, CodeOnS3, zipped
from awsglue_local.errors import SourceError

NUMBER, ANSWER = "number", "answer"
ANSWERS = f"{NUMBER} long, {ANSWER} string"
"""What executors answer: the task's number, and a text of JSON."""
ERROR = "error"

Answer = dict[str, Any]


def with_tasks(session: Any, code: CodeOnS3 | None, function: str, tasks: Sequence[Any]) -> list[Answer]:
    """Call a function of this package with each task, in a partition of its own; return the answers in their order.

    Parameters
    ----------
    code
        What the function is in; None where that goes with each plan.
    function
        Such as `awsglue_local.cluster.reading_tasks:read`: it takes a task and returns what JSON has.

    Raises
    ------
    SourceError
        A task raised it.
    """
    if not tasks:
        return []
    told = [pickle.dumps(task) for task in tasks]
    call = _calling(code, function)

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        for batch in batches:
            numbers = batch.column(0).to_pylist()
            answers = [call(told[number]) for number in numbers]
            yield pa.RecordBatch.from_pydict({"number": numbers, "answer": answers})

    return _answers(session.range(0, len(tasks), 1, len(tasks)).mapInArrow(run, ANSWERS))


def with_rows(df: Any, code: CodeOnS3, function: str, told: Any) -> list[Answer]:
    """Call a function of this package with the rows of each partition of a DataFrame; return the answers.

    Parameters
    ----------
    function
        It takes what is told it, and an iterator of Arrow's record batches.
    """
    call, words = _calling(code, function), pickle.dumps(told)

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        yield pa.RecordBatch.from_pydict({"number": [0], "answer": [call(words, batches)]})

    return _answers(df.mapInArrow(run, ANSWERS))


def _answers(df: Any) -> list[Answer]:
    rows = sorted(df.collect(), key=lambda row: row[NUMBER])
    answers = [json.loads(row[ANSWER]) for row in rows]
    for answer in answers:
        if ERROR in answer:
            raise SourceError(answer[ERROR])
    return answers


def _calling(code: CodeOnS3 | None, function: str) -> Callable[..., str]:
    """Return a function that imports this package's code where it is called, and calls a function there.

    Spark pickles such an inner function whole, so nothing of this module may be named in it.
    """
    package = PACKAGE.name
    first = zipped(FIRST)
    first_name = sha256(first).hexdigest()
    place, wanted = (code.place, code.digest) if code else ("", first_name)
    endpoint, region = (code.store.endpoint, code.store.region) if code else (None, "")

    def call(told: bytes, *arguments: Any) -> str:
        import atexit
        import hashlib
        import importlib
        import json
        import os
        import pickle
        import shutil
        import sys
        import tempfile
        import threading

        def use(content: bytes, name: str) -> None:
            folder = tempfile.mkdtemp(prefix=f"{package}-")  # nobody else may write there
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            archive = os.path.join(folder, f"{package}-{name}.zip")
            with open(archive, "wb") as stream:
                stream.write(content)
            sys.path.insert(0, archive)
            for loaded in [one for one in sys.modules if one.split(".")[0] == package]:
                del sys.modules[loaded]  # of another version
            importlib.invalidate_caches()

        # several tasks may be threads of one process, which has nothing of ours but what is put into `sys`
        with sys.__dict__.setdefault("_shipped_code_lock", threading.RLock()):
            if not sys.path or os.path.basename(sys.path[0]) != f"{package}-{wanted}.zip":
                use(first, first_name)
                if place:
                    store = importlib.import_module(f"{package}.cluster.store").Store(endpoint, region)
                    content = store.read(place)
                    if hashlib.sha256(content).hexdigest() != wanted:
                        raise RuntimeError(f"s3://{place} is not the code that this run has put there")
                    use(content, wanted)
            importlib.import_module(function.partition(":")[0])
        module, _, member = function.partition(":")
        answer = getattr(importlib.import_module(module), member)
        source_error = importlib.import_module(f"{package}.errors").SourceError
        try:
            return json.dumps(answer(pickle.loads(told), *arguments))  # noqa: S301 (the client's own)
        except source_error as error:
            return json.dumps({"error": str(error)})

    return call
