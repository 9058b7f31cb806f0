"""Nulls that stand in JSON lines, told from keys that are not there: found in the text, all at once."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from awsglue_local.files.line_sorting import NEWLINE

NULL = b"null"
COLON, SPACES = ord(":"), tuple(map(ord, " \t"))


def may_be_searched(text: bytes, table: pa.Table) -> bool:
    """Say whether a search finds what a parser does: no value has keys of its own, and nothing is escaped."""
    return b"\\" not in text and not any(map(_has_keys, table.schema.types))


def _has_keys(kind: pa.DataType) -> bool:
    return pa.types.is_struct(kind) or (pa.types.is_list(kind) and _has_keys(kind.value_type))


def search(text: bytes, rows: int, keys: Mapping[str, str]) -> dict[str, pa.BooleanArray]:
    """Return for each column the records in which `"key": null` stands; none where it stands in no record.

    Parameters
    ----------
    text
        A record a line, of which `may_be_searched` is true.
    keys
        Column to the key that stands for it.
    """
    letters = np.frombuffer(text, np.uint8)
    nulls = _places_of_null(text)
    colons = _before(letters, nulls)
    nulls, colons = nulls[letters[colons] == COLON], colons[letters[colons] == COLON]
    quotes = _before(letters, colons)
    lines = np.searchsorted(np.flatnonzero(letters == NEWLINE), nulls)
    found = {}
    for name, key in keys.items():
        written = np.frombuffer(f'"{key}"'.encode(), np.uint8)
        if len(written) > len(letters):
            continue
        starts = quotes - len(written) + 1
        windows = np.lib.stride_tricks.sliding_window_view(letters, len(written))
        ours = (starts >= 0) & (windows[np.maximum(starts, 0)] == written).all(axis=1)
        if ours.any():
            mask = np.zeros(rows, bool)
            mask[lines[ours]] = True
            found[name] = pa.array(mask)
            quotes, lines = quotes[~ours], lines[~ours]
    return found


def _places_of_null(text: bytes) -> npt.NDArray[Any]:
    """Return where `null` begins: as a whole number of four bytes it is found at each of the four offsets."""
    wanted = int.from_bytes(NULL, sys.byteorder)
    offsets = range(min(4, len(text) - 3))
    found = [
        np.flatnonzero(np.frombuffer(text, np.uint32, (len(text) - offset) // 4, offset) == wanted) * 4 + offset
        for offset in offsets
    ]
    return np.sort(np.concatenate(found))


def _before(letters: npt.NDArray[Any], places: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the places of the letters before some places, spaces passed over; a record begins with a brace."""
    before = places - 1
    while (spaces := np.isin(letters[before], SPACES)).any():
        before = before - spaces
    return before
