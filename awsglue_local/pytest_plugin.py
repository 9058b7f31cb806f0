"""pytest's fixtures for tests of Glue scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from awsglue_local.job_run.engine import Engine
    from awsglue_local.testing import GlueTest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--glue-engine`."""
    parser.addoption(
        "--glue-engine", default="sail", help="what runs Glue scripts: sail (default), spark, sc://HOST:PORT"
    )


@pytest.fixture(scope="session")
def glue_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give the engine, started once for all tests."""
    from awsglue_local.job_run.engine import start_engine

    engine = start_engine(str(request.config.getoption("--glue-engine")))
    yield engine
    engine.stop()


@pytest.fixture
def glue(glue_engine: Engine, tmp_path: Path) -> Iterator[GlueTest]:
    """Give a local Glue with an empty lake and catalog."""
    from awsglue_local.runner.session import LocalGlue
    from awsglue_local.testing import GlueTest

    with LocalGlue(tmp_path / "lake", glue_engine, connections=tmp_path / "connections.toml") as opened:
        yield GlueTest(opened)
