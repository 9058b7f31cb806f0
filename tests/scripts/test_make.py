"""The Makefile and the files that people meet first."""

from __future__ import annotations

import re
import subprocess

from scripts.stedi import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


def test_help_lists_every_command() -> None:
    make = ["make", "--no-print-directory", "help"]
    printed = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True)
    commands = set(re.findall(r"^ +make ([a-z-]+)", printed.stdout, re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert commands == targets
    assert {"run", "test", "check", "bench", "help"} <= commands


def test_the_readme_names_only_commands_that_exist() -> None:
    named = set(re.findall(r"(?:`|^|&& )make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert {"run", "check", "test", "bench", "compile", "draw", "studio", "sample-data", "lock"} <= named


def test_lock_files_pin_everything_with_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.lock"):
        text = path.read_text()
        assert "://" not in text
        for entry in re.split(r"\n(?=[a-z])", text.strip()):
            assert re.match(r"[a-z0-9-]+==\S+ \\\n    --hash=sha256:", entry), entry
    run, dev = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / f"{name}.lock").read_text(), re.M))
        for name in ("run", "development")
    )
    assert run <= dev
