"""Canvases to and from AWS Glue.

`UpdateJob` replaces the whole job: what a request leaves out is lost, JobMode and canvas among it (AWS Glue Web API
Reference, UpdateJob). So a push reads the job, changes canvas, mode and script, and compares what it reads back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError

from glue_canvas.document.canvas import Canvas, CanvasError
from glue_canvas.document.job_documents import canvas_from_job
from glue_canvas.document.node_shapes import api_shape, shape_faults
from glue_canvas.document.studio_form import alphabetical
from glue_canvas.script.compiler import script_for

READ_ONLY = frozenset({"Name", "CreatedOn", "LastModifiedOn", "ProfileName", "AutoUpgradeMetadata"})
"""Members of a job that no update can set, and that an update leaves alone."""

CHANGED_BY_PUSH = frozenset({"CodeGenConfigurationNodes", "JobMode", "LastModifiedOn"})
VISUAL = "VISUAL"


class PushRefusedError(CanvasError):
    """A push that would lose or change something that it was not asked to; nothing was written."""


@dataclass(frozen=True)
class Deployed:
    """A job as it is in AWS Glue, and the text of its script; None where there is no such object."""

    job: dict[str, Any]
    script: str | None


@dataclass(frozen=True)
class Push:
    """What a push will do; nothing where all three are false."""

    deployed: Deployed
    script: str
    sets_canvas: bool
    sets_mode: bool
    writes_script: bool

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return self.sets_canvas or self.sets_mode or self.writes_script


def aws_clients() -> tuple[Any, Any]:
    """Return clients of AWS Glue and S3, configured as everywhere: AWS_ENDPOINT_URL, profile, region.

    Raises
    ------
    CanvasError
        No region or no such profile is configured.
    """
    # slow to import, and most commands do without
    import boto3

    try:
        # Terraform and the AWS SDKs of other languages read AWS_REGION
        session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        return session.client("glue"), session.client("s3")
    except BotoCoreError as error:
        hint = "set AWS_REGION and credentials such as AWS_PROFILE; set AWS_ENDPOINT_URL to use an emulator"
        raise CanvasError(f"cannot reach AWS: {str(error).rstrip('.')}; {hint}") from error


def read_deployed(glue: Any, s3: Any, name: str) -> Deployed:
    """Read a job and its script.

    Raises
    ------
    CanvasError
        There is no such job, or AWS cannot be asked.
    """
    with _explained(f"cannot read the job {name!r} from AWS Glue"):
        job = glue.get_job(JobName=name)["Job"]
    return Deployed(job, _read_script(s3, job))


def pull(deployed: Deployed, path: Path) -> tuple[Canvas, str | None]:
    """Return the canvas of a deployed job, to be kept at `path`, and its compiled script in the deployed one's style.

    Where a kind of node is not compiled here, the script is the deployed one, None if there is none.

    Raises
    ------
    CanvasError
        The job is no visual one, or its canvas cannot be compiled.
    """
    canvas = canvas_from_job(deployed.job, path)
    return canvas, script_for(canvas, deployed.script)


def plan_push(canvas: Canvas, script: str, deployed: Deployed, adopt: bool = False) -> Push:
    """Return what a push of the canvas, compiled to `script`, will do.

    Parameters
    ----------
    adopt
        Make a job in SCRIPT mode a visual one, as after `terraform apply` with a provider that knows no mode.

    Raises
    ------
    PushRefusedError
        The job is in another mode, has no place for a script, or has a member that an update would lose.
    CanvasError
        A node is not of the API's shape.
    """
    job, nodes = deployed.job, _nodes(canvas)
    mode = job.get("JobMode") or "SCRIPT"
    if mode != VISUAL and not (adopt and mode == "SCRIPT"):
        advice = (
            "; --adopt switches the job to VISUAL and replaces its script with the canvas's" if mode == "SCRIPT" else ""
        )
        raise PushRefusedError(
            f"{job['Name']}: the job is in {mode} mode, and a push would overwrite its script{advice}"
        )
    if lost := sorted(set(job) - READ_ONLY - set(api_shape("JobUpdate").members)):
        raise PushRefusedError(f"{job['Name']}: an update would lose {', '.join(lost)}")
    _script_place(job)
    return Push(
        deployed,
        script,
        _comparable(job.get("CodeGenConfigurationNodes")) != _comparable(nodes),
        mode != VISUAL,
        deployed.script != script,
    )


def push(glue: Any, s3: Any, canvas: Canvas, planned: Push) -> list[str]:
    """Do what was planned: script, then job; then read both back and compare.

    Returns
    -------
    list[str]
        The members of the job that AWS added or changed on its own, as it does with defaults and with what no update
        can set.

    Raises
    ------
    PushRefusedError
        Somebody changed the job or its script since it was read.
    CanvasError
        AWS refuses, in which case the old script is put back, or has something else than was asked for.
    """
    name, before = planned.deployed.job["Name"], planned.deployed
    if read_deployed(glue, s3, name) != before:
        raise PushRefusedError(f"{name}: somebody else has just changed the job; pull it, then push again")
    if planned.writes_script:
        _write_script(s3, before.job, planned.script)
    if planned.sets_canvas or planned.sets_mode:
        _update(glue, s3, canvas, before)
    after = read_deployed(glue, s3, name)
    if after.script != planned.script:  # an update with a canvas may make Glue write the script anew
        _write_script(s3, before.job, planned.script)
        after = Deployed(after.job, _read_script(s3, after.job))
    return _require_as_asked(canvas, planned, after)


def _update(glue: Any, s3: Any, canvas: Canvas, before: Deployed) -> None:
    name = before.job["Name"]
    try:
        with _explained(f"cannot update the job {name!r}"):
            glue.update_job(JobName=name, JobUpdate=_job_update(before.job, canvas))
    except CanvasError:
        _put_back(s3, before)
        raise


def _put_back(s3: Any, before: Deployed) -> None:
    if before.script is not None:
        _write_script(s3, before.job, before.script)
        return
    bucket, key = _script_place(before.job)
    with _explained(f"cannot remove s3://{bucket}/{key}"):
        s3.delete_object(Bucket=bucket, Key=key)


def _job_update(job: Mapping[str, Any], canvas: Canvas) -> dict[str, Any]:
    """Return the whole job as an update wants it, with the canvas and the mode."""
    update = {key: value for key, value in job.items() if key not in READ_ONLY and key != "AllocatedCapacity"}
    if update.get("WorkerType"):
        update.pop("MaxCapacity", None)  # the API takes either
    return update | {"CodeGenConfigurationNodes": _nodes(canvas), "JobMode": VISUAL}


def _require_as_asked(canvas: Canvas, planned: Push, after: Deployed) -> list[str]:
    """Raise where something changed or went that was to stay; return what AWS did on its own."""
    before, name = planned.deployed.job, planned.deployed.job["Name"]
    others = (set(before) | set(after.job)) - CHANGED_BY_PUSH
    differ = sorted(key for key in others if before.get(key) != after.job.get(key))
    of_aws = [key for key in differ if key in READ_ONLY or key not in before]
    wrong = [key for key in differ if key not in of_aws]
    if _comparable(after.job.get("CodeGenConfigurationNodes")) != _comparable(_nodes(canvas)):
        wrong.append("CodeGenConfigurationNodes")
    if after.job.get("JobMode") != VISUAL:
        wrong.append("JobMode")
    if after.script != planned.script:
        wrong.append("the script on S3")
    if wrong:
        raise CanvasError(f"{name}: after the push, AWS does not have what was pushed in {', '.join(wrong)}")
    return of_aws


def _nodes(canvas: Canvas) -> dict[str, Any]:
    for node in canvas.nodes.values():
        for fault in shape_faults(node.kind, node.fields):
            raise canvas.error(node, fault)
    return {node.id: {node.kind: node.fields} for node in canvas.nodes.values()}


def _comparable(value: Any) -> Any:
    """Return nodes without what is empty, which AWS adds and leaves out as it likes."""
    if isinstance(value, Mapping):
        kept = {key: _comparable(member) for key, member in alphabetical(value).items()}
        return {key: member for key, member in kept.items() if member not in (None, "", [], {})}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return value


def _script_place(job: Mapping[str, Any]) -> tuple[str, str]:
    """Return bucket and key of a job's script."""
    location = str((job.get("Command") or {}).get("ScriptLocation") or "")
    bucket, _, key = location.removeprefix("s3://").partition("/")  # a key may hold # and ?, so no URL's parts
    if not location.startswith("s3://") or not bucket or not key:
        raise PushRefusedError(f"{job['Name']}: its script location {location!r} is not an object on S3")
    return bucket, key


