from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from glue_studio.server.workspace import Workspace
from tests.glue_studio.studios import Client, client_of, copied_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a copy of the lakehouse's jobs, with a lake that is not there yet."""
    return copied_workspace(tmp_path)


@pytest.fixture
def client(workspace: Workspace) -> Iterator[Client]:
    """Give a client of a Studio on the workspace."""
    with client_of(workspace) as asked:
        yield asked


@pytest.fixture
def filled_workspace(tmp_path: Path, sail_sample_lake: Path) -> Workspace:
    """Give a copy of the jobs and of a lake that they filled from the sample data."""
    return copied_workspace(tmp_path, sail_sample_lake)


@pytest.fixture
def filled(filled_workspace: Workspace) -> Iterator[Client]:
    """Give a client of a Studio on the filled workspace."""
    with client_of(filled_workspace) as asked:
        yield asked
