"""A pytest fixture: an emulator for a test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glue_emulator.server import GlueEmulator


@pytest.fixture(scope="session")
def glue_emulator() -> Iterator[GlueEmulator]:
    """Give an emulator with nothing in it; its `address` is the endpoint URL."""
    with GlueEmulator() as emulator:
        yield emulator