def _read_script(s3: Any, job: Mapping[str, Any]) -> str | None:
    try:
        bucket, key = _script_place(job)
    except PushRefusedError:
        return None
    try:
        with _explained(f"cannot read s3://{bucket}/{key}"):
            return str(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8"))
    except _MissingError:
        return None
    except UnicodeDecodeError as error:
        raise CanvasError(f"{job['Name']}: its script s3://{bucket}/{key} is not UTF-8: {error}") from error


def _write_script(s3: Any, job: Mapping[str, Any], script: str) -> None:
    bucket, key = _script_place(job)
    with _explained(f"cannot write s3://{bucket}/{key}"):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=script.encode("utf-8"),
            ContentType="text/x-python",
            Tagging=urlencode(_tags(s3, bucket, key)),
        )


def _tags(s3: Any, bucket: str, key: str) -> dict[str, str]:
    """Return an object's tags, which a new version of it does not keep on its own."""
    try:
        with _explained(f"cannot read the tags of s3://{bucket}/{key}"):
            return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]}
    except _MissingError:
        return {}


class _MissingError(CanvasError):
    """There is no such thing in AWS."""


@contextmanager
def _explained(action: str) -> Iterator[None]:
    """Make AWS's errors ours."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        kind = _MissingError if code in ("EntityNotFoundException", "NoSuchKey", "NoSuchBucket", "404") else CanvasError
        raise kind(f"{action}: {error}") from error
    except BotoCoreError as error:
        raise CanvasError(f"{action}: {error}") from error
