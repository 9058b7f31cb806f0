"""A Studio that is served on a port of this machine's loopback address."""

from __future__ import annotations

import socket
import threading
import time
import webbrowser
from contextlib import suppress

import uvicorn

from glue_studio.server.app import make_app
from glue_studio.server.security import TOKEN, Gate
from glue_studio.server.workspace import Workspace

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8765
GRACE_SECONDS = 1
"""How long the end of the server waits for answers that are under way, such as a watched run."""


class StudioServer:
    """A Studio in a thread. Use it in a `with` statement.

    Parameters
    ----------
    port
        0 picks a free one.

    Raises
    ------
    OSError
        The port is taken.
    """

    def __init__(self, workspace: Workspace, port: int = 0) -> None:
        # asyncio sends small answers at once only where the socket says that it is TCP
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((LOOPBACK, port))
        self.port = int(self._socket.getsockname()[1])
        self._gate = Gate(self.port)
        config = uvicorn.Config(
            make_app(workspace, self._gate),
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def address(self) -> str:
        """The address without the token."""
        return f"http://{LOOPBACK}:{self.port}/"

    @property
    def address_to_open(self) -> str:
        """The address that lets a browser in."""
        return f"{self.address}?{TOKEN}={self._gate.token}"

    def __enter__(self) -> StudioServer:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def open_browser(self) -> None:
        """Open the Studio in the browser of this machine, if there is one."""
        with suppress(webbrowser.Error):
            webbrowser.open(self.address_to_open)


def server_on(workspace: Workspace, port: int | None) -> StudioServer:
    """Return a server on a port; where none is named, on the usual one or, if that is taken, a free one.

    Raises
    ------
    OSError
        The named port is taken.
    """
    if port is not None:
        return StudioServer(workspace, port)
    try:
        return StudioServer(workspace, DEFAULT_PORT)
    except OSError:
        return StudioServer(workspace)
