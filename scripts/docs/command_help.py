"""What the commands say of themselves."""

from __future__ import annotations

import argparse
import os
from unittest.mock import patch


def canvas_commands() -> str:
    """Return the help of glue-canvas and of each of its commands."""
    from glue_canvas import cli

    return _help(cli.make_parser())


def runtime_commands() -> str:
    """Return the help of awsglue-local's command."""
    from awsglue_local import cli

    return _help(cli.make_parser())


def emulator_command() -> str:
    """Return the help of glue-emulator."""
    from glue_emulator import cli

    return _help(cli.make_parser())


def studio_command() -> str:
    """Return the help of glue-studio."""
    from glue_studio import cli

    return _help(cli.make_parser())


def _help(parser: argparse.ArgumentParser) -> str:
    """Return the help texts of a parser and of those below it, each as a block."""
    with patch.dict(os.environ, COLUMNS="110"):
        groups = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
        parsers = [below for group in groups for below in group.choices.values()] or [parser]
        return "".join(f"\n```\n{one.format_help().rstrip()}\n```\n" for one in parsers) + "\n"
