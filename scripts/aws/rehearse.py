"""Rehearse the whole deployment on this machine: `make rehearse`.

An emulator is started, Terraform builds everything there, landing data is uploaded, the workflow runs the deployed
jobs, the checks run on Athena, a canvas is changed and pulled back, nothing is left to change, all is taken down.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.endpoint import Endpoint
from awsglue_local.storage.whole_file import write_file
from awsglue_local.terminal import fitted_table, plain_console
from glue_canvas import read_canvas
from glue_emulator import GlueEmulator
from scripts.aws import athena_check, restore_table, run_workflow, upload_landing
from scripts.aws.athena import Athena
from scripts.aws.rehearsed_people import acting_as, analyst_asks, make_person, root_client, take_down
from scripts.deployment import terraform
from scripts.deployment.outputs import FAILURES, Deployment, of_outputs, words_of
from scripts.deployment.workspace import Workspace, environment_of

EDITED_JOB = "customer_landing_to_trusted"
EMPTIED = "customer_trusted"


@dataclass
class Step:
    """A step of the rehearsal, what came of it, and how long it took."""

    name: str
    result: str = ""
    seconds: float = 0.0
    passed: bool = False


@dataclass
class Rehearsal:
    """A rehearsal.

    Attributes
    ----------
    tables
        Rows by table that the workflow's jobs wrote, as Athena counts them.
    """

    engine: str
    steps: list[Step] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every step passed."""
        return all(step.passed for step in self.steps)


class StepFailedError(GlueLocalError):
    """A step whose result is not what it has to be."""


def rehearse(landing: Path, engine: str, console: Console, calls: Path | None = None) -> Rehearsal:
    """Rehearse, and return what came of it; the first step that fails is the last.

    Parameters
    ----------
    calls
        A file for what everybody asks AWS for, see `glue-emulator --calls`.
    """
    rehearsal = Rehearsal(engine)
    with tempfile.TemporaryDirectory(prefix="stedi-rehearsal-") as folder:
        try:
            _rehearse(rehearsal, landing, Path(folder), console, calls)
        except FAILURES as error:
            rehearsal.steps[-1].result = words_of(error)
    return rehearsal


def _rehearse(rehearsal: Rehearsal, landing: Path, folder: Path, console: Console, calls: Path | None) -> None:
    step = _stepper(rehearsal, console)
    with ExitStack() as ending:
        with step("start the emulator") as started:
            emulator = ending.enter_context(GlueEmulator(engine=rehearsal.engine, enforce_iam=True, calls=calls))
            started.result = emulator.address
        _rehearse_at(emulator.address, step, rehearsal, landing, folder, console)


