"""GetPartitions: pages, and segments, which are parts for those who read in parallel."""

from __future__ import annotations

import zlib
from typing import Any

from moto.glue.exceptions import InvalidInputException

from glue_emulator.glue.refusals import ValidationFailed

MOST_SEGMENTS = 10
MOST_RESULTS = 1000


def page_of_partitions(partitions: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    """Return the partitions that a request asks for, and the token of those that follow."""
    segment = asked.get("Segment")
    if segment:
        number, total = int(segment["SegmentNumber"]), int(segment["TotalSegments"])
        if not 1 <= total <= MOST_SEGMENTS or number < 0:
            raise ValidationFailed("Value at 'segment' failed to satisfy constraint: 1 to 10 segments, numbers from 0")
        if number >= total:
            raise InvalidInputException("GetPartitions", "SegmentNumber has to be less than TotalSegments")
        partitions = [one for one in partitions if _segment(one, total) == number]
    token = str(asked.get("NextToken") or 0)
    if not token.isdecimal():
        raise InvalidInputException("GetPartitions", "The NextToken is not one that was given")
    start = int(token)
    end = start + min(int(asked.get("MaxResults") or MOST_RESULTS), MOST_RESULTS)
    more = {"NextToken": str(end)} if end < len(partitions) else {}
    return {"Partitions": partitions[start:end], **more}


def _segment(partition: dict[str, Any], total: int) -> int:
    """Return the segment of a partition, the same at each call."""
    return zlib.crc32("/".join(partition["Values"]).encode()) % total
