"""A Chromium of this machine, for pictures, measurements and tests of pages."""

from __future__ import annotations

import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""For a machine without a screen; nothing is asked of the network."""


def find_browser() -> str:
    """Return the path of a Chromium; empty where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), "")
