from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from awsglue_local import LocalGlue, ScriptRun, modules, runtime
from awsglue_local.bookmarks import Bookmark
from awsglue_local.engine import Engine, start_engine
from awsglue_local.runtime import Runtime
from awsglue_local.transaction import Transaction
from glue_emulator import GlueEmulator
from scripts import run_jobs
from scripts.deployment import Deployment
from scripts.stedi import ROOT
from scripts.workspace import environment_of
from tests import tools
from tests.emulated import Account, deploy_stedi

pytest_plugins = ["pytester"]
ENGINES = ["sail", "spark"]
SLOWEST = ["test_terraform.py", "test_deployed_workflow.py", "test_rehearsal.py", "test_canvases_run.py"]
# many small jobs are over before Java's second compiler has paid
os.environ.setdefault(
    "PYSPARK_SUBMIT_ARGS", "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell"
)
SAMPLE_LANDING = ROOT / "sample_data"

STUDIO_HEADER = """\
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.dynamicframe import DynamicFrameCollection
from awsgluedq.transforms import EvaluateDataQuality
from awsglue.dynamicframe import DynamicFrame
from awsglue import DynamicFrame
from pyspark.sql import functions as SqlFuncs
import re

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: SLOWEST.index(item.path.name) if item.path.name in SLOWEST else len(SLOWEST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once for each missing tool what it is and how to get it."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])]
    for line in tools.skip_lines(reasons):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def start() -> Iterator[Callable[[str], Engine]]:
    """Start each engine once for all tests.

    Spark comes first: PySpark forks to start Java, and a fork of a process in which Sail's and gRPC's threads run
    already makes a child that now and then dies at once.
    """
    modules.install()  # before a test imports AWS's own package
    started: dict[str, Engine] = {"spark": start_engine("spark")}

    def get(name: str) -> Engine:
        if name not in started:
            started[name] = start_engine(name)
        return started[name]

    yield get
    for engine in started.values():
        engine.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, start: Callable[[str], Engine]) -> Engine:
    """Give each engine in turn."""
    return start(request.param)


@pytest.fixture
def glue(engine: Engine, tmp_path: Path) -> Iterator[LocalGlue]:
    """Give a local Glue on an empty lake."""
    with LocalGlue(tmp_path / "lake", engine) as opened:
        yield opened


@pytest.fixture
def run_body(glue: LocalGlue, tmp_path: Path) -> Callable[..., ScriptRun]:
    """Give a function that runs statements below the header that Studio writes."""

    def run(body: str, *arguments: str) -> ScriptRun:
        script = tmp_path / "job.py"
        script.write_text(STUDIO_HEADER + body, encoding="utf-8")
        return glue.run(script, arguments)

    return run


@pytest.fixture
def glue_context(glue: LocalGlue) -> Iterator[Any]:
    """Give a GlueContext as a script has it."""
    modules.install()
    from awsglue_local.context import GlueContext

    transaction = Transaction(glue.lake, glue.catalog)
    mark = Bookmark(glue.lake.root / "bookmark.json")
    surroundings = Runtime(glue.engine, glue.lake, glue.catalog, transaction, glue.stage, mark)
    runtime.enter(surroundings)
    try:
        with glue.engine.in_use():
            yield GlueContext()
    finally:
        runtime.leave()


@pytest.fixture(scope="module")
def emulator() -> Iterator[GlueEmulator]:
    """Give an emulator."""
    with GlueEmulator() as running:
        yield running


@pytest.fixture
def account(emulator: GlueEmulator) -> Account:
    """Give an empty account on the emulator."""
    return Account(emulator.address)


@pytest.fixture
def there(account: Account, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Give the deployed lakehouse without data, in an environment that leads to it."""
    for name, value in environment_of(account.address).items():
        monkeypatch.setenv(name, value)
    return deploy_stedi(account)


@pytest.fixture(scope="session")
def real_landing() -> Path:
    """Give the real landing data; a user's clone has none."""
    return tools.real_landing()


def run_all(landing: Path, lake: Path, engine: str | Engine) -> list[ScriptRun]:
    """Run the five jobs as `make run` does."""
    return run_jobs.run_jobs(landing, lake, engine, Console(quiet=True))


@pytest.fixture(scope="session", params=ENGINES)
def sample_lake(
    request: pytest.FixtureRequest, start: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give a lake that the five jobs filled from the sample data; tests only read it."""
    lake = tmp_path_factory.mktemp(f"sample-{request.param}") / "lake"
    run_all(SAMPLE_LANDING, lake, start(request.param))
    return lake


@pytest.fixture(scope="session")
def sail_sample_lake(start: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a lake that the five jobs filled from the sample data on Sail; tests only read it or copy it."""
    lake = tmp_path_factory.mktemp("sample") / "lake"
    run_all(SAMPLE_LANDING, lake, start("sail"))
    return lake
