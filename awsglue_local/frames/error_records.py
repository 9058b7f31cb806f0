"""Error records: what transformations failed on, found when somebody asks for them, since frames are lazy.

"DynamicFrame class", errors (AWS Glue Developer Guide).
"""

from __future__ import annotations

from collections.abc import Callable

from awsglue_local.errors import GlueLocalError

ErrorRecord = tuple[str, str]
"""The error, and the record as JSON."""

FindErrors = Callable[[], list[ErrorRecord]]
"""Finds the error records of one transformation; called again it gives the same ones."""


class ErrorRecords:
    """The error records of a frame: of each transformation that it came through."""

    def __init__(self, *stages: FindErrors) -> None:
        self._stages = tuple(dict.fromkeys(stages))

    def __add__(self, other: ErrorRecords) -> ErrorRecords:
        return ErrorRecords(*self._stages, *other._stages)

    def records(self) -> list[ErrorRecord]:
        """Return all of them, in the order of the transformations."""
        return [record for stage in self._stages for record in stage()]

    def require(self, call: str, stage_threshold: int, total_threshold: int) -> None:
        """Raise an error if the last transformation, or all together, made too many; 0 stands for any number.

        Raises
        ------
        GlueLocalError
            They did.
        """
        if not stage_threshold and not total_threshold:
            return
        stage, total = (self._stages[-1]() if self._stages else []), self.records()
        if 0 < stage_threshold <= len(stage) or 0 < total_threshold <= len(total):
            raise GlueLocalError(f"{call} failed on {len(stage)} records, first: {total[0][0]}")
