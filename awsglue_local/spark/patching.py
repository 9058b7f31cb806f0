"""Attributes and modules replaced for a while."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_MISSING = object()


@contextmanager
def replaced(*attributes: tuple[Any, str, Any]) -> Iterator[None]:
    """Give attributes, each `(owner, name, value)`, another value, and put everything back at the end."""
    before = [(owner, name, vars(owner).get(name, _MISSING)) for owner, name, _ in attributes]
    try:
        for owner, name, value in attributes:
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in reversed(before):
            delattr(owner, name) if value is _MISSING else setattr(owner, name, value)


@contextmanager
def replaced_module(name: str, **members: Any) -> Iterator[None]:
    """Let what is imported from a module that is loaded already come from another one."""
    before = sys.modules[name]
    sys.modules[name] = module_of(name, **members)
    try:
        yield
    finally:
        sys.modules[name] = before


def module_of(name: str, **members: Any) -> ModuleType:
    """Return a module with some members."""
    module = ModuleType(name)
    module.__dict__.update(members)
    return module
