"""Write the page about the last run of a lake: `make report`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from awsglue_local.errors import GlueLocalError
from scripts.report.page import write_page


def report(lake: Path, console: Console) -> int:
    """Write the page and say where it is; return the exit code."""
    try:
        with console.status("Writing the page about the run ..."):
            page = write_page(lake)
    except GlueLocalError as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"report: the page cannot be written into the lake {lake}: {error.strerror}", file=sys.stderr)
        return 1
    console.print(f"Open {page} in a browser to see what the run did", soft_wrap=True)
    return 0


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="report", description=__doc__)
    parser.add_argument("--lake", type=Path, required=True)
    options = parser.parse_args()
    return report(options.lake, Console(width=None if sys.stdout.isatty() else 120))


if __name__ == "__main__":
    sys.exit(main())
