"""What an installed package holds besides its modules."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


@pytest.mark.parametrize("package", ["awsglue_local", "glue_canvas", "glue_emulator"])
def test_every_file_that_a_package_reads_is_installed(package: str) -> None:
    there = {file for file in (ROOT / package).rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")}
    installed = {
        file
        for name, patterns in SETTINGS["package-data"].items()
        if name.split(".")[0] == package
        for pattern in patterns
        for file in ROOT.joinpath(*name.split(".")).glob(pattern)
    }
    assert installed == there
