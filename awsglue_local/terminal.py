"""Tables in a terminal: as wide as it is, and never cut where two rows could no longer be told apart."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 120
"""Columns of what goes to a file or another program, unless COLUMNS says otherwise."""
NULL = "NULL"


def plain_console(stderr: bool = False) -> Console:
    """Return a console as wide as the terminal, as COLUMNS says, or wide enough for most tables."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if is_terminal or os.environ.get("COLUMNS") else PIPED_WIDTH)


def fitted_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    width: int,
    *,
    drop: Sequence[str] = (),
    right: Sequence[str] = (),
    title: str | None = None,
) -> Table:
    """Return a table that fits a width: without borders if need be, then without columns that may be left out.

    Parameters
    ----------
    rows
        Texts, with or without styles; a text may have several lines.
    drop
        The columns that may be left out, the least important first.
    right
        The columns of numbers.
    """
    texts = [[_text(cell) for cell in row] for row in rows]
    kept = list(columns)
    frame: box.Box | None = box.SQUARE
    while _needed(columns, texts, kept, frame) > width:
        if frame is box.SQUARE:
            frame = None
        elif any(name in kept for name in drop):
            kept.remove(next(name for name in drop if name in kept))
            frame = box.SQUARE
        else:
            break
    padding = (0, 1) if frame else (0, 2, 0, 0)
    table = Table(box=frame, title=title, title_justify="left", padding=padding, pad_edge=frame is not None)
    for name in kept:
        table.add_column(Text(name), justify="right" if name in right else "left", overflow="fold")
    for row in texts:
        table.add_row(*(cell for name, cell in zip(columns, row, strict=True) if name in kept))
    return table


def rows_shown(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int, title: str | None = None
) -> RenderableType:
    """Return rows as a table, or each as a block of lines `column  value` where the table would be too wide."""
    texts = [["NULL" if value is None else str(value) for value in row] for row in rows]
    table = fitted_table(columns, texts, width, title=title)
    if _needed(columns, [[Text(cell) for cell in row] for row in texts], columns, table.box) <= width:
        return table
    longest = max((len(name) for name in columns), default=0)
    blocks: list[RenderableType] = [Text(title, style="italic")] if title else []
    for number, row in enumerate(texts, 1):
        lines = [f"{name:{longest}}  {value}" for name, value in zip(columns, row, strict=True)]
        blocks.append(Text(f"row {number}", style="bold"))
        blocks.append(Text("\n".join(lines) + "\n", overflow="fold"))
    return Group(*blocks)


def _needed(columns: Sequence[str], rows: Sequence[Sequence[Text]], kept: Sequence[str], frame: box.Box | None) -> int:
    """Return how wide a table is whose columns are as wide as their longest line."""
    numbers = [number for number, name in enumerate(columns) if name in kept]
    widths = [max([len(columns[number]), *(_longest_line(row[number]) for row in rows)]) for number in numbers]
    return sum(widths) + (3 * len(widths) + 1 if frame else 2 * (len(widths) - 1))


def _longest_line(text: Text) -> int:
    return max((line.cell_len for line in text.split("\n")), default=0)


def _text(cell: Any) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))
