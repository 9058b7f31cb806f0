"""moto's own tests of Glue and Athena, in its server mode, on the emulator: those that fail are known, each with its reason."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from glue_emulator.server import GlueEmulator
from scripts.stedi import ROOT
from tests import tools
from tests.glue_emulator.aws_server import reset

REASONS = ROOT / "docs" / "motos-tests.md"
POSTED = "tests/test_athena/test_athena_server_api.py"
"""Posts the rows of queries to a fixed port."""
LEAST = 295
"""Tests that pass."""
PLUGIN = ROOT / "tests" / "glue_emulator" / "moto_plugin"


def known() -> dict[str, str]:
    """Return the reasons by test, `file::name`."""
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", REASONS.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(rows)


@pytest.fixture(scope="module")
def outcomes(emulator: GlueEmulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Run moto's tests, and give whether each passed."""
    source = tools.motos_tests()
    reset()
    told = tmp_path_factory.mktemp("moto") / "told.xml"
    environment = {
        "PATH": str(Path(sys.executable).parent),
        "HOME": str(told.parent),
        "PYTHONPATH": str(PLUGIN),
        "TEST_SERVER_MODE": "true",
        "MOTO_PORT": emulator.address.rpartition(":")[2],
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    folders = ["tests/test_glue", "tests/test_athena", "--ignore", POSTED]
    options = [
        "-q",
        "-p",
        "crawls_that_end",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-c",
        "/dev/null",
        "--rootdir",
        ".",
        f"--junitxml={told}",
    ]
    command = [sys.executable, "-m", "pytest", *options, *folders]
    done = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, timeout=300)
    assert told.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    reset()
    cases = ElementTree.parse(told).iter("testcase")
    return {
        f"{one.get('classname', '').rpartition('.')[2]}.py::{one.get('name')}": one.find("failure") is None
        and one.find("error") is None
        for one in cases
        if one.find("skipped") is None
    }


def test_what_fails_is_known_with_its_reason(outcomes: dict[str, bool]) -> None:
    failed = {re.sub(r"\[.*", "", name) for name, passed in outcomes.items() if not passed}
    assert failed - set(known()) == set()
    assert sum(outcomes.values()) >= LEAST, sorted(failed)


def test_every_reason_is_of_a_test(outcomes: dict[str, bool]) -> None:
    assert set(known()) - {re.sub(r"\[.*", "", name) for name in outcomes} == set()
