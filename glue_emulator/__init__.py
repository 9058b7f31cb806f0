"""An AWS endpoint on this machine whose Glue runs jobs, workflows and crawlers, and whose Athena answers."""

from __future__ import annotations

from glue_emulator.server import GlueEmulator

__all__ = ["GlueEmulator"]
