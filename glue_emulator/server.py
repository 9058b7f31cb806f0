"""The emulator's server: moto's, on loopback, with our Glue and Athena in the place of moto's."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from awsglue_local.spark.patching import replaced
from glue_emulator import running_emulator
from glue_emulator.request_gate import RequestGate
from glue_emulator.s3_objects import for_large_objects

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

LOOPBACK = "127.0.0.1"
LIFE = "/emulator/life"
"""Where clients ask what tells this life of the emulator from others: nothing outlives it."""
RESET = "/moto-api/reset"
QUERY_RESULTS = "/moto-api/static/athena/query-results"
"""Where moto's users post the rows of queries."""
FOLDER_PREFIX = "glue-emulator-"
ENGINES = ("sail", "spark")


class GlueEmulator:
    """An AWS endpoint on this machine whose Glue runs jobs. Use it in a `with` statement; one a process.

    Parameters
    ----------
    port
        Where it listens on 127.0.0.1; 0 takes a free port.
    engine
        What runs the jobs: `sail` or `spark`.
    minute
        Seconds that a minute of a job's Timeout lasts, for tests of timeouts.
    enforce_iam
        Whether requests are judged by IAM's policies, and jobs and crawlers run with the permissions of their roles.
    write_at_once
        Whether a job's writes and purges happen when it asks for them, as on AWS, and not together at its end.
    calls
        A file in which each kind of request is noted that is judged by IAM's policies.

    Raises
    ------
    ValueError
        There is no such engine.
    OSError
        The port is taken.
    RuntimeError
        An emulator runs in this process already.
    """

    def __init__(
        self,
        port: int = 0,
        engine: str = "sail",
        minute: float = 60.0,
        enforce_iam: bool = False,
        write_at_once: bool = False,
        calls: Path | None = None,
    ) -> None:
        if engine not in ENGINES:
            raise ValueError(f"no engine {engine!r}; use {' or '.join(ENGINES)}")
        self._port, self._engine, self._minute = port, engine, minute
        self._enforce_iam, self._write_at_once, self._calls = enforce_iam, write_at_once, calls
        self.address = ""

    def __enter__(self) -> GlueEmulator:
        running_emulator.require_none()
        with ExitStack() as made:
            gate = RequestGate()
            made.enter_context(_services(gate))
            self._server = _server(self._port, self._enforce_iam, self._calls, gate)
            made.callback(self._server.server_close)
            self._folder = _folder()
            made.callback(self._folder.remove)
            self.address = f"http://{LOOPBACK}:{self._server.port}"
            here = running_emulator.RunningEmulator(
                self.address, self._engine, self._folder.path, self._minute, self._enforce_iam, self._write_at_once
            )
            running_emulator.enter(here)
            made.callback(running_emulator.leave)
            self._made = made.pop_all()
        self._thread = threading.Thread(target=self._server.serve_forever, name="glue-emulator", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _stop_runs()
        self._server.shutdown()
        self._thread.join()
        self._made.close()


class _Folder:
    """A folder that others can tell to be in use."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
        # the lock is held before others can see it
        self._lock = (self.path / "new-lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        os.rename(self.path / "new-lock", self.path / "lock")

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _folder() -> _Folder:
    """Make the emulator's folder, and remove those of emulators that were killed."""
    for old in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        try:
            with (old / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old, ignore_errors=True)
        except OSError:
            continue
    return _Folder()


def _stop_runs() -> None:
    """Stop job runs, crawls and queries, and wait for the queries."""
    from moto.athena.models import athena_backends
    from moto.glue.models import glue_backends

    from glue_emulator.backend_state import KEY

    services: tuple[Any, ...] = (athena_backends, glue_backends)
    for backends in services:
        for regions in list(backends.values()):
            for backend in list(regions.values()):
                if KEY in vars(backend):
                    vars(backend)[KEY].close()


def _server(port: int, enforce_iam: bool, calls: Path | None, gate: RequestGate) -> BaseWSGIServer:
    # moto and what it serves with are imported late: pytest imports this module where they are not installed
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    class QuietHandler(MotoRequestHandler):
        """Answers without a line of log a request, and its body at once behind the headers."""

        disable_nagle_algorithm = True

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    class Services(DomainDispatcherApplication):
        """moto's services; one that moto has not is named."""

        def get_backend_for_host(self, host: str | None) -> Any:
            found = super().get_backend_for_host(host)
            if found is None and host is not None:
                raise NotImplementedError(f"The service of {host} is not emulated")
            return found

    services: Any = Services(create_backend_app)
    if enforce_iam:
        from glue_emulator.iam.call_log import CallLog
        from glue_emulator.iam.enforcement import enforcing

        services = enforcing(services, CallLog(calls) if calls else None)
    with socket.create_server((LOOPBACK, port)) as listening:
        return make_server(
            LOOPBACK,
            listening.getsockname()[1],
            _refusing(services, gate),
            threaded=True,
            request_handler=QuietHandler,
            fd=os.dup(listening.fileno()),
        )


def _refusing(application: Any, gate: RequestGate) -> Callable[[dict[str, Any], Any], Any]:
    """Answer a request for what is not emulated at once, with the operation's name; say which life this is."""
    life = secrets.token_hex(8)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("PATH_INFO") == LIFE:
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [life.encode()]
        if not _is_from_here(environ):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"The emulator answers programs of this machine, no web page and no other name.\n"]
        if environ.get("PATH_INFO") == QUERY_RESULTS:
            return _not_emulated(environ, start_response, "rows of queries are not set, queries are answered")
        # a reset closes the gate itself, once what runs has stopped
        passed = nullcontext() if environ.get("PATH_INFO") == RESET else gate.passed()
        try:
            with passed:
                return application(environ, start_response)
        except (NotImplementedError, ImportError) as error:
            return _not_emulated(environ, start_response, str(error))

    return answer


