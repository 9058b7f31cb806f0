"""Ask before something is deleted."""

from __future__ import annotations


def agreed(name: str) -> bool:
    """Say whether the person types a name to go on; nobody there is a no."""
    try:
        return input(f"Type {name} to continue: ").strip() == name
    except EOFError:
        return False
