"""JSON text as the Java library Jackson writes it, which Studio's git integration uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Fraction(float):
    """A JSON number with a fraction or an exponent that keeps the digits it was written with."""

    text: str

    def __new__(cls, text: str) -> Fraction:
        """Parse `text`, the number as it stands in the file."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def read(text: str) -> Any:
    """Parse JSON; what `pretty` or `compact` make of the result is the same text, if Jackson wrote it.

    Raises
    ------
    ValueError
        The text is not JSON, or an object has one key twice.
    """
    return json.loads(text, parse_float=Fraction, parse_constant=_refuse, object_pairs_hook=_object)


def pretty(value: Any, indent: str = "") -> str:
    """Return JSON text with the spacing of Jackson's default pretty printer."""
    if isinstance(value, dict):
        if not value:
            return "{ }"
        inner = indent + "  "
        members = (f"{inner}{_string(key)} : {pretty(member, inner)}" for key, member in value.items())
        return "{\n" + ",\n".join(members) + "\n" + indent + "}"
    if isinstance(value, list):
        return f"[ {', '.join(pretty(item, indent) for item in value)} ]" if value else "[ ]"
    return _scalar(value)


def compact(value: Any) -> str:
    """Return JSON text without spaces."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{compact(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(item) for item in value) + "]"
    return _scalar(value)


def java_double(value: float) -> str:
    """Return the text of `Double.toString`: plain digits from 0.001 up to ten million, else `1.0E7`."""
    if isinstance(value, Fraction):
        return value.text
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    digits, exponent = f"{Decimal(repr(value)).normalize():e}".split("e")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        return java_double(value)
    return json.dumps(value)


def _string(text: str) -> str:
    return '"' + re.sub(r'["\\\x00-\x1f]', lambda match: _escape(match[0]), text) + '"'


def _escape(character: str) -> str:
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"the key {key!r} appears twice in one object")
        members[key] = value
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")
