"""A copy of what Terraform reads, so that a rehearsal changes nothing of the repository and its state."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from awsglue_local.errors import GlueLocalError
from awsglue_local.storage.endpoint import NOBODY
from scripts.deployment import terraform
from scripts.deployment.target import OF_A_DEPLOYMENT, PARTS
from scripts.stedi import ROOT

REGION = "eu-west-1"
GLUE_CANVAS = ROOT / ".venv" / "bin" / "glue-canvas"


def environment_of(address: str) -> dict[str, str]:
    """Return the environment variables that lead every AWS client to an emulator, with no credentials of anyone's."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": NOBODY[0],
        "AWS_SECRET_ACCESS_KEY": NOBODY[1],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }


class Workspace:
    """A folder with copies, deployed to an emulator.

    Parameters
    ----------
    root
        An empty folder.
    address
        The emulator's.
    glue_canvas
        The command that puts canvases on jobs.
    for_rehearsal
        Whether what makes a rehearsal quick and easy to take down is set: no lifecycle rules, buckets that may go.
    """

    def __init__(
        self, root: Path, address: str, glue_canvas: str = str(GLUE_CANVAS), for_rehearsal: bool = True
    ) -> None:
        self.root, self.folder = root, root / "terraform"
        ignored = shutil.ignore_patterns(*OF_A_DEPLOYMENT)
        for part in PARTS:
            shutil.copytree(ROOT / part, root / part, ignore=ignored)
        self.environment = environment_of(address) | {
            "TF_VAR_endpoint_url": address,
            "TF_VAR_glue_canvas": glue_canvas,
        }
        if for_rehearsal:
            # the provider waits a minute for each rule
            self.environment |= {"TF_VAR_lifecycle_rules": "false", "TF_VAR_force_destroy": "true"}

    def terraform(self, *arguments: str) -> str:
        """Run Terraform and return what it printed; GlueLocalError where it failed, with the end of that."""
        done = terraform.run(self.folder, *arguments, quiet=True, loud=False, environment=self.environment)
        if done.returncode:
            printed = f"{done.stdout}\n{done.stderr}".strip().splitlines()
            raise GlueLocalError("terraform " + arguments[0] + " failed:\n" + "\n".join(printed[-30:]))
        return done.stdout

    def apply(self) -> str:
        """Initialize and apply."""
        self.terraform("init", "-input=false", *terraform.plugin_arguments())
        return self.terraform("apply", "-auto-approve", "-input=false", "-no-color")

    def outputs(self) -> dict[str, Any]:
        """Return Terraform's outputs, name to value."""
        return {name: one["value"] for name, one in json.loads(self.terraform("output", "-json")).items()}

    def glue_canvas(self, *arguments: str) -> str:
        """Run glue-canvas and return what it printed; GlueLocalError where it failed."""
        command = [str(GLUE_CANVAS), *arguments]
        surroundings = {**os.environ, **self.environment}
        done = subprocess.run(command, cwd=self.root, env=surroundings, capture_output=True, text=True)  # noqa: S603
        if done.returncode:
            raise GlueLocalError(f"glue-canvas {arguments[0]} failed: {done.stdout}{done.stderr}")
        return done.stdout
