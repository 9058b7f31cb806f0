"""What passes between a program and a server: a port of this machine that hands bytes on and counts them."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit

BLOCK = 1 << 16


class Counted:
    """A port that stands for a server's. Use it in a `with` statement.

    Attributes
    ----------
    port
        The port on this machine.
    passed
        The bytes that have passed, both ways together.
    """

    def __init__(self, address: str) -> None:
        self._there = urlsplit(address).hostname, urlsplit(address).port
        self.passed = 0
        self._counting = threading.Lock()

    def __enter__(self) -> Counted:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                here, _ = self._listening.accept()
            except OSError:
                return
            there = socket.create_connection(self._there)
            for one in (here, there):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._hand_on, args=(one, other), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while block := one.recv(BLOCK):
                other.sendall(block)
                with self._counting:
                    self.passed += len(block)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            one.close()
            other.close()
