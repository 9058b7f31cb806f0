"""Job; a script imports it as `awsglue.job`."""

from __future__ import annotations

from typing import Any

from awsglue.job import Job as AwsJob

from awsglue_local.job_run import runtime as running


class Job(AwsJob):  # type: ignore[misc]
    """A job run. AWS's class, whose options `getResolvedOptions` reads, without its Java half."""

    def __init__(self, glue_context_or_spark_session: Any) -> None:
        self._initialized = False

    def init(self, job_name: str, args: dict[str, Any] | None = None) -> None:
        """Begin the run."""
        self._initialized = True

    def isInitialized(self) -> bool:
        """Say whether `init` was called."""
        return self._initialized

    def commit(self) -> None:
        """End the run: its bookmark moves, and what it wrote is published, when the script has succeeded."""
        running.current().bookmark.commit()
