"""Write the parts of the documentation that come from the code: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.docs import (
    athena_sql,
    command_help,
    dependencies,
    emulator_operations,
    node_kinds,
    runtime_calls,
    runtime_options,
    sail_differences,
    terraform_tables,
    training_schema,
)
from scripts.stedi import ROOT

DOCS = ROOT / "docs"
PARTS: list[tuple[Path, str, Callable[[], str]]] = [
    (DOCS / "canvas.md", "commands", command_help.canvas_commands),
    (DOCS / "canvas.md", "kinds", node_kinds.table),
    (DOCS / "emulator.md", "commands", command_help.emulator_command),
    (DOCS / "emulator.md", "functions", athena_sql.functions),
    (DOCS / "emulator.md", "operations", emulator_operations.tables),
    (DOCS / "emulator.md", "statements", athena_sql.statements),
    (DOCS / "runtime.md", "commands", command_help.runtime_commands),
    (DOCS / "runtime.md", "calls", runtime_calls.table),
    (DOCS / "runtime.md", "differences", sail_differences.table),
    (DOCS / "runtime.md", "options", runtime_options.table),
    (DOCS / "studio.md", "commands", command_help.studio_command),
    (DOCS / "training-data.md", "schema", training_schema.table),
    (ROOT / "CONTRIBUTING.md", "dependencies", dependencies.table),
    (ROOT / "terraform" / "README.md", "inputs and outputs", terraform_tables.tables),
]
"""Page, the name of the marks around the part, and what writes it."""


def written(page: Path) -> str:
    """Return a page with its parts as the code has them now.

    Raises
    ------
    ValueError
        The page lacks the marks of a part.
    """
    text = page.read_text(encoding="utf-8")
    for place, name, make in PARTS:
        if place == page:
            text = _between(text, name, make())
    return text


def _between(text: str, name: str, part: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the page needs one {begin.strip()} and one {end.strip()}, each a line")
    before, rest = text.split(begin)
    return before + begin + part + end + rest.split(end)[1]


def main() -> int:
    """Write the pages and return the exit code."""
    for page in dict.fromkeys(page for page, _, _ in PARTS):
        page.write_text(written(page), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
