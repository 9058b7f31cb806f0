"""The options of readers and writers that AWS documents, and what becomes of each here."""

from __future__ import annotations

from awsglue_local.glue_api.options import DONE, OPTIONS

NOTHING = "nothing to do"


def table() -> str:
    """Return a line for each place where options are given."""
    lines = ["| option | applied | taken, without effect here | refused |", "|---|---|---|---|"]
    for where, options in OPTIONS.items():
        if options:
            done = [name for name, what in options.items() if what == DONE]
            nothing = [name for name, what in options.items() if what.startswith(NOTHING)]
            refused = [name for name in options if name not in {*done, *nothing}]
            lines.append(f"| {where} | {' | '.join(map(_names, (done, nothing, refused)))} |")
    return "\n".join(lines) + "\n"


def _names(options: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in options)
