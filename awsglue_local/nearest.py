"""The name that a mistyped one may stand for."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

CLOSE_ENOUGH = 0.6
LISTED = 20
"""Names that a message lists at most."""
SHORTEST = 3
"""Letters of the beginning of a name that are enough to mean it."""


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that is most like another one, whatever their case; None where none is like it."""
    by_lower = {one.lower(): one for one in names}
    wanted = name.lower()
    begins = [one for one in by_lower if len(wanted) >= SHORTEST and one.startswith(wanted)]
    found = get_close_matches(wanted, by_lower, n=1, cutoff=CLOSE_ENOUGH) or begins
    return by_lower[found[0]] if found else None


def instead_of(name: str, names: Iterable[str], there: str) -> str:
    """Return the end of a message about a name that is not there: the nearest one, else all that are.

    Parameters
    ----------
    there
        What stands before the list, such as `the input has`.
    """
    known = list(names)
    found = nearest(name, known)
    if found:
        return f"; did you mean {found!r}?"
    more = [f"and {len(known) - LISTED} more"] if len(known) > LISTED else []
    return f"; {there} {', '.join([*known[:LISTED], *more]) or 'none'}"
