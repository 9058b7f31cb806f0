"""Tools that some tests need and a machine may lack, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from scripts.browser import find_browser
from scripts.deployment import terraform
from scripts.stedi import ROOT

AXE = ROOT / "glue_studio" / "web" / "node_modules" / "axe-core" / "axe.min.js"
DBT = ROOT / ".venv" / "dbt" / "bin" / "python"
MOTO_TESTS = ROOT / ".venv" / "moto-tests"
CHECKOV = ROOT / ".venv" / "checkov" / "bin" / "checkov"
REAL_LANDING = ROOT.parent / "shared" / "stedi"


def require(is_there: object, reason: str) -> None:
    """Skip the test, or fail it where NO_SKIPS is set, unless a tool is there.

    Parameters
    ----------
    reason
        What is missing and how to get it, in one sentence: the same one for every test that needs the tool.
    """
    if is_there:
        return
    if os.environ.get("NO_SKIPS"):
        pytest.fail(reason)
    pytest.skip(reason)


def browser() -> str:
    """Return the path of a Chromium."""
    found = find_browser()
    require(found, "Chromium is not installed: install the package chromium")
    return found


def axe() -> str:
    """Return the JavaScript of axe-core, which comes with what the Studio's page is built from."""
    require(AXE.is_file(), "axe-core is not installed: run `make glue_studio/web/dist/index.html`")
    return AXE.read_text(encoding="utf-8")


def terraform_with_provider() -> None:
    """Require Terraform, and its AWS provider in a folder of this machine, so that tests need no network."""
    require(terraform.is_installed(), "Terraform is not installed: put it on PATH")
    reason = f"Terraform's AWS provider is not on this machine: mirror it into {terraform.PLUGIN_FOLDERS[0]}"
    require(terraform.plugin_folder(), reason)


def postgresql() -> Path:
    """Return the folder of PostgreSQL's server programs."""
    folders = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = next((folder for folder in folders if (folder / "initdb").exists()), None)
    require(found, "PostgreSQL is not installed: install the package postgresql")
    assert found is not None
    return found


def checkov() -> Path:
    """Return the path of checkov."""
    require(CHECKOV.exists(), "checkov is not installed: run `make tf-test`")
    return CHECKOV


def dbt_python() -> Path:
    """Return the Python that has dbt."""
    require(DBT.exists(), "dbt is not installed: run `make .venv/dbt.stamp`")
    return DBT


def motos_tests() -> Path:
    """Return the folder of moto's source, with its tests."""
    found = next(MOTO_TESTS.glob("moto-*/tests"), None)
    require(found, "moto's own tests are not there: run `make .venv/moto-tests.stamp`, with pip and the network")
    assert found is not None
    return found.parent


def real_landing() -> Path:
    """Return the folder of the real landing data."""
    require(REAL_LANDING.is_dir(), "the public STEDI data is not beside this clone: put it into ../shared/stedi")
    return REAL_LANDING


def skip_lines(reasons: Iterable[str]) -> list[str]:
    """Return a line for each reason to skip, with the number of tests that it skipped."""
    counts = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return [f"skipped {count} {'test' if count == 1 else 'tests'}: {reason}" for reason, count in counts.items()]
