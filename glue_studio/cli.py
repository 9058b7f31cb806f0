"""The command `glue-studio`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from awsglue_local.cli import named_value
from awsglue_local.errors import GlueLocalError
from awsglue_local.process import end_signals
from glue_canvas.document.canvas import CanvasError
from glue_studio.server.workspace import Workspace, queries_in
from glue_studio.serving import DEFAULT_PORT, LOOPBACK, server_on


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="glue-studio",
        description="Edit the canvases of a folder in a browser, see the data at every node, run the jobs, ask the "
        "tables: on this machine alone, without AWS.",
    )
    parser.add_argument(
        "jobs", nargs="?", type=Path, default=Path("studio_jobs"), metavar="DIR",
        help="the folder of job folders (default studio_jobs)",
    )  # fmt: skip
    parser.add_argument(
        "--ddl", type=Path, metavar="DIR", help="CREATE EXTERNAL TABLE statements (default: ddl beside DIR)"
    )
    parser.add_argument(
        "--value", type=named_value, action="append", default=[], metavar="NAME=VALUE",
        help="the value of ${NAME} in the statements",
    )  # fmt: skip
    parser.add_argument(
        "--queries",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of saved queries, a file each",
    )
    add_options(parser)
    return parser


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say with what and where a Studio works."""
    parser.add_argument(
        "--lake", type=Path, default=Path(".lake"), metavar="LAKE", help="the lake folder (default .lake)"
    )
    parser.add_argument("--engine", default="sail", help="sail, spark or sc://HOST:PORT (default sail)")
    parser.add_argument(
        "--port", type=int, metavar="N",
        help=f"port on {LOOPBACK}; 0 picks a free one (default {DEFAULT_PORT}, or a free one if that is taken)",
    )  # fmt: skip
    parser.add_argument("--no-browser", action="store_true", help="print the address and open no browser")


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit code."""
    options = make_parser().parse_args(argv)
    workspace = Workspace(
        options.jobs,
        options.lake,
        options.engine,
        options.ddl,
        values=dict(options.value),
        queries=lambda: queries_in(options.queries),
    )
    return serve(workspace, options.port, opens_browser=not options.no_browser)


def serve(workspace: Workspace, port: int | None, opens_browser: bool) -> int:
    """Serve a Studio until interrupted; return the exit code."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    ended = end_signals(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    try:
        with server_on(workspace, port) as server:
            print(_welcome(workspace, server.address_to_open), flush=True)
            if opens_browser:
                server.open_browser()
            ended.get()
    except (OSError, GlueLocalError, CanvasError) as error:
        print(f"glue-studio: {error}", file=sys.stderr)
        return 1
    return 0


def _welcome(workspace: Workspace, address: str) -> str:
    return f"""The Studio of {workspace.jobs} is at

  {address}

for this machine only; the address is the key to it. Custom Transforms run as you, with your rights. Ctrl-C ends it."""
