"""A job in its other shapes: `aws glue get-job` and Studio's Download, made into the git integration's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glue_canvas.document.canvas import Canvas, CanvasError, canvas_of_document
from glue_canvas.document.studio_download import dag_nodes
from glue_canvas.document.studio_form import KEYS, SOURCE_CONTROL, in_studio_form, studio_form

BOOLEAN_ARGUMENTS = {
    "metrics": "--enable-metrics",
    "spark": "--enable-spark-ui",
    "etlAutoTuning": "--enable-job-insights",
    "observabilityMetrics": "--enable-observability-metrics",
    "glueHiveMetastore": "--enable-glue-datacatalog",
    "logging": "--enable-continuous-cloudwatch-log",
    "etlAutoScaling": "--enable-auto-scaling",
}
TEXT_ARGUMENTS = {
    "sparkPath": "--spark-event-logs-path",
    "bookmark": "--job-bookmark-option",
    "temporaryDirectory": "--TempDir",
    "pythonPath": "--extra-py-files",
    "dependentPath": "--extra-jars",
    "additionalPythonModules": "--additional-python-modules",
}
"""Keys of a Download's jobConfig and the job arguments that they stand for."""


def canvas_from(document: Any, path: Path) -> Canvas:
    """Return the canvas of a Download, of `get-job` output, of a create-job input, or of a canvas file.

    Parameters
    ----------
    document
        The parsed JSON.
    path
        Where it comes from, for messages.

    Raises
    ------
    CanvasError
        It is of no shape that is known, its job is a script, or its canvas is empty.
    """
    try:
        return _canvas_from(document, path)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise CanvasError(f"{path}: not a job as Studio or AWS describes one: {error!r}") from error


def left_out(document: Any) -> list[str]:
    """Return the members of a job that the file has no place for."""
    job = document.get("Job", document) if isinstance(document, dict) else {}
    of_aws = {"CreatedOn", "LastModifiedOn", "ProfileName", "AutoUpgradeMetadata", "CodeGenConfigurationNodes"}
    return sorted(
        key
        for key, value in job.items()
        if key[:1].isupper() and key not in of_aws and _camel(key) not in KEYS and value
    )


def _canvas_from(document: Any, path: Path) -> Canvas:
    match document:
        case {"jobConfig": dict(config), "dag": dict(dag)}:
            return _from_download(config, dag, path)
        case {"jobConfig": dict()}:
            raise CanvasError(f"{path}: this Download has no canvas, because the job is a script")
        case {"name": str(), "codeGenConfigurationNodes": _}:
            return studio_form(canvas_of_document(document, path))
        case {"Job": {"Name": str()} as job} | ({"Name": str()} as job):
            return canvas_from_job(job, path)
        case _:
            raise CanvasError(f"{path}: neither a Download from Studio nor the output of `aws glue get-job`")


def canvas_from_job(job: Mapping[str, Any], path: Path) -> Canvas:
    """Return the canvas of a job as `GetJob` describes it.

    Raises
    ------
    CanvasError
        The job is no visual one.
    """
    nodes = job.get("CodeGenConfigurationNodes")
    if not nodes:
        mode = job.get("JobMode") or "SCRIPT"
        raise CanvasError(f"{path}: the job {job['Name']!r} has no canvas; it is in {mode} mode")
    definition = {_camel(key): _camel_keys(value) for key, value in job.items() if key != "CodeGenConfigurationNodes"}
    if "DefaultArguments" in job:
        definition["defaultArguments"] = dict(job["DefaultArguments"])
    return _canvas(definition, nodes, path)


def job_folder(directory: Path, job_name: str) -> Path:
    """Return the folder of a job of this name.

    Raises
    ------
    CanvasError
        The name would lead out of `directory`, or to a folder that is not taken for a job's.
    """
    if not job_name.strip() or re.search(r"[/\\\x00-\x1f]", job_name) or job_name.startswith((".", "_")):
        raise CanvasError(f"the job name {job_name!r} cannot be the name of a folder")
    return directory / job_name


def _canvas(definition: Mapping[str, Any], nodes: Mapping[str, Any], path: Path) -> Canvas:
    known = {key: definition[key] for key in KEYS if definition.get(key) is not None}
    if "maxCapacity" in known:
        known["maxCapacity"] = float(known["maxCapacity"])
    if "sourceControlDetails" in known:
        details = known["sourceControlDetails"]
        known["sourceControlDetails"] = {key: details[key] for key in SOURCE_CONTROL if key in details}
    return in_studio_form(known, nodes, path)


def _from_download(config: Mapping[str, Any], dag: Mapping[str, Any], path: Path) -> Canvas:
    if config.get("developerMode") or config.get("jobMode") not in (None, "VISUAL_MODE"):
        raise CanvasError(f"{path}: the job was converted to a script, so its canvas no longer describes what runs")
    if not dag:
        raise CanvasError(f"{path}: the canvas is empty")
    return _canvas(_definition(config), dag_nodes(dag, path), path)


def _definition(config: Mapping[str, Any]) -> dict[str, Any]:
    workers, connections = config.get("numberOfWorkers"), config.get("connectionsList")
    definition = {
        "name": config.get("name"),
        "jobMode": "VISUAL",
        "description": config.get("description"),
        "role": config.get("role"),
        "executionProperty": {"maxConcurrentRuns": config.get("maxConcurrentRuns", 1)},
        "command": {
            "name": config.get("command", "glueetl"),
            "scriptLocation": f"{config.get('scriptLocation', '')}{config.get('scriptName', '')}",
            "pythonVersion": str(config.get("language", "python-3")).removeprefix("python-"),
        },
        "defaultArguments": _arguments(config),
        "connections": {"connections": connections} if connections else None,
        "maxRetries": config.get("maxRetries"),
        "allocatedCapacity": workers,
        "timeout": config.get("timeout"),
        "maxCapacity": config.get("maxCapacity", workers),
        "glueVersion": config.get("version"),
        "numberOfWorkers": workers,
        "workerType": config.get("workerType"),
        "executionClass": "FLEX" if config.get("flexExecution") else "STANDARD",
    }
    return {key: value for key, value in definition.items() if value is not None}


def _arguments(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the job's arguments; a person's own come first, as in public files."""
    arguments: dict[str, str] = {one["key"]: one["value"] for one in config.get("jobParameters") or []}
    arguments |= {argument: "true" for key, argument in BOOLEAN_ARGUMENTS.items() if config.get(key)}
    arguments |= {argument: config[key] for key, argument in TEXT_ARGUMENTS.items() if config.get(key)}
    if not config.get("spark"):
        arguments.pop("--spark-event-logs-path", None)
    return arguments | {"--job-language": "python"}


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]


def _camel_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_camel(key): _camel_keys(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_camel_keys(item) for item in value]
    return value
