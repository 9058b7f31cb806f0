"""The eras of Studio's code generator: what it wrote differently from today."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Era:
    """One way in which Studio wrote scripts.

    Attributes
    ----------
    name
        What `--era` takes.
    formatted
        Whether the script went through black.
    quoted_multiline
        Whether JSON sources have `"multiLine": "false"`, else `"multiline": False`.
    sink_compression
        Whether getSink has the compression of Parquet, else setFormat.
    """

    name: str
    formatted: bool = False
    quoted_multiline: bool = True
    sink_compression: bool = False


CURRENT = Era("current")
EARLY = Era("early-2024", quoted_multiline=False)
BLACK = Era("black", formatted=True, quoted_multiline=False, sink_compression=True)

ERAS = {era.name: era for era in (CURRENT, EARLY, BLACK)}
"""Since 2024-10; the same text with another JSON option since 2024-04; before 2024-04, formatted by black."""


@dataclass(frozen=True)
class Style:
    """What a script shows of the generator that wrote it and that no canvas says.

    Attributes
    ----------
    era
        The generator.
    sql_base
        The number of the first `SqlQuery` variable.
    helpers
        The first lines of the functions before the preamble, in the script's order. The order in which Studio writes
        several of them is not known in every case.
    """

    era: Era = CURRENT
    sql_base: int = 0
    helpers: tuple[str, ...] = ()


def style_of(script: str) -> Style:
    """Return the style of a script that Studio generated; what cannot be told is as it is today."""
    numbers = [int(number) for number in re.findall(r"^SqlQuery(\d+) = ", script, re.MULTILINE)]
    head = script.split("getResolvedOptions(sys.argv", 1)[0]
    helpers = re.findall(r"^(?:def|class) \w+", head, re.MULTILINE)
    return Style(_era_of(script), min(numbers, default=0), tuple(helpers))


def _era_of(script: str) -> Era:
    formatted = 'getResolvedOptions(sys.argv, ["JOB_NAME"])' in script
    return Era(
        BLACK.name if formatted else CURRENT.name,
        formatted,
        '"multiline": ' not in script,
        'setFormat("glueparquet")' in script and 'setFormat("glueparquet", ' not in script,
    )


def format_black(script: str) -> str:
    """Return a script as black formats it.

    Raises
    ------
    ValueError
        The script is no Python to black.
    """
    import black  # takes a third of a second, and few need it
    import black.parsing

    try:
        return black.format_str(script, mode=black.Mode())
    except black.parsing.InvalidInput as error:
        raise ValueError(f"black cannot read the script: {error}") from error
