"""Take the lakehouse in AWS down, data and all, after saying what goes and asking: `make teardown`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from scripts.aws.confirmation import agreed
from scripts.deployment import terraform
from scripts.deployment.outputs import FAILURES, Deployment, deployment, words_of
from scripts.deployment.run_terraform import run_in
from scripts.deployment.target import find_target


@dataclass(frozen=True)
class Bucket:
    """A bucket and what is in it, old versions included."""

    name: str
    objects: int
    bytes: int


def contents(there: Deployment) -> list[Bucket]:
    """Return the deployment's buckets."""
    s3 = there.client("s3")
    return [_bucket(s3, name) for name in there.buckets]


def _bucket(s3: Any, name: str) -> Bucket:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=name)
    versions = [one for page in pages for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]
    return Bucket(name, len(versions), sum(one.get("Size", 0) for one in versions))


def say(there: Deployment, buckets: list[Bucket]) -> None:
    """Print what will go."""
    print(f"This permanently deletes {there.workflow} in {find_target()}:")
    for bucket in buckets:
        print(f"  the bucket {bucket.name} with {bucket.objects:,} object versions, {bucket.bytes:,} bytes")
    print(f"  the database {there.database} with its tables, {len(there.jobs)} jobs, the workflow and its triggers,")
    print("  crawlers, roles and policies, Athena workgroups and their saved queries, log groups, alarms")


def destroy() -> int:
    """Let Terraform empty and destroy everything; return its exit code."""
    target = find_target()
    # the provider empties a bucket only if the last apply allowed it
    parts = ["-target=aws_s3_bucket.this"]
    agreed = run_in(target, "apply", "-auto-approve", "-input=false", *parts, force_destroy="true")
    return agreed or run_in(target, "destroy", "-auto-approve", "-input=false", force_destroy="true")


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="teardown", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    options = parser.parse_args()
    try:
        there = deployment()
        say(there, contents(there))
        if not options.yes and not agreed(there.workflow):
            print("Nothing was changed.")
            return 1
        return destroy()
    except (*FAILURES, terraform.TerraformMissingError) as error:
        print(f"teardown: {words_of(error)}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
