"""One JSON text over many lines, an array of objects or objects one after the other, as lines with an object each."""

from __future__ import annotations

import json

BEGUN_BYTES = 1 << 16
"""Of so much text the first object is asked how it ends."""


def split_quickly(text: bytes) -> bytes:
    """Return a text split wherever the same stands as between its first two objects.

    That may also stand inside of an object, which then becomes lines that are no objects: where the reader finds such
    lines, `lines_of` tells surely.
    """
    # a tab is space between values, and as wrong inside of a text as the end of a line is
    flat = text.strip().replace(b"\n", b"\t").replace(b"\r", b"\t")
    is_array = flat.startswith(b"[") and flat.endswith(b"]")
    flat = flat[1:-1].strip() if is_array else flat
    begun = flat[:BEGUN_BYTES].decode("utf-8", "ignore")
    try:
        _, end = json.JSONDecoder().raw_decode(begun)
    except ValueError:
        return flat
    between = begun[end:].partition("{")[0]
    if between.strip() != ("," if is_array else ""):
        return flat
    return flat.replace(b"}" + between.encode() + b"{", b"}\n{")


def lines_of(text: bytes) -> bytes:
    """Return the objects of a JSON text as lines.

    What cannot be parsed is kept as one line, for the reader to count as a bad record.
    """
    content = text.decode("utf-8", "replace")
    decoder, lines = json.JSONDecoder(), []
    position = _skip_space(content, 0)
    while position < len(content):
        try:
            value, position = decoder.raw_decode(content, position)
        except ValueError:
            lines.append(content[position:].replace("\n", " "))
            break
        lines.extend(json.dumps(item) for item in (value if isinstance(value, list) else [value]))
        position = _skip_space(content, position)
    return "\n".join(lines).encode()


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
