"""The packages that the project stands on, each with its reason, from pyproject.toml."""

from __future__ import annotations

import re

from scripts.stedi import ROOT

PARTS = {"dependencies": "the canvas tools", "run": "running jobs", "emulator": "the emulator", "dev": "the tests"}


def table() -> str:
    """Return a line for each package."""
    lines = ["| package | for | why |", "|---|---|---|"]
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name, part in PARTS.items():
        (block,) = re.findall(rf"^{name} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
        for package, reason in re.findall(r'^ +"([^">=<]+)[^"]*", *(?:# (.*))?$', block, re.MULTILINE):
            lines.append(f"| `{package}` | {part} | {reason} |")
    return "\n".join(lines) + "\n"
