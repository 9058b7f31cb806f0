"""The page's sources: typed, checked, tested, and in step with the server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.local.build_page import TYPES, WEB, node_tools, write_types
from tests import tools


def run(*arguments: str) -> str:
    """Run npm in the page's folder and return what it printed."""
    tools.require((WEB / "node_modules").is_dir(), "the page's packages are not installed: run `make studio`")
    _, npm, environment = node_tools()
    done = subprocess.run([npm, *arguments], cwd=WEB, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("script", ["lint", "test"])
def test_npm(script: str) -> None:
    run("run", script)


def test_types_are_those_of_the_servers_document(tmp_path: Path) -> None:
    tools.require((WEB / "node_modules").is_dir(), "the page's packages are not installed: run `make studio`")
    write_types(tmp_path / "schema.ts")
    assert (tmp_path / "schema.ts").read_text(encoding="utf-8") == TYPES.read_text(encoding="utf-8"), "run `make docs`"


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")