def _rehearse_at(
    address: str, step: Callable[[str], Any], rehearsal: Rehearsal, landing: Path, folder: Path, console: Console
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ.update(environment_of(address))
    workspace = Workspace(folder / "repository", address)
    with step("make a deployer and an engineer") as people:
        deployer = make_person("deployer", address)
        workspace.environment |= deployer
        engineer = make_person("engineer", address)
        people.result = "with the policies of terraform/policies"
    os.environ.update(engineer)
    with step("terraform apply") as applied:
        applied.result = _last_line(workspace.apply(), "Apply complete!")
    outputs = workspace.outputs()
    there = of_outputs(outputs, Endpoint(address))
    # what runs from now on is what was deployed
    shutil.move(workspace.root / "studio_jobs", folder / "studio_jobs")
    with step("upload-landing") as uploaded:
        account = upload_landing.upload_landing(landing, there, console)
        uploaded.result = f"{len(account.sent)} files, {account.bytes:,} bytes"
    with step("run-workflow") as run:
        rehearsal.tables, run.result = _run(there, console)
    with step("athena-check") as checked:
        checked.result = _check(there, console)
    with step("restore a table that was emptied") as restored:
        with acting_as(deployer):
            restored.result = _restore(there)
        _require_rows(there, rehearsal.tables)
    with step("an analyst asks") as asked:
        asked.result = analyst_asks(there, address)
    shutil.move(folder / "studio_jobs", workspace.root / "studio_jobs")
    with step("change a canvas, push it, pull it back") as edited:
        workspace.environment |= engineer
        edited.result = _edit(workspace, there)
        workspace.environment |= deployer
    with step("a second plan") as planned:
        planned.result = _last_line(workspace.terraform("plan", "-input=false", "-no-color"), "No changes.")
    take_down(address, "analyst")
    with step("terraform destroy") as destroyed:
        arguments = "destroy", "-auto-approve", "-input=false", "-no-color"
        destroyed.result = _last_line(workspace.terraform(*arguments), "Destroy complete!")
        os.environ.update(environment_of(address))
        _require_nothing(of_outputs(outputs, Endpoint(address)))


def _stepper(rehearsal: Rehearsal, console: Console) -> Callable[[str], Any]:
    @contextmanager
    def step(name: str) -> Iterator[Step]:
        one = Step(name)
        rehearsal.steps.append(one)
        console.print(f"{name} ...", style="dim", highlight=False)
        start = time.perf_counter()
        try:
            yield one
            one.passed = True
        finally:
            one.seconds = round(time.perf_counter() - start, 2)

    return step


def _last_line(printed: str, wanted: str) -> str:
    """Return the line of Terraform's output that says the wanted thing."""
    found = [line for line in printed.splitlines() if line.startswith(wanted)]
    if not found:
        raise StepFailedError(f"Terraform did not say {wanted!r}:\n" + "\n".join(printed.splitlines()[-40:]))
    return found[-1]


def _run(there: Deployment, console: Console) -> tuple[dict[str, int], str]:
    workflow = run_workflow.Workflow(there)
    groups = _log_groups(there)
    state = run_workflow.watch(workflow, workflow.start(), run_workflow.row_counts(there), console)
    if not state.succeeded:
        run_workflow.explain(workflow, state, console)
        raise StepFailedError(f"the workflow run ended as {state.verdict}")
    if strangers := _log_groups(there) - groups:
        raise StepFailedError(f"jobs wrote to log groups that Terraform did not make: {', '.join(sorted(strangers))}")
    tables = {name: rows for job in state.jobs for name, rows in job.rows.items()}
    return tables, ", ".join(f"{rows:,}" for rows in tables.values()) + " rows"


def _log_groups(there: Deployment) -> set[str]:
    pages = root_client("logs", str(there.endpoint.url)).get_paginator("describe_log_groups").paginate()
    return {group["logGroupName"] for page in pages for group in page["logGroups"]}


def _restore(there: Deployment) -> str:
    """Delete what a job's purge deletes, and bring it back."""
    s3 = there.client("s3")
    bucket, prefix = restore_table.place_of(there, EMPTIED)
    for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        s3.delete_object(Bucket=bucket, Key=one["Key"])
    change = restore_table.restorable(there, EMPTIED)
    restore_table.restore(there, change)
    return f"{EMPTIED}: {len(change.back)} files are there again"


def _require_rows(there: Deployment, tables: dict[str, int]) -> None:
    found = Athena(there).query(f"select count(*) from {EMPTIED}").rows[0][0]  # noqa: S608 - a name of ours
    if int(str(found)) != tables[EMPTIED]:
        raise StepFailedError(f"{EMPTIED} has {found} rows after it was restored, and had {tables[EMPTIED]}")


def _check(there: Deployment, console: Console) -> str:
    checks = athena_check.run_checks(there, "", console)
    failed = [check.name for check in checks if not check.passed]
    if failed:
        athena_check.show(checks, console)
        raise StepFailedError(f"checks failed: {', '.join(failed)}")
    return f"{len(checks)} checks passed"


def _edit(workspace: Workspace, there: Deployment) -> str:
    """Change a Filter's value on the canvas, push, pull into another folder, compare, push back."""
    job = there.jobs[EDITED_JOB]
    canvas = read_canvas(workspace.root / "studio_jobs" / EDITED_JOB / f"{EDITED_JOB}.json")
    before = canvas.path.read_text(encoding="utf-8"), canvas.script_path.read_text(encoding="utf-8")
    edited = before[0].replace(r"\"0\"", r"\"1\"", 1)
    if edited == before[0]:
        raise StepFailedError(f"{canvas.path.name} has no Filter value 0 to change")
    write_file(canvas.path, edited)
    workspace.glue_canvas("compile", "studio_jobs")
    script = canvas.script_path.read_text(encoding="utf-8")
    workspace.glue_canvas("push", job, "--folder", "studio_jobs")
    (workspace.root / "pulled").mkdir()
    workspace.glue_canvas("pull", job, "--folder", "pulled")
    pulled = read_canvas(workspace.root / "pulled" / job / f"{job}.json")
    if pulled.nodes != read_canvas(canvas.path).nodes or pulled.script_path.read_text(encoding="utf-8") != script:
        raise StepFailedError("the pulled canvas is not the one that was pushed")
    write_file(canvas.path, before[0])
    write_file(canvas.script_path, before[1])
    workspace.glue_canvas("push", job, "--folder", "studio_jobs")
    return f"{job}: pulled back unchanged"


def _require_nothing(there: Deployment) -> None:
    left = [bucket["Name"] for bucket in there.client("s3").list_buckets()["Buckets"]]
    left += there.client("glue").list_jobs()["JobNames"]
    if left:
        raise StepFailedError(f"destroy left {', '.join(left)}")


def show(rehearsal: Rehearsal, console: Console) -> None:
    """Print the table of steps."""
    rows = []
    for step in rehearsal.steps:
        style = "" if step.passed else "red"
        rows.append([Text(cell, style=style) for cell in (step.name, step.result, f"{step.seconds:.1f}")])
    title = f"Rehearsal on {rehearsal.engine}"
    console.print(fitted_table(("Step", "Result", "Seconds"), rows, console.width, right=("Seconds",), title=title))
    seconds = sum(step.seconds for step in rehearsal.steps)
    words = "the deployment works" if rehearsal.passed else f"{rehearsal.steps[-1].name} failed"
    console.print(f"{words}; {seconds:.0f} s, and no data was sent to AWS", highlight=False)


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="rehearse", description=__doc__.splitlines()[0])
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--engine", default="sail", choices=("sail", "spark"))
    parser.add_argument("--json", action="store_true", help="print the rehearsal as JSON")
    parser.add_argument("--calls", type=Path, metavar="FILE", help="note who asked AWS for what, a line of JSON each")
    options = parser.parse_args()
    console = plain_console(stderr=options.json)
    try:
        terraform.command()
        rehearsal = rehearse(options.landing, options.engine, console, options.calls)
    except terraform.TerraformMissingError as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(asdict(rehearsal), indent=2))
    else:
        show(rehearsal, console)
    return 0 if rehearsal.passed else 1


if __name__ == "__main__":
    sys.exit(main())
