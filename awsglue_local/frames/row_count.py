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

    def learn(self, rows: int) -> None:
        """Take over what a writer has counted, unless the number is known: a writer leaves records without keys out."""
        if self.rows is None:
            self.rows = rows
