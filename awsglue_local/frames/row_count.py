"""How many rows a frame has, as far as that is known without computing the frame."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class RowCount:
    """The number of rows of frames that have the same rows, such as one and what renaming a column makes of it.

    Attributes
    ----------
    rows
        The number, known of what was read or written; None until then.
    """

    rows: int | None = None
