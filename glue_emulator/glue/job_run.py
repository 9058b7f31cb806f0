"""A job run, as GetJobRun tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from glue_emulator.glue.refusals import capacity_of

ACTIVE = ("WAITING", "STARTING", "RUNNING", "STOPPING")
BUSY = ("STARTING", "RUNNING", "STOPPING")
LOG_GROUP = "/aws-glue/jobs"
LOG_PREFIX = "--custom-logGroup-prefix"
"""The argument that gives logs other groups, see "Logging for AWS Glue jobs" in the AWS Glue Developer Guide."""
DRIVER = "-driver"
"""The end of the name of a run's log stream; executors have streams of their own."""
DEFAULT_TIMEOUT, EARLIER_TIMEOUT = 480, 2880
"""Minutes, from Glue 5.0 on and before."""


def default_timeout(job: dict[str, Any]) -> int:
    """Return the minutes after which a run ends whose job says nothing of it."""
    return EARLIER_TIMEOUT if str(job.get("GlueVersion") or "5.0")[0] in "01234" else DEFAULT_TIMEOUT


@dataclass
class JobRun:
    """A run of a job, as GetJobRun tells of it.

    Attributes
    ----------
    definition
        The job as it was when the run started.
    asked
        The request's members that go before the job's own, such as Timeout.
    minutes
        The timeout.
    trigger, workflow_run
        What started the run, if it was no person.
    account
        Rows read and written by table, once it has succeeded.
    """

    id: str
    job: str
    definition: dict[str, Any]
    asked: dict[str, Any]
    arguments: dict[str, str]
    attempt: int = 0
    previous: str | None = None
    trigger: str | None = None
    workflow_run: str | None = None
    state: str = "STARTING"
    error: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    completed: datetime | None = None
    seconds: float = 0.0
    account: dict[str, Any] = field(default_factory=dict)
    will_retry: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.state in ACTIVE

    @property
    def minutes(self) -> int:
        """The timeout in minutes."""
        return int(self.asked.get("Timeout") or self.definition.get("Timeout") or default_timeout(self.definition))

    def _capacity(self) -> dict[str, Any]:
        """Return what says how many DPUs the run has: what was asked for, else the job."""
        members = ("WorkerType", "NumberOfWorkers", "MaxCapacity", "AllocatedCapacity")
        asked = {name: self.asked[name] for name in members if self.asked.get(name)}
        return {"Command": self.definition.get("Command")} | (asked or self.definition)

    def go(self, state: str, error: str = "") -> None:
        """Change the state."""
        self.state, self.error, self.modified = state, error, datetime.now(UTC)
        if state not in ACTIVE:
            self.completed = self.modified

    def as_dict(self) -> dict[str, Any]:
        """Return the run as the API's JobRun."""
        inherited = ("WorkerType", "NumberOfWorkers", "SecurityConfiguration", "NotificationProperty")
        both = {name: self.asked.get(name) or self.definition.get(name) for name in inherited}
        both |= capacity_of(self._capacity())
        return {name: value for name, value in both.items() if value is not None} | {
            "Id": self.id,
            "Attempt": self.attempt,
            "PreviousRunId": self.previous,
            "TriggerName": self.trigger,
            "JobName": self.job,
            "JobMode": self.definition.get("JobMode"),
            "StartedOn": self.started,
            "LastModifiedOn": self.modified,
            "CompletedOn": self.completed,
            "JobRunState": self.state,
            "Arguments": self.arguments,
            "ErrorMessage": self.error or None,
            "PredecessorRuns": [],
            "ExecutionTime": round(self.seconds),
            "Timeout": self.minutes,
            "LogGroupName": LOG_GROUP,
            "GlueVersion": self.definition.get("GlueVersion"),
            "ExecutionClass": self.definition.get("ExecutionClass"),
        }
