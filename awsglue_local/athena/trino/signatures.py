"""Signatures of functions, such as `slice(array(T), bigint, bigint) -> array(T)`, and how arguments fit them.

One capital letter is any type, the same in every place, `N` any number; a small letter is a length or a scale.
`T...` is any number of arguments, `function(T, U)` a lambda from T to U.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from awsglue_local.athena.trino.types import (
    INTEGERS,
    UNKNOWN,
    Type,
    as_decimal,
    common,
    turns_into,
)

Bound = dict[str, Any]
"""What letters stand for."""


@dataclass(frozen=True)
class Signature:
    """How a function is called.

    Attributes
    ----------
    is_variadic
        Whether the last parameter may come any number of times, and not at all.
    """

    name: str
    parameters: tuple[Type, ...]
    result: Type
    is_variadic: bool

    def takes(self, count: int) -> bool:
        """Say whether it takes so many arguments."""
        return count == len(self.parameters) or (self.is_variadic and count >= len(self.parameters) - 1)

    def parameter(self, number: int) -> Type:
        """Return the parameter of an argument."""
        return self.parameters[min(number, len(self.parameters) - 1)]

    def __str__(self) -> str:
        kinds = [str(one) for one in self.parameters]
        return f"{self.name}({', '.join(kinds)}{'...' if self.is_variadic else ''})"


@cache
def signature(text: str) -> Signature:
    """Return a signature from its text."""
    call, _, result = text.partition(" -> ")
    name, _, inner = call.partition("(")
    parts = _parts(inner.rstrip()[:-1])
    is_variadic = bool(parts) and parts[-1].endswith("...")
    return Signature(name, tuple(_pattern(one.removesuffix("...")) for one in parts), _pattern(result), is_variadic)


def _parts(text: str) -> list[str]:
    """Return what is between the commas outside of parentheses."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()] if text.strip() else []


def _pattern(text: str) -> Type:
    first, bracket, rest = text.partition("(")
    if not bracket:
        return Type(text)
    inner, _, suffix = rest.rpartition(")")
    arguments: list[Any] = [int(one) if one.isdigit() else _argument(one) for one in _parts(inner)]
    if first == "row":
        arguments = [_field(one) for one in _parts(inner)]
    return Type(f"{first} {suffix.strip()}".strip(), tuple(arguments))


def _argument(text: str) -> Any:
    return text if len(text) == 1 and text.islower() else _pattern(text)


def _field(text: str) -> tuple[str, Type]:
    name, _, kind = text.rpartition(" ")
    return name, _pattern(kind)


def is_letter(kind: Type) -> bool:
    """Say whether a parameter is any type."""
    return len(kind.name) == 1 and kind.name.isupper()


EXACTLY, AMONG_INTEGERS, LOOSELY = range(3)
"""How an argument may turn into the type of a parameter: not at all, a whole number into a wider one, as it can."""


def fits(pattern: Type, given: Type, bound: Bound, loosely: int) -> bool:
    """Say whether a value of a type can be an argument, and note what letters stand for then."""
    if is_letter(pattern):
        met = common(bound.get(pattern.name, UNKNOWN), given)
        if met is None or (pattern.name == "N" and not (met.is_number or met == UNKNOWN)):
            return False
        bound[pattern.name] = met
        return True
    if given == UNKNOWN:
        return True
    if pattern.name == given.name:
        return _arguments_fit(pattern, given, bound, loosely)
    if loosely == EXACTLY or (loosely == AMONG_INTEGERS and not {pattern.name, given.name} <= set(INTEGERS)):
        return False
    if pattern.name == "decimal" and given.is_number and given.name not in ("double", "real"):
        return _arguments_fit(pattern, as_decimal(given), bound, loosely)
    digits = (3,) if pattern.name.startswith("timestamp") else ()
    if not turns_into(given, Type(pattern.name, digits)):
        return False
    for one in pattern.arguments:
        if isinstance(one, str):
            bound.setdefault(one, (given.arguments or (3,))[0] if pattern.name.startswith("timestamp") else 0)
    return True


def _arguments_fit(pattern: Type, given: Type, bound: Bound, loosely: int) -> bool:
    if pattern.name == "row" and pattern.arguments:
        if len(pattern.arguments) != len(given.arguments):
            return False
        pairs = zip(pattern.arguments, given.arguments, strict=True)
        return all(fits(one, kind, bound, loosely) for (_, one), (_, kind) in pairs)
    for number, one in enumerate(pattern.arguments):
        if isinstance(one, str):
            size = given.arguments[number] if number < len(given.arguments) else 2147483647
            bound[one] = max(bound.get(one, 0), size)
        elif isinstance(one, Type) and not fits(one, given.arguments[number], bound, loosely):
            return False
    return True


def filled(pattern: Type, bound: Bound) -> Type:
    """Return a type with what its letters stand for."""
    if is_letter(pattern):
        found = bound.get(pattern.name, UNKNOWN)
        return found if isinstance(found, Type) else UNKNOWN
    if pattern.name == "row":
        return Type("row", tuple((name, filled(one, bound)) for name, one in pattern.arguments))
    arguments = tuple(
        filled(one, bound) if isinstance(one, Type) else bound.get(one, 0) if isinstance(one, str) else one
        for one in pattern.arguments
    )
    return Type(pattern.name, arguments)
