"""A PostgreSQL server for tests, on a port of its own and gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import tools

NOBODY = "nobody"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Give the URL of an empty database, on loopback."""
    programs = tools.postgresql()
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    # PostgreSQL does not run as root
    user = pwd.getpwnam(NOBODY) if os.geteuid() == 0 else None
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60, **identity)  # type: ignore[call-overload]

    try:
        run("initdb", "--username=etl", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        settings = f"-c listen_addresses=127.0.0.1 -c fsync=off -k {folder} -p {port}"
        run("pg_ctl", "start", "--wait", "--silent", "-l", str(folder / "log"), "-o", settings)
        try:
            yield f"postgresql://etl@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--silent", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
