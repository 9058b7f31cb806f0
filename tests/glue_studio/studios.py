"""Studios for tests: on a copy of the lakehouse's jobs and of a lake that they filled, asked over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from glue_studio.server.workspace import Workspace
from glue_studio.serving import StudioServer
from scripts import stedi
from scripts.local.studio import VALUES, saved_queries


class Client:
    """A browser's part: carries the cookie, says which page it is of."""

    def __init__(self, server: StudioServer) -> None:
        self.address = server.address
        self.http = httpx.Client(
            base_url=server.address, headers={"Origin": server.address.rstrip("/")}, timeout=60, follow_redirects=True
        )
        self.http.get(server.address_to_open)

    def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Return what a request answered; its status is as expected."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        return self.ask("POST", path, body, status)

    def edit(self, job: str, text: str, **change: Any) -> Any:
        return self.post(f"/api/jobs/{job}/edit", {"text": text, "change": change})

    def refused(self, path: str, body: Any) -> str:
        """Return the sentence with which a request is refused."""
        return str(self.post(path, body, status=422)["detail"])


def copied_workspace(folder: Path, lake: Path | None = None) -> Workspace:
    """Copy the lakehouse's jobs and statements, and a lake, so that a test may change them."""
    shutil.copytree(stedi.JOBS, folder / "studio_jobs")
    shutil.copytree(stedi.DDL, folder / "ddl")
    if lake is not None:
        shutil.copytree(lake, folder / "lake")
    return Workspace(folder / "studio_jobs", folder / "lake", values=VALUES, queries=saved_queries)


@contextmanager
def client_of(workspace: Workspace) -> Iterator[Client]:
    """Serve a workspace and give a client of it."""
    with StudioServer(workspace) as server:
        client = Client(server)
        yield client
        client.http.close()


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their path, the Studio's own notes and locks left out."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not {"_studio", "_work"} & set(file.relative_to(folder).parts)
    }
