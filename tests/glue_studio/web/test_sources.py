"""The page's sources: typed, checked, tested, and in step with the server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.local.build_page import TYPES, WEB, node_tools, write_types
from tests import tools


@pytest.mark.parametrize(
    "tool",
    [
        ("typescript/bin/tsc", "--noEmit"),
        ("eslint/bin/eslint.js", "."),
        ("vitest/vitest.mjs", "run"),
    ],
    ids=["types", "lint", "tests"],
)
def test_the_page_is_checked(tool: tuple[str, ...]) -> None:
    tools.require((WEB / "node_modules").is_dir(), "the page's packages are not installed: run `make studio`")
    node, _, environment = node_tools()
    command = [node, str(WEB / "node_modules" / tool[0]), *tool[1:]]
    done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_are_those_of_the_servers_document(tmp_path: Path) -> None:
    tools.require((WEB / "node_modules").is_dir(), "the page's packages are not installed: run `make studio`")
    write_types(tmp_path / "schema.ts")
    assert (tmp_path / "schema.ts").read_text(encoding="utf-8") == TYPES.read_text(encoding="utf-8"), "run `make docs`"


def test_the_lock_names_no_address() -> None:
    assert "://" not in (WEB / "package-lock.json").read_text(encoding="utf-8")
