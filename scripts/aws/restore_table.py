"""Bring back the files that a table had before it was emptied last: `make restore TABLE=NAME`.

The lake's bucket keeps old versions: deleting an object only puts a delete marker on it (Amazon S3 User Guide, "Working
with delete markers"). Taking the markers away again brings the objects back, until the lifecycle has removed them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from awsglue_local.errors import EndpointError
from awsglue_local.storage.lake import S3_ADDRESS
from scripts.aws.confirmation import agreed
from scripts.deployment.outputs import FAILURES, Deployment, deployment, words_of

NOTE = "_restored"
"""An object beside a table's files that says when they were restored: those deletes are not the next purge's."""
AT_ONCE = 1000
"""Objects that S3 deletes with one request."""


@dataclass(frozen=True)
class Event:
    """An object that was written, or deleted: then `version` is its delete marker's; or a restore, which is no data."""

    time: datetime
    written: bool
    key: str
    version: str
    bytes: int
    is_latest: bool
    is_data: bool = True


@dataclass(frozen=True)
class Restorable:
    """What a restore changes.

    Attributes
    ----------
    back
        The delete markers to take away.
    gone
        Keys that the table has now, and that get delete markers, so that a second restore brings them back.
    bytes
        Size of what comes back.
    earlier
        When the table was emptied before that, the last first.
    """

    bucket: str
    prefix: str
    back: list[Event]
    gone: list[str]
    bytes: int
    earlier: list[datetime] = field(default_factory=list)

    @property
    def emptied(self) -> datetime:
        """When the table was emptied."""
        return max(one.time for one in self.back)


def restorable(there: Deployment, table: str, before: datetime | None = None) -> Restorable:
    """Return what a restore of a table would change.

    Parameters
    ----------
    before
        Takes the last time that the table was emptied before this moment; None for the last of all.

    Raises
    ------
    EndpointError
        It is a landing table, or nothing can be brought back.
    """
    if table in there.landing:
        raise EndpointError(f"{table} is a landing table: `make upload-landing` puts its files there")
    bucket, prefix = place_of(there, table)
    events = history(there.client("s3"), bucket, prefix)
    sizes = {one.key: one.bytes for one in events if one.written and one.is_data}
    back = [one for one in chosen(events, before) if one.key in sizes and one.is_latest]
    if not back:
        raise EndpointError(
            f"nothing can be brought back to s3://{bucket}/{prefix}: no object was deleted there, or its old versions "
            "are deleted too (old_versions_days)"
        )
    gone = [one.key for one in events if one.written and one.is_latest and one.is_data]
    times = [max(event.time for event in one) for one in emptyings(events)]
    earlier = [one for one in times if one < max(event.time for event in back)]
    return Restorable(bucket, prefix, back, gone, sum(sizes[one.key] for one in back), earlier)


def place_of(there: Deployment, table: str) -> tuple[str, str]:
    """Return the bucket of a table's files and what their keys begin with.

    Raises
    ------
    EndpointError
        The table has no folder of its own in S3.
    """
    definition = there.client("glue").get_table(DatabaseName=there.database, Name=table)["Table"]
    address = S3_ADDRESS.fullmatch(str(definition["StorageDescriptor"]["Location"]))
    if address is None or not (address[2] or "").strip("/"):
        raise EndpointError(f"{table} has no folder of its own in S3, so its files are not known")
    return address[1], address[2].rstrip("/") + "/"


def history(s3: Any, bucket: str, prefix: str) -> list[Event]:
    """Return what happened to a table's data files, oldest first; in the same second, deletes before writes."""
    events = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for kind in ("DeleteMarkers", "Versions"):
            for one in page.get(kind, []):
                is_data, is_note = _is_data(one["Key"], prefix), one["Key"] == prefix + NOTE
                if is_data or (is_note and kind == "Versions"):
                    events.append(_event(one, kind == "Versions", is_data))
    return sorted(events, key=lambda one: (one.time, one.written))


def emptyings(events: Sequence[Event]) -> list[list[Event]]:
    """Return the times that a table was emptied, the last first: the deletes with no write or restore between them."""
    groups = [list(group) for written, group in groupby(reversed(events), lambda one: one.written) if not written]
    return [group for group in groups if group]


def chosen(events: Sequence[Event], before: datetime | None) -> list[Event]:
    """Return the deletes of the time that a table was emptied last, before some moment if one is given."""
    wanted = [one for one in emptyings(events) if before is None or max(event.time for event in one) < before]
    return wanted[0] if wanted else []


def restore(there: Deployment, change: Restorable) -> None:
    """Delete what is there and take the markers away: in between the table is empty, never doubled."""
    s3 = there.client("s3")
    _delete(s3, change.bucket, [{"Key": key} for key in change.gone])
    s3.put_object(Bucket=change.bucket, Key=change.prefix + NOTE)
    _delete(s3, change.bucket, [{"Key": one.key, "VersionId": one.version} for one in change.back])


def _event(one: dict[str, Any], written: bool, is_data: bool) -> Event:
    size, latest = one.get("Size", 0), one["IsLatest"]
    return Event(one["LastModified"], written, one["Key"], one["VersionId"], size, latest, is_data)


def _is_data(key: str, prefix: str) -> bool:
    """Say whether a key is a file of the table: `_` or `.` in front means Spark's own, `/` at the end a folder."""
    parts = key.removeprefix(prefix).split("/")
    return bool(parts[-1]) and not any(part.startswith(("_", ".")) for part in parts)


def _delete(s3: Any, bucket: str, objects: list[dict[str, str]]) -> None:
    for start in range(0, len(objects), AT_ONCE):
        asked = {"Objects": objects[start : start + AT_ONCE], "Quiet": True}
        refused = s3.delete_objects(Bucket=bucket, Delete=asked).get("Errors", [])
        if refused:
            first = refused[0]
            raise EndpointError(f"S3 refuses to delete s3://{bucket}/{first['Key']}: {first.get('Message')}")


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="restore", description=__doc__)
    parser.add_argument("table", metavar="TABLE", help="the table's name")
    parser.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    parser.add_argument(
        "--before",
        type=_moment,
        metavar="TIME",
        help="the files that it had when it was emptied last before this time in UTC, such as 2026-01-31T10:00",
    )
    options = parser.parse_args()
    try:
        there = deployment()
        change = restorable(there, options.table, options.before)
        say(options.table, change)
        if not options.yes and not agreed(options.table):
            print("Nothing was changed.")
            return 1
        restore(there, change)
    except FAILURES as error:
        print(f"restore: {words_of(error)}", file=sys.stderr)
        return 1
    print(f"{options.table} has the files again that it had before {change.emptied:%Y-%m-%d %H:%M:%S} UTC")
    return 0


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def say(table: str, change: Restorable) -> None:
    """Print what will change."""
    print(f"{table} was emptied at {change.emptied:%Y-%m-%d %H:%M:%S} UTC.")
    print(f"  These come back: {len(change.back):,} files, {change.bytes:,} bytes")
    if change.gone:
        print(f"  These go, and a second restore brings them back: {len(change.gone):,} files")
    if change.earlier:
        print(f"  Emptied before that at {change.earlier[0]:%Y-%m-%d %H:%M:%S} UTC, too: to take that instead, give")
        print(f"  BEFORE={change.emptied:%Y-%m-%dT%H:%M:%S}")
    print("People who have withdrawn their consent since then are in the table again, until the next run replaces it.")
    print("No job may write the table meanwhile.")


if __name__ == "__main__":
    sys.exit(main())