def _not_emulated(environ: dict[str, Any], start_response: Any, reason: str) -> list[bytes]:
    kind, body = _refusal(environ, reason)
    # no 500: SDKs would try again for minutes
    start_response("501 Not Implemented", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _is_from_here(environ: dict[str, Any]) -> bool:
    """Say whether a request was made for a name of this machine, and by no page of another (which might start jobs)."""
    hosts = [environ.get("HTTP_HOST", LOOPBACK)]
    if environ.get("HTTP_ORIGIN"):
        hosts.append(urlsplit(environ["HTTP_ORIGIN"]).netloc or "nowhere")
    names = [host.rsplit(":", 1)[0].lower() for host in hosts]
    return all(name in (LOOPBACK, "localhost") or name.endswith((".localhost", f".{LOOPBACK}")) for name in names)


def _refusal(environ: dict[str, Any], reason: str) -> tuple[str, bytes]:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    words = f"{target.rsplit('.', 1)[-1]}: not emulated" if target else reason
    if target or "json" in environ.get("CONTENT_TYPE", ""):
        return "application/x-amz-json-1.1", json.dumps({"__type": "NotImplemented", "message": words}).encode()
    error = f"<Code>NotImplemented</Code><Message>{escape(words)}</Message>"
    whole = "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")
    return "text/xml", (
        f"<Error>{error}</Error>" if whole else f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"
    ).encode()


@contextmanager
def _services(gate: RequestGate) -> Iterator[None]:
    """Put our services in the place of moto's, and begin with nothing: moto keeps its state by process."""
    import moto.athena.urls
    import moto.backends
    import moto.glue.urls
    from moto.iam.access_control import IAMPolicyStatement
    from moto.iam.models import IAMBackend
    from moto.moto_api._internal.models import moto_api_backend
    from moto.s3.models import FakeDeleteMarker

    from glue_emulator.athena.responses import AthenaApi
    from glue_emulator.glue.responses import GlueApi
    from glue_emulator.iam.managed_policies import ManagedPolicies

    modules = moto.backends.list_of_moto_modules
    with replaced(
        (moto.glue.urls, "url_paths", {"{0}/$": GlueApi.dispatch}),
        (moto.athena.urls, "url_paths", {"{0}/$": AthenaApi.dispatch}),
        # a bucket's keys ask a delete marker for that
        (FakeDeleteMarker, "dispose", lambda _: None),
        (IAMPolicyStatement, "is_action_permitted", _permitted(IAMPolicyStatement.is_action_permitted)),
        # roles may name policies that AWS manages
        (IAMBackend, "_init_managed_policies", lambda backend: ManagedPolicies(backend)),
        (moto_api_backend, "reset", _reset(moto_api_backend.reset, gate)),
        *for_large_objects(),
        # moto looks through its own folder at each request
        (moto.backends, "list_of_moto_modules", cache(lambda: list(modules()))),
    ):
        moto_api_backend.reset()
        yield


def _reset(reset: Callable[[], None], gate: RequestGate) -> Callable[[], None]:
    """Return moto's reset, which first stops what runs, and during which no request is answered."""

    def stop_and_reset() -> None:
        _stop_runs()
        with gate.closed():
            reset()

    return stop_and_reset


def _permitted(judge: Any) -> Any:
    """Return a judge of policy statements for whom loopback is as good as TLS; moto heeds no condition of a Deny."""
    from moto.iam.access_control import PermissionResult

    def judge_statement(self: Any, *arguments: Any, **more: Any) -> Any:
        if self._statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
            return PermissionResult.NEUTRAL
        return judge(self, *arguments, **more)

    return judge_statement
