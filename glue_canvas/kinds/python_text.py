"""Values of a canvas as Python source: what Studio writes, or a refusal where that would be other code."""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Iterable

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that end a line or turn the direction for somebody, move a cursor or cannot be written as UTF-8."""


class UnsafeTextError(ValueError):
    """A value that cannot stand in a script as Studio would write it; the message shows it."""


def quoted(text: str) -> str:
    """Return `text` between double quotes, as it is."""
    if CONTROL.search(text) or '"' in text or "\\" in text:
        raise UnsafeTextError(f"{text!r} cannot be part of a string in the script")
    return f'"{text}"'


def escaped(text: str) -> str:
    r"""Return `text` between double quotes, with a backslash before each quote and backslash: `\` becomes `\\`."""
    if CONTROL.search(text):
        raise UnsafeTextError(f"{text!r} cannot be part of a string in the script")
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def quoted_pattern(text: str) -> str:
    r"""Return a regular expression between double quotes, as it is: `\d` stays `\d`."""
    source = f'"{text}"'
    if CONTROL.search(text) or '"' in text or not _is_string(source):
        raise UnsafeTextError(f"the pattern {text!r} cannot be part of a string in the script")
    return source


def quoted_lines(text: str, quotes: str) -> str:
    """Return a text of many lines between triple quotes, the text on lines of its own."""
    source = f"{quotes}\n{text}\n{quotes}"
    if CONTROL.search(re.sub(r"[\t\r\n]", "", text)) or quotes in text or not _is_string(source):
        raise UnsafeTextError(f"the text cannot be written between {quotes}")
    return source


def python_name(text: str, of: str) -> str:
    """Return `text` if it can name something in a script; `of` says what in the message."""
    if not text.isascii() or not text.isidentifier() or keyword.iskeyword(text):
        raise UnsafeTextError(f"{text!r} is not a valid name for {of}")
    return text


def quoted_list(texts: Iterable[str]) -> str:
    """Return a list of double-quoted strings."""
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def column_path(segments: Iterable[str]) -> str:
    """Return a column path: segments joined by dots, one with a dot or a parenthesis in backticks."""
    return ".".join(f"`{one}`" if re.search(r"[.()]", one) and not _is_quoted(one) else one for one in segments)


def _is_quoted(segment: str) -> bool:
    return segment.startswith("`") and segment.endswith("`")


def _is_string(source: str) -> bool:
    """Say whether `source` is one string literal and nothing else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python only warns of \\d in a string, and so may Studio's scripts
            tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return isinstance(tree, ast.Constant) and isinstance(tree.value, str)
