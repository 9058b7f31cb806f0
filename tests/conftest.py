from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from awsglue_local import LocalGlue, ScriptRun
from awsglue_local.databases.connections import read_settings
from awsglue_local.databases.open_databases import OpenDatabases
from awsglue_local.job_run.bookmarks import Bookmark
from awsglue_local.job_run.engine import Engine, start_engine
from awsglue_local.job_run.runtime import Runtime, entered
from awsglue_local.job_run.transaction import Transaction
from awsglue_local.local_cluster.sail_cluster import SailCluster
from awsglue_local.runner.imports import install
from glue_emulator import GlueEmulator
from scripts.deployment.outputs import Deployment
from scripts.deployment.workspace import environment_of
from scripts.local import run_jobs
from scripts.stedi import ROOT
from tests import tools
from tests.awsglue_local.cluster.lake_on_s3 import REGION, LakeOnS3
from tests.glue_emulator.emulated import EmulatedAccount, deploy_stedi

pytest_plugins = ["pytester"]
ENGINES = ["sail", "spark"]
MARK_OF_FIXTURE = {"spark": "java", "emulator": "emulator", "terraform": "terraform", "browser": "browser"}
"""Fixture to the mark of tests that use it, also through other fixtures; `make test-fast` leaves them all out."""
LONGEST = ("terraform", "emulator", "java", "long")
"""Marks of the tests that take longest, which no worker is to be left alone with at the end."""
# tables are as wide as they are where nobody says otherwise
os.environ.pop("COLUMNS", None)
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
    """Mark each test by what it starts, and begin with those that take longest."""
    for item in items:
        for mark in marks_of(item):
            item.add_marker(mark)
    items.sort(
        key=lambda item: next((rank for rank, mark in enumerate(LONGEST) if mark in item.keywords), len(LONGEST))
    )


def marks_of(item: pytest.Item) -> set[str]:
    """Return the marks of a test: its fixtures say what it starts, and so do its parameters."""
    fixtures = set(getattr(item, "fixturenames", ()))
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    marks = {mark for fixture, mark in MARK_OF_FIXTURE.items() if fixture in fixtures}
    return marks | {MARK_OF_FIXTURE["spark"]} if "spark" in parameters.values() else marks


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once for each missing tool what it is and how to get it."""
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])]
    for line in tools.skip_lines(reasons):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def glue_modules() -> None:
    """Put our modules in the place of AWS's before a test imports AWS's own package."""
    install()


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Engine]]:
    """Give a function that returns an engine, started when it is first asked for.

    Where a test of this process needs Spark, Spark comes first: PySpark forks to start Java, and a fork of a process
    in which Sail's and gRPC's threads run already makes a child that now and then dies at once.
    """
    started: dict[str, Engine] = {}

    def get(name: str) -> Engine:
        if not started and any("java" in item.keywords for item in request.session.items):
            started["spark"] = start_engine("spark")
        if name not in started:
            started[name] = start_engine(name)
        return started[name]

    yield get
    for engine in started.values():
        engine.stop()


@pytest.fixture
def sail(engines: Callable[[str], Engine]) -> Engine:
    """Give Sail."""
    return engines("sail")


@pytest.fixture
def spark(engines: Callable[[str], Engine]) -> Engine:
    """Give PySpark's own engine."""
    return engines("spark")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, engines: Callable[[str], Engine]) -> Engine:
    """Give each engine in turn."""
    return engines(request.param)


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
def glue_context(glue: LocalGlue, tmp_path: Path) -> Iterator[Any]:
    """Give a GlueContext as a script has it."""
    install()
    from awsglue_local.glue_api.context import GlueContext

    transaction = Transaction(glue.lake, glue.catalog)
    mark = Bookmark(glue.lake.root / "bookmark.json")
    databases = OpenDatabases(glue.database_folder, read_settings(tmp_path / "connections.toml"))
    runtime = Runtime(glue.engine, glue.lake, glue.catalog, transaction, glue.stage, mark, databases)
    with entered(runtime), glue.engine.in_use():
        yield GlueContext()


@pytest.fixture(scope="module")
def emulator() -> Iterator[GlueEmulator]:
    """Give an emulator."""
    with GlueEmulator() as running:
        yield running


@pytest.fixture(scope="module")
def cluster(emulator: GlueEmulator) -> Iterator[SailCluster]:
    """Give a cluster of two workers, each a process, whose S3 is the emulator's."""
    with SailCluster(emulator.address, REGION, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def s3_lake(emulator: GlueEmulator, cluster: SailCluster) -> Iterator[LakeOnS3]:
    """Give an empty lake on the emulator's S3, in an environment that leads to it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in (("AWS_ENDPOINT_URL", emulator.address), ("AWS_REGION", REGION)):
            patch.setenv(name, value)
        yield LakeOnS3(emulator.address, cluster)


@pytest.fixture
def account(emulator: GlueEmulator) -> EmulatedAccount:
    """Give an empty account on the emulator."""
    return EmulatedAccount(emulator.address)


@pytest.fixture
def deployment(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Give the deployed lakehouse without data, in an environment that leads to it."""
    for name, value in environment_of(account.address).items():
        monkeypatch.setenv(name, value)
    return deploy_stedi(account)


@pytest.fixture(scope="session")
def terraform() -> None:
    """Require Terraform and its AWS provider."""
    tools.terraform_with_provider()


@pytest.fixture(scope="session")
def browser() -> str:
    """Give the path of a Chromium."""
    return tools.browser()


@pytest.fixture(scope="session")
def real_landing() -> Path:
    """Give the real landing data; a user's clone has none."""
    return tools.real_landing()


def run_all(landing: Path, lake: Path, engine: str | Engine) -> list[ScriptRun]:
    """Run the five jobs as `make run` does."""
    return run_jobs.run_jobs(landing, lake, engine, Console(quiet=True))


@pytest.fixture(scope="session", params=ENGINES)
def sample_lake(
    request: pytest.FixtureRequest, engines: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give a lake that the five jobs filled from the sample data; tests only read it."""
    lake = tmp_path_factory.mktemp(f"sample-{request.param}") / "lake"
    run_all(SAMPLE_LANDING, lake, engines(request.param))
    return lake


@pytest.fixture(scope="session")
def sail_sample_lake(engines: Callable[[str], Engine], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a lake that the five jobs filled from the sample data on Sail; tests only read it or copy it."""
    lake = tmp_path_factory.mktemp("sample") / "lake"
    run_all(SAMPLE_LANDING, lake, engines("sail"))
    return lake
