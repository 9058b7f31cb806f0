"""Take the lakehouse in AWS down, data and all, after saying what goes and asking: `make teardown`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from scripts.deployment import terraform
from scripts.deployment.outputs import FAILURES, Deployment, deployment, words_of

BUCKETS = ("lake", "assets", "logs")


@dataclass(frozen=True)
class Bucket:
    """A bucket and what is in it, old versions included."""

    name: str
    objects: int
    bytes: int


def contents(there: Deployment) -> list[Bucket]:
    """Return the deployment's buckets."""
    s3 = there.client("s3")
    names = [there.lake_bucket.replace("-lake-", f"-{kind}-", 1) for kind in BUCKETS]
    return [_bucket(s3, name) for name in names]


def _bucket(s3: Any, name: str) -> Bucket:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=name)
    versions = [one for page in pages for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]
    return Bucket(name, len(versions), sum(one.get("Size", 0) for one in versions))


def say(there: Deployment, buckets: list[Bucket]) -> None:
    """Print what will go."""
    print(f"This permanently deletes {there.workflow} in {there.endpoint}:")
    for bucket in buckets:
        print(f"  the bucket {bucket.name} with {bucket.objects:,} object versions, {bucket.bytes:,} bytes")
    print(f"  the database {there.database} with its tables, {len(there.jobs)} jobs, the workflow and its triggers,")
    print("  crawlers, roles and policies, Athena workgroups and their saved queries, log groups, alarms")


def destroy() -> int:
    """Let Terraform empty and destroy everything; return its exit code."""
    initialized = terraform.run(terraform.FOLDER, "init", "-input=false", *terraform.plugin_arguments(), quiet=True)
    if initialized.returncode:
        return initialized.returncode
    # the provider empties a bucket or workgroup only if the last apply allowed it
    targets = ["-target=aws_s3_bucket.this", "-target=aws_athena_workgroup.this"]
    allowed = {"TF_VAR_force_destroy": "true"}
    agreed = terraform.run(
        terraform.FOLDER, "apply", "-auto-approve", "-input=false", *targets, quiet=True, environment=allowed
    )
    if agreed.returncode:
        return agreed.returncode
    return terraform.run(terraform.FOLDER, "destroy", "-auto-approve", "-input=false", environment=allowed).returncode


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="teardown", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    options = parser.parse_args()
    try:
        there = deployment()
        say(there, contents(there))
        if not options.yes and not _agreed(there.workflow):
            print("Nothing was changed.")
            return 1
        return destroy()
    except (*FAILURES, terraform.TerraformMissingError) as error:
        print(f"teardown: {words_of(error)}", file=sys.stderr)
        return 1


def _agreed(name: str) -> bool:
    try:
        return input(f"Type {name} to continue: ").strip() == name
    except EOFError:
        return False


if __name__ == "__main__":
    sys.exit(main())
