"""The command `glue-emulator`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from awsglue_local.process import end_signals
from glue_emulator.server import ENGINES, LOOPBACK, GlueEmulator

DEFAULT_PORT = 4555


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="glue-emulator",
        description="An AWS endpoint on this machine whose Glue runs jobs. It forgets everything when it stops.",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help=f"port on {LOOPBACK}; 0 picks a free one (default {DEFAULT_PORT})",
    )
    parser.add_argument(
        "--engine", choices=ENGINES, default="sail", help="the engine that runs the jobs (default sail)"
    )
    parser.add_argument(
        "--minute",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how long a minute of a job's Timeout lasts (default 60)",
    )
    parser.add_argument(
        "--enforce-iam",
        action="store_true",
        help="judge every request by IAM's policies; jobs and crawlers run with their roles' permissions",
    )
    parser.add_argument(
        "--write-at-once",
        action="store_true",
        help="let a job empty and write tables at the moment it says so, as on AWS, and not together at its end",
    )
    parser.add_argument(
        "--calls",
        type=Path,
        metavar="FILE",
        help="with --enforce-iam, note in FILE who asked for which action on which resource, a line of JSON each",
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; return the exit code."""
    parser = make_parser()
    options = parser.parse_args(argv)
    if options.calls and not options.enforce_iam:
        parser.error("--calls notes what IAM judges: it needs --enforce-iam")
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        del os.environ[name]  # what leads to AWS leads nowhere here
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    ended = end_signals(signal.SIGINT, signal.SIGTERM)
    try:
        with GlueEmulator(
            options.port,
            options.engine,
            options.minute,
            options.enforce_iam,
            options.write_at_once,
            options.calls,
        ) as emulator:
            print(_welcome(emulator.address), flush=True)
            ended.get()
    except OSError as error:
        print(f"glue-emulator: cannot listen on {LOOPBACK}:{options.port}: {error}", file=sys.stderr)
        return 1
    return 0


def _welcome(address: str) -> str:
    return f"""AWS is emulated at {address}, for this machine only. In another terminal:

  export AWS_ENDPOINT_URL={address} AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

Press Ctrl-C to stop it; everything in it is then lost."""


if __name__ == "__main__":
    sys.exit(main())
