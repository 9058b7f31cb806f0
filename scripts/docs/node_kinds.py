"""The kinds of nodes that the Glue API has, and what can be done with each here."""

from __future__ import annotations

import re

from glue_canvas.document.node_shapes import known_kinds
from glue_canvas.kinds import KINDS


def table() -> str:
    """Return a table of the kinds that are compiled, and the names of those that are carried."""
    rows = [f"| {name} | {_words(name)} | {'yes' if kind.runs_locally else 'no'} |" for name, kind in KINDS.items()]
    carried = sorted(known_kinds() - set(KINDS))
    return (
        f"Of the {len(known_kinds())} kinds of the Glue API, {len(KINDS)} are compiled:\n\n"
        "| kind | | its script runs here |\n|---|---|---|\n" + "\n".join(rows) + "\n\n"
        f"The other {len(carried)} are carried: imported, drawn, compared, followed (anything may come of them), "
        "pulled, and pushed\nwith the script that is there. `compile` refuses them by name.\n\n"
        + _listed(carried)
        + "\n"
    )


def _words(kind: str) -> str:
    """Return a kind's role in the canvas."""
    return next((role for role in ("source", "target") if kind.lower().endswith(role)), "transform")


def _listed(names: list[str]) -> str:
    lines, line = [], ""
    for name in names:
        if len(line) + len(name) > 110:
            lines.append(line.rstrip())
            line = ""
        line += f"{name}, "
    return re.sub(r",$", ".", "\n".join([*lines, line.rstrip()]))
